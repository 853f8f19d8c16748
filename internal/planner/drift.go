package planner

import (
	"cmp"
	"encoding/json"
	"slices"
	"time"

	"clusterctl/internal/cluster"
)

// DriftKind says how a tenant left its files.
type DriftKind = cluster.DriftKind

// The kinds of drift, of which more at Drift.Counts.
const (
	DriftBlocked   = cluster.DriftBlocked
	DriftChanged   = cluster.DriftChanged
	DriftLapsed    = cluster.DriftLapsed
	DriftMissing   = cluster.DriftMissing
	DriftUnmanaged = cluster.DriftUnmanaged
)

// DriftOptions are what drift follows from besides a plan.
type DriftOptions struct {
	// Since is what was applied last; without it drift has no cause. Of
	// several deeds on one cluster the last counts.
	Since []Deed
	// Known is the drift that is accepted; of several entries for one field
	// the first counts.
	Known []cluster.Known
	// Strict lets every kind of drift count.
	Strict bool
	// Prune lets unmanaged clusters count, since apply would delete them.
	Prune bool
	// Now dates the report, and tells which entries of Known have ended, and
	// which of the log configurations that were applied.
	Now time.Time
}

// Drift is a plan seen the other way round: not what would be done, but where
// the tenant is something else than its files say. Its JSON form is the drift
// document.
type Drift struct {
	FormatVersion string         `json:"formatVersion"`
	Tool          string         `json:"tool"`
	CreatedAt     time.Time      `json:"createdAt"`
	Tenant        cluster.Tenant `json:"tenant"`
	Proof         cluster.Proof  `json:"proof"`
	// Strict and Prune decide what counts; see Counts.
	Strict  bool         `json:"strict"`
	Prune   bool         `json:"prune"`
	Summary DriftSummary `json:"summary"`
	Items   []DriftItem  `json:"items"`

	// Matching is how many declared clusters are as their files say.
	Matching int `json:"-"`
}

// DriftSummary counts items by kind, but those that are known by that alone.
type DriftSummary struct {
	Changed   int `json:"changed"`
	Missing   int `json:"missing"`
	Unmanaged int `json:"unmanaged"`
	Lapsed    int `json:"lapsed"`
	Blocked   int `json:"blocked"`
	Known     int `json:"known"`
}

// DriftItem is one cluster that left its file. A cluster of which some fields
// are known drift is an item for those, and another for the rest.
type DriftItem struct {
	Kind    DriftKind       `json:"kind"`
	Name    string          `json:"name"`
	ID      string          `json:"id,omitempty"`
	Source  *cluster.Source `json:"source,omitempty"`
	Diff    []DriftDiff     `json:"diff"`
	Message string          `json:"message,omitempty"`
	// Cause is that of the cluster, or that which its fields have in common.
	// It is empty where nothing is known of it.
	Cause Cause `json:"cause,omitempty"`
	// Known is nil where the drift is not accepted.
	Known *KnownDrift `json:"known,omitempty"`
}

// DriftDiff is one field that is not as expected; nil is a field not there.
type DriftDiff struct {
	Path     string          `json:"path"`
	Expected json.RawMessage `json:"expected,omitempty"`
	Found    json.RawMessage `json:"found,omitempty"`
	// Applied is what was applied last, if there is a Cause; without one it
	// is not known.
	Applied json.RawMessage `json:"applied,omitempty"`
	Cause   Cause           `json:"cause,omitempty"`
}

// Found reports whether there is drift that counts.
func (d Drift) Found() bool { return d.Counted().Total() > 0 }

// Counted is the summary of what counts.
func (d Drift) Counted() DriftSummary {
	s := d.Summary
	s.Known = 0
	if !d.countsKind(DriftUnmanaged) {
		s.Unmanaged = 0
	}
	if !d.countsKind(DriftLapsed) {
		s.Lapsed = 0
	}
	return s
}

// Counts reports whether an item is drift that counts.
func (d Drift) Counts(item DriftItem) bool { return item.Known == nil && d.countsKind(item.Kind) }

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
func (d Drift) countsKind(kind DriftKind) bool {
	switch kind {
	case DriftUnmanaged:
		return d.Strict || d.Prune
	case DriftLapsed:
		return d.Strict
	default:
		return true
	}
}

// DriftOf shows a plan as drift.
func DriftOf(p Plan, o DriftOptions) Drift {
	d := Drift{
		FormatVersion: FormatVersion,
		Tool:          p.Tool,
		CreatedAt:     o.Now.UTC(),
		Tenant:        p.Tenant,
		Proof:         p.Proof,
		Items:         []DriftItem{},
		Matching:      p.Summary.Unchanged,
		Strict:        o.Strict,
		Prune:         o.Prune,
	}
	applied, known := newApplied(o.Since, o.Now), stillKnown(o.Known, o.Now)
	for _, item := range driftItems(p, applied) {
		d.Items = append(d.Items, known.split(item)...)
	}
	for i := range d.Items {
		d.Items[i].Cause = applied.causeOf(d.Items[i])
		d.Summary.count(d.Items[i])
	}
	// Stable: of one cluster, what is not known comes first.
	slices.SortStableFunc(d.Items, func(x, y DriftItem) int {
		return cmp.Or(cmp.Compare(x.Kind, y.Kind), cmp.Compare(x.Name, y.Name), cmp.Compare(x.ID, y.ID))
	})
	return d
}

// Total is the number of items, without those that are known.
func (s DriftSummary) Total() int { return s.Changed + s.Missing + s.Unmanaged + s.Lapsed + s.Blocked }

func (s *DriftSummary) count(item DriftItem) {
	if item.Known != nil {
		s.Known++
		return
	}
	switch item.Kind {
	case DriftChanged:
		s.Changed++
	case DriftMissing:
		s.Missing++
	case DriftUnmanaged:
		s.Unmanaged++
	case DriftLapsed:
		s.Lapsed++
	case DriftBlocked:
		s.Blocked++
	}
}
