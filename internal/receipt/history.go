package receipt

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"

	"clusterctl/internal/cluster"
	"clusterctl/internal/jsonpatch"
	"clusterctl/internal/planner"
)

// tale is what is known so far of one cluster.
type tale struct {
	id, name string
	source   cluster.Source
	// made and gone are creation and deletion. In doubt is one that may have
	// been done or not.
	made, gone               bool
	madeInDoubt, goneInDoubt bool
	// adopted and whole are those of the creation.
	adopted, whole bool
	fields         place
	writes         int // of fields
	log            *loggedTale
}

func (t *tale) addPatch(r Request) error {
	if !r.isSettled() {
		return t.doubt(r)
	}
	t.seenAlive()
	return t.found(r)
}

func (t *tale) addPut(r Request) error {
	if !r.isSettled() {
		log, err := wantedLogOf(r)
		if err != nil {
			return err
		}
		t.log = t.log.with(log, true, r.Time)
		return nil
	}
	t.seenAlive()
	log := LogEffect{Before: r.Outcome.Before.Log, After: r.Outcome.After.Log}
	if !log.Before.Equal(log.After) {
		t.log = t.log.with(log, false, r.Time)
	}
	return nil
}

// seenAlive ends the doubts about a cluster that took a write.
func (t *tale) seenAlive() { t.madeInDoubt, t.gone, t.goneInDoubt = false, false, false }

// found lays the fields of a settled request over those before.
func (t *tale) found(r Request) error {
	var before map[string]json.RawMessage
	if r.Outcome.Before != nil {
		before = r.Outcome.Before.Fields
	}
	after := r.Outcome.After.Fields
	paths := slices.AppendSeq(slices.Collect(maps.Keys(before)), maps.Keys(after))
	slices.Sort(paths)
	for _, path := range slices.Compact(paths) {
		if jsonpatch.Same(before[path], after[path]) {
			continue
		}
		if err := t.lay(write{path: path, before: before[path], after: after[path]}); err != nil {
			return err
		}
	}
	return nil
}

// doubt lays the fields over those before that a request may have written.
func (t *tale) doubt(r Request) error {
	for _, d := range wantedOf(r) {
		if err := t.lay(write{path: d.Path, before: d.Before, after: d.After, inDoubt: true}); err != nil {
			return err
		}
	}
	return nil
}

// wantedOf is the part of a change's diff that one request of it writes. The
// creation of a cluster takes two for its document.
func wantedOf(r Request) []planner.FieldDiff {
	change := planner.Change{Diff: r.Change.Diff}
	posted, document := jsonpatch.Paths(change.PostedAfter()), jsonpatch.Paths(change.DocumentAfter())
	var wanted []planner.FieldDiff
	for _, d := range r.Change.Diff {
		isPosted := slices.Contains(posted, d.Path)
		switch {
		case !slices.Contains(document, d.Path):
		case r.Change.Action == planner.Create && isPosted != (r.Method == http.MethodPost):
		default:
			wanted = append(wanted, d)
		}
	}
	return wanted
}

// maxWrites bounds what is written to the fields of one cluster, which keeps a
// hostile receipt cheap: each has some dozen.
const maxWrites = 200_000

func (t *tale) lay(w write) error {
	if t.writes++; t.writes > maxWrites {
		return fmt.Errorf("more than %d fields written to one cluster", maxWrites)
	}
	return t.fields.lay(w)
}

// effect is what the tale comes to, if to anything.
func (t *tale) effect() (Effect, bool) {
	d := Effect{
		ID: t.id, Name: t.name, Source: t.source, Created: t.made, Adopted: t.adopted, Whole: t.whole, Deleted: t.gone,
		Unknown: t.madeInDoubt || t.goneInDoubt,
		Diff:    []planner.FieldDiff{},
	}
	for _, f := range t.fields.all() {
		before, after := f.before.encode(), f.after.encode()
		if t.made && !t.whole { // it may be the server's
			before = nil
		}
		if jsonpatch.Same(before, after) && !f.inDoubt() {
			continue
		}
		d.Unknown = d.Unknown || f.inDoubt()
		d.Diff = append(d.Diff, planner.FieldDiff{Path: f.path, Before: before, After: after})
	}
	slices.SortFunc(d.Diff, func(a, b planner.FieldDiff) int { return cmp.Compare(a.Path, b.Path) })
	if t.log.isEffect() {
		d.Log, d.Unknown = &t.log.LogEffect, d.Unknown || t.log.inDoubt
	}
	return d, d.Created || d.Deleted || len(d.Diff) > 0 || d.Log != nil
}
