package applier

import (
	"slices"
	"sync"
	"sync/atomic"

	"clusterctl/internal/cluster"
)

// Preexisting are the clusters that were listed before a run.
type Preexisting struct {
	IDs []string
	// Complete reports whether the ids are from a verified listing of the whole tenant. Otherwise
	// an unknown id may belong to an older cluster, and the run never deletes a cluster as its
	// own.
	Complete bool
	// Names are those of the clusters. Of any other name, the listing had no cluster.
	Names map[string]bool
}

// PreexistingOf returns the existing clusters in a snapshot of the whole tenant or of one name.
func PreexistingOf(s cluster.Snapshot, isWhole bool) Preexisting {
	p := Preexisting{Complete: isWhole && s.Listing.Verified, Names: map[string]bool{}}
	for _, live := range s.Clusters {
		p.IDs, p.Names[live.Name] = append(p.IDs, live.ID), true
	}
	return p
}

// ledger is the knowledge that the changes of one run share. It is safe for concurrent use.
type ledger struct {
	complete bool
	// refusesTests is set once the tenant has refused test operations.
	refusesTests atomic.Bool
	// takesTests is set once the tenant has applied a patch with test operations. After that, a
	// refusal has another reason, and no patch is sent without its tests.
	takesTests atomic.Bool
	moments    atomic.Int64

	mu sync.Mutex
	// existing are the ids of clusters that existed before the run created one of the same name.
	existing map[string]bool
	assigned map[string]bool // the ids in the responses to creates
	created  []creation
}

// creation is a cluster that this run created.
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

// moment returns the next number in the order of events of the run.
func (l *ledger) moment() int64 { return l.moments.Add(1) }

// exists records clusters that were found before the run created one of their name.
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

// assign records an id as that of a created cluster. It returns false if the id belongs to
// another cluster.
func (l *ledger) assign(id string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if id == "" || l.existing[id] || l.assigned[id] {
		return false
	}
	l.assigned[id] = true
	return true
}

// add records a cluster that the run created.
func (l *ledger) add(c creation) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.created = append(l.created, c)
}

// isOwn reports whether the run is known to have created a cluster.
func (l *ledger) isOwn(id string) bool {
	return slices.ContainsFunc(l.createdAfter(0), func(c creation) bool { return c.id == id })
}

// createdAfter returns the clusters whose POST was sent after a moment.
func (l *ledger) createdAfter(moment int64) []creation {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.DeleteFunc(slices.Clone(l.created), func(c creation) bool { return c.sentAt <= moment })
}
