package simulation

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"clusterctl/internal/applier"
)

// violation is a violated invariant.
type violation struct {
	Invariant string
	What      string
}

// invariant is a rule that must hold for each run once everything has ended.
type invariant struct {
	name  string
	check func(*actor) []string
}

// invariants returns all invariants, with their names in reports.
func invariants() []invariant {
	return []invariant{
		{"no namesakes without a report", (*actor).doubles},
		{"no unread value is overwritten", (*actor).overwritten},
		{"no undeclared field changes", (*actor).undeclared},
		{"no cluster is deleted without permission", (*actor).deletedWithoutLeave},
		{"a stale plan writes nothing", (*actor).staleApplied},
		{"every outcome is true", (*actor).untrueOutcomes},
		{"after exit code 0, the next plan is empty", (*actor).notConverged},
		{"read-only commands never write", (*actor).wroteWhileReading},
		{"export is complete", (*actor).leftOut},
		{"the receipt has every write", (*actor).missingFromReceipt},
		{"the rate limit holds", (*actor).overTheLimit},
		{"undo restores what it claims", (*actor).notUndone},
		{"a run ends as documented", (*actor).strangeEnd},
	}
}

// check checks all invariants for all runs.
func (w *world) check(t *testing.T) (violations []violation) {
	t.Helper()
	w.plansAtRest(t)
	for _, in := range invariants() {
		for _, a := range w.actors {
			for _, what := range in.check(a) {
				violations = append(violations, violation{in.name, fmt.Sprintf("run %d: %s", a.index+1, what)})
			}
		}
	}
	return violations
}

// plansAtRest plans again the file of each apply that ended with 0.
func (w *world) plansAtRest(t *testing.T) {
	t.Helper()
	for _, a := range w.actors {
		if a.code != 0 || a.killed || a.Kind != applies && a.Kind != appliesTo || a.isDisturbed() || a.Moods.NoCount && a.Moods.Shuffle || strings.Contains(a.stderr.String(), "skipped") {
			continue
		}
		x := run{Kind: plans, Entries: a.Entries, Flags: []string{"--detailed-exitcode"}}
		for _, flag := range a.Flags {
			if flag == "--prune" || flag == "--skip-blocked" {
				x.Flags = append(x.Flags, flag)
			}
		}
		again := w.actor(len(w.Runs)+a.index, x)
		w.write(t, again.fileName(), w.file(x))
		again.play()
		if again.code != 0 {
			a.pending = fmt.Sprintf("exit code %d: %s%.600s", again.code, again.stderr.String(), again.stdout.String())
		}
	}
}

// writes returns the events of the run's writes that the tenant applied.
func (a *actor) writes() (own []event) {
	for _, e := range a.journal {
		if e.Who == a.index && e.isWrite() {
			own = append(own, e)
		}
	}
	return own
}

// isDisturbed reports whether someone else wrote anything since the run began, or before it
// within the lag of its listings.
func (a *actor) isDisturbed() bool {
	return slices.ContainsFunc(a.journal, func(e event) bool {
		return e.Who != a.index && e.hasEffect() && e.At >= a.started-a.Moods.ListLag
	})
}

// disturbed reports whether someone else wrote a cluster since the run began.
func (a *actor) disturbed(id string) bool {
	return slices.ContainsFunc(a.journal, func(e event) bool {
		return e.Who != a.index && e.ID == id && e.hasEffect() && e.At >= a.started-a.Moods.ListLag
	})
}

// doubles finds unreported namesakes: names that were unique before the run and are not after it,
// with one cluster of the run. Some run must have reported them. Namesakes that a person created
// do not count.
func (a *actor) doubles() (found []string) {
	for _, name := range names() {
		ids := a.named(name)
		if len(ids) < 2 || a.isPersons(name) || a.killed || a.isBeyondGrace(name) {
			continue
		}
		ours := slices.ContainsFunc(a.writes(), func(e event) bool {
			return slices.Contains(ids, e.ID) && (e.Before == nil || e.Before["/name"] != name) && e.After["/name"] == name
		})
		byKilled := slices.ContainsFunc(a.actors, func(b *actor) bool { return b.killed && slices.ContainsFunc(ids, b.created) })
		if ours && !byKilled && !slices.ContainsFunc(a.actors, func(b *actor) bool { return b.reports(name) }) {
			found = append(found, fmt.Sprintf("%q exists %d times, and no run reported it", name, len(ids)))
		}
	}
	return found
}

// isBeyondGrace reports whether two runs created a name at once, one of them without a readable
// response, while the listing lagged for longer than a run waits. reliability.md names that case.
func (w *world) isBeyondGrace(name string) bool {
	const grace = 5 * time.Second // the default of --create-grace
	creators, isLost := map[int]bool{}, false
	for _, e := range w.journal {
		if e.Who >= 0 && e.Before == nil && e.After["/name"] == name {
			creators[e.Who], isLost = true, isLost || e.Fault != ""
		}
	}
	return len(creators) > 1 && isLost && w.Moods.ListLag > grace
}

// isPersons reports whether a person created a cluster with a name, or renamed one to it.
func (w *world) isPersons(name string) bool {
	return slices.ContainsFunc(w.journal, func(e event) bool {
		return e.Who == console && e.hasEffect() && (e.After["/name"] == name || e.Before["/name"] == name)
	})
}

// reports reports whether a run reports a problem with a name.
func (a *actor) reports(name string) bool {
	if a.killed || a.code != 3 && a.code != 4 {
		return false
	}
	return a.code == 4 || slices.ContainsFunc(a.result.Outcomes, func(o applier.ChangeResult) bool { return o.Name == name && !o.Outcome.IsInForce() })
}

// overwritten finds values that the run replaced without having seen them; with a reviewed plan,
// without the reviewer having seen them. On a tenant without test operations, nothing guards
// against a change between the last read and the write.
func (a *actor) overwritten() (found []string) {
	for _, e := range a.writes() {
		if strings.HasPrefix(e.What, http.MethodPut) {
			found = append(found, a.overwrittenLog(e)...)
		}
		if !strings.HasPrefix(e.What, http.MethodPatch) || e.Before == nil {
			continue
		}
		for _, path := range changed(e.Before, e.After) {
			if path == "/log" || a.hasSeen(e, path) || a.wrote(e, path) {
				continue
			}
			if (a.Moods.RefuseTests || isUnguardable(e, path) || a.hasNoGuard(e)) && a.isRace(e) {
				continue
			}
			found = append(found, fmt.Sprintf("%s of #%d was %q, which the run did not see, and is now %q", path, a.ordinal(e.ID), e.Before[path], e.After[path]))
		}
	}
	return found
}

// hasNoGuard reports whether a write has no test, because the tenant refused tests and never
// accepted any before.
func (a *actor) hasNoGuard(e event) bool {
	const test = `"op":"test"`
	return !strings.Contains(e.Body, test) && !slices.ContainsFunc(a.writes(), func(own event) bool {
		return own.At < e.At && strings.Contains(own.Body, test) && own.hasEffect()
	})
}

// isUnguardable reports whether a write adds a top-level field, for which JSON Patch has no test.
func isUnguardable(e event, path string) bool {
	return strings.Contains(e.Body, fmt.Sprintf(`{"op":"add","path":%q`, path)) && strings.Count(path, "/") == 1
}

// changed returns the leaves in which two pictures differ.
func changed(before, after picture) (paths []string) {
	for path := range maps.Keys(before) {
		if before[path] != after[path] {
			paths = append(paths, path)
		}
	}
	for path := range maps.Keys(after) {
		if _, isOld := before[path]; !isOld {
			paths = append(paths, path)
		}
	}
	slices.Sort(paths)
	return paths
}

// hasSeen reports whether the run saw the value that a write replaced; with a reviewed plan,
// before the plan was created.
func (a *actor) hasSeen(e event, path string) bool {
	if a.Kind == undoes && !a.actors[0].left(e, path) {
		return false
	}
	return slices.ContainsFunc(a.readings[e.ID], func(r reading) bool {
		return r.Cached != nil && r.At <= e.At && r.Cached[path] == e.Before[path] && (a.Kind != appliesTo || r.Phase == 0 || a.created(e.ID) || !a.isReviewed(e.ID) && e.Before[path] == "")
	})
}

// left reports whether a run left the value that a later write found, or may have: it was
// killed, or a patch with the value was lost. A run that finds such a value takes it for its own.
func (a *actor) left(e event, path string) bool {
	sets := func(lost event) bool {
		return slices.Contains(written(lost), path) && (path == "/log" || strings.Contains(lost.Body, fmt.Sprintf("%q", e.Before[path])))
	}
	return a.killed || slices.ContainsFunc(a.lostWrites(e.ID), sets) || slices.ContainsFunc(a.writes(), func(own event) bool {
		return own.ID == e.ID && own.After[path] == e.Before[path] && (own.Before[path] != own.After[path] || slices.Contains(written(own), path))
	})
}

// lostWrites are the patches and log configurations of a cluster that the run sent without effect.
func (a *actor) lostWrites(id string) (lost []event) {
	path := fmt.Sprintf("/managed-clusters/#%d", a.ordinal(id))
	for _, e := range a.journal {
		if e.Who == a.index && !e.hasEffect() && (e.What == "PATCH "+path || e.What == "PUT "+path+"/log-config") {
			lost = append(lost, e)
		}
	}
	return lost
}

// overwrittenLog finds a log configuration that the run replaced although its last read differed
// from the one that was planned with, or from what the undone run left. No test can guard against a change after the
// last read.
func (a *actor) overwrittenLog(e event) []string {
	var reviewed, last *string
	isPlanned := false // by the listing, whose last row counts, or else by the first read of the log configuration
	for _, r := range a.readings[e.ID] {
		if r.Log == nil || r.At >= e.At {
			continue
		}
		if last = r.Log; !isPlanned {
			isPlanned = reviewed != nil && r.Cached == nil || r.Phase == 1
			if reviewed == nil || !isPlanned {
				reviewed = r.Log
			}
		}
	}
	switch {
	case e.Before == nil || e.Before["/log"] == "" || last == nil || *last != e.Before["/log"] || *last == e.After["/log"] || a.created(e.ID):
	case a.Kind == undoes && !a.actors[0].left(e, "/log"), a.Kind != undoes && *reviewed != *last:
		return []string{fmt.Sprintf("the log configuration of #%d was %q, which no one reviewed", a.ordinal(e.ID), *last)}
	}
	return nil
}

// isReviewed reports whether a cluster existed when the plan was created. If not, the run may
// complete it if it is as a POST of the plan creates it.
func (a *actor) isReviewed(id string) bool {
	return slices.ContainsFunc(a.readings[id], func(r reading) bool { return r.Cached != nil && r.Phase == 0 })
}

// created reports whether the run created a cluster.
func (a *actor) created(id string) bool {
	return slices.ContainsFunc(a.writes(), func(e event) bool { return e.ID == id && e.Before == nil })
}

// wrote reports whether the value that a write replaced is the run's own.
func (a *actor) wrote(e event, path string) bool {
	return slices.ContainsFunc(a.writes(), func(own event) bool {
		return own.At < e.At && own.ID == e.ID && own.After[path] == e.Before[path] && own.Before[path] != own.After[path]
	})
}

// isRace reports whether someone wrote the cluster between the run's last read and its write.
func (a *actor) isRace(e event) bool {
	last := time.Duration(-1)
	for _, r := range a.readings[e.ID] {
		if r.ByID && r.At < e.At {
			last = max(last, r.At)
		}
	}
	return last >= 0 && slices.ContainsFunc(a.journal, func(other event) bool {
		return other.Who != a.index && other.ID == e.ID && other.hasEffect() && other.At >= last && other.At <= e.At
	})
}

// entryFields returns the leaves that the entry of a name, or of its renamed cluster, declares.
func (w *world) entryFields(name string, entries []int) (fields []string, absent, isListed bool) {
	for _, i := range entries {
		text := w.Entries[i]
		isOwn := strings.HasPrefix(text, "{name: "+name+",") || strings.HasPrefix(text, "{name: "+name+"}")
		if !isOwn && !strings.Contains(text, "renamedFrom: "+name+",") && !strings.HasSuffix(text, "renamedFrom: "+name+"}") {
			continue
		}
		isListed = isListed || isOwn
		absent = absent || strings.Contains(text, "state: absent")
		for key, path := range leaves() {
			if strings.Contains(text, key+": ") {
				fields = append(fields, path)
			}
		}
	}
	return fields, absent, isListed
}

// leaves maps the keys of files to leaves of clusters.
func leaves() map[string]string {
	return map[string]string{
		"description": "/description", "gmtOffset": "/configuration/gmtOffset", "debug": "/configuration/debug", "added": "/configuration/added",
		"updateState": "/updatePreferences/updateState", "logConfig": "/log", "renamedFrom": "/name",
	}
}

// seenNames returns the names of a cluster that the run saw or set.
func (a *actor) seenNames(id string) (seen []string) {
	for _, r := range a.readings[id] {
		seen = append(seen, r.Cached["/name"])
	}
	for _, e := range a.writes() {
		if e.ID == id {
			seen = append(seen, e.Before["/name"], e.After["/name"])
		}
	}
	slices.Sort(seen)
	return slices.DeleteFunc(slices.Compact(seen), func(name string) bool { return name == "" })
}

// undeclared finds fields that the run changed but its file does not declare. An undo may change
// the fields that the undone run changed.
func (a *actor) undeclared() (found []string) {
	for _, e := range a.writes() {
		if e.Before == nil || e.After == nil {
			continue
		}
		var allowed []string
		if a.Kind == undoes {
			allowed = a.actors[0].changedIn(e.ID)
			if a.actors[0].killed { // what it was about to change may be its own
				allowed = append(allowed, a.actors[0].declared(e.ID)...)
			}
		} else {
			allowed = a.declared(e.ID)
		}
		if a.isSwap() {
			allowed = append(allowed, "/name")
		}
		for _, path := range changed(e.Before, e.After) {
			if !slices.Contains(allowed, path) {
				found = append(found, fmt.Sprintf("%s of #%d: %q → %q", path, a.ordinal(e.ID), e.Before[path], e.After[path]))
			}
		}
	}
	return found
}

// declared returns the leaves that the run's file declares for a cluster.
func (a *actor) declared(id string) (all []string) {
	for _, name := range a.seenNames(id) {
		fields, _, _ := a.entryFields(name, a.Entries)
		all = append(all, fields...)
	}
	return all
}

// isSwap reports whether the file renames clusters, so that they may have temporary names.
func (a *actor) isSwap() bool {
	return slices.ContainsFunc(a.Entries, func(i int) bool { return strings.Contains(a.world.Entries[i], "renamedFrom") })
}

// written returns the leaves that a request writes.
func written(e event) (paths []string) {
	if strings.HasPrefix(e.What, http.MethodPut) {
		return []string{"/log"}
	}
	var patch []struct{ Op, Path string }
	if json.Unmarshal([]byte(e.Body), &patch) != nil {
		return nil
	}
	for _, o := range patch {
		if o.Op != "test" {
			paths = append(paths, o.Path)
		}
	}
	return paths
}

// changedIn returns the leaves of a cluster that the run changed or tried to change.
func (a *actor) changedIn(id string) (paths []string) {
	for _, e := range a.writes() {
		if e.ID == id {
			paths = append(paths, changed(e.Before, e.After)...)
		}
		if e.ID == id {
			paths = append(paths, written(e)...) // if to what it was
		}
	}
	for _, e := range a.lostWrites(id) {
		paths = append(paths, written(e)...)
	}
	return paths
}

// deletedWithoutLeave finds clusters that the run deleted without an entry, --prune or having
// created them; with anything attached; or changed since the review.
func (a *actor) deletedWithoutLeave() (found []string) {
	for _, e := range a.writes() {
		if e.Before == nil || e.After != nil {
			continue
		}
		if why := a.whyNotDelete(e); why != "" {
			found = append(found, fmt.Sprintf("#%d (%s): %s", a.ordinal(e.ID), e.Before["/name"], why))
		}
	}
	return found
}

func (a *actor) whyNotDelete(e event) string {
	isOwn, isUndone := a.created(e.ID), a.Kind == undoes && a.actors[0].created(e.ID)
	if !isOwn && !isUndone && !a.mayDelete(e.ID) {
		return "not declared absent, not pruned, not its own"
	}
	var last, reviewed *reading
	for _, r := range a.readings[e.ID] {
		if r.At > e.At {
			break
		}
		if r.Cached != nil && (a.Kind != appliesTo || r.Phase == 0) {
			reviewed = &r
		}
		if r.Cached != nil && (r.ByID || r.Cached["/clientIds"] != "") {
			last = &r
		}
	}
	switch {
	case (isOwn || isUndone) && a.isTaken(e):
		return "its own, but changed by someone else"
	case isOwn:
	case last == nil:
		return "without reading again what is attached"
	case last.Cached["/clientIds"] != "":
		return "with a client attached"
	case a.Kind == appliesTo && reviewed != nil && !maps.Equal(withoutLog(reviewed.Cached), withoutLog(last.Cached)):
		return "changed since the review, and the run saw it"
	}
	return ""
}

// isTaken reports whether someone else wrote a cluster before the run last read it, or if the run
// only listed it.
func (a *actor) isTaken(deletion event) bool {
	if a.isAsLeft(deletion) {
		return false
	}
	looked := time.Duration(-1)
	for _, r := range a.readings[deletion.ID] {
		if r.ByID && r.At < deletion.At {
			looked = r.At
		}
	}
	return slices.ContainsFunc(a.journal, func(e event) bool {
		isOurs := e.Who == a.index || a.Kind == undoes && e.Who == 0
		return !isOurs && !a.isTakenForOwn(e) && e.ID == deletion.ID && e.hasEffect() && (e.At < looked || looked < 0 && e.At < deletion.At)
	})
}

// isAsLeft reports whether a cluster is as its creator left it, whatever happened in between. A log
// configuration may have ended.
func (a *actor) isAsLeft(deletion event) bool {
	creator := a
	if !a.created(deletion.ID) {
		creator = a.actors[0]
	}
	left, _ := creator.lastOf(deletion.ID)
	is, log := withoutLog(deletion.Before), deletion.Before["/log"]
	return maps.Equal(is, withoutLog(left)) && (log == "" || log == left["/log"])
}

// isTakenForOwn reports whether another run set what a lost patch of the creator was to set, or
// completed what the creator had begun when it was killed.
func (a *actor) isTakenForOwn(e event) bool {
	return e.Who >= 0 && a.actors[0].killed || e.Who >= 0 && slices.ContainsFunc(a.actors[0].lostWrites(e.ID), func(lost event) bool {
		return lost.Body == e.Body || !slices.ContainsFunc(changed(e.Before, e.After), func(path string) bool {
			return !slices.Contains(written(lost), path) || !strings.Contains(lost.Body, fmt.Sprintf("%q", e.After[path]))
		})
	})
}

func withoutLog(p picture) picture {
	p = maps.Clone(p)
	delete(p, "/log")
	return p
}

// mayDelete reports whether the file lets the run delete a cluster.
func (a *actor) mayDelete(id string) bool {
	prunes := slices.Contains(a.Flags, "--prune")
	for _, name := range a.seenNames(id) {
		if _, absent, isListed := a.entryFields(name, a.Entries); absent || prunes && !isListed {
			return true
		}
	}
	return false
}

// untrueOutcomes finds outcomes that the journal contradicts.
func (a *actor) untrueOutcomes() (found []string) {
	if a.killed || a.Kind == undoes {
		return nil
	}
	for _, o := range a.result.Outcomes {
		written := slices.ContainsFunc(a.writes(), func(e event) bool { return e.hasEffect() && e.ID == o.ID && o.ID != "" })
		switch {
		case o.Outcome == applier.Applied && o.ID != "" && !a.disturbed(o.ID):
			if why := a.notInForce(o); why != "" {
				found = append(found, fmt.Sprintf("%s %s is reported as applied, but %s", o.Action, o.Name, why))
			}
		case (o.Outcome == applier.Failed || o.Outcome == applier.NotApplied) && o.Action == "update" && written && !a.disturbed(o.ID) && a.notInForce(o) == "":
			found = append(found, fmt.Sprintf("%s %s is reported as %s, but is in effect (%s)", o.Action, o.Name, o.Outcome, o.Error))
		case o.Outcome == applier.Failed && a.didIt(o):
			found = append(found, fmt.Sprintf("%s %s is reported as failed, but was applied (%s)", o.Action, o.Name, o.Error))
		case o.Outcome == applier.Unchanged && o.Action != "set-log" && written && len(o.Requests) == 0 && a.changesOf(o.ID) == 1:
			found = append(found, fmt.Sprintf("%s %s is reported as unchanged, but was written", o.Action, o.Name))
		case o.Outcome == applier.NotAttempted && written && a.changesOf(o.ID) == 1:
			found = append(found, fmt.Sprintf("%s %s is reported as not attempted, but was written", o.Action, o.Name))
		}
	}
	isComplete := !slices.ContainsFunc(a.result.Outcomes, func(o applier.ChangeResult) bool { return !o.Outcome.IsInForce() })
	if a.result.Outcomes != nil && (a.code == 0) != isComplete && a.code != 1 {
		found = append(found, fmt.Sprintf("exit code %d, and complete: %t", a.code, isComplete))
	}
	return found
}

// didIt reports whether the run's only request for a change was applied.
func (a *actor) didIt(o applier.ChangeResult) bool {
	return slices.ContainsFunc(a.writes(), func(e event) bool {
		switch o.Action {
		case "create":
			return len(o.Requests) < 2 && e.Before == nil && e.After["/name"] == o.Name && a.truth[e.ID] != nil && !a.lacksLog(e.ID, o.Name)
		case "delete":
			return e.ID == o.ID && e.After == nil && e.hasEffect()
		case "update": // see notInForce
		case "set-log":
			return e.ID == o.ID && strings.HasPrefix(e.What, http.MethodPut) && e.hasEffect()
		}
		return false
	})
}

// changesOf counts the changes of a run to a cluster.
func (a *actor) changesOf(id string) (n int) {
	for _, o := range a.result.Outcomes {
		if o.ID == id {
			n++
		}
	}
	return n
}

// notInForce names a field that is not as an applied change claims, "" if there is none.
func (a *actor) notInForce(o applier.ChangeResult) string {
	is, exists := a.lastOf(o.ID)
	if o.Action == "delete" {
		if exists {
			return "it exists"
		}
		return ""
	}
	if !exists {
		return "it does not exist"
	}
	entry := a.entryOf(o.Name)
	if entry == "" {
		return ""
	}
	for key, path := range leaves() {
		_, rest, isDeclared := strings.Cut(entry, key+": ")
		if !isDeclared || o.Action == "set-log" || path == "/log" || path == "/name" {
			continue
		}
		want := strings.Trim(rest[:strings.IndexAny(rest, ",}")], `"`)
		if want == "null" {
			want = ""
		}
		if is[path] != want {
			return fmt.Sprintf("%s is %q, not %q", path, is[path], want)
		}
	}
	if o.Action == "set-log" {
		return logMismatch(entry, is)
	}
	return ""
}

// entryOf returns the run's entry of a name, "" if there is none.
func (a *actor) entryOf(name string) (entry string) {
	for _, i := range a.Entries {
		if strings.HasPrefix(a.world.Entries[i], "{name: "+name+",") {
			entry = a.world.Entries[i]
		}
	}
	return entry
}

// logMismatch says how a log configuration differs from that of an entry, "" if it does not.
func logMismatch(entry string, is picture) string {
	want := "WARNmap[]"
	if strings.Contains(entry, "INFO") {
		want = "INFOmap[a.B:DEBUG]"
	}
	if strings.ReplaceAll(is["/log"], " ", "") != want {
		return fmt.Sprintf("the log configuration is %q, not %q", is["/log"], want)
	}
	return ""
}

// lacksLog reports whether a created cluster is without the log configuration of its entry, so
// that its create was not done in full.
func (a *actor) lacksLog(id, name string) bool {
	entry := a.entryOf(name)
	is, _ := a.lastOf(id)
	return strings.Contains(entry, "logConfig: {") && logMismatch(entry, is) != ""
}

// lastOf returns a cluster after the run's last write to it, or its original state.
func (a *actor) lastOf(id string) (p picture, exists bool) {
	p, exists = a.before[id]
	for _, e := range a.writes() {
		if e.ID == id && e.At <= a.ended {
			p, exists = e.After, e.After != nil
		}
	}
	return p, exists
}

func (a *actor) notConverged() []string {
	if a.pending == "" {
		return nil
	}
	return []string{a.pending}
}

func (a *actor) wroteWhileReading() (found []string) {
	for _, e := range a.writes() {
		if !a.Kind.writes() || a.Kind == appliesTo && e.Phase == 0 {
			found = append(found, e.What)
		}
	}
	return found
}

// leftOut finds clusters that existed under one name throughout and are not exported.
func (a *actor) leftOut() (found []string) {
	if a.Kind != exports || a.code != 0 {
		return nil
	}
	for id, was := range a.before {
		if now := a.truth[id]; now == nil || now["/name"] != was["/name"] || a.disturbed(id) {
			continue
		}
		if all := a.stdout.String() + a.stderr.String(); !strings.Contains(all, was["/name"]) {
			found = append(found, was["/name"])
		}
	}
	return found
}

// line is an intent or an outcome in a receipt.
type line struct {
	Type, Method, Path string
	Seq                int
	Body               json.RawMessage
}

// key identifies a write and its intent.
func key(method, id, body string) string {
	var value any
	if json.Unmarshal([]byte(body), &value) != nil {
		return method + id
	}
	return fmt.Sprint(method, id, value)
}

// missingFromReceipt finds writes without an intent in the receipt, more POST requests than
// intents, and intents without an outcome.
func (a *actor) missingFromReceipt() (found []string) {
	if !a.Kind.writes() {
		return nil
	}
	intents, outcomes := map[string]int{}, map[int]int{}
	for text := range bytes.Lines(a.receipt) {
		var l line
		switch err := json.Unmarshal(text, &l); {
		case err != nil:
		case l.Type == "intent":
			intents[key(l.Method, idIn(l.Path), string(l.Body))]++
			outcomes[l.Seq]++
		case l.Type == "outcome":
			outcomes[l.Seq]--
		}
	}
	posted := map[string]int{}
	for _, e := range a.writes() {
		method, _, _ := strings.Cut(e.What, " ")
		k := key(method, e.ID, e.Body)
		if method == http.MethodPost {
			k = key(method, "", e.Body)
			posted[k]++
		}
		if intents[k] == 0 || posted[k] > intents[k] {
			found = append(found, e.What+" "+e.Body)
		}
	}
	for seq, open := range outcomes {
		if open != 0 && !a.killed {
			found = append(found, fmt.Sprintf("the outcome of request %d", seq))
		}
	}
	slices.Sort(found)
	return found
}

// overTheLimit finds moments at which more requests arrived than the run may send.
func (a *actor) overTheLimit() (found []string) {
	limit, span := 100, 10*time.Second
	for _, flag := range a.Flags {
		if rate, ok := strings.CutPrefix(flag, "--rate-limit="); ok {
			count, text, _ := strings.Cut(rate, "/")
			_, _ = fmt.Sscan(count, &limit)
			span, _ = time.ParseDuration(text)
		}
	}
	for phase := range 2 {
		var at []time.Duration
		for _, e := range a.journal {
			if e.Who == a.index && e.Phase == phase && e.What != "killed" && e.Fault != "not sent" {
				at = append(at, e.At)
			}
		}
		for i := limit; i < len(at); i++ {
			if at[i]-at[i-limit] < span {
				found = append(found, fmt.Sprintf("%d requests from %s to %s", limit+1, at[i-limit], at[i]))
			}
		}
	}
	return found
}

// notUndone finds clusters that a successful undo did not restore, although no one else wrote
// them. Deleted clusters are not restored, and an undo with a warning claims less.
func (a *actor) notUndone() (found []string) {
	if a.Kind != undoes || a.code != 0 || a.killed || strings.Contains(a.stderr.String(), "warning: ") {
		return nil
	}
	first := a.actors[0]
	for id := range first.touched() {
		if a.isTouchedByOthers(id) {
			continue
		}
		was, existed := first.before[id]
		is := a.truth[id]
		switch {
		case existed && is == nil: // deleted
		case !existed && is != nil:
			found = append(found, fmt.Sprintf("#%d still exists", a.ordinal(id)))
		case existed && !maps.Equal(was, is):
			found = append(found, fmt.Sprintf("#%d is %v, and was %v", a.ordinal(id), is, was))
		}
	}
	slices.Sort(found)
	return found
}

func (a *actor) touched() map[string]bool {
	ids := map[string]bool{}
	for _, e := range a.writes() {
		if e.hasEffect() {
			ids[e.ID] = true
		}
	}
	return ids
}

// isTouchedByOthers reports whether anyone but the undo and the undone run wrote a cluster, or
// may have.
func (a *actor) isTouchedByOthers(id string) bool {
	return slices.ContainsFunc(a.journal, func(e event) bool {
		return e.ID == id && e.Who != a.index && e.Who != 0 && e.hasEffect()
	})
}

func (a *actor) strangeEnd() (found []string) {
	usual := map[kind][]int{applies: {0, 1, 3, 4}, appliesTo: {0, 1, 3, 4}, undoes: {0, 1, 3, 4}, drifts: {0, 1, 2, 4}, plans: {0, 1, 4}, exports: {0, 1}}
	if !slices.Contains(usual[a.Kind], a.code) && !a.killed {
		found = append(found, fmt.Sprintf("exit code %d of %s: %s", a.code, a.Kind, a.stderr.String()))
	}
	if a.code == 3 && !a.killed && a.isCalm() {
		found = append(found, "incomplete, although no request failed: "+a.stderr.String())
	}
	if strings.Contains(a.stderr.String(), "internal error") {
		found = append(found, a.stderr.String())
	}
	if a.ended-a.started > time.Hour {
		found = append(found, fmt.Sprintf("it took %s", a.ended-a.started))
	}
	return found
}

// isCalm reports whether nothing hinders the run.
func (a *actor) isCalm() bool {
	m := a.Moods
	return len(a.Acts)+len(a.Faults) == 0 && len(a.Runs) == 1 && m.ListLag == 0 && !m.NoCount && !m.DropField && !m.NoDisabling && !m.UniqueNames
}
