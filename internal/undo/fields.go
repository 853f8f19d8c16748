package undo

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"clusterctl/internal/cluster"
	"clusterctl/internal/jsonpatch"
	"clusterctl/internal/planner"
	"clusterctl/internal/receipt"
)

// restoreFields plans the rollback of the document: all of it, or nothing.
//
//	field                           becomes
//	------------------------------  --------------------------------------
//	ended as it had begun           kept, whatever it is by now
//	as before                       kept
//	as left                         as before
//	as left, the last one in an     as before, and the object gone with it
//	object that was put in
//	name as left, and the old one   finding blocked
//	is that of another cluster,
//	which keeps it
//	anything else                   finding blocked
func (u *undoer) restoreFields(e receipt.Effect, live *cluster.Live) error {
	seen, err := observe(e, live.Document)
	if err != nil {
		return err
	}
	if changed := differing(seen, true); len(changed) > 0 {
		u.block(e, changedSince(changed.String()))
		return nil
	}
	var restored []jsonpatch.Field
	for _, f := range seen {
		if !f.isBefore {
			restored = append(restored, jsonpatch.Field{Path: f.Path, Value: f.Before})
		}
	}
	target, err := jsonpatch.Overlay(live.Document, restored)
	if err != nil {
		return err
	}
	if target, err = withoutEmptied(target, e.Diff, restored); err != nil {
		return err
	}
	return u.Update(live, e.Source, target)
}

// observed is a written field as it is now.
type observed struct {
	jsonpatch.Edit
	found             json.RawMessage
	isBefore, isAfter bool
}

// observe compares a document with what was written to it. A field that ended as it
// had begun is left out, unless the cluster is to be deleted: then whatever somebody
// has written to it since would be lost.
func observe(e receipt.Effect, served json.RawMessage) ([]observed, error) {
	document := jsonpatch.Decode(served)
	var seen []observed
	for _, f := range members(e.Diff) {
		if !e.Created && cluster.SameField(f.Path, f.Before, f.After) {
			continue
		}
		found, _, err := document.Lookup(f.Path)
		if err != nil {
			return nil, err
		}
		seen = append(seen, observed{f, found, cluster.SameField(f.Path, found, f.Before), cluster.SameField(f.Path, found, f.After)})
	}
	return seen, nil
}

// differing returns the fields that are not as they were left nor, if that is allowed,
// as before.
func differing(seen []observed, orBefore bool) (fields planner.Mismatches) {
	for _, f := range seen {
		if !f.isAfter && (!orBefore || !f.isBefore) {
			fields = append(fields, planner.Mismatch{Path: f.Path, Expected: f.After, Found: f.found})
		}
	}
	return fields
}

// members takes apart every object in a diff, since one that was added may hold keys
// of the server's, or of somebody else's, by now. If a member was also written on its
// own, that was later, once there was an object to write it in.
func members(diffs []jsonpatch.Edit) []jsonpatch.Edit {
	byPath := map[string]jsonpatch.Edit{}
	// A parent comes before its members.
	for _, d := range slices.SortedStableFunc(slices.Values(diffs), byFieldPath) {
		for _, m := range membersOf(d) {
			if earlier, isAgain := byPath[m.Path]; isAgain {
				m.Before = earlier.Before
			}
			byPath[m.Path] = m
		}
	}
	return slices.SortedFunc(maps.Values(byPath), byFieldPath)
}

func byFieldPath(x, y jsonpatch.Edit) int { return strings.Compare(x.Path, y.Path) }

// membersOf takes apart a field that was an object wherever it was present.
func membersOf(d jsonpatch.Edit) []jsonpatch.Edit {
	before, after := cluster.Members(d.Before), cluster.Members(d.After)
	isObject := before != nil && after != nil ||
		before != nil && cluster.IsUnset(d.Path, d.After) ||
		after != nil && cluster.IsUnset(d.Path, d.Before)
	if !isObject {
		return []jsonpatch.Edit{d}
	}
	both := map[string]json.RawMessage{}
	maps.Copy(both, before)
	maps.Copy(both, after)
	var parts []jsonpatch.Edit
	for key := range both {
		parts = append(parts, jsonpatch.Edit{Path: d.Path + jsonpatch.Pointer(key), Before: before[key], After: after[key]})
	}
	return parts
}

// withoutEmptied removes an object that an effect added, with the last field that is
// rolled back in it. One that was empty before is left: a server may serve it so,
// whatever it is sent.
func withoutEmptied(doc json.RawMessage, diffs []jsonpatch.Edit, restored []jsonpatch.Field) (json.RawMessage, error) {
	var emptied []jsonpatch.Field
	left := jsonpatch.Decode(doc)
	for _, d := range diffs {
		isWithin := func(f jsonpatch.Field) bool { return strings.HasPrefix(f.Path, d.Path+"/") }
		if !cluster.IsUnset(d.Path, d.Before) || !slices.ContainsFunc(restored, isWithin) {
			continue
		}
		if o := cluster.Members(left.Value(d.Path)); o != nil && len(o) == 0 {
			emptied = append(emptied, jsonpatch.Field{Path: d.Path, Value: d.Before})
		}
	}
	return jsonpatch.Overlay(doc, emptied)
}
