package remote

import (
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"clusterctl/internal/api"
	"clusterctl/internal/pause"
)

// observeMany records windows of responses that take as long as a function says of the number
// that is allowed.
func observeMany(c *concurrency, windows int, took func(allowed int) time.Duration) {
	for range windows {
		for range c.allowed {
			c.observe(took(c.allowed))
		}
	}
}

// The number at once grows to the most while responses stay fast, and falls to the least when
// they slow down.
func TestConcurrencyFollowsTheTenant(t *testing.T) {
	t.Parallel()
	const ms = time.Millisecond
	for name, tt := range map[string]struct {
		most  int
		first func(int) time.Duration
		then  func(int) time.Duration
		want  int
	}{
		"a fast tenant":                    {50, constantly(50 * ms), constantly(50 * ms), 50},
		"a tenant in memory":               {50, constantly(0), constantly(0), 50},
		"one at a time":                    {1, constantly(50 * ms), constantly(500 * ms), 1},
		"a tenant that slows down":         {50, constantly(50 * ms), constantly(101 * ms), 10},
		"a tenant that is slower for once": {50, constantly(50 * ms), constantly(75 * ms), 50},
		"a tenant that recovers":           {50, constantly(500 * ms), constantly(50 * ms), 50},
		"a tenant that works on 20 at once": {50, constantly(50 * ms), func(allowed int) time.Duration {
			return 50 * ms * time.Duration(max(20, allowed)) / 20
		}, 37},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := newConcurrency(tt.most)
			observeMany(&c, 20, tt.first)
			observeMany(&c, 20, tt.then)
			if c.allowed != tt.want {
				t.Errorf("%d at once, want %d", c.allowed, tt.want)
			}
		})
	}
}

func constantly(took time.Duration) func(int) time.Duration {
	return func(int) time.Duration { return took }
}

// There are never more requests in flight than allowed, and all are sent.
func TestAtMostTheAllowedAreInFlight(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		const latency = 50 * time.Millisecond
		l := newLimiter(api.Rate{}, 50, nil, pause.Clock{})
		var (
			mu             sync.Mutex
			inFlight, most int
			group          sync.WaitGroup
		)
		begin := time.Now()
		for range 1000 {
			group.Go(func() {
				if err := l.acquire(t.Context()); err != nil {
					t.Error(err)
				}
				mu.Lock()
				inFlight++
				most = max(most, inFlight)
				mu.Unlock()
				<-time.After(latency)
				mu.Lock()
				inFlight--
				mu.Unlock()
				l.observe(latency)
				l.release(time.Now())
			})
		}
		group.Wait()
		if took := time.Since(begin); most != 50 || took > 30*latency {
			t.Errorf("%d at once, and it took %s", most, took)
		}
	})
}
