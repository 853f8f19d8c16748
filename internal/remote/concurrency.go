package remote

import "time"

// startAtOnce is how many requests are in flight at once before it is known how the tenant
// responds, and the least that a slow tenant gets.
const startAtOnce = 10

// concurrency decides how many requests may be in flight at once. It raises the number while
// responses stay as fast as they were, and lowers it when they take twice as long: then the
// requests only wait for each other.
type concurrency struct {
	allowed, least, most int
	// responses and total are those of the current window, of as many responses as were allowed.
	responses int
	total     time.Duration
	fastest   time.Duration // the mean of the fastest window; 0 before the first
}

func newConcurrency(most int) concurrency {
	start := min(most, startAtOnce)
	return concurrency{allowed: start, least: start, most: most}
}

// observe records how long a response took.
func (c *concurrency) observe(took time.Duration) {
	c.responses++
	c.total += took
	if c.responses < c.allowed {
		return
	}
	mean := c.total / time.Duration(c.responses)
	c.responses, c.total = 0, 0
	if c.fastest == 0 || mean < c.fastest {
		c.fastest = mean
	}
	switch {
	case 2*mean <= 3*c.fastest:
		c.allowed = min(c.most, c.allowed+(c.allowed+1)/2)
	case mean > 2*c.fastest:
		c.allowed = max(c.least, c.allowed*3/4)
	}
}
