package remote

import (
	"context"
	"net/http"
	"sync"
	"time"

	"clusterctl/internal/api"
)

// limiter is a sliding window over the requests of this process. A request counts from before it
// is sent until one span after its response. The tenant sees it at some moment in between, so it
// never sees more than the limit in any span, whatever the clocks and the network do.
type limiter struct {
	rate    api.Rate
	waiting func(time.Duration)

	mu       sync.Mutex
	atOnce   concurrency
	inFlight int
	answered []time.Time // within the last span, oldest first
	paused   time.Time   // nothing is sent before this time
	shrunk   time.Time   // when the limit was last lowered
	freed    chan struct{}
}

func newLimiter(rate api.Rate, parallelism int, waiting func(time.Duration)) *limiter {
	return &limiter{rate: rate, atOnce: newConcurrency(parallelism), waiting: waiting, freed: make(chan struct{})}
}

// acquire waits until a request may be sent. Nothing is sent once ctx is done.
func (l *limiter) acquire(ctx context.Context) error {
	for {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		isAcquired, delay, freed := l.tryAcquire(time.Now())
		if isAcquired {
			return nil
		}
		var over <-chan time.Time
		if freed == nil {
			if l.waiting != nil {
				l.waiting(delay)
			}
			over = time.After(delay)
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
	for len(l.answered) > 0 && now.Sub(l.answered[0]) >= l.rate.Span {
		l.answered = l.answered[1:]
	}
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

// release records the response to a request, and how long it took.
func (l *limiter) release(now time.Time, took time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.inFlight--
	l.atOnce.observe(took)
	l.answered = append(l.answered, now)
	close(l.freed)
	l.freed = make(chan struct{})
}

// pause stops all requests until then.
func (l *limiter) pause(until time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if until.After(l.paused) {
		l.paused = until
	}
}

// refused records a 429: another process shares the limit, so this one uses three quarters of it
// for the rest of the run. Concurrent requests that are refused together count once.
func (l *limiter) refused(now time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if now.Before(l.shrunk.Add(shrinkEvery)) || l.rate.Requests <= 1 {
		return
	}
	l.shrunk = now
	l.rate.Requests -= (l.rate.Requests + 3) / 4
}

// shrinkEvery is the time in which several refusals count as one.
const shrinkEvery = time.Second

// limited is a transport under a limiter.
type limited struct {
	next    http.RoundTripper
	limiter *limiter
}

func (t limited) RoundTrip(req *http.Request) (*http.Response, error) {
	if err := t.limiter.acquire(req.Context()); err != nil {
		return nil, notSent(req, err)
	}
	sent := time.Now()
	defer func() { t.limiter.release(time.Now(), time.Since(sent)) }()
	return t.next.RoundTrip(req)
}
