package applier

import (
	"slices"
	"sync"
	"sync/atomic"

	"clusterctl/internal/cluster"
)

// Preexisting are the clusters that existed before a run, as far as they were listed.
type Preexisting struct {
	IDs []string
	// Complete reports whether a verified listing of the whole tenant returned
	// the ids. Otherwise an id that is not among them may belong to an older
	// cluster, and the run deletes no cluster as one of its own.
	Complete bool
}

// PreexistingOf returns what a snapshot of the whole tenant, or of one name, says
// about the clusters that exist.
func PreexistingOf(s cluster.Snapshot, isWhole bool) Preexisting {
	p := Preexisting{Complete: isWhole && s.Listing.Verified}
	for _, live := range s.Clusters {
		p.IDs = append(p.IDs, live.ID)
	}
	return p
}

// ledger is what the changes of one run know together. It is safe for
// concurrent use.
type ledger struct {
	complete bool
	// refusesTests is set once the tenant was seen to refuse test operations.
	refusesTests atomic.Bool
	// takesTests is set once it did a patch with some: a refusal is for something else
	// then, and no patch is sent without its tests.
	takesTests atomic.Bool
	moments    atomic.Int64

	mu sync.Mutex
	// existing are the ids of the clusters that existed before the run created
	// any of their name.
	existing map[string]bool
	assigned map[string]bool // the ids that creations were answered with
	created  []creation
}

// creation is a cluster that the run is known to have created.
type creation struct {
	id, name string
	sentAt   int64 // the moment at which its POST was sent
}

func newLedger(known Preexisting) *ledger {
	l := &ledger{complete: known.Complete, existing: map[string]bool{}, assigned: map[string]bool{}}
	for _, id := range known.IDs {
		l.existing[id] = true
	}
	return l
}

// moment returns the next number in the order of what the run sends and learns.
func (l *ledger) moment() int64 { return l.moments.Add(1) }

// exists notes clusters that were found before the run created one of their name.
func (l *ledger) exists(named []cluster.Live) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, live := range named {
		l.existing[live.ID] = true
	}
}

// existed reports whether a cluster existed before the run.
func (l *ledger) existed(id string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.existing[id]
}

// assign assigns an id to the one cluster that a POST created. It returns false if
// the id belongs to another cluster.
func (l *ledger) assign(id string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if id == "" || l.existing[id] || l.assigned[id] {
		return false
	}
	l.assigned[id] = true
	return true
}

// add notes a cluster that the run created.
func (l *ledger) add(c creation) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.created = append(l.created, c)
}

// createdAfter returns the clusters whose POST was sent after a moment.
func (l *ledger) createdAfter(moment int64) []creation {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.DeleteFunc(slices.Clone(l.created), func(c creation) bool { return c.sentAt <= moment })
}
