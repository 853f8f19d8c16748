package planner

import (
	"time"

	"clusterctl/internal/api"
	"clusterctl/internal/cluster"
	"clusterctl/internal/jsonpatch"
)

// CreateBatch is the number of creates that look up their names together.
const CreateBatch = 50

// Budget is the most that applying a plan costs if nothing fails.
type Budget struct {
	Requests int `json:"requests"`
	// Seconds is the time spent waiting for the rate limit, plus one for the requests
	// themselves.
	Seconds int `json:"seconds"`
}

func budget(changes []Change, live cluster.Snapshot, rate api.Rate) Budget {
	n := lookUps(changes, live)
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

// lookUps counts the requests that look up the names of creates, before and after each
// batch: one filtered listing per name or one full listing, whichever needs fewer.
func lookUps(changes []Change, live cluster.Snapshot) (requests int) {
	left := 0
	for _, c := range changes {
		if c.Action == Create {
			left++
		}
	}
	rows := len(live.Clusters)
	pages := pagesOf(rows)
	for ; left > 0; left -= CreateBatch {
		names := min(left, CreateBatch)
		for _, created := range []int{0, names} {
			if rows += created; live.FiltersByName && names < pages {
				requests += names
				continue
			}
			pages = pagesOf(rows)
			requests += pages
		}
	}
	return requests
}

func pagesOf(rows int) int { return max(1, (rows+api.MaxPage-1)/api.MaxPage) }

// cost counts the requests that the applier sends for a change, without those of lookUps:
// its own, a read before each one that no test operation guards, the look-up of namesakes
// before a rename, and the one that confirms a delete.
func (c Change) cost() int {
	n := len(c.Requests)
	if _, renames := c.NewName(); renames {
		n += len(c.Requests)
	}
	for _, r := range c.Requests {
		switch {
		case r.Method == "DELETE":
			n += 2
		case c.Action == Create: // the response to the POST shows the rest
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
