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
	"clusterctl/internal/escape"
)

// The sequences that draw one frame over another without a flicker: each line is
// cleared before its text, and the screen below the last one.
const (
	topLeft     = "\x1b[H"
	emptyScreen = "\x1b[2J"
	emptyLine   = "\x1b[2K"
	emptyBelow  = "\x1b[J"
)

// watchStatus shows the status until it is interrupted. Below the first frame it also
// shows an error, and tries again.
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
		select {
		case <-time.After(o.interval):
		case <-ctx.Done():
			return endOfWatch(ctx)
		}
	}
}

func endOfWatch(ctx context.Context) error {
	if cause := context.Cause(ctx); !errors.Is(cause, errInterrupted) {
		return cause
	}
	return nil // somebody has seen enough
}

func footer(interval time.Duration, now time.Time, err error) string {
	at := "At " + now.UTC().Format(time.TimeOnly+"Z")
	if err != nil {
		return at + " it could not be read: " + escape.Text(err.Error())
	}
	return fmt.Sprintf("%s, and again every %s (Ctrl-C ends it).", at, interval)
}

// draw draws as much of a frame as there is room for over the one before.
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
	more := fmt.Sprintf("… and %d more", len(lines)-head-verdictRows)
	return slices.Concat(lines[:head], []string{more}, lines[len(lines)-verdictRows:])
}
