package planner

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"clusterctl/internal/cluster"
	"clusterctl/internal/jsonpatch"
)

// UndoInput is all that the plan of an undo follows from.
type UndoInput struct {
	Deeds    []Deed
	Snapshot cluster.Snapshot
	// Selection narrows the plan by the names of the deeds.
	Selection cluster.Selection
	Now       time.Time
	// Tool names the program and its version in the plan.
	Tool string
	Rate Rate
}

// Undo plans the way back from what was done. It takes back only what is still
// as it was left: what somebody has changed since is a finding instead. It
// fails where a deed or a served document cannot be read, with every such
// cluster named.
func Undo(in UndoInput) (Plan, error) {
	u := undoer{builder: builder{now: in.Now}, matcher: newMatcher(in.Snapshot.Clusters)}
	var errs []error
	for _, d := range inOrder(in.Deeds) {
		if !in.Selection.Picks(d.Name) {
			continue
		}
		if err := u.undo(d); err != nil {
			errs = append(errs, fmt.Errorf("%s: cluster %q: %w", d.Source, d.Name, err))
		}
	}
	if err := errors.Join(errs...); err != nil {
		return Plan{}, err
	}
	return u.plan(Input{Snapshot: in.Snapshot, Now: in.Now, Tool: in.Tool, Rate: in.Rate})
}

// inOrder lets errors come in one order, whatever that of the deeds.
func inOrder(deeds []Deed) []Deed {
	return slices.SortedFunc(slices.Values(deeds), func(x, y Deed) int {
		return cmp.Or(cmp.Compare(x.Name, y.Name), cmp.Compare(x.ID, y.ID))
	})
}

// undoer collects what becomes of each deed.
type undoer struct {
	builder
	matcher
}

// undo decides one deed. One that is "cut off" is not settled.
//
//	deed                  live                        becomes
//	--------------------  --------------------------  ----------------------
//	created, id unknown   none of this name           unchanged
//	created, id unknown   some of this name           finding blocked
//	created               –                           unchanged
//	created               as left                     delete
//	created, cut off      each field as left or       delete
//	                      as before
//	created               anything else, or           finding blocked
//	                      something attached
//	created and deleted   –                           unchanged
//	deleted               –                           finding irreversible
//	deleted, cut off      there after all             as if not deleted
//	any other             –                           finding blocked
//	any other             there                       see takeBackFields and
//	                                                  takeBackLog
func (u *undoer) undo(d Deed) error {
	p := pair{desired: &cluster.Cluster{Name: d.Name, Source: d.Source}, live: u.byID[d.ID]}
	switch isDeleted := d.Deleted && (p.live == nil || !d.Unsettled); {
	case d.Created && d.ID == "":
		u.lookFor(d)
	case d.Created && (isDeleted || p.live == nil):
		u.unchanged++
	case isDeleted:
		u.tell(Irreversible, d, "deleted: its keys and clients are gone (apply a file that declares it to make a new one)")
	case p.live == nil:
		u.tell(Blocked, d, "gone since: no live cluster has the id "+d.ID)
	case d.Created:
		return u.deleteCreated(d, p)
	default:
		return u.takeBack(d, p)
	}
	return nil
}

// tell notes a finding about a cluster, live or not.
func (u *undoer) tell(kind FindingKind, d Deed, message string) {
	u.findings = append(u.findings, Finding{Kind: kind, Name: d.Name, ID: d.ID, Source: &d.Source, Message: message})
}

// lookFor says which clusters may be the one whose creation got no answer. None
// can be told to be it: somebody else may have made one of the same name.
func (u *undoer) lookFor(d Deed) {
	switch found := ids(u.byName[d.Name]); len(found) {
	case 0:
		u.unchanged++
	case 1:
		u.tell(Blocked, d, fmt.Sprintf("its creation got no answer; %s has this name: delete it by hand if it was made by that run", found[0]))
	default:
		u.tell(Blocked, d, fmt.Sprintf("its creation got no answer; %s have this name: delete by hand the one that was made by that run, if any",
			strings.Join(found, ", ")))
	}
}

// deleteCreated plans to delete a cluster that was made, unless somebody has
// come to use it since.
func (u *undoer) deleteCreated(d Deed, p pair) error {
	seen, err := look(d, p.live.Document)
	if err != nil {
		return err
	}
	changed := seen.notAfter
	if d.Unsettled {
		changed = seen.foreign()
	}
	attached := p.live.Clients != 0 || p.live.Services != 0
	switch refusal := u.undeletable(p, true); {
	case attached:
		u.tell(Blocked, d, fmt.Sprintf("clients attached: %d, services: %d (undo takes none of them along: remove them first)",
			p.live.Clients, p.live.Services))
	case refusal != "":
		u.tell(Blocked, d, refusal)
	case len(changed) > 0:
		u.tell(Blocked, d, changedSince(changed.String()))
	default:
		u.delete(p, false)
	}
	return nil
}

func changedSince(what string) string { return "changed since by somebody else: " + what }

// takeBack plans the way back of a cluster that was there before. Its document
// and its log configuration have nothing to do with each other.
func (u *undoer) takeBack(d Deed, p pair) error {
	before := len(u.changes) + len(u.findings)
	if err := u.takeBackFields(d, p); err != nil {
		return err
	}
	if err := u.takeBackLog(d, p); err != nil {
		return err
	}
	if len(u.changes)+len(u.findings) == before {
		u.unchanged++
	}
	return nil
}

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
//	is that of another cluster
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
	refusal, err := u.oldNameTaken(fields, p.live)
	if err != nil {
		return err
	}
	if refusal != "" {
		u.tell(Blocked, d, refusal)
		return nil
	}
	target, err := jsonpatch.Overlay(p.live.Document, fields)
	if err != nil {
		return err
	}
	if target, err = withoutEmptied(target, d.Diff, fields); err != nil {
		return err
	}
	return u.patch(p, target)
}

// oldNameTaken refuses to give a cluster its old name back where another one
// has it by now.
func (u *undoer) oldNameTaken(fields []jsonpatch.Field, live *cluster.Live) (string, error) {
	i := slices.IndexFunc(fields, func(f jsonpatch.Field) bool { return f.Path == "/name" })
	if i < 0 {
		return "", nil
	}
	var name string
	if err := json.Unmarshal(fields[i].Value, &name); err != nil {
		return "", fmt.Errorf("the name before: %w", err)
	}
	if rival := u.rival(name, live); rival != "" {
		return fmt.Sprintf("it was named %q, which is the name of %s by now", name, rival), nil
	}
	return "", nil
}

// sight is how a document differs from what it was before a deed, and from what
// it was after.
type sight struct{ notBefore, notAfter Mismatches }

// look leaves out what ended as it had begun, unless the cluster is to go: then
// whatever somebody has written since would be lost.
func look(d Deed, served json.RawMessage) (s sight, err error) {
	written := members(d.Diff)
	if !d.Created {
		written = slices.DeleteFunc(written, func(f FieldDiff) bool { return same(f.Path, f.Before, f.After) })
	}
	fields := Change{Diff: written}
	if s.notBefore, err = compareExactly(served, fields.Before()); err != nil {
		return sight{}, err
	}
	s.notAfter, err = compareExactly(served, fields.After())
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
		for _, m := range d.members() {
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
func (d FieldDiff) members() []FieldDiff {
	if !d.isObject() {
		return []FieldDiff{d}
	}
	before, after := object(d.Before), object(d.After)
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
func (d FieldDiff) isObject() bool {
	isBefore, isAfter := object(d.Before) != nil, object(d.After) != nil
	return isBefore && isAfter ||
		isBefore && isNothing(d.Path, d.After) ||
		isAfter && isNothing(d.Path, d.Before)
}

// object are the members of a value, and nil where it is no object.
func object(value json.RawMessage) map[string]json.RawMessage {
	var o map[string]json.RawMessage
	if json.Unmarshal(value, &o) != nil {
		return nil
	}
	return o
}

// withoutEmptied lets an object that a deed put in go with the last field that
// is taken back from it. One that was empty already is left: a server may serve
// it so whatever it is told.
func withoutEmptied(doc json.RawMessage, diffs []FieldDiff, takenBack []jsonpatch.Field) (json.RawMessage, error) {
	var emptied []jsonpatch.Field
	for _, d := range diffs {
		isWithin := func(f jsonpatch.Field) bool { return strings.HasPrefix(f.Path, d.Path+"/") }
		if !isNothing(d.Path, d.Before) || !slices.ContainsFunc(takenBack, isWithin) {
			continue
		}
		left, _, err := jsonpatch.Lookup(doc, d.Path)
		if err != nil {
			return nil, err
		}
		if o := object(left); o != nil && len(o) == 0 {
			emptied = append(emptied, jsonpatch.Field{Path: d.Path, Value: d.Before})
		}
	}
	return jsonpatch.Overlay(doc, emptied)
}

// takeBackLog plans the way back of the log configuration. One that has ended,
// or would have by now, is none.
//
//	before    live                    becomes
//	--------  ----------------------  -------------------------------------
//	none      none                    unchanged
//	none      ends within minutes     unchanged
//	none      as left                 PUT INFO for 5 minutes, since the API
//	                                  has no other way to end one
//	in force  as before               unchanged
//	in force  none                    PUT before
//	in force  as left                 PUT before
//	any       anything else           finding blocked
func (u *undoer) takeBackLog(d Deed, p pair) error {
	if d.Log == nil {
		return nil
	}
	before, live := inForce(d.Log.Before, u.now), inForce(p.live.Log.Config, u.now)
	want := configOf(before)
	switch {
	case before == nil && (live == nil || isEnding(*live, u.now)),
		before != nil && decideLog(want, live, u.now).keep:
		return nil
	case live != nil && !isAsLeft(*live, d.Log.After):
		u.tell(Blocked, d, changedSince(fmt.Sprintf("log configuration: expected %s, found %s", d.Log.After, live)))
		return nil
	default:
		return u.putLog(p, askFor(want, u.now).decision(want, live))
	}
}

func inForce(c *cluster.LiveLogConfig, now time.Time) *cluster.LiveLogConfig {
	if !c.InForce(now) {
		return nil
	}
	return c
}

// configOf declares a log configuration as it was. Where it is not known when
// it would have ended, it is asked for as long as can be.
func configOf(c *cluster.LiveLogConfig) cluster.LogConfig {
	switch {
	case c == nil:
		return cluster.LogConfig{RootLevel: "INFO", DurationMinutes: cluster.MinDurationMinutes}
	case c.Expiration.IsZero():
		return cluster.LogConfig{RootLevel: c.RootLevel, LogLevels: c.LogLevels, DurationMinutes: cluster.MaxDurationMinutes}
	default:
		return cluster.LogConfig{RootLevel: c.RootLevel, LogLevels: c.LogLevels, Expiration: c.Expiration}
	}
}

// isEnding reports whether a log configuration is what an undo ends one with.
// The tenant's clock, which it ends by, may be a minute ahead of this one.
func isEnding(c cluster.LiveLogConfig, now time.Time) bool {
	const atMost = (cluster.MinDurationMinutes + 1) * time.Minute
	return sameLevels(configOf(nil), c) && !c.Expiration.IsZero() && c.Expiration.Sub(now) <= atMost
}

// isAsLeft reports whether a log configuration is the one that was set. Of one
// that got no answer it may not be known when it ends.
func isAsLeft(live cluster.LiveLogConfig, after *cluster.LiveLogConfig) bool {
	return after != nil && live.SameLevels(*after) && (after.Expiration.IsZero() || live.SameEnd(*after))
}

// MissingToUndo tells whether a cluster that was written to is not among those
// listed.
func MissingToUndo(deeds []Deed) func([]cluster.Live) bool {
	return func(listed []cluster.Live) bool {
		m := newMatcher(listed)
		return slices.ContainsFunc(deeds, func(d Deed) bool {
			if d.ID == "" {
				return len(m.byName[d.Name]) == 0
			}
			return !d.Deleted && m.byID[d.ID] == nil
		})
	}
}

// NeedsLogConfigToUndo tells of which live clusters an undo has to know the log
// configuration: those whose own was set and that are not to be deleted.
func NeedsLogConfigToUndo(deeds []Deed) func(cluster.Live) bool {
	ids := map[string]bool{}
	for _, d := range deeds {
		if d.Log != nil && !d.Created {
			ids[d.ID] = true
		}
	}
	return func(live cluster.Live) bool { return ids[live.ID] }
}
