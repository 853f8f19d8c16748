// Package drift classifies how a tenant differs from its files: what a plan would
// do, read the other way round, with the cause of each difference. It is pure.
package drift

import (
	"cmp"
	"encoding/json"
	"slices"
	"time"

	"clusterctl/internal/cluster"
	"clusterctl/internal/planner"
	"clusterctl/internal/receipt"
)

// Options are what a report follows from besides a plan.
type Options struct {
	// Since is what was applied last; without it drift has no cause. Of several
	// effects on one cluster the last counts.
	Since []receipt.Effect
	// Known is the drift that is accepted; of several entries for one field the
	// first counts.
	Known []cluster.KnownDrift
	// Strict lets every kind of drift count.
	Strict bool
	// Prune lets unmanaged clusters count, since apply would delete them.
	Prune bool
	// Now dates the report and decides which entries of Known, and which applied
	// log configurations, have ended.
	Now time.Time
}

// Report lists where a tenant differs from its files. Its JSON form is the drift
// document.
type Report struct {
	FormatVersion string          `json:"formatVersion"`
	Tool          string          `json:"tool"`
	CreatedAt     time.Time       `json:"createdAt"`
	Tenant        cluster.Tenant  `json:"tenant"`
	Listing       cluster.Listing `json:"proof"`
	// Strict and Prune decide what counts; see Counts.
	Strict  bool    `json:"strict"`
	Prune   bool    `json:"prune"`
	Summary Summary `json:"summary"`
	Items   []Item  `json:"items"`
}

// Summary counts items by kind; known ones count as known alone.
type Summary struct {
	Changed   int `json:"changed"`
	Missing   int `json:"missing"`
	Unmanaged int `json:"unmanaged"`
	Lapsed    int `json:"lapsed"`
	Blocked   int `json:"blocked"`
	Known     int `json:"known"`
}

// Item is one cluster that differs from its file. A cluster of which some fields
// are known drift is one item for those, and another for the rest.
type Item struct {
	Kind    cluster.DriftKind `json:"kind"`
	Name    string            `json:"name"`
	ID      string            `json:"id,omitempty"`
	Source  *cluster.Source   `json:"source,omitempty"`
	Diff    []Field           `json:"diff"`
	Message string            `json:"message,omitempty"`
	// Cause is that of the cluster, or the one that its fields have in common. It
	// is empty if it is not known.
	Cause Cause `json:"cause,omitempty"`
	// Known is nil if the drift is not accepted.
	Known *Known `json:"known,omitempty"`
}

// Field is one field that differs; a nil value is a field that is absent.
type Field struct {
	Path     string          `json:"path"`
	Expected json.RawMessage `json:"expected,omitempty"`
	Found    json.RawMessage `json:"found,omitempty"`
	// Applied is what was applied last. Without a Cause it is not known.
	Applied json.RawMessage `json:"applied,omitempty"`
	Cause   Cause           `json:"cause,omitempty"`
}

// Of returns a plan as a drift report.
func Of(p planner.Plan, o Options) Report {
	r := Report{
		FormatVersion: planner.FormatVersion,
		Tool:          p.Tool,
		CreatedAt:     o.Now.UTC(),
		Tenant:        p.Tenant,
		Listing:       p.Listing,
		Items:         []Item{},
		Strict:        o.Strict,
		Prune:         o.Prune,
	}
	applied := newApplied(o.Since, o.Now)
	for _, item := range items(p, applied) {
		r.Items = append(r.Items, split(item, o.Known, o.Now)...)
	}
	for i := range r.Items {
		r.Items[i].Cause = applied.causeOf(r.Items[i])
		r.Summary.count(r.Items[i])
	}
	// Stable: of one cluster, the part that is not known comes first.
	slices.SortStableFunc(r.Items, func(x, y Item) int {
		return cmp.Or(cmp.Compare(x.Kind, y.Kind), cmp.Compare(x.Name, y.Name), cmp.Compare(x.ID, y.ID))
	})
	return r
}

// Found reports whether there is drift that counts.
func (r Report) Found() bool { return r.Counted().Total() > 0 }

// Counted is the summary of what counts.
func (r Report) Counted() Summary {
	s := r.Summary
	s.Known = 0
	for _, kind := range cluster.DriftKinds() {
		if !r.countsKind(kind) {
			*s.of(kind) = 0
		}
	}
	return s
}

// Counts reports whether an item is drift that counts.
func (r Report) Counts(item Item) bool { return item.Known == nil && r.countsKind(item.Kind) }

// countsKind decides what counts, for the exit code and every format.
//
//	kind       the tenant                                      counts
//	---------  ----------------------------------------------  --------------------
//	changed    has another value, or a cluster that is to be   always
//	           absent
//	missing    lacks a declared cluster                        always
//	blocked    differs in a way that apply refuses             always
//	unmanaged  has a cluster that is in no file                with Strict or Prune
//	lapsed     let a log configuration end by itself           with Strict
//	any kind   differs as somebody has accepted                never
func (r Report) countsKind(kind cluster.DriftKind) bool {
	switch kind {
	case cluster.DriftUnmanaged:
		return r.Strict || r.Prune
	case cluster.DriftLapsed:
		return r.Strict
	default:
		return true
	}
}

// Total is the number of items, without those that are known.
func (s Summary) Total() int { return s.Changed + s.Missing + s.Unmanaged + s.Lapsed + s.Blocked }

// count takes an item of a document as it is: one of another kind is not counted.
func (s *Summary) count(item Item) {
	n := s.of(item.Kind)
	if item.Known != nil {
		n = &s.Known
	}
	if n != nil {
		*n++
	}
}

// of is the counter of a kind, nil for one that does not exist.
func (s *Summary) of(kind cluster.DriftKind) *int {
	return map[cluster.DriftKind]*int{
		cluster.DriftChanged:   &s.Changed,
		cluster.DriftMissing:   &s.Missing,
		cluster.DriftUnmanaged: &s.Unmanaged,
		cluster.DriftLapsed:    &s.Lapsed,
		cluster.DriftBlocked:   &s.Blocked,
	}[kind]
}
