package command

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"clusterctl/internal/cli"
	"clusterctl/internal/cluster"
	"clusterctl/internal/report"
)

type statusOptions struct {
	tenant   tenantOptions
	output   output
	failOn   []cluster.Conditions // each of one value of --fail-on
	watch    bool
	interval time.Duration
}

func statusCommand(e env) *cli.Command {
	var o statusOptions
	return &cli.Command{
		Name: "status", Aliases: []string{"get"},
		Usage: "show live clusters and their health",
		Description: "Shows the type, health, clients, services and version of each cluster, and the active log\n" +
			"configuration with its expiration. Reads no files and changes nothing.\n\n" +
			"UP is whether the tenant reports the cluster as operational, SVCS the number of services,\n" +
			"and CCG the version of the Cloud Connector Gateway. VERSION is the installed version, UPDATE\n" +
			"the available one, and SINCE the day on which it went out of date. LOG is the root level, the\n" +
			"number of loggers with a level of their own (INFO +1), and the time left. Clusters in trouble\n" +
			"come first.\n\n" +
			"With --fail-on, exits with 2 if a cluster meets a condition, or if that is unknown.",
		Examples: []string{
			"clusterctl status                                    # show all clusters",
			"clusterctl status --target 'va-*' --exclude '*-lab'  # show some clusters",
			"clusterctl status --fail-on unhealthy,expiring=2h    # exit with 2 on trouble, for cron and CI",
			"clusterctl status --watch --interval 10s             # refresh every 10 seconds",
			"clusterctl status --output json                      # print JSON",
		},
		Flags: slices.Concat(o.tenant.flags(), o.tenant.selectionFlags(e, nil), o.output.flags("status"), []cli.Flag{
			failOnFlag(&o.failOn),
			{Name: "watch", Section: "Output:", To: cli.Bool(&o.watch), Usage: "refresh the table until interrupted (on a terminal)"},
			{Name: "interval", Section: "Output:", To: cli.Duration(&o.interval), Default: "5s", Usage: "refresh every `DURATION`, with --watch"},
		}),
		ExitCodes: []int{exitPending},
		Run:       checked(e, o.check, o.run),
	}
}

func (o *statusOptions) check(l cli.Line, e env) error {
	o.tenant.readOnly = true
	if err := o.output.check(l); err != nil {
		return err
	}
	switch {
	case o.watch && (o.output.stdoutFormat() != formatText || !e.takesControl(e.Stdout)):
		return errors.New("--watch needs a terminal and text output (run status without --watch)")
	case o.watch && l.IsGiven("fail-on"):
		return errors.New("--fail-on cannot be used with --watch (run status without --watch)")
	case o.interval < time.Second:
		return fmt.Errorf("--interval %s: must be at least 1s", o.interval)
	}
	return o.tenant.check(e, o.output)
}

func (o *statusOptions) run(ctx context.Context, e env) (err error) {
	if o.watch {
		o.tenant.quiet = true // the table is redrawn anyway
	}
	conn, err := connect(ctx, e, o.tenant, "")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, conn.close()) }()
	if o.watch {
		return watchStatus(ctx, e, *o, conn)
	}
	status, err := conn.status(ctx, mergeConditions(o.failOn))
	if err != nil {
		return err
	}
	if status.Text.Table == nil && len(o.tenant.selection.Target) > 0 {
		return errors.New("--target matches no live cluster")
	}
	if err := o.output.document(e, status.Document, status.Verdict); err != nil {
		return err
	}
	if len(status.findings) > 0 {
		return errPending
	}
	return nil
}

// readStatus is the report of status, and what it is based on.
type readStatus struct {
	report.Document
	findings []cluster.HealthFinding // nil if nothing is checked
	now      time.Time
}

// status reads the status of the clusters. Only log configurations need requests beyond the
// listing, so conditions that do not concern them are checked without.
func (c *connection) status(ctx context.Context, failOn cluster.Conditions) (readStatus, error) {
	selection := c.options.selection
	snapshot, err := c.snapshot(ctx, cluster.Need{
		Log: func(live cluster.Live) bool {
			return (failOn.AreNone() || failOn.Expiring > 0) && selection.Picks(live.Name)
		},
		Name: selection.OnlyName(),
	})
	status := readStatus{now: c.options.clock(c.env)}
	if !failOn.AreNone() {
		status.findings = failOn.Findings(snapshot, selection, status.now)
	}
	status.Document = report.OfStatus(toolName(), snapshot, report.StatusOptions{Picked: selection, Findings: status.findings, Now: status.now})
	return status, err
}
