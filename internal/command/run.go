package command

import (
	"context"
	"fmt"
	"os"
	"slices"
	"time"

	"clusterctl/internal/cli"
	"clusterctl/internal/crash"
	"clusterctl/internal/escape"
)

// run runs one command line and returns the exit code. No panic gets past it.
func run(args []string, e env) (code int) {
	e = e.masked()
	if err := crash.Catch(func() error { code = supervise(args, e); return nil }); err != nil {
		return e.lastWords(err)
	}
	return code
}

// supervise runs a command in a goroutine, so that the program ends on request whatever
// the command waits for.
func supervise(args []string, e env) int {
	e.Log = newLogger(e.Stderr, cli.Peek(args, e.Getenv, "log-format"), e.Now)
	e.Ending = newEnding()
	ctx, interrupt := context.WithCancelCause(context.Background())
	defer interrupt(nil)
	ended := make(chan int, 1)
	crash.Go(func() { ended <- runCommand(ctx, args, e) }, func(err error) { ended <- e.lastWords(err) })
	return e.await(ended, interrupt)
}

// runCommand runs the command and reports its error or panic.
func runCommand(ctx context.Context, args []string, e env) int {
	err := crash.Catch(func() error { return newApp(e).Run(ctx, args) })
	if !e.Ending.claim() {
		return exitCode(err)
	}
	return reportError(e.Log, err)
}

// lastWords reports a panic of the reporting itself.
func (e env) lastWords(err error) int {
	_ = crash.Catch(func() error {
		_, failed := fmt.Fprintf(e.Stderr, "error: %s\n", escape.Text(err.Error()))
		return failed
	})
	return exitError
}

const (
	// grace is the time that an apply has to report after the second interrupt.
	grace = 2 * time.Second
	// lastWait bounds the writing of the last line, as to a full pipe.
	lastWait = time.Second
)

// await waits for the command. The first interrupt cancels its context. The second ends
// the program, but leaves an apply the time to report. A signal of a crash ends it at
// once.
func (e env) await(ended <-chan int, interrupt context.CancelCauseFunc) int {
	var patience <-chan time.Time
	for interrupts := 0; ; {
		select {
		case code := <-ended:
			return code
		case <-patience:
			return e.endNow(errInterrupted)
		case signal := <-e.Interrupts:
			if isCrash(signal) {
				return e.endNow(fmt.Errorf("ended by signal %q", signal))
			}
			switch interrupts++; {
			case interrupts == 1:
				close(e.Ending.first)
				interrupt(errInterrupted)
			case interrupts == 2 && e.Ending.isApplying.Load():
				close(e.Ending.second)
				patience = time.After(grace)
			default:
				return e.endNow(errInterrupted)
			}
		}
	}
}

// endNow ends the program without its command, and says why unless the command does.
func (e env) endNow(cause error) int {
	code := e.Ending.code()
	if !e.Ending.claim() {
		return code
	}
	reported := make(chan struct{})
	crash.Go(func() {
		reportError(e.Log, &statusError{code, cause})
		close(reported)
	}, func(error) { close(reported) })
	select {
	case <-reported:
	case <-time.After(lastWait):
	}
	return code
}

// isCrash reports whether a signal is one for which the Go runtime would print all
// stacks and exit with 2.
func isCrash(signal os.Signal) bool { return slices.Contains(crashSignals(), signal) }
