package command

import (
	"context"
	"errors"
	"slices"
	"time"

	"clusterctl/internal/cli"
	"clusterctl/internal/cluster"
	"clusterctl/internal/remote"
	"clusterctl/internal/report"
)

// statusOptions say whose status is shown, and how often.
type statusOptions struct {
	tenant   tenantOptions
	output   output
	watch    bool
	interval time.Duration
}

func statusCommand(e env) *cli.Command {
	var o statusOptions
	return &cli.Command{
		Name:  "status",
		Usage: "show the live clusters and how they are, as a table",
		Description: "Reads the tenant, and no file: type, health, clients, services, version, and the\n" +
			"log configuration in force with when it ends. Nothing is changed.",
		Examples: []string{
			"clusterctl status",
			"clusterctl status --target 'va-*' --exclude '*-lab'",
			"clusterctl status --watch --interval 10s  # until interrupted",
			"clusterctl status --output json",
		},
		Flags: slices.Concat(o.tenant.flags(), o.tenant.selectionFlags(e, nil), o.output.flags("status"), []cli.Flag{
			{Name: "watch", Section: "Output:", To: cli.Bool(&o.watch), Usage: "show it again and again, on a terminal, until interrupted"},
			{Name: "interval", Section: "Output:", To: cli.Duration(&o.interval), Default: "5s", Usage: "with --watch: time between two readings"},
		}),
		Run: checked(e, o.check, func(ctx context.Context) error { return runStatus(ctx, e, o) }),
	}
}

func (o *statusOptions) check(l cli.Line, e env) error {
	o.tenant.readOnly = true
	if err := o.output.check(l); err != nil {
		return err
	}
	switch {
	case o.watch && (o.output.stdoutFormat() != formatText || !e.takesControl(e.Stdout)):
		return usageErrorf("--watch draws on a terminal, and only text (elsewhere run status again)")
	case o.interval < time.Second:
		return usageErrorf("--interval %s: less than a second", o.interval)
	}
	return o.tenant.check(e, o.output)
}

func runStatus(ctx context.Context, e env, o statusOptions) (err error) {
	if o.watch {
		o.tenant.quiet = true // what is drawn tells enough
	}
	conn, err := connect(ctx, e, o.tenant, "")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, conn.close()) }()
	if o.watch {
		return watchStatus(ctx, e, o, conn)
	}
	status, _, err := conn.status(ctx)
	if err != nil {
		return err
	}
	if status.Text.Table == nil && len(o.tenant.selection.Target) > 0 {
		return usageErrorf("--target picks no live cluster")
	}
	return o.output.document(e, status, "")
}

// status reads how the clusters are, and when that was.
func (c *connection) status(ctx context.Context) (report.Document, time.Time, error) {
	snapshot, err := c.snapshot(ctx, remote.Need{
		Log:  func(live cluster.Live) bool { return c.options.selection.Picks(live.Name) },
		Name: c.options.selection.OnlyName(),
	})
	now := c.options.clock(c.env)
	return report.OfStatus(toolName(), snapshot, c.options.selection, now), now, err
}
