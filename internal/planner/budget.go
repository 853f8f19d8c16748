package planner

import (
	"time"

	"clusterctl/internal/api"
	"clusterctl/internal/jsonpatch"
)

// Budget is what applying a plan costs at the most where nothing fails.
type Budget struct {
	Requests int `json:"requests"`
	// Seconds is the time spent waiting for the rate limit, and one more for
	// the requests themselves.
	Seconds int `json:"seconds"`
}

func budget(changes []Change, rate api.Rate) Budget {
	n := 0
	for _, c := range changes {
		n += c.cost()
	}
	if n == 0 {
		return Budget{}
	}
	b := Budget{Requests: n, Seconds: 1}
	if rate.Requests > 0 {
		spans := (n - 1) / rate.Requests
		b.Seconds += int((time.Duration(spans) * rate.Span).Seconds())
	}
	return b
}

// cost counts the requests that the applier sends for a change: its own, a look before
// each one that no test operation guards, the look-up of a namesake after a creation and
// before a renaming, and the one that shows that a deleted cluster is gone.
func (c Change) cost() int {
	n := len(c.Requests)
	if _, renames := c.NewName(); renames {
		n += len(c.Requests)
	}
	for _, r := range c.Requests {
		switch {
		case r.Method == "POST", r.Method == "DELETE":
			n += 2
		case r.Method == "PUT" && c.Action == Create: // it has none yet
		case !r.isGuarded():
			n++
		}
	}
	return n
}

// isGuarded reports whether test operations cover all that the request writes.
func (r Request) isGuarded() bool {
	if r.Method != "PATCH" {
		return false
	}
	patch, err := jsonpatch.Parse(r.Body)
	return err == nil && patch.IsGuarded()
}
