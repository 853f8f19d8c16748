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
	return command(&cli.Command{
		Name:  "status",
		Usage: "show the live clusters and how they are, as a table",
		Description: "Reads the tenant, and no file: type, health, clients, services, version, and the\n" +
			"log configuration in force with when it ends. Nothing is changed.\n\n" +
			"Examples:\n" +
			"   clusterctl status\n" +
			"   clusterctl status --target 'va-*' --exclude '*-lab'\n" +
			"   clusterctl status --watch --interval 10s  # until interrupted\n" +
			"   clusterctl status --output json",
		Flags: slices.Concat(tenantFlags(), selectionFlags(), outputFlags(formatsOf("status")), watchFlags()),
		Action: func(c *cli.Context) error {
			o, err := statusOptionsOf(c, e)
			if err != nil {
				return err
			}
			return runStatus(c.Context, e, o)
		},
	})
}

func watchFlags() []cli.Flag {
	return []cli.Flag{
		&cli.BoolFlag{Name: "watch", Category: "Output:", Usage: "show it again and again, on a terminal, until interrupted"},
		&cli.DurationFlag{Name: "interval", Value: 5 * time.Second, Category: "Output:", Usage: "with --watch: time between two readings"},
	}
}

func statusOptionsOf(c *cli.Context, e env) (o statusOptions, err error) {
	o.watch, o.interval = c.Bool("watch"), c.Duration("interval")
	if o.output, err = outputOf(c, formatsOf("status")); err != nil {
		return o, err
	}
	switch {
	case o.watch && (o.output.stdoutFormat() != formatText || !e.takesControl(e.Stdout)):
		return o, usageErrorf("--watch draws on a terminal, and only text (elsewhere run status again)")
	case o.interval < time.Second:
		return o, usageErrorf("--interval %s: less than a second", o.interval)
	}
	o.tenant, err = tenantOptionsOf(c, e)
	o.tenant.readOnly = true
	return o, err
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
	return o.output.document(e, status)
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
