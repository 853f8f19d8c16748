package command

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"clusterctl/internal/cli"
	"clusterctl/internal/crash"
	"clusterctl/internal/escape"
)

// Run runs one command line and returns the exit code. It recovers from panics.
func Run(args []string, in Env) (code int) {
	e := in.masked()
	if err := crash.Catch(func() error { code = supervise(args, e); return nil }); err != nil {
		return e.reportPanic(err)
	}
	return code
}

// supervise ends the program on request, even if the command is blocked.
func supervise(args []string, e env) int {
	e.Log = newLogger(e.Stderr, cli.Peek(args, e.Getenv, "log-format"), e.Now)
	e.Ending = &ending{first: make(chan struct{}), second: make(chan struct{})}
	ctx, interrupt := context.WithCancelCause(context.Background())
	defer interrupt(nil)
	ended := make(chan int, 1)
	crash.Go(func() { ended <- runCommand(ctx, args, e) }, func(err error) { ended <- e.reportPanic(err) })
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

// reportPanic reports a panic of the reporting itself.
func (e env) reportPanic(err error) int {
	_ = crash.Catch(func() error {
		_, failed := fmt.Fprintf(e.Stderr, "error: %s\n", escape.Text(err.Error()))
		return failed
	})
	return exitError
}

const (
	// reportGrace is the time that an apply has to report after the second interrupt.
	reportGrace = 2 * time.Second
	// lastWait bounds the writing of the last line, as to a full pipe.
	lastWait = time.Second
)

// await waits for the command. The first interrupt cancels its context. The second ends
// the program, but leaves an apply the time to report. A fatal signal ends it at
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
			if isFatal(signal) {
				return e.endNow(fmt.Errorf("ended by signal %q", signal))
			}
			switch interrupts++; {
			case interrupts == 1:
				close(e.Ending.first)
				interrupt(errInterrupted)
			case interrupts == 2 && e.Ending.isApplying.Load():
				close(e.Ending.second)
				patience = time.After(reportGrace)
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

// errInterrupted and errDeadline are the reasons for ending a run early.
var (
	errInterrupted = errors.New("interrupted")
	errDeadline    = errors.New("deadline")
)

// ending holds the requests to end the program.
type ending struct {
	// first and second are closed by the first and the second interrupt.
	first, second chan struct{}
	// isApplying is set once a plan is being run.
	isApplying atomic.Bool
	claimed    atomic.Bool
}

// claim reports whether the caller must report how the program ends. Only the first caller
// must.
func (n *ending) claim() bool { return n.claimed.CompareAndSwap(false, true) }

// code returns the exit code of a program that ends before its command.
func (n *ending) code() int {
	if n.isApplying.Load() {
		return exitIncomplete
	}
	return exitError
}

// next returns a channel that the next interrupt closes.
func (n *ending) next() <-chan struct{} {
	select {
	case <-n.first:
		return n.second
	default:
		return n.first
	}
}

func withDeadline(ctx context.Context, deadline time.Duration) (context.Context, context.CancelFunc) {
	if deadline <= 0 {
		return context.WithCancel(ctx)
	}
	return context.WithTimeoutCause(ctx, deadline, passed(deadline))
}

func passed(deadline time.Duration) error {
	return fmt.Errorf("%w of %s exceeded", errDeadline, deadline)
}

// beyondInterrupt returns a context that only the second interrupt and the deadline of
// ctx cancel.
func (n *ending) beyondInterrupt(ctx context.Context, deadline time.Duration) (context.Context, context.CancelFunc) {
	at, bounded := ctx.Deadline()
	ctx, cancel := untilClosed(context.WithoutCancel(ctx), n.second)
	if !bounded {
		return ctx, cancel
	}
	ctx, cancelDeadline := context.WithDeadlineCause(ctx, at, passed(deadline))
	return ctx, func() { cancelDeadline(); cancel() }
}

// untilClosed returns a context that is cancelled once stop is closed.
func untilClosed(ctx context.Context, stop <-chan struct{}) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancelCause(ctx)
	crash.Go(func() {
		select {
		case <-stop:
			cancel(errInterrupted)
		case <-ctx.Done():
		}
	}, cancel)
	return ctx, func() { cancel(nil) }
}

// bounded runs work that may block forever, such as reading a pipe, until ctx is done.
func bounded[T any](ctx context.Context, work func() (T, error)) (T, error) {
	type result struct {
		value T
		err   error
	}
	done := make(chan result, 1)
	crash.Go(func() {
		value, err := work()
		done <- result{value, err}
	}, func(err error) { done <- result{err: err} })
	select {
	case r := <-done:
		return r.value, r.err
	case <-ctx.Done():
		var none T
		return none, context.Cause(ctx)
	}
}
