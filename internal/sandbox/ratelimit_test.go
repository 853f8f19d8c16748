package sandbox

import (
	"net/http"
	"testing"
	"time"

	"clusterctl/internal/api"
)

func TestLimiterIsASlidingWindow(t *testing.T) {
	t.Parallel()
	clock := newClock()
	l := newLimiter(2, 10*time.Second)
	steps := []struct {
		after time.Duration
		ok    bool
		wait  time.Duration
	}{
		{0, true, 0},
		{6 * time.Second, true, 0},
		{1 * time.Second, false, 3 * time.Second},
		{3*time.Second - 1, false, 1},
		{1, true, 0}, // the first has left the window just now
		{5 * time.Second, false, 1 * time.Second},
		{1 * time.Second, true, 0},
	}
	for i, step := range steps {
		clock.advance(step.after)
		wait, ok := l.take("me", clock.Now())
		if ok != step.ok || wait != step.wait {
			t.Errorf("step %d: %s, %v, want %s, %v", i, wait, ok, step.wait, step.ok)
		}
	}
}

func TestRateLimit(t *testing.T) {
	t.Parallel()
	clock := newClock()
	p := serve(t, Options{Now: clock.Now, RateLimit: 2, RateSpan: 10 * time.Second})
	other := p.as("other")
	p.want(p.get("/v3/managed-clusters"), http.StatusOK)
	clock.advance(1500 * time.Millisecond)
	p.want(p.get("/v3/managed-clusters"), http.StatusOK)
	r := p.get("/v3/managed-clusters")
	p.want(r, http.StatusTooManyRequests)
	if got := decode[messageBody](t, r); got.Message != " Rate Limit Exceeded " {
		t.Errorf("got %s", r.body)
	}
	if got := r.header.Get("Retry-After"); got != "9" {
		t.Errorf("Retry-After is %q, want 8.5 s rounded up", got)
	}
	// Clients and versions are counted apart, tokens and info not at all.
	other.want(other.get("/v3/managed-clusters"), http.StatusOK)
	p.want(p.get("/beta/managed-clusters"), http.StatusOK)
	p.want(p.as("tester").get(api.InfoPath), http.StatusOK)
	clock.advance(8500 * time.Millisecond)
	p.want(p.get("/v3/managed-clusters"), http.StatusOK)
}

func TestRateLimitIs100In10SecondsUnlessStated(t *testing.T) {
	t.Parallel()
	o := Options{}.withDefaults()
	if o.RateLimit != 100 || o.RateSpan != 10*time.Second || o.TokenLifetime != 12*time.Minute {
		t.Errorf("got %+v", o)
	}
}
