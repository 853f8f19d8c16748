package planner

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"clusterctl/internal/cluster"
	"clusterctl/internal/jsonpatch"
)

// takeBackFields plans the way back of the document: all of it, or nothing.
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
func (u *undoer) takeBackFields(d Deed, p pair) error {
	seen, err := look(d, p.live.Document)
	if err != nil {
		return err
	}
	if foreign := seen.foreign(); len(foreign) > 0 {
		u.tell(Blocked, d, changedSince(foreign.String()))
		return nil
	}
	fields := seen.notBefore.Wanted()
	target, err := jsonpatch.Overlay(p.live.Document, fields)
	if err != nil {
		return err
	}
	if target, err = withoutEmptied(target, d.Diff, fields); err != nil {
		return err
	}
	return u.patch(p, target)
}

// sight is how a document differs from what it was before a deed, and from what
// it was after.
type sight struct{ notBefore, notAfter Mismatches }

// look leaves out what ended as it had begun, unless the cluster is to go: then
// whatever somebody has written since would be lost.
func look(d Deed, served json.RawMessage) (s sight, err error) {
	written := members(d.Diff)
	if !d.Created {
		written = slices.DeleteFunc(written, func(f FieldDiff) bool { return cluster.SameField(f.Path, f.Before, f.After) })
	}
	fields := Change{Diff: written}
	if s.notBefore, err = CompareExactly(served, fields.Before()); err != nil {
		return sight{}, err
	}
	s.notAfter, err = CompareExactly(served, fields.After())
	return s, err
}

// foreign are the fields that are neither as before nor as they were left.
func (s sight) foreign() Mismatches {
	return slices.DeleteFunc(slices.Clone(s.notAfter), func(m Mismatch) bool {
		return !slices.ContainsFunc(s.notBefore, func(b Mismatch) bool { return b.Path == m.Path })
	})
}

// members tells a diff with every object taken apart, since one that was put in
// may hold keys of the server's, or of somebody else's, by now. A member that was
// written on its own as well was so later, once there was an object to write it
// in.
func members(diffs []FieldDiff) []FieldDiff {
	byPath := map[string]FieldDiff{}
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

func byFieldPath(x, y FieldDiff) int { return strings.Compare(x.Path, y.Path) }

// members takes a field apart that was an object before, after or both.
func membersOf(d FieldDiff) []FieldDiff {
	if !isObject(d) {
		return []FieldDiff{d}
	}
	before, after := cluster.Members(d.Before), cluster.Members(d.After)
	both := map[string]json.RawMessage{}
	maps.Copy(both, before)
	maps.Copy(both, after)
	var parts []FieldDiff
	for key := range both {
		parts = append(parts, FieldDiff{Path: d.Path + jsonpatch.Pointer(key), Before: before[key], After: after[key]})
	}
	return parts
}

// isObject reports whether a field was an object wherever it was there at all.
func isObject(d FieldDiff) bool {
	isBefore, isAfter := cluster.Members(d.Before) != nil, cluster.Members(d.After) != nil
	return isBefore && isAfter ||
		isBefore && cluster.IsUnset(d.Path, d.After) ||
		isAfter && cluster.IsUnset(d.Path, d.Before)
}

// withoutEmptied lets an object that a deed put in go with the last field that
// is taken back from it. One that was empty already is left: a server may serve
// it so whatever it is told.
func withoutEmptied(doc json.RawMessage, diffs []FieldDiff, takenBack []jsonpatch.Field) (json.RawMessage, error) {
	var emptied []jsonpatch.Field
	for _, d := range diffs {
		isWithin := func(f jsonpatch.Field) bool { return strings.HasPrefix(f.Path, d.Path+"/") }
		if !cluster.IsUnset(d.Path, d.Before) || !slices.ContainsFunc(takenBack, isWithin) {
			continue
		}
		left, _, err := jsonpatch.Lookup(doc, d.Path)
		if err != nil {
			return nil, err
		}
		if o := cluster.Members(left); o != nil && len(o) == 0 {
			emptied = append(emptied, jsonpatch.Field{Path: d.Path, Value: d.Before})
		}
	}
	return jsonpatch.Overlay(doc, emptied)
}
