// Package command is the program: its commands, and how each of them ends.
package command

import (
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"
)

// Main runs the program with the process's own streams, environment, clock and
// network, and returns its exit code.
func Main(args []string) int {
	// A reader that has gone away must not kill an apply that is under way:
	// writing to it becomes an error.
	signal.Ignore(syscall.SIGPIPE)
	if err := expectDescriptors(); err != nil {
		fmt.Fprintf(os.Stderr, "error: %s\n", err)
		return exitError
	}
	return Run(args, Env{
		Stdin:      os.Stdin,
		Stdout:     os.Stdout,
		Stderr:     os.Stderr,
		Getenv:     os.Getenv,
		Now:        time.Now,
		Transport:  http.DefaultTransport,
		Interrupts: interrupts(),
	})
}

// interrupts delivers the signals that ask the program to end, and those that
// would otherwise end it with exit code 2. A SIGHUP that nohup has turned off
// stays off.
func interrupts() <-chan os.Signal {
	delivered := make(chan os.Signal, 8)
	signal.Notify(delivered, append(crashSignals(), os.Interrupt, syscall.SIGTERM)...)
	if !signal.Ignored(syscall.SIGHUP) {
		signal.Notify(delivered, syscall.SIGHUP)
	}
	return delivered
}

// crashSignals are those on which the Go runtime prints all stacks and exits with
// 2, when another process sends them.
func crashSignals() []os.Signal {
	return append([]os.Signal{
		syscall.SIGQUIT, syscall.SIGILL, syscall.SIGTRAP, syscall.SIGABRT,
		syscall.SIGBUS, syscall.SIGFPE, syscall.SIGSEGV,
	}, crashSignalsOfSystem()...)
}

// neededDescriptors is how many files a run must be able to have open.
const neededDescriptors = 16

// expectDescriptors fails where too few files can be opened. The Go runtime ends
// a program that cannot have two for its poller with exit code 2. Package os would
// start the poller, so this goes past it.
func expectDescriptors() (err error) {
	for range neededDescriptors {
		file, failed := syscall.Open(os.DevNull, syscall.O_RDONLY, 0)
		if errors.Is(failed, syscall.EMFILE) || errors.Is(failed, syscall.ENFILE) {
			return errors.New("too few files can be opened (raise the limit with ulimit -n)")
		}
		if failed == nil {
			defer func() { err = errors.Join(err, syscall.Close(file)) }()
		}
	}
	return err
}
