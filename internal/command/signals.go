package command

import (
	"os"
	"os/signal"
	"slices"
	"syscall"
)

// interrupts delivers the signals that ask the program to end, and those that
// would otherwise end it with exit code 2. A SIGHUP that nohup has turned off
// stays off.
func interrupts() <-chan os.Signal {
	delivered := make(chan os.Signal, 8)
	signal.Notify(delivered, append(fatalSignals(), os.Interrupt, syscall.SIGTERM)...)
	if !signal.Ignored(syscall.SIGHUP) {
		signal.Notify(delivered, syscall.SIGHUP)
	}
	return delivered
}

// fatalSignals are those on which the Go runtime prints all stacks and exits with
// 2, when another process sends them.
func fatalSignals() []os.Signal {
	return append([]os.Signal{
		syscall.SIGQUIT, syscall.SIGILL, syscall.SIGTRAP, syscall.SIGABRT,
		syscall.SIGBUS, syscall.SIGFPE, syscall.SIGSEGV,
	}, fatalSignalsOfSystem()...)
}

// isFatal reports whether a signal would make the Go runtime print all stacks and exit
// with 2.
func isFatal(signal os.Signal) bool { return slices.Contains(fatalSignals(), signal) }
