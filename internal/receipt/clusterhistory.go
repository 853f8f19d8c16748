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

// history is what is known so far of one cluster. The embedded Effect has no Diff and
// no Log: the fields below collect them.
type history struct {
	Effect
	// A creation or deletion in doubt may have been done or not.
	createdInDoubt, deletedInDoubt bool

	fields place
	writes int // of fields
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
	// It was looked at as a whole, and somebody may have changed it since the POST.
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

// seenAlive ends the doubts about a cluster that took a write.
func (h *history) seenAlive() { h.createdInDoubt, h.Deleted, h.deletedInDoubt = false, false, false }

// anyField is for a request that wrote all that it found.
func anyField(string) bool { return true }

// found merges the fields of a settled request that it wrote. What else it found changed
// is somebody else's.
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
		if err := h.merge(write{path: path, before: before[path], after: after[path]}); err != nil {
			return err
		}
	}
	return nil
}

// doubt merges the fields that a request may have written. The creation of a
// cluster takes two requests for its document.
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

// maxWrites bounds what is written to the fields of one cluster, which keeps a
// hostile receipt cheap: each has some dozen.
const maxWrites = 200_000

func (h *history) merge(w write) error {
	if h.writes++; h.writes > maxWrites {
		return fmt.Errorf("more than %d fields written to one cluster", maxWrites)
	}
	return h.fields.merge(w)
}

// effect is what the history comes to, if to anything.
func (h *history) effect() (Effect, bool) {
	e := h.Effect
	e.Unknown, e.Diff = h.createdInDoubt || h.deletedInDoubt, []jsonpatch.Edit{}
	for _, f := range h.fields.all() {
		before, after := f.before.encode(), f.after.encode()
		if e.Created && !e.Whole { // it may be the server's
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

// logHistory is what became of a log configuration.
type logHistory struct {
	LogEffect
	// was is what the last write found. In doubt, it may be in force still.
	was     *cluster.LiveLogConfig
	inDoubt bool
}

// with adds a write. Where that did not find what had been left, somebody else
// was there in between: then theirs is what there was before.
func (l *logHistory) with(log LogEffect, inDoubt bool, at time.Time) *logHistory {
	next := &logHistory{LogEffect: log, was: log.Before, inDoubt: inDoubt}
	if l != nil && (isLeftAs(l.After, log.Before, at) || l.inDoubt && isLeftAs(l.was, log.Before, at)) {
		next.Before = l.Before
	}
	return next
}

// isLeftAs reports whether a log configuration may be what had been left. It ends
// by itself, and when may not be known.
func isLeftAs(left, found *cluster.LiveLogConfig, at time.Time) bool {
	if found == nil {
		return !left.InForce(at) || left.Expiration.IsZero()
	}
	return found.Matches(left)
}

// wantedLogOf is what a PUT was to do.
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
