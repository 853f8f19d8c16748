// Package command implements the commands of clusterctl and their exit codes.
package command

import (
	"fmt"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"
)

// Main runs the program in its process and returns its exit code.
func Main(args []string) int {
	signal.Ignore(syscall.SIGPIPE) // a reader that has gone away must not kill an apply
	if err := expectDescriptors(); err != nil {
		fmt.Fprintf(os.Stderr, "error: %s\n", err)
		return exitError
	}
	return Run(args, Env{
		Stdin:      os.Stdin,
		Stdout:     os.Stdout,
		Stderr:     os.Stderr,
		Getenv:     os.Getenv,
		Environ:    os.Environ,
		Now:        time.Now,
		Transport:  http.DefaultTransport,
		Interrupts: interrupts(),
	})
}
