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
	var shown statusFrame
	for first := true; ; first = false {
		status, err := conn.status(ctx, cluster.Conditions{})
		switch {
		case ctx.Err() != nil:
			return endOfWatch(ctx)
		case err != nil && first:
			return err
		case err == nil:
			if shown, err = o.frameOf(e, status.Document); err != nil {
				return err
			}
		}
		if err := o.draw(e, shown, footer(o.interval, status.now, err), first); err != nil {
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

// statusFrame is a report in lines.
type statusFrame struct {
	lines []string
	above int          // how many lines are above the rows of the table
	table report.Table // empty without clusters
}

func (o statusOptions) frameOf(e env, status report.Document) (statusFrame, error) {
	var out bytes.Buffer
	err := o.output.text(e, e.Stdout).Write(&out, status)
	f := statusFrame{lines: strings.Split(strings.TrimRight(out.String(), "\n"), "\n")}
	if status.Text.Table != nil {
		f.table, f.above = *status.Text.Table, len(status.Text.Lead)+2 // an empty line and the titles
	}
	if status.Unverified != "" {
		f.above++
	}
	return f, err
}

// draw draws a frame over the previous one, as far as it fits.
func (o statusOptions) draw(e env, shown statusFrame, footer string, first bool) error {
	size, _ := cli.Terminal(e.Stdout, e.Getenv)
	lines := append(shown.within(size.Rows-2), footer)
	text := topLeft + emptyLine + strings.Join(lines, "\r\n"+emptyLine) + "\r\n" + emptyBelow
	if first {
		text = emptyScreen + text
	}
	_, err := io.WriteString(e.Stdout, text)
	return err
}

// within leaves out the last lines above the verdict if there are too many. The rows in trouble
// come first, so they stay longest.
func (f statusFrame) within(room int) []string {
	const verdictRows = 2 // with the empty line before
	if len(f.lines) <= room {
		return f.lines
	}
	head := max(room-verdictRows-1, 0)
	more := report.Count(len(f.lines)-head-verdictRows, "more line")
	if rows := len(f.table.Rows) - max(head-f.above, 0); rows > 0 {
		more = fmt.Sprintf("%s (%d healthy)", report.Count(rows, "more cluster"), f.table.Quiet(rows))
	}
	return slices.Concat(f.lines[:head], []string{"… and " + more}, f.lines[len(f.lines)-verdictRows:])
}
