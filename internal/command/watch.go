package command

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"clusterctl/internal/cli"
	"clusterctl/internal/report"
)

// The sequences that draw one frame over another without a flicker: each line
// is emptied in front of its text, and the screen below the last one.
const (
	topLeft     = "\x1b[H"
	emptyScreen = "\x1b[2J"
	emptyLine   = "\x1b[2K"
	emptyBelow  = "\x1b[J"
)

// watchStatus shows the status again and again until it is interrupted. Once it
// has been shown, a reading that fails is told beneath it and tried again.
func watchStatus(ctx context.Context, e env, o statusOptions, conn *connection) error {
	var frame bytes.Buffer
	for first := true; ; first = false {
		status, now, err := conn.status(ctx, e, o.tenant)
		switch {
		case ctx.Err() != nil:
			return endOfWatch(ctx)
		case err != nil && first:
			return err
		case err == nil:
			frame.Reset()
			if err := o.output.text(e, e.Stdout).Status(&frame, status, now); err != nil {
				return err
			}
		}
		if err := o.draw(e, frame.String(), footer(o.interval, now, err), first); err != nil {
			return err
		}
		select {
		case <-time.After(o.interval):
		case <-ctx.Done():
			return endOfWatch(ctx)
		}
	}
}

// endOfWatch is nothing to complain of where somebody has seen enough.
func endOfWatch(ctx context.Context) error {
	if cause := context.Cause(ctx); !errors.Is(cause, errInterrupted) {
		return cause
	}
	return nil
}

func footer(interval time.Duration, now time.Time, err error) string {
	told := fmt.Sprintf("At %s, and again every %s (Ctrl-C ends it).", now.UTC().Format(time.TimeOnly+"Z"), interval)
	if err != nil {
		told = "At " + now.UTC().Format(time.TimeOnly+"Z") + " it could not be read: " + report.Printable(err.Error())
	}
	return told
}

// draw draws a frame over the one before, as much of it as there is room for.
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

// verdictRows are the last of a report: a blank line and the verdict.
const verdictRows = 2

// cutRows leaves out lines above the verdict where there are too many.
func cutRows(lines []string, room int) []string {
	if len(lines) <= room {
		return lines
	}
	head := max(room-verdictRows-1, 0)
	shown := append([]string{}, lines[:head]...)
	shown = append(shown, fmt.Sprintf("… and %d more", len(lines)-head-verdictRows))
	return append(shown, lines[len(lines)-verdictRows:]...)
}
