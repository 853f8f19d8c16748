// Package drift classifies how a tenant differs from its files: it reads a plan the other
// way round and adds the cause of each difference. It is pure.
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

// Options are the inputs of a report apart from the plan.
type Options struct {
	// Since is what was applied last; without it drift has no cause. If several effects
	// are about one cluster, the last one counts.
	Since []receipt.Effect
	// Known is the accepted drift. If several entries are about one field, the first one
	// counts.
	Known []cluster.KnownDrift
	// Strict makes every kind of drift count.
	Strict bool
	// Prune makes unmanaged clusters count, since apply deletes them.
	Prune bool
	// Now is the time of the report. It decides which entries of Known and which applied
	// log configurations have ended.
	Now time.Time
}

// Report lists the differences between a tenant and its files. Its JSON form is the drift
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

// Summary counts items by kind. Known items count only as known.
type Summary struct {
	Changed   int `json:"changed"`
	Missing   int `json:"missing"`
	Unmanaged int `json:"unmanaged"`
	Lapsed    int `json:"lapsed"`
	Blocked   int `json:"blocked"`
	Known     int `json:"known"`
}

// Item is one cluster that differs from its entry. If only some of its fields are known
// drift, it is split into two items.
type Item struct {
	Kind    cluster.DriftKind `json:"kind"`
	Name    string            `json:"name"`
	ID      string            `json:"id,omitempty"`
	Source  *cluster.Source   `json:"source,omitempty"`
	Diff    []Field           `json:"diff"`
	Message string            `json:"message,omitempty"`
	// Cause is that of the cluster, or the one that its fields have in common. It is
	// empty if unknown.
	Cause Cause `json:"cause,omitempty"`
	// Known is nil unless the drift is accepted.
	Known *Known `json:"known,omitempty"`
}

// Field is one field that differs. A nil value is an absent field.
type Field struct {
	Path     string          `json:"path"`
	Expected json.RawMessage `json:"expected,omitempty"`
	Found    json.RawMessage `json:"found,omitempty"`
	// Applied is the value that was applied last. It is meaningful only with a Cause.
	Applied json.RawMessage `json:"applied,omitempty"`
	Cause   Cause           `json:"cause,omitempty"`
}

// Of turns a plan into a drift report.
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
	// Stable: the unknown part of a cluster comes before the known one.
	slices.SortStableFunc(r.Items, func(x, y Item) int {
		return cmp.Or(cmp.Compare(x.Kind, y.Kind), cmp.Compare(x.Name, y.Name), cmp.Compare(x.ID, y.ID))
	})
	return r
}

// Found reports whether any drift counts.
func (r Report) Found() bool { return r.Counted().Total() > 0 }

// Counted is the summary without what does not count.
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

// Counts reports whether an item counts as drift.
func (r Report) Counts(item Item) bool { return item.Known == nil && r.countsKind(item.Kind) }

// countsKind decides which kinds count, for the exit code and every format.
//
//	kind       difference                                      counts
//	---------  ----------------------------------------------  --------------------
//	changed    another value, or a cluster that is declared    always
//	           absent exists
//	missing    a declared cluster does not exist               always
//	blocked    one that apply refuses to change                always
//	unmanaged  a cluster is not in the files                   with Strict or Prune
//	lapsed     a log configuration expired or was never set    with Strict
//	any kind   one that is accepted as known                   never
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

// Total is the number of items that are not known.
func (s Summary) Total() int { return s.Changed + s.Missing + s.Unmanaged + s.Lapsed + s.Blocked }

// count adds an item. An item of an unknown kind is not counted.
func (s *Summary) count(item Item) {
	n := s.of(item.Kind)
	if item.Known != nil {
		n = &s.Known
	}
	if n != nil {
		*n++
	}
}

// of returns the counter of a kind; nil if the kind does not exist.
func (s *Summary) of(kind cluster.DriftKind) *int {
	return map[cluster.DriftKind]*int{
		cluster.DriftChanged:   &s.Changed,
		cluster.DriftMissing:   &s.Missing,
		cluster.DriftUnmanaged: &s.Unmanaged,
		cluster.DriftLapsed:    &s.Lapsed,
		cluster.DriftBlocked:   &s.Blocked,
	}[kind]
}
