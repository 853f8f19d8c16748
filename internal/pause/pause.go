// Package pause waits for a duration or until a context ends.
package pause

import (
	"context"
	"time"
)

// For returns nil after d, or the cause of ctx if it ends first.
func For(ctx context.Context, d time.Duration) error {
	select {
	case <-time.After(d):
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}
