// Package crash turns panics into errors. A panic in a goroutine started with this package never
// reaches the Go runtime, which would print every stack and exit with 2, the exit code of drift.
package crash

import (
	"context"
	"fmt"
	"path"
	"runtime"
	"runtime/debug"
	"strings"

	"golang.org/x/sync/errgroup"
)

// Error is a panic that was caught, which is always a bug.
type Error struct {
	// Value is what the code panicked with.
	Value any
	// Place is the innermost function of clusterctl, with its file and line.
	Place string
}

func (e *Error) Error() string {
	return fmt.Sprintf("internal error: %v, in %s (this is a bug in clusterctl; please report it with this line)", e.Value, e.Place)
}

// Catch runs work and returns its error, or its panic as an *Error, including faults in the
// mapped memory of a damaged file.
func Catch(work func() error) (err error) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		switch value := recover().(type) {
		case nil:
		case *Error: // from another goroutine, which knew the place
			err = value
		default:
			err = &Error{Value: value, Place: place()}
		}
	}()
	return work()
}

// Go runs work in a new goroutine. If it panics, failed gets the *Error.
func Go(work func(), failed func(error)) {
	go func() {
		if err := Catch(func() error { work(); return nil }); err != nil {
			failed(err)
		}
	}()
}

// Group is an errgroup.Group in which a panic is an error like any other.
type Group struct{ group *errgroup.Group }

// NewGroup returns a group that runs at most limit functions at once, and a
// context that the first error cancels.
func NewGroup(ctx context.Context, limit int) (*Group, context.Context) {
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(limit)
	return &Group{group}, ctx
}

// Go runs work in a new goroutine, once the limit allows it.
func (g *Group) Go(work func() error) { g.group.Go(func() error { return Catch(work) }) }

// Wait waits for all functions and returns their first error.
func (g *Group) Wait() error { return g.group.Wait() }

// deepest is the number of frames that place searches.
const deepest = 64

// place returns the innermost frame of clusterctl below the panic. Frames of the runtime and of
// libraries say less.
func place() string {
	const skipped = 4 // runtime.Callers, place, its caller, which recovered, and runtime.gopanic
	callers := make([]uintptr, deepest)
	frames := runtime.CallersFrames(callers[:runtime.Callers(skipped, callers)])
	for more := true; more; {
		var frame runtime.Frame
		frame, more = frames.Next()
		if strings.HasPrefix(frame.Function, "main.") || strings.HasPrefix(frame.Function, "clusterctl/") {
			return fmt.Sprintf("%s (%s:%d)", path.Base(frame.Function), path.Base(frame.File), frame.Line)
		}
	}
	return "unknown code"
}
