package drift

import (
	"encoding/json"
	"maps"
	"slices"

	"clusterctl/internal/cluster"
	"clusterctl/internal/jsonpatch"
	"clusterctl/internal/planner"
)

// items turns the changes and findings of a plan into drift. A cluster whose fields and
// log configuration both changed is one item.
func items(p planner.Plan, since applied) []Item {
	var items []Item
	changedAt := make(map[string]int, len(p.Changes))
	for _, c := range p.Changes {
		item := newItem(c)
		since.explain(item, c)
		if i, ok := changedAt[c.ID]; ok && item.Kind == cluster.DriftChanged {
			items[i].Diff = append(items[i].Diff, item.Diff...)
			continue
		}
		if item.Kind == cluster.DriftChanged {
			changedAt[c.ID] = len(items)
		}
		items = append(items, item)
	}
	kinds := map[planner.FindingKind]cluster.DriftKind{planner.Blocked: cluster.DriftBlocked, planner.Unmanaged: cluster.DriftUnmanaged}
	for _, f := range p.Findings {
		if kind, ok := kinds[f.Kind]; ok {
			items = append(items, Item{Kind: kind, Name: f.Name, ID: f.ID, Source: f.Source, Diff: []Field{}, Message: f.Message})
		}
	}
	return items
}

func newItem(c planner.Change) Item {
	item := Item{Kind: cluster.DriftChanged, Name: c.Name, ID: c.ID, Source: c.Source, Diff: []Field{}}
	if c.Action != planner.Delete { // the diff of a delete shows what would be lost, not what differs
		for _, d := range c.Diff {
			item.Diff = appendFields(item.Diff, d)
		}
	}
	switch {
	case c.Action == planner.Create:
		item.Kind = cluster.DriftMissing
	case c.IsPruned():
		item.Kind, item.Message = cluster.DriftUnmanaged, "not in your files; apply will delete it (prune)"
	case c.Action == planner.Delete:
		item.Message = "declared absent, but it exists"
	case c.Lapsed:
		item.Kind, item.Message = cluster.DriftLapsed, "log configuration expired or was never set"
	}
	return item
}

// appendFields splits an object that the tenant lacks into the fields that an entry
// declares, so that each can be known or have a cause.
func appendFields(out []Field, d jsonpatch.Edit) []Field {
	var members map[string]json.RawMessage
	if !cluster.SameField(d.Path, d.Before, nil) || json.Unmarshal(d.After, &members) != nil || len(members) == 0 {
		return append(out, Field{Path: d.Path, Expected: d.After, Found: d.Before})
	}
	for _, key := range slices.Sorted(maps.Keys(members)) {
		out = appendFields(out, jsonpatch.Edit{Path: d.Path + jsonpatch.Pointer(key), After: members[key]})
	}
	return out
}
