package command

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"clusterctl/internal/crash"
)

// errInterrupted and errDeadline are why a run was ended before its end.
var (
	errInterrupted = errors.New("interrupted")
	errDeadline    = errors.New("deadline")
)

// ending is how far the program was asked to end.
type ending struct {
	// first and second are closed by the first and the second interrupt.
	first, second chan struct{}
	// isApplying is set once a plan is being run.
	isApplying atomic.Bool
	claimed    atomic.Bool
}

func newEnding() *ending { return &ending{first: make(chan struct{}), second: make(chan struct{})} }

// claim reports whether the caller is to report how the program ends: one caller is.
func (n *ending) claim() bool { return n.claimed.CompareAndSwap(false, true) }

// code is the exit code of a program that is ended before its command.
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
	return fmt.Errorf("the %w of %s has passed", errDeadline, deadline)
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

// bounded runs work that may block for good, such as reading a pipe, until ctx is done.
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
