package planner

import (
	"encoding/json"
	"maps"
	"slices"

	"clusterctl/internal/jsonpatch"
)

// driftItems tells the changes and the findings of a plan as drift. A cluster
// whose fields and log configuration both changed is one item.
func driftItems(p Plan, since applied) []DriftItem {
	var items []DriftItem
	changedAt := make(map[string]int, len(p.Changes))
	for _, c := range p.Changes {
		item := driftItem(c)
		since.explain(item, c)
		if i, ok := changedAt[c.ID]; ok && item.Kind == DriftChanged {
			items[i].Diff = append(items[i].Diff, item.Diff...)
			continue
		}
		if item.Kind == DriftChanged {
			changedAt[c.ID] = len(items)
		}
		items = append(items, item)
	}
	for _, f := range p.Findings {
		if kind, ok := kindOfFinding(f.Kind); ok {
			items = append(items, DriftItem{
				Kind: kind, Name: f.Name, ID: f.ID, Source: f.Source, Diff: []DriftDiff{}, Message: f.Message,
			})
		}
	}
	return items
}

func driftItem(c Change) DriftItem {
	item := DriftItem{Kind: driftKind(c), Name: c.Name, ID: c.ID, Source: c.Source, Diff: driftDiffs(c.Diff)}
	if c.Action == Delete { // its diff is what would go, and no field differs
		item.Diff = []DriftDiff{}
	}
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

func kindOfFinding(kind FindingKind) (DriftKind, bool) {
	switch kind {
	case Blocked:
		return DriftBlocked, true
	case Unmanaged:
		return DriftUnmanaged, true
	default:
		return "", false
	}
}

func driftDiffs(diffs []FieldDiff) []DriftDiff {
	out := make([]DriftDiff, 0, len(diffs))
	for _, d := range diffs {
		out = appendFields(out, d)
	}
	return out
}

// appendFields tells an object that is not there at all by its members. They
// are the fields that a file declares, and so what can be known, or has a cause.
func appendFields(out []DriftDiff, d FieldDiff) []DriftDiff {
	var members map[string]json.RawMessage
	if !isNothing(d.Path, d.Before) || json.Unmarshal(d.After, &members) != nil || len(members) == 0 {
		return append(out, DriftDiff{Path: d.Path, Expected: d.After, Found: d.Before})
	}
	for _, key := range slices.Sorted(maps.Keys(members)) {
		out = appendFields(out, FieldDiff{Path: d.Path + jsonpatch.Pointer(key), After: members[key]})
	}
	return out
}
