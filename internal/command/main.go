// Package command is the program: its commands, and how each of them ends.
package command

import (
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
