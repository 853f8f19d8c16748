package receipt

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"time"

	"clusterctl/internal/cluster"
	"clusterctl/internal/jsonpatch"
	"clusterctl/internal/planner"
)

// history collects the writes to one cluster. The embedded Effect has no Diff and no Log yet: the
// fields below collect them.
type history struct {
	Effect
	// A create or delete in doubt may have been applied or not.
	createdInDoubt, deletedInDoubt bool

	fields place
	writes int // number of written fields
	log    *logHistory
}

func (h *history) addPatch(r Request) error {
	if !r.isSettled() {
		return h.doubt(r)
	}
	h.seenAlive()
	if r.Change.Action != planner.Create {
		return h.found(r, anyField)
	}
	// The outcome has all open fields, and someone may have changed some since the POST.
	patch, err := jsonpatch.Parse(r.Body)
	if err != nil {
		return err
	}
	return h.found(r, patch.Writes)
}

func (h *history) addPut(r Request) error {
	if !r.isSettled() {
		log, err := wantedLogOf(r)
		if err != nil {
			return err
		}
		h.log = h.log.with(log, true, r.Time)
		return nil
	}
	h.seenAlive()
	log := LogEffect{Before: r.Outcome.Before.Log, After: r.Outcome.After.Log}
	if !log.Before.Equal(log.After) {
		h.log = h.log.with(log, false, r.Time)
	}
	return nil
}

// seenAlive ends the doubts about a cluster that accepted a write.
func (h *history) seenAlive() { h.createdInDoubt, h.Deleted, h.deletedInDoubt = false, false, false }

// anyField is for a request that wrote all fields of its outcome.
func anyField(string) bool { return true }

// found merges the fields that a settled request wrote. Other differences were made by someone
// else.
func (h *history) found(r Request, wrote func(path string) bool) error {
	var before map[string]json.RawMessage
	if r.Outcome.Before != nil {
		before = r.Outcome.Before.Fields
	}
	after := r.Outcome.After.Fields
	both := maps.Clone(after)
	maps.Copy(both, before)
	for _, path := range slices.Sorted(maps.Keys(both)) {
		if jsonpatch.Same(before[path], after[path]) || !wrote(path) {
			continue
		}
		if err := h.merge(write{path: path, before: before[path], after: r.left(path, after[path])}); err != nil {
			return err
		}
	}
	return nil
}

// left returns the value that a settled request left in a field. If a PATCH is followed by a value that
// it neither found nor set, someone else has set that in between.
func (r Request) left(path string, found json.RawMessage) json.RawMessage {
	for _, d := range r.Change.Diff {
		if r.Method == http.MethodPatch && d.Path == path && !cluster.FieldMeets(path, found, d.After) {
			return d.After
		}
	}
	return found
}

// doubt merges the fields that a request may have written. A create writes the document in two
// requests.
func (h *history) doubt(r Request) error {
	change := planner.Change{Diff: r.Change.Diff}
	posted, document := jsonpatch.Paths(change.PostedAfter()), jsonpatch.Paths(change.DocumentAfter())
	for _, d := range r.Change.Diff {
		isPosted := slices.Contains(posted, d.Path)
		isOfAnother := r.Change.Action == planner.Create && isPosted != (r.Method == http.MethodPost)
		if isOfAnother || !slices.Contains(document, d.Path) {
			continue
		}
		if err := h.merge(write{path: d.Path, before: d.Before, after: d.After, inDoubt: true}); err != nil {
			return err
		}
	}
	return nil
}

// maxWrites limits the field writes of one cluster, so that a hostile receipt cannot take long. A
// cluster has a few dozen fields.
const maxWrites = 200_000

func (h *history) merge(w write) error {
	if h.writes++; h.writes > maxWrites {
		return fmt.Errorf("more than %d fields written to one cluster", maxWrites)
	}
	return h.fields.merge(w)
}

// effect returns the sum of the history, and false if there is no effect.
func (h *history) effect() (Effect, bool) {
	e := h.Effect
	e.Unknown, e.Diff = h.createdInDoubt || h.deletedInDoubt, []jsonpatch.Edit{}
	for _, f := range h.fields.all() {
		before, after := f.before.encode(), f.after.encode()
		if e.Created && !e.Whole { // the server may have set it
			before = nil
		}
		if jsonpatch.Same(before, after) && len(f.doubts) == 0 {
			continue
		}
		e.Unknown = e.Unknown || len(f.doubts) > 0
		e.Diff = append(e.Diff, jsonpatch.Edit{Path: f.path, Before: before, After: after})
	}
	slices.SortFunc(e.Diff, func(a, b jsonpatch.Edit) int { return cmp.Compare(a.Path, b.Path) })
	if l := h.log; l != nil && (l.inDoubt || !l.Before.Equal(l.After)) {
		e.Log, e.Unknown = &l.LogEffect, e.Unknown || l.inDoubt
	}
	return e, e.Created || e.Deleted || len(e.Diff) > 0 || e.Log != nil
}

// logHistory collects the writes of a log configuration.
type logHistory struct {
	LogEffect
	// was is what the last write found. If that write is in doubt, it may still be in effect.
	was     *cluster.LiveLogConfig
	inDoubt bool
}

// with adds a write. If the write did not find what the previous one left, someone else changed
// it in between, and their value is the one before.
func (l *logHistory) with(log LogEffect, inDoubt bool, at time.Time) *logHistory {
	next := &logHistory{LogEffect: log, was: log.Before, inDoubt: inDoubt}
	if l != nil && (isLeftAs(l.After, log.Before, at) || l.inDoubt && isLeftAs(l.was, log.Before, at)) {
		next.Before = l.Before
	}
	return next
}

// isLeftAs reports whether the found log configuration may be the one that was left. It may have
// expired since, at a time that may be unknown.
func isLeftAs(left, found *cluster.LiveLogConfig, at time.Time) bool {
	if found == nil {
		return !left.InForce(at) || left.Expiration.IsZero()
	}
	return found.Matches(left)
}

// wantedLogOf returns the intended effect of a PUT.
func wantedLogOf(r Request) (LogEffect, error) {
	wanted, err := planner.Request{Body: r.Body}.LogBody()
	if err != nil {
		return LogEffect{}, err
	}
	log := LogEffect{After: wanted.Config()}
	if r.Change.Action != planner.Create { // a new cluster has none
		log.Before, err = planner.Change{Diff: r.Change.Diff}.ReviewedLog(wanted)
	}
	return log, err
}
