package planner

import (
	"time"

	"clusterctl/internal/api"
	"clusterctl/internal/jsonpatch"
)

// Budget is the most that applying a plan costs if nothing fails.
type Budget struct {
	Requests int `json:"requests"`
	// Seconds is the time spent waiting for the rate limit, plus one for the requests
	// themselves.
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

// cost counts the requests that the applier sends for a change: its own, a read before
// each one that no test operation guards, the look-up of namesakes after a create and
// before a rename, and the one that confirms a delete.
func (c Change) cost() int {
	n := len(c.Requests)
	if _, renames := c.NewName(); renames {
		n += len(c.Requests)
	}
	for _, r := range c.Requests {
		switch {
		case r.Method == "POST", r.Method == "DELETE":
			n += 2
		case r.Method == "PUT" && c.Action == Create: // a new cluster has no log configuration
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
