package command

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"clusterctl/internal/cli"
	"clusterctl/internal/cluster"
	"clusterctl/internal/escape"
	"clusterctl/internal/pause"
	"clusterctl/internal/report"
)

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
		Usage: "show live clusters and their health",
		Description: "Shows the type, health, clients, services and version of each cluster, and the active log\n" +
			"configuration with its expiration. Reads no files and changes nothing.\n\n" +
			"UP is whether the tenant reports the cluster as operational, SVCS the number of services,\n" +
			"and CCG the version of the Cloud Connector Gateway. LOG is the root level, the number of\n" +
			"loggers with a level of their own (INFO +1), and the time left.",
		Examples: []string{
			"clusterctl status                                    # show all clusters",
			"clusterctl status --target 'va-*' --exclude '*-lab'  # show some clusters",
			"clusterctl status --watch --interval 10s             # refresh every 10 seconds",
			"clusterctl status --output json                      # print JSON",
		},
		Flags: slices.Concat(o.tenant.flags(), o.tenant.selectionFlags(e, nil), o.output.flags("status"), []cli.Flag{
			{Name: "watch", Section: "Output:", To: cli.Bool(&o.watch), Usage: "refresh the table until interrupted (on a terminal)"},
			{Name: "interval", Section: "Output:", To: cli.Duration(&o.interval), Default: "5s", Usage: "refresh every `DURATION`, with --watch"},
		}),
		Run: checked(e, o.check, o.run),
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
	status, _, err := conn.status(ctx)
	if err != nil {
		return err
	}
	if status.Text.Table == nil && len(o.tenant.selection.Target) > 0 {
		return errors.New("--target matches no live cluster")
	}
	return o.output.document(e, status, "")
}

// status reads the status of the clusters, and returns the time of that, too.
func (c *connection) status(ctx context.Context) (report.Document, time.Time, error) {
	snapshot, err := c.snapshot(ctx, cluster.Need{
		Log:  func(live cluster.Live) bool { return c.options.selection.Picks(live.Name) },
		Name: c.options.selection.OnlyName(),
	})
	now := c.options.clock(c.env)
	return report.OfStatus(toolName(), snapshot, c.options.selection, now), now, err
}

// The sequences that draw one frame over another without a flicker: each line is
// cleared before its text, and the screen below the last one.
const (
	topLeft     = "\x1b[H"
	emptyScreen = "\x1b[2J"
	emptyLine   = "\x1b[2K"
	emptyBelow  = "\x1b[J"
)

// watchStatus refreshes the status until it is interrupted. After the first frame, it shows
// an error and tries again.
func watchStatus(ctx context.Context, e env, o statusOptions, conn *connection) error {
	var frame bytes.Buffer
	for first := true; ; first = false {
		status, now, err := conn.status(ctx)
		switch {
		case ctx.Err() != nil:
			return endOfWatch(ctx)
		case err != nil && first:
			return err
		case err == nil:
			frame.Reset()
			if err := o.output.text(e, e.Stdout).Write(&frame, status); err != nil {
				return err
			}
		}
		if err := o.draw(e, frame.String(), footer(o.interval, now, err), first); err != nil {
			return err
		}
		if pause.For(ctx, o.interval) != nil {
			return endOfWatch(ctx)
		}
	}
}

func endOfWatch(ctx context.Context) error {
	if cause := context.Cause(ctx); !errors.Is(cause, errInterrupted) {
		return cause
	}
	return nil // an interrupt is the normal end
}

func footer(interval time.Duration, now time.Time, err error) string {
	at := now.UTC().Format(time.TimeOnly + "Z")
	if err != nil {
		return fmt.Sprintf("Update failed at %s: %s", at, escape.Text(err.Error()))
	}
	return fmt.Sprintf("Updated at %s, every %s. Press Ctrl-C to stop.", at, interval)
}

// draw draws a frame over the previous one, as far as it fits.
func (o statusOptions) draw(e env, frame, footer string, first bool) error {
	size, _ := cli.Terminal(e.Stdout, e.Getenv)
	lines := append(cutRows(strings.Split(strings.TrimRight(frame, "\n"), "\n"), size.Rows-2), footer)
	text := topLeft + emptyLine + strings.Join(lines, "\r\n"+emptyLine) + "\r\n" + emptyBelow
	if first {
		text = emptyScreen + text
	}
	_, err := io.WriteString(e.Stdout, text)
	return err
}

// cutRows leaves out lines above the verdict if there are too many.
func cutRows(lines []string, room int) []string {
	const verdictRows = 2 // with the empty line before
	if len(lines) <= room {
		return lines
	}
	head := max(room-verdictRows-1, 0)
	more := fmt.Sprintf("… and %d more", len(lines)-head-verdictRows)
	return slices.Concat(lines[:head], []string{more}, lines[len(lines)-verdictRows:])
}
