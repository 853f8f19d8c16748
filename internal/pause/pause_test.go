package pause_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"clusterctl/internal/pause"
)

var errStopped = errors.New("stopped")

func TestFor(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		stopAfter time.Duration
		took      time.Duration
		want      error
	}{
		"the whole pause": {2 * time.Minute, time.Minute, nil},
		"cut short":       {time.Second, time.Second, errStopped},
		"already over":    {0, 0, errStopped},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				ctx, stop := context.WithCancelCause(t.Context())
				if tt.stopAfter == 0 {
					stop(errStopped)
				}
				time.AfterFunc(tt.stopAfter, func() { stop(errStopped) })
				began := time.Now()
				err := pause.For(ctx, time.Minute)
				if took := time.Since(began); !errors.Is(err, tt.want) || took != tt.took {
					t.Errorf("%v after %s, want %v after %s", err, took, tt.want, tt.took)
				}
			})
		})
	}
}
