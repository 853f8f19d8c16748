// Package compare finds what differs between two sets of clusters, each of a tenant or of
// files, by cluster name. What is unknown is reported, and never equal. It is pure.
package compare

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"time"

	"clusterctl/internal/cluster"
	"clusterctl/internal/planner"
)

// Kind says how a cluster differs.
type Kind string

// The kinds of differences. Unknown is a cluster that may differ.
const (
	Changed Kind = "changed"
	OnlyInA Kind = "only-in-a"
	OnlyInB Kind = "only-in-b"
	Unknown Kind = "unknown"
)

// Options are inputs of a comparison besides the sides.
type Options struct {
	Selection cluster.Selection
	Ignored   Ignored
	// TrustListing accepts an unverified listing.
	TrustListing bool
	Tool         string
	Now          time.Time
}

// Report is the result. Its JSON form is the comparison document.
type Report struct {
	FormatVersion string    `json:"formatVersion"`
	Tool          string    `json:"tool"`
	CreatedAt     time.Time `json:"createdAt"`
	A             Side      `json:"a"`
	B             Side      `json:"b"`
	Ignored       Ignored   `json:"ignored"`
	Summary       Summary   `json:"summary"`
	Items         []Item    `json:"items"`
}

// Summary counts clusters by kind. Unknown also counts unverified listings.
type Summary struct {
	Changed  int `json:"changed"`
	OnlyInA  int `json:"onlyInA"`
	OnlyInB  int `json:"onlyInB"`
	Unknown  int `json:"unknown"`
	Matching int `json:"matching"`
}

// Item is one cluster that differs or may differ, or a listing that is not verified. A and B
// are nil if that side does not have the cluster.
type Item struct {
	Kind    Kind    `json:"kind"`
	Name    string  `json:"name,omitempty"`
	A       *Place  `json:"a,omitempty"`
	B       *Place  `json:"b,omitempty"`
	Diff    []Field `json:"diff"`
	Message string  `json:"message,omitempty"`
}

// Field is a field that differs. A nil value is absent.
type Field struct {
	Path string          `json:"path"`
	A    json.RawMessage `json:"a,omitempty"`
	B    json.RawMessage `json:"b,omitempty"`
}

// Of compares the clusters of two sides.
func Of(a, b Side, o Options) Report {
	r := Report{
		FormatVersion: planner.FormatVersion, Tool: o.Tool, CreatedAt: o.Now.UTC(),
		A: a, B: b, Ignored: append(Ignored{}, o.Ignored...), Items: []Item{},
	}
	for _, side := range []Side{a, b} {
		if side.unverified() && !o.TrustListing {
			r.add(Item{Kind: Unknown, Message: "the listing of " + side.Name + " is not verified, so clusters may be missing"})
		}
	}
	inA, inB := a.byName(o.Selection.Picks), b.byName(o.Selection.Picks)
	names := slices.AppendSeq(slices.Collect(maps.Keys(inA)), maps.Keys(inB))
	slices.Sort(names)
	for _, name := range slices.Compact(names) {
		r.add(r.compare(name, inA[name], inB[name], o)...)
	}
	slices.SortStableFunc(r.Items, func(x, y Item) int { return cmp.Compare(order(x.Kind), order(y.Kind)) })
	return r
}

// order is the order of a report: what is unknown first.
func order(k Kind) int { return slices.Index([]Kind{Unknown, Changed, OnlyInA, OnlyInB}, k) }

// Differs reports whether a difference was found.
func (r Report) Differs() bool { return r.Summary.Changed+r.Summary.OnlyInA+r.Summary.OnlyInB > 0 }

// compare compares the clusters of one name.
func (r *Report) compare(name string, inA, inB []Entry, o Options) []Item {
	a, b := first(inA), first(inB)
	item := Item{Name: name, A: a.placeIf(inA), B: b.placeIf(inB), Diff: []Field{}}
	switch item.Message = r.unknown(inA, inB, o.Ignored); {
	case item.Message != "":
		item.Kind = Unknown
	case len(inB) == 0:
		item.Kind = OnlyInA
	case len(inA) == 0:
		item.Kind = OnlyInB
	default:
		item.Kind, item.Diff = Changed, o.Ignored.diff(withLog(a, b, o.Now))
		if len(item.Diff) == 0 {
			r.Summary.Matching++
			return nil
		}
	}
	return []Item{item}
}

func first(entries []Entry) (e Entry) {
	if len(entries) > 0 {
		e = entries[0]
	}
	return e
}

func (e Entry) placeIf(entries []Entry) *Place {
	if len(entries) != 1 {
		return nil
	}
	return e.place()
}

// unknown says why the clusters of a name cannot be compared; it is empty if they can.
func (r *Report) unknown(inA, inB []Entry, ignored Ignored) string {
	for _, side := range []struct {
		name    string
		entries []Entry
	}{{r.A.Name, inA}, {r.B.Name, inB}} {
		if len(side.entries) > 1 {
			return fmt.Sprintf("%s has %d clusters of this name (give them different names, or leave them out with --exclude)", side.name, len(side.entries))
		}
		for _, e := range side.entries {
			if e.Unknown != "" {
				return side.name + ": " + e.Unknown
			}
		}
	}
	for _, e := range slices.Concat(inA, inB) {
		if isPair := len(inA)+len(inB) == 2; isPair && e.Live != nil && e.Live.Log.Unknown() != "" && !ignored.Covers("/logConfig") {
			return e.Live.Log.Unknown() + " (to leave it out, use --ignore /logConfig)"
		}
	}
	return ""
}

// withLog returns the fields of two clusters, with their log configurations.
func withLog(a, b Entry, now time.Time) (inA, inB map[string]json.RawMessage) {
	inA, inB = a.fields(), b.fields()
	if a.Live == nil && b.Live == nil {
		maps.Copy(inA, a.declaredLog())
		maps.Copy(inB, b.declaredLog())
		return inA, inB
	}
	maps.Copy(inA, a.levels(now))
	maps.Copy(inB, b.levels(now))
	return inA, inB
}

func (r *Report) add(items ...Item) {
	for _, item := range items {
		if item.Diff == nil {
			item.Diff = []Field{}
		}
		r.Items = append(r.Items, item)
		*map[Kind]*int{Changed: &r.Summary.Changed, OnlyInA: &r.Summary.OnlyInA, OnlyInB: &r.Summary.OnlyInB, Unknown: &r.Summary.Unknown}[item.Kind]++
	}
}
