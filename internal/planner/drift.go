package planner

import (
	"cmp"
	"encoding/json"
	"slices"

	"clusterctl/internal/cluster"
)

// DriftKind says how a tenant left its files.
type DriftKind string

// The kinds of drift. Unmanaged and Lapsed are reported, but do not count.
const (
	DriftBlocked   DriftKind = "blocked"
	DriftChanged   DriftKind = "changed"
	DriftLapsed    DriftKind = "lapsed"
	DriftMissing   DriftKind = "missing"
	DriftUnmanaged DriftKind = "unmanaged"
)

// Drift is a plan seen the other way round: not what would be done, but where
// the tenant is something else than its files say. Its JSON form is the drift
// document.
type Drift struct {
	FormatVersion string         `json:"formatVersion"`
	Tool          string         `json:"tool"`
	Tenant        cluster.Tenant `json:"tenant"`
	Proof         cluster.Proof  `json:"proof"`
	Summary       DriftSummary   `json:"summary"`
	Items         []DriftItem    `json:"items"`

	// Matching is how many declared clusters are as their files say.
	Matching int `json:"-"`
}

// DriftSummary counts items by kind.
type DriftSummary struct {
	Changed   int `json:"changed"`
	Missing   int `json:"missing"`
	Unmanaged int `json:"unmanaged"`
	Lapsed    int `json:"lapsed"`
	Blocked   int `json:"blocked"`
	Known     int `json:"known"`
}

// DriftItem is one cluster that left its file.
type DriftItem struct {
	Kind    DriftKind       `json:"kind"`
	Name    string          `json:"name"`
	ID      string          `json:"id,omitempty"`
	Source  *cluster.Source `json:"source,omitempty"`
	Diff    []DriftDiff     `json:"diff"`
	Message string          `json:"message,omitempty"`
}

// DriftDiff is one field that is not as expected; nil is a field not there.
type DriftDiff struct {
	Path     string          `json:"path"`
	Expected json.RawMessage `json:"expected,omitempty"`
	Found    json.RawMessage `json:"found,omitempty"`
}

// Found reports whether there is drift that counts.
func (d Drift) Found() bool {
	return d.Summary.Changed+d.Summary.Missing+d.Summary.Blocked > 0
}

// DriftOf shows a plan as drift.
func DriftOf(p Plan) Drift {
	d := Drift{
		FormatVersion: FormatVersion,
		Tool:          p.Tool,
		Tenant:        p.Tenant,
		Proof:         p.Proof,
		Items:         []DriftItem{},
		Matching:      p.Summary.Unchanged,
	}
	d.addChanges(p.Changes)
	for _, f := range p.Findings {
		d.addFinding(f)
	}
	slices.SortFunc(d.Items, func(x, y DriftItem) int {
		return cmp.Or(cmp.Compare(x.Kind, y.Kind), cmp.Compare(x.Name, y.Name), cmp.Compare(x.ID, y.ID))
	})
	for _, item := range d.Items {
		d.Summary.count(item.Kind)
	}
	return d
}

// addChanges makes one item of a cluster whose fields and log configuration
// both changed.
func (d *Drift) addChanges(changes []Change) {
	changedAt := make(map[string]int, len(changes))
	for _, c := range changes {
		item := driftItem(c)
		if i, ok := changedAt[c.ID]; ok && item.Kind == DriftChanged {
			d.Items[i].Diff = append(d.Items[i].Diff, item.Diff...)
			continue
		}
		if item.Kind == DriftChanged {
			changedAt[c.ID] = len(d.Items)
		}
		d.Items = append(d.Items, item)
	}
}

func driftItem(c Change) DriftItem {
	item := DriftItem{Kind: driftKind(c), Name: c.Name, ID: c.ID, Source: c.Source, Diff: driftDiffs(c.Diff)}
	switch {
	case c.IsPruned():
		item.Message = "live, but in no file: apply would delete it"
	case c.Action == Delete:
		item.Message = "declared absent, but live"
	case item.Kind == DriftLapsed:
		item.Message = "its log configuration has ended, or was never set"
	}
	return item
}

func driftKind(c Change) DriftKind {
	switch {
	case c.Action == Create:
		return DriftMissing
	case c.IsPruned():
		return DriftUnmanaged
	case c.Lapsed:
		return DriftLapsed
	default:
		return DriftChanged
	}
}

func driftDiffs(diffs []FieldDiff) []DriftDiff {
	out := make([]DriftDiff, 0, len(diffs))
	for _, d := range diffs {
		out = append(out, DriftDiff{Path: d.Path, Expected: d.After, Found: d.Before})
	}
	return out
}

func (d *Drift) addFinding(f Finding) {
	var kind DriftKind
	switch f.Kind {
	case Blocked:
		kind = DriftBlocked
	case Unmanaged:
		kind = DriftUnmanaged
	default:
		return
	}
	d.Items = append(d.Items, DriftItem{
		Kind: kind, Name: f.Name, ID: f.ID, Source: f.Source, Diff: []DriftDiff{}, Message: f.Message,
	})
}

func (s *DriftSummary) count(kind DriftKind) {
	switch kind {
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
