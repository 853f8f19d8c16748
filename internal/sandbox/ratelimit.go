package sandbox

import (
	"sync"
	"time"
)

// limiter is a sliding window per key: at most limit requests pass in any span. Refused requests
// do not count.
type limiter struct {
	limit int
	span  time.Duration

	mu     sync.Mutex
	passed map[string][]time.Time
}

func newLimiter(limit int, span time.Duration) *limiter {
	return &limiter{limit: limit, span: span, passed: map[string][]time.Time{}}
}

// take lets a request pass, or returns how long to wait for the next. A negative limit lets every
// request pass.
func (l *limiter) take(key string, now time.Time) (wait time.Duration, ok bool) {
	if l.limit < 0 {
		return 0, true
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	recent := l.passed[key]
	for len(recent) > 0 && !now.Before(recent[0].Add(l.span)) {
		recent = recent[1:]
	}
	if len(recent) >= l.limit {
		l.passed[key] = recent
		return recent[0].Add(l.span).Sub(now), false
	}
	l.passed[key] = append(recent, now)
	return 0, true
}
