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

// restoreFields plans the rollback of a document: all of it or nothing. "Before" and
// "left" are the values before the runs and after them.
//
//	field                           becomes
//	------------------------------  ---------------------------------------
//	before equals left              kept, whatever it is now
//	as before                       kept
//	as left                         as before
//	as left, the last one in an     as before, and the object is removed
//	object that was added
//	name as left, but another       finding blocked
//	cluster has and keeps the
//	old name
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

// observed is a written field with its current value.
type observed struct {
	jsonpatch.Edit
	found             json.RawMessage
	isBefore, isAfter bool
}

// observe compares a document with what was written to it. A field that ended with the
// value it started with is left out, unless the cluster is to be deleted: then a later
// change of it would be lost.
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

// differing returns the fields that do not have the value that the runs left, or, if that
// is allowed, the value before them.
func differing(seen []observed, orBefore bool) (fields planner.Mismatches) {
	for _, f := range seen {
		if !f.isAfter && (!orBefore || !f.isBefore) {
			fields = append(fields, planner.Mismatch{Path: f.Path, Expected: f.After, Found: f.found})
		}
	}
	return fields
}

// members splits every object in a diff into its members, since an added object may hold
// keys of the server or of other people by now. If a member was also written on its own,
// that happened later, when the object existed.
func members(diffs []jsonpatch.Edit) []jsonpatch.Edit {
	byPath := map[string]jsonpatch.Edit{}
	// Parents sort before their members.
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

// membersOf splits a field into members if it was an object whenever it was present.
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

// withoutEmptied removes an object that an effect added once the last field in it is
// rolled back. An object that was empty before stays: a server may return it whatever is
// sent.
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
