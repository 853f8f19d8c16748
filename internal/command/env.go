package command

import (
	"io"
	"net/http"
	"os"
	"time"

	"clusterctl/internal/cli"
	"clusterctl/internal/mask"
)

// env is what a command runs in; tests bring their own.
type env struct {
	Stdin     io.Reader
	Stdout    io.Writer
	Stderr    io.Writer
	Getenv    func(string) string
	Now       func() time.Time
	Transport http.RoundTripper
	// Masker learns secrets; both streams go through it.
	Masker *mask.Masker
	// Log is for what is no part of the report.
	Log logger
	// Interrupts are the signals that ask the program to end.
	Interrupts <-chan os.Signal
	Ending     *ending
}

// isTerminal reports whether a stream is a person's terminal.
func (e env) isTerminal(stream any) bool {
	_, ok := cli.Terminal(stream, e.Getenv)
	return ok
}

// takesControl reports whether a stream is a terminal that takes control sequences.
func (e env) takesControl(stream any) bool { return e.isTerminal(stream) && e.Getenv("TERM") != "dumb" }

// masked puts a masker in front of both streams.
func (e env) masked() env {
	e.Masker = new(mask.Masker)
	e.Stdout, e.Stderr = e.Masker.Writer(e.Stdout), e.Masker.Writer(e.Stderr)
	return e
}
