package command

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"slices"
	"strings"

	"clusterctl/internal/cli"
	"clusterctl/internal/escape"
	"clusterctl/internal/planner"
	"clusterctl/internal/receipt"
	"clusterctl/internal/report"
)

type showOptions struct {
	output output
	path   string
	others []string // more reports on tenants, to merge
}

func showCommand(e env) *cli.Command {
	var o showOptions
	return &cli.Command{
		Name:      "show",
		Usage:     "show saved plans, receipts and reports",
		Arguments: "FILE...",
		Description: "Works offline, without credentials. Also shows a plan that is stale or for another\n" +
			"tenant. Warns if a plan file was modified after it was created.\n\n" +
			"Merges reports on several tenants, such as those of all shards of a run, and exits with the\n" +
			"code that the whole run would have.",
		Examples: []string{
			"clusterctl show plan.json                               # show a saved plan",
			"clusterctl show receipt.jsonl                           # show what an apply wrote",
			"clusterctl show plan.json --output json                 # print the plan as JSON",
			"clusterctl show plan.json --output html=plan.html       # write a page for review",
			"clusterctl show plan.json --output markdown=comment.md  # write a pull-request comment",
			"clusterctl show shard-1.json shard-2.json               # merge the reports of shards",
		},
		Flags:     o.output.flags("show"),
		ExitCodes: []int{exitPending, exitIncomplete, exitRefused},
		Run:       checked(e, o.check, o.run),
	}
}

func (o *showOptions) check(l cli.Line, _ env) error {
	o.path, o.others = l.Argument(), l.Arguments[1:]
	return o.output.check(l)
}

func (o *showOptions) run(ctx context.Context, e env) error {
	data, err := readBounded(ctx, o.path, e.Stdin, planner.MaxPlan)
	if err != nil {
		return err
	}
	if report.IsTenants(data) || len(o.others) > 0 {
		return o.showTenants(ctx, e, data)
	}
	if !receipt.Is(data) {
		return showPlan(e, o.output, o.path, data)
	}
	past, err := parseReceipt(o.path, bytes.NewReader(data))
	if err != nil {
		return err
	}
	return o.output.document(e, report.OfReceipt(toolName(), past), "")
}

func showPlan(e env, o output, path string, data []byte) error {
	plan, err := planner.Read(data)
	if err != nil {
		return fmt.Errorf("%s: %w (show reads plans, receipts and reports on tenants)", path, err)
	}
	if err := plan.Verify(); err != nil {
		warnOfFile(e, path, untrusted(plan, "apply will refuse it", err))
	}
	if plan.IsExpired(e.Now()) {
		warnOfFile(e, path, "expired, so apply will refuse it (make a new plan)")
	}
	return o.plan(e, plan, report.PlanOptions{Saved: data})
}

// showTenants merges reports on tenants, such as those of shards.
func (o *showOptions) showTenants(ctx context.Context, e env, first []byte) error {
	var reports []report.TenantsReport
	for i, path := range slices.Concat([]string{o.path}, o.others) {
		data := first
		if i > 0 {
			var err error
			if data, err = readBounded(ctx, path, nil, planner.MaxPlan); err != nil {
				return err
			}
		}
		if !report.IsTenants(data) {
			return fmt.Errorf("%s is not a report on tenants (only such reports can be merged; write them with --output json)", path)
		}
		read, err := report.ReadTenants(path, data)
		if err != nil {
			return err
		}
		reports = append(reports, read)
	}
	merged, err := report.MergeTenants(reports)
	if err != nil {
		return err
	}
	d := report.OfTenants(merged)
	if err := o.output.document(e, d, d.Verdict); err != nil {
		return err
	}
	return worst(merged.Runs)
}

// worst returns the exit code of merged runs, with an error that names the tenants.
func worst(runs []report.TenantRun) error {
	var codes []int
	var names []string
	for _, run := range runs {
		codes = append(codes, run.ExitCode)
		if run.ExitCode != exitDone && run.ExitCode != exitPending {
			names = append(names, run.Name)
		}
	}
	switch code := report.WorstExit(codes...); {
	case code == exitDone:
		return nil
	case names == nil:
		return &statusError{code: code}
	default:
		return &statusError{code, fmt.Errorf("failed or refused: %s (see the report)", strings.Join(names, ", "))}
	}
}

func warnOfFile(e env, path, message string) {
	e.Log.Warn(escape.Text(path)+": "+escape.Text(message), slog.String("file", path))
}
