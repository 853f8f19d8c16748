package command

import (
	"io"
	"net/http"
	"os"
	"time"

	"clusterctl/internal/cli"
	"clusterctl/internal/mask"
)

// Env is what the program runs in: the process's own, or what a test brings.
type Env struct {
	Stdin     io.Reader
	Stdout    io.Writer
	Stderr    io.Writer
	Getenv    func(string) string
	Now       func() time.Time
	Transport http.RoundTripper
	// Jitter returns a random time below another, to spread the requests of several
	// clients; random if nil.
	Jitter func(time.Duration) time.Duration
	// Interrupts are the signals that ask the program to end.
	Interrupts <-chan os.Signal
}

// env is what a command runs in.
type env struct {
	Env
	// Masker learns secrets; both streams go through it.
	Masker *mask.Masker
	// Log is for what is no part of the report.
	Log    logger
	Ending *ending
}

func (e env) isTerminal(stream any) bool {
	_, ok := cli.Terminal(stream, e.Getenv)
	return ok
}

// takesControl reports whether a stream is a terminal that takes control sequences.
func (e env) takesControl(stream any) bool { return e.isTerminal(stream) && e.Getenv("TERM") != "dumb" }

// masked puts a masker in front of both streams.
func (e Env) masked() env {
	masker := new(mask.Masker)
	e.Stdout, e.Stderr = masker.Writer(e.Stdout), masker.Writer(e.Stderr)
	return env{Env: e, Masker: masker}
}
