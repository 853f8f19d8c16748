package command

import (
	"fmt"
	"maps"
	"sync"
	"time"

	"clusterctl/internal/api"
	"clusterctl/internal/applier"
	"clusterctl/internal/cluster"
	"clusterctl/internal/desired"
	"clusterctl/internal/drift"
	"clusterctl/internal/planner"
	"clusterctl/internal/remote"
)

// runFacts are the findings and results of a run. Those that it did not reach are nil or
// empty.
type runFacts struct {
	// tenant is the name in the files, or else that of the tenant, or its address.
	tenant   string
	requests map[requestKind]int
	retries  int
	listed   *cluster.Snapshot
	// state is what the files declare, once a plan was made of it.
	state  *desired.State
	plan   *planner.Plan
	drift  *drift.Report
	result *applier.Result
}

// requestKind is a method, and a class of answers such as 2xx.
type requestKind struct{ method, class string }

// traffic counts requests, which are sent from many goroutines.
type traffic struct {
	mu       sync.Mutex
	requests map[requestKind]int
	retries  int
}

// counting returns an observer that also counts requests.
func (t *traffic) counting(next remote.Observer) remote.Observer {
	observe := next.Exchange
	next.Exchange = func(x api.Exchange, took time.Duration) {
		t.mu.Lock()
		t.requests[requestKind{x.Method, statusClass(x.Status)}]++
		t.mu.Unlock()
		if observe != nil {
			observe(x, took)
		}
	}
	next.Repeating = func() {
		t.mu.Lock()
		defer t.mu.Unlock()
		t.retries++
	}
	return next
}

func (t *traffic) counts() (requests map[requestKind]int, retries int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return maps.Clone(t.requests), t.retries
}

// statusClass returns a class such as 2xx, or none. A tenant cannot make more series than
// these six.
func statusClass(status int) string {
	if status < 100 || status > 599 {
		return "none"
	}
	return fmt.Sprintf("%dxx", status/100)
}
