package main

import (
	"context"
	"errors"
	"io"
	"net/http"
	"os"
	"time"

	"clusterctl/internal/render"
)

// env is the world that a command runs in; tests bring their own.
type env struct {
	Stdin     io.Reader
	Stdout    io.Writer
	Stderr    io.Writer
	Getenv    func(string) string
	Now       func() time.Time
	Transport http.RoundTripper
	// Masker learns what must not be put out; both streams go through it.
	Masker *render.Masker
	// Log tells on standard error what is no part of the report.
	Log logger
	// Meter counts what a run does; nil where nobody asked for metrics.
	Meter *meter
	// Interrupts delivers what asks the program to end.
	Interrupts <-chan os.Signal
}

// masked puts a masker in front of both streams.
func (e env) masked() env {
	e.Masker = new(render.Masker)
	e.Stdout, e.Stderr = e.Masker.Writer(e.Stdout), e.Masker.Writer(e.Stderr)
	return e
}

// errInterrupted and errDeadline are why a run was ended before its end.
var (
	errInterrupted = errors.New("interrupted")
	errDeadline    = errors.New("deadline")
)

// interruptible returns a channel that the first interrupt closes, and a
// context that the second one cancels.
func (e env) interruptible(ctx context.Context) (stop <-chan struct{}, hard context.Context, done func()) {
	hard, cancel := context.WithCancelCause(ctx)
	first := make(chan struct{})
	go func() {
		select {
		case <-e.Interrupts:
			close(first)
		case <-hard.Done():
			return
		}
		select {
		case <-e.Interrupts:
			cancel(errInterrupted)
		case <-hard.Done():
		}
	}()
	return first, hard, func() { cancel(nil) }
}

// cancelled returns a context that the first interrupt cancels.
func (e env) cancelled(ctx context.Context) (context.Context, func()) {
	stop, ctx, done := e.interruptible(ctx)
	return untilClosed(ctx, stop), done
}

// untilClosed returns a context that is cancelled once stop is closed.
func untilClosed(ctx context.Context, stop <-chan struct{}) context.Context {
	ctx, cancel := context.WithCancelCause(ctx)
	go func() {
		select {
		case <-stop:
			cancel(errInterrupted)
		case <-ctx.Done():
		}
	}()
	return ctx
}
