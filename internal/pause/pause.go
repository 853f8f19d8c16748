// Package pause waits for a duration or until a context ends.
package pause

import (
	"context"
	"time"
)

// Clock returns the time and waits. The zero Clock is that of the machine.
type Clock struct {
	// Time returns the current time; nil is time.Now.
	Time func() time.Time
	// Timer returns a channel that receives once a duration has passed; nil is time.After.
	Timer func(time.Duration) <-chan time.Time
}

// Now returns the current time.
func (c Clock) Now() time.Time {
	if c.Time == nil {
		return time.Now()
	}
	return c.Time()
}

// After returns a channel that receives once d has passed.
func (c Clock) After(d time.Duration) <-chan time.Time {
	if c.Timer == nil {
		return time.After(d)
	}
	return c.Timer(d)
}

// For returns nil after d, or the cause of ctx if it ends first.
func (c Clock) For(ctx context.Context, d time.Duration) error {
	select {
	case <-c.After(d):
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// For waits on the clock of the machine.
func For(ctx context.Context, d time.Duration) error { return Clock{}.For(ctx, d) }
