package rehearsal

import (
	"sync"
	"time"

	"clusterctl/internal/pause"
)

// clock is a virtual clock. It advances only by waits, which end at once.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

// advance waits for a duration.
func (c *clock) advance(d time.Duration) time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(max(d, 0))
	return c.now
}

func (c *clock) pauses() pause.Clock {
	return pause.Clock{Time: c.Now, Timer: func(d time.Duration) <-chan time.Time {
		over := make(chan time.Time, 1)
		over <- c.advance(d)
		return over
	}}
}
