package command

import (
	"fmt"
	"sync"
	"time"

	"clusterctl/internal/applier"
	"clusterctl/internal/cluster"
	"clusterctl/internal/drift"
	"clusterctl/internal/planner"
	"clusterctl/internal/remote"
)

// meter notes what a run finds and does, for --metrics-file. A nil one notes
// nothing, so that nobody has to ask whether metrics are wanted.
type meter struct {
	command string
	started time.Time

	mu       sync.Mutex // the client tells of its requests from many goroutines
	requests map[answered]int
	repeated int

	// What follows is told by the run itself, and nil or empty until it is.
	tenant   string
	listed   *cluster.Snapshot
	declared *int
	plan     *planner.Plan
	drift    *drift.Report
	result   *applier.Result
}

// answered is a kind of request and of its answer.
type answered struct{ method, class string }

func newMeter(command string, started time.Time) *meter {
	return &meter{command: command, started: started, requests: make(map[answered]int)}
}

// observing is an observer that notes requests, too.
func (m *meter) observing(next remote.Observer) remote.Observer {
	if m == nil {
		return next
	}
	tell := next.Exchange
	next.Exchange = func(x cluster.Exchange, took time.Duration) {
		m.exchanged(x)
		if tell != nil {
			tell(x, took)
		}
	}
	next.Repeating = func() {
		m.mu.Lock()
		defer m.mu.Unlock()
		m.repeated++
	}
	return next
}

func (m *meter) exchanged(x cluster.Exchange) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.requests[answered{x.Method, statusClass(x.Status)}]++
}

// statusClass is 2xx and the like. A tenant cannot make more than these.
func statusClass(status int) string {
	if status < 100 || status > 599 {
		return "none"
	}
	return fmt.Sprintf("%dxx", status/100)
}

// isOf notes the tenant that the files name, or else the one that was reached.
func (m *meter) isOf(tenant string) {
	if m != nil && m.tenant == "" {
		m.tenant = tenant
	}
}

// read notes what was found at the tenant.
func (m *meter) read(s cluster.Snapshot) {
	if m != nil {
		m.listed = &s
	}
}

// declares notes how many clusters the files declare.
func (m *meter) declares(n int) {
	if m != nil {
		m.declared = &n
	}
}

func (m *meter) planned(p planner.Plan) {
	if m != nil {
		m.plan = &p
	}
}

func (m *meter) drifted(d drift.Report) {
	if m != nil {
		m.drift = &d
	}
}

func (m *meter) applied(r applier.Result) {
	if m != nil {
		m.result = &r
	}
}
