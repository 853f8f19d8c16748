package remote

import (
	"context"
	"net/http"
	"sync"
	"time"

	"clusterctl/internal/api"
	"clusterctl/internal/pause"
)

// limiter is a sliding window over the requests of this process. A request counts from before it
// is sent until one span after its response. The tenant sees it at some moment in between, so it
// never sees more than the limit in any span, whatever the clocks and the network do.
type limiter struct {
	rate    api.Rate
	waiting func(time.Duration)
	clock   pause.Clock

	mu       sync.Mutex
	atOnce   concurrency
	inFlight int
	answered []time.Time // within the last span, oldest first
	paused   time.Time   // nothing is sent before this time
	most     int         // requests in a span without refusals
	refusals []time.Time // within the last span, oldest first
	changed  time.Time   // when the limit was last lowered or raised
	freed    chan struct{}
}

func newLimiter(rate api.Rate, parallelism int, waiting func(time.Duration), clock pause.Clock) *limiter {
	return &limiter{rate: rate, most: rate.Requests, atOnce: newConcurrency(parallelism), waiting: waiting, clock: clock, freed: make(chan struct{})}
}

// acquire waits until a request may be sent. Nothing is sent once ctx is done.
func (l *limiter) acquire(ctx context.Context) error {
	for {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		isAcquired, delay, freed := l.tryAcquire(l.clock.Now())
		if isAcquired {
			return nil
		}
		var over <-chan time.Time
		if freed == nil {
			if l.waiting != nil {
				l.waiting(delay)
			}
			over = l.clock.After(delay)
		}
		select {
		case <-over:
		case <-freed:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}

// tryAcquire takes a place in the window. If there is none, it returns how long to wait for one,
// or a channel that is closed at the next response.
func (l *limiter) tryAcquire(now time.Time) (isAcquired bool, delay time.Duration, freed <-chan struct{}) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if now.Before(l.paused) {
		return false, l.paused.Sub(now), nil
	}
	l.answered, l.refusals = l.inSpan(l.answered, now), l.inSpan(l.refusals, now)
	l.recover(now)
	switch {
	case l.inFlight >= l.atOnce.allowed:
		return false, 0, l.freed
	case l.rate.Requests <= 0 || l.inFlight+len(l.answered) < l.rate.Requests:
		l.inFlight++
		return true, 0, nil
	case len(l.answered) == 0:
		return false, 0, l.freed
	default:
		return false, l.rate.Span - now.Sub(l.answered[0]), nil
	}
}

// release records the response to a request.
func (l *limiter) release(now time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.inFlight--
	l.answered = append(l.answered, now)
	close(l.freed)
	l.freed = make(chan struct{})
}

// observe records how long a response took.
func (l *limiter) observe(took time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.atOnce.observe(took)
}

// pause stops all requests until then.
func (l *limiter) pause(until time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if until.After(l.paused) {
		l.paused = until
	}
}

// inSpan returns the times within the last span.
func (l *limiter) inSpan(times []time.Time, now time.Time) []time.Time {
	for len(times) > 0 && now.Sub(times[0]) >= l.rate.Span {
		times = times[1:]
	}
	return times
}

// refused records a 429: another process shares the limit. What the tenant accepted from this one
// within the last span is its share, and a tenth of the limit is its least.
func (l *limiter) refused(now time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.answered, l.refusals = l.inSpan(l.answered, now), append(l.inSpan(l.refusals, now), now)
	if accepted := len(l.answered) - len(l.refusals); accepted < l.rate.Requests {
		l.rate.Requests = min(max(accepted, l.most/10, 1), l.rate.Requests)
	}
	l.changed = now
}

// recover raises a lowered limit by a tenth of the full one, after each span without a refusal:
// the other process may have ended.
func (l *limiter) recover(now time.Time) {
	if l.rate.Requests < l.most && now.Sub(l.changed) >= l.rate.Span {
		l.rate.Requests, l.changed = min(l.rate.Requests+max(l.most/10, 1), l.most), now
	}
}

// limited is a transport under a limiter.
type limited struct {
	next    http.RoundTripper
	limiter *limiter
}

func (t limited) RoundTrip(req *http.Request) (*http.Response, error) {
	if err := t.limiter.acquire(req.Context()); err != nil {
		return nil, notSent(req, err)
	}
	sent := t.limiter.clock.Now()
	defer func() { t.limiter.release(t.limiter.clock.Now()) }()
	resp, err := t.next.RoundTrip(req)
	if err == nil && isSuccess(resp.StatusCode) { // a failure may be quick
		t.limiter.observe(t.limiter.clock.Now().Sub(sent))
	}
	return resp, err
}
