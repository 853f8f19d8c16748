package remote

import (
	"context"
	"errors"
	"math/rand/v2"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"clusterctl/internal/api"
	"clusterctl/internal/pause"
)

// The tenant never sees more requests than the limit in any span, whenever it sees them between
// sending and response, and no more spans pass than needed.
func TestSlidingWindow(t *testing.T) {
	t.Parallel()
	for name, latency := range map[string]time.Duration{"at once": 0, "slow": 300 * time.Millisecond} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				const requests, perSpan, workers, span = 1000, 100, 10, 10 * time.Second
				l := newLimiter(api.Rate{Requests: perSpan, Span: span}, 100, nil, pause.Clock{})
				var (
					mu    sync.Mutex
					sent  []time.Time
					group sync.WaitGroup
					jobs  = make(chan int)
				)
				begin := time.Now()
				for range workers {
					group.Go(func() {
						for range jobs {
							if err := l.acquire(t.Context()); err != nil {
								t.Error(err)
							}
							mu.Lock()
							sent = append(sent, time.Now())
							mu.Unlock()
							<-time.After(latency)
							l.release(time.Now())
						}
					})
				}
				for i := range requests {
					jobs <- i
				}
				close(jobs)
				group.Wait()

				for i := perSpan; i < len(sent); i++ {
					if d := sent[i].Sub(sent[i-perSpan]); d < span {
						t.Fatalf("request %d was sent %s after the %dth before it", i, d, perSpan)
					}
				}
				least := time.Duration((requests-1)/perSpan) * span
				if took := time.Since(begin); took > least+least/10 || took < least {
					t.Errorf("%d requests took %s, the limit allows %s", requests, took, least)
				}
			})
		})
	}
}

func TestNoLimit(t *testing.T) {
	t.Parallel()
	l := newLimiter(api.Rate{}, 100, nil, pause.Clock{})
	for range 1000 {
		if err := l.acquire(t.Context()); err != nil {
			t.Fatal(err)
		}
		l.release(time.Now())
	}
}

// A pause stops all requests and is reported.
func TestPauseStopsAllRequests(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var waits []time.Duration
		l := newLimiter(api.Rate{Requests: 10, Span: time.Second}, 100, func(d time.Duration) { waits = append(waits, d) }, pause.Clock{})
		begin := time.Now()
		l.pause(begin.Add(7 * time.Second))
		l.pause(begin.Add(3 * time.Second)) // a shorter one does not cut it
		if err := l.acquire(t.Context()); err != nil {
			t.Fatal(err)
		}
		if took := time.Since(begin); took != 7*time.Second || len(waits) != 1 || waits[0] != 7*time.Second {
			t.Errorf("waited %s, reported %v", took, waits)
		}
	})
}

// Cancelling ends a wait at once.
func TestCancelledWhileWaiting(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l := newLimiter(api.Rate{Requests: 1, Span: time.Hour}, 100, nil, pause.Clock{})
		if err := l.acquire(t.Context()); err != nil {
			t.Fatal(err)
		}
		why := errors.New("enough")
		ctx, cancel := context.WithTimeoutCause(t.Context(), time.Second, why)
		defer cancel()
		begin := time.Now()
		if err := l.acquire(ctx); !errors.Is(err, why) || time.Since(begin) != time.Second {
			t.Errorf("%v after %s", err, time.Since(begin))
		}
	})
}

func TestRetryAfter(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 3, 29, 12, 0, 0, 0, time.UTC)
	tests := map[string]struct {
		want time.Duration
		ok   bool
	}{
		"7":                             {7 * time.Second, true},
		"0":                             {0, true},
		"-3":                            {0, true},
		"999999999999":                  {longestRetryAfter, true},
		"99999999999999999999999999999": {longestRetryAfter, true},
		"-9999999999999999999999999999": {0, true},
		"Sun, 29 Mar 2026 12:00:09 GMT": {9 * time.Second, true},
		"Sun, 29 Mar 2026 11:00:00 GMT": {0, true},
		"Mon, 29 Mar 2027 12:00:00 GMT": {longestRetryAfter, true},
		"Mon, 29 Mar 9999 12:00:00 GMT": {longestRetryAfter, true},
		"":                              {0, false},
		"soon":                          {0, false},
	}
	for header, tt := range tests {
		if got, ok := retryAfter(header, now); got != tt.want || ok != tt.ok {
			t.Errorf("%q: %s, %t; want %s, %t", header, got, ok, tt.want, tt.ok)
		}
	}
}

func TestBackoffDoublesUpToItsCap(t *testing.T) {
	t.Parallel()
	for attempt, most := range []time.Duration{500 * time.Millisecond, time.Second, 2 * time.Second, 4 * time.Second, 8 * time.Second, maxBackoff, maxBackoff} {
		if d := (retrying{jitter: rand.N[time.Duration]}).backoff(attempt); d < most/2 || d >= most {
			t.Errorf("attempt %d: %s, want from %s to %s", attempt, d, most/2, most)
		}
	}
	if d := (retrying{jitter: rand.N[time.Duration]}).backoff(1 << 30); d > maxBackoff {
		t.Errorf("a late attempt: %s", d)
	}
}

func TestTokensAreRenewedAheadOfTheirEnd(t *testing.T) {
	t.Parallel()
	asked := time.Date(2026, 3, 29, 12, 0, 0, 0, time.UTC)
	for life, ahead := range map[time.Duration]time.Duration{
		15 * time.Second: 1500 * time.Millisecond,
		12 * time.Minute: 30 * time.Second,
		12 * time.Hour:   30 * time.Second,
	} {
		if got := asked.Add(life).Sub(renewAt(asked, asked.Add(life))); got != ahead {
			t.Errorf("a token of %s is renewed %s ahead, want %s", life, got, ahead)
		}
	}
	if !renewAt(asked, time.Time{}).After(asked.Add(12 * time.Hour)) {
		t.Error("a token without an end is renewed")
	}
}
