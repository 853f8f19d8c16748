package command

import (
	"io"
	"net/http"
	"os"
	"time"

	"clusterctl/internal/cli"
	"clusterctl/internal/mask"
	"clusterctl/internal/project"
)

// Env is the environment of the program: that of the process, or one made by a test.
type Env struct {
	Stdin  io.Reader
	Stdout io.Writer
	Stderr io.Writer
	Getenv func(string) string
	// Environ returns the whole environment, to find misspelled variables; nil is none.
	Environ   func() []string
	Now       func() time.Time
	Transport http.RoundTripper
	// Jitter returns a random duration below its argument, to spread the requests of
	// several clients. If nil, there is a default.
	Jitter func(time.Duration) time.Duration
	// Interrupts are the signals that ask the program to end.
	Interrupts <-chan os.Signal
}

// env is the environment of a command.
type env struct {
	Env
	// Masker learns secrets; both streams go through it.
	Masker *mask.Masker
	// Outer also learns them, for a report on several tenants; nil without one.
	Outer *mask.Masker
	// Tenant is the one of the project that the run is for; zero without a project.
	Tenant project.Tenant
	// OffersTenants is set for a command with --tenant.
	OffersTenants bool
	// Collect takes the report instead of the destinations; nil without several tenants.
	Collect *collected
	// Log writes everything but the report.
	Log    logger
	Ending *ending
}

// learn masks a secret from now on.
func (e env) learn(secret string) {
	e.Masker.Learn(secret)
	if e.Outer != nil {
		e.Outer.Learn(secret)
	}
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
