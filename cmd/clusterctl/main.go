// Command clusterctl keeps the managed clusters of a SailPoint Identity
// Security Cloud tenant as a file says.
package main

import (
	"fmt"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"
)

func main() {
	// A reader that has gone away must not kill an apply that is under way:
	// writing to it becomes an error.
	signal.Ignore(syscall.SIGPIPE)
	if err := expectDescriptors(); err != nil {
		fmt.Fprintf(os.Stderr, "error: %s\n", err)
		os.Exit(exitError)
	}
	os.Exit(run(os.Args, env{
		Stdin:      os.Stdin,
		Stdout:     os.Stdout,
		Stderr:     os.Stderr,
		Getenv:     os.Getenv,
		Now:        time.Now,
		Transport:  http.DefaultTransport,
		Interrupts: interrupts(),
	}))
}
