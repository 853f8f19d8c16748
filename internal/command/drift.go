package command

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"clusterctl/internal/cli"
	"clusterctl/internal/cluster"
	"clusterctl/internal/desired"
	"clusterctl/internal/drift"
	"clusterctl/internal/escape"
	"clusterctl/internal/planner"
	"clusterctl/internal/receipt"
	"clusterctl/internal/report"
)

type driftOptions struct {
	comparison

	since  string // path of a receipt; empty if what was applied is not known
	known  string // path; empty if no drift is known
	strict bool

	history []string // paths of earlier reports and of receipts
}

func driftCommand(e env) *cli.Command {
	var o driftOptions
	return &cli.Command{
		Name:      "drift",
		Usage:     "report differences between tenant and files",
		Arguments: "[FILE...]", ArgumentsTo: "file",
		Description: "Compares the files with the tenant and reports what differs. Changes nothing.\nExits with 2 if there is drift.",
		Examples: []string{
			"clusterctl drift                                        # compare clusters.yaml with the tenant",
			"clusterctl drift --strict                               # count unmanaged clusters as drift",
			"clusterctl drift --known known.yaml                     # accept the drift listed in a file",
			"clusterctl drift --since receipt.jsonl                  # show which side changed since an apply",
			"clusterctl drift -o text -o sarif=drift.sarif           # write SARIF for code scanning, too",
			"clusterctl drift -o html=drift.html --history mon.json  # chart drift over time",
			"clusterctl drift --quiet --metrics-file drift.prom      # write Prometheus metrics",
		},
		Flags: slices.Concat(o.flags(e, "drift"), []cli.Flag{
			{Name: "known", Section: "Files:", To: cli.String(&o.known), Usage: "accept the drift listed in `FILE` (YAML with version: 1 and a list known of entries with name, reason and until)"},
			{Name: "since", Section: "Files:", To: cli.String(&o.since), Usage: "compare with the `RECEIPT` of an apply, to show whether the tenant, the files or both changed"},
			{Name: "history", Section: "Files:", To: cli.Strings(&o.history), Usage: "chart drift over time from `FILE` (a drift report in JSON, or a receipt); repeatable, needs --output html"},
			{Name: "strict", Section: "Output:", To: cli.Bool(&o.strict), Usage: "count all differences as drift (unmanaged clusters and lapsed log configurations, too)"},
			metricsFlag(),
		}),
		ExitCodes: []int{exitPending, exitRefused},
		Run:       measured(e, o.check, o.run),
	}
}

func (o *driftOptions) check(l cli.Line, e env) error {
	o.tenant.strict, o.reportsOnly = o.strict, true
	o.tenant.confirmed = true // a cluster that seems to be missing must be missing
	return cmp.Or(o.comparison.check(l, e), o.checkHistory())
}

// run reads all files before it plans, on a transport that cannot write.
func (o *driftOptions) run(ctx context.Context, e env) (out runFacts, err error) {
	o.tenant.readOnly = true
	now := o.tenant.clock(e)
	known, err := o.loadKnown(ctx, e, now)
	if err != nil {
		return out, err
	}
	history, err := readHistory(ctx, o.history)
	if err != nil {
		return out, err
	}
	past, err := readReceipt(ctx, o.since)
	if err != nil {
		return out, fmt.Errorf("--since: %w", err)
	}
	warnIfPartial(e, past)
	return withPlan(ctx, e, o.tenant, o.load, func(conn *connection, ready prepared) error {
		since, err := effectsOf(past, ready.plan.Tenant)
		if err != nil {
			return err
		}
		conn.warnIfElsewhere(past.Name, since)
		events, err := eventsOn(history, ready.plan.Tenant)
		if err != nil {
			return err
		}
		prune := conn.found.state.Policy.Prune
		differences := drift.Of(ready.plan, drift.Options{Since: since, Known: known, Strict: o.strict, Prune: prune, Now: now})
		conn.found.drift = &differences
		d := report.OfDrift(differences, report.DriftOptions{Matching: ready.plan.Summary.Unchanged, History: events})
		if err := o.output.document(e, d, d.Verdict); err != nil {
			return err
		}
		if differences.Found() {
			return errPending
		}
		return nil
	})
}

func (o driftOptions) loadKnown(ctx context.Context, e env, now time.Time) ([]cluster.KnownDrift, error) {
	if o.known == "" {
		return nil, nil
	}
	if o.known == "-" && slices.Contains(slices.Concat(o.files.paths, o.files.variableFiles), "-") {
		return nil, errors.New("only one of --known, --file and --var-file can read standard input")
	}
	inputs, err := readInputs(ctx, e, []string{o.known})
	if err != nil {
		return nil, fmt.Errorf("--known: %w", err)
	}
	known, findings := desired.LoadKnown(inputs)
	if findings.HasErrors() {
		return nil, &filesError{findings}
	}
	for _, k := range known {
		if k.Ended(now) {
			e.Log.Warn(fmt.Sprintf("%s: known drift of %q has expired: it was accepted %s (fix the drift, or set a later until)",
				escape.Text(k.Source.String()), k.Name, cluster.Period(k.Until)), sourceFields(k.Source)...)
		}
	}
	return known, nil
}

// checkHistory refuses a history without an HTML report, which is the one that shows it.
func (o *driftOptions) checkHistory() error {
	isPage := func(to destination) bool { return to.format == formatHTML }
	switch {
	case len(o.history) > 0 && !slices.ContainsFunc(o.output.to, isPage):
		return errors.New("--history needs --output html")
	case slices.Contains(o.history, stdinPath):
		return errors.New("--history -: cannot read history from standard input (use a file)")
	}
	return nil
}

// pastEvent is an event in the history of a tenant, and the file it was read from.
type pastEvent struct {
	path   string
	tenant cluster.Tenant
	report.Event
}

func readHistory(ctx context.Context, paths []string) (history []pastEvent, err error) {
	for _, path := range paths {
		events, err := readPast(ctx, path)
		if err != nil {
			return nil, err
		}
		history = append(history, events...)
	}
	return history, nil
}

// readPast reads a drift report or the runs of a receipt.
func readPast(ctx context.Context, path string) ([]pastEvent, error) {
	data, err := readBounded(ctx, path, nil, planner.MaxPlan)
	if err != nil {
		return nil, fmt.Errorf("--history: %w", err)
	}
	if !receipt.Is(data) {
		past, err := drift.Read(data)
		if err != nil {
			return nil, fmt.Errorf("--history %s: %w", path, err)
		}
		return []pastEvent{{path, past.Tenant, report.Event{At: past.CreatedAt, Drift: &past}}}, nil
	}
	past, err := parseReceipt(path, bytes.NewReader(data))
	var events []pastEvent
	for _, run := range past.Runs {
		events = append(events, pastEvent{path, run.Tenant, report.Event{At: run.Start, Run: run.End}})
	}
	return events, err
}

// eventsOn returns the events of a history. It refuses those of another tenant.
func eventsOn(history []pastEvent, tenant cluster.Tenant) ([]report.Event, error) {
	var events []report.Event
	for _, past := range history {
		if err := expectSameTenant("--history "+past.path+":", past.tenant, tenant, " (check the base URL)"); err != nil {
			return nil, err
		}
		events = append(events, past.Event)
	}
	return events, nil
}
