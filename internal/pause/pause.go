// Package pause waits for a time that a context may cut short.
package pause

import (
	"context"
	"time"
)

// For returns nil after d, or the cause for which ctx ended before.
func For(ctx context.Context, d time.Duration) error {
	select {
	case <-time.After(d):
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}
