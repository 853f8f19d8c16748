package rehearsal

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"clusterctl/internal/cluster"
	"clusterctl/internal/jsonpatch"
	"clusterctl/internal/planner"
	"clusterctl/internal/sandbox"
)

// logPath is the field of a problem with a log configuration.
const logPath = "/" + logMember

// state is what a twin has stored, by id.
type state map[string]sandbox.Stored

func (t *twin) state() (state, error) {
	stored, err := t.tenant.Clusters()
	all := make(state, len(stored))
	for _, c := range stored {
		all[c.ID] = c
	}
	return all, err
}

// ids returns the ids in order.
func (s state) ids() []string {
	ids := make([]string, 0, len(s))
	for id := range s {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	return ids
}

// nameIn returns the name in a document.
func nameIn(doc json.RawMessage) string {
	var name string
	_ = json.Unmarshal(jsonpatch.Decode(doc).Value("/name"), &name) // empty if it is not a text
	return name
}

// differences returns the fields that differ, without those that the tenant sets on every write.
func differences(before, after json.RawMessage) ([]jsonpatch.Edit, error) {
	edits, err := jsonpatch.Edits(before, after)
	return slices.DeleteFunc(edits, func(e jsonpatch.Edit) bool { return e.Path == "/updatedAt" }), err
}

func shown(value json.RawMessage) string {
	if value == nil {
		return "absent"
	}
	return string(value)
}

// declared are the fields that the changes of a plan declare, by id.
type declared struct {
	fields  map[string][]string
	logs    map[string]bool
	deletes map[string]bool
	creates map[string]int // by name
}

func declaredBy(plan planner.Plan) declared {
	d := declared{fields: map[string][]string{}, logs: map[string]bool{}, deletes: map[string]bool{}, creates: map[string]int{}}
	for _, c := range plan.Changes {
		switch c.Action {
		case planner.Create:
			d.creates[c.Name]++
		case planner.Update:
			for _, e := range c.Diff {
				d.fields[c.ID] = append(d.fields[c.ID], e.Path)
			}
		case planner.SetLog:
			d.logs[c.ID] = true
		case planner.Delete:
			d.deletes[c.ID] = true
		}
	}
	return d
}

// covers reports whether a change declares the edited field, or fields of an object that was not
// there.
func (d declared) covers(id string, e jsonpatch.Edit) bool {
	return slices.ContainsFunc(d.fields[id], func(path string) bool {
		return path == e.Path || strings.HasPrefix(e.Path, path+"/") || e.FillsGap() && strings.HasPrefix(path, e.Path+"/")
	})
}

// undeclared returns what applying a plan changed although no change declares it.
func undeclared(before, after state, plan planner.Plan) (problems []planner.RehearsalProblem, err error) {
	d := declaredBy(plan)
	for _, id := range before.ids() {
		was, is := before[id], after[id]
		found := reporter{step: planner.StepApply, name: nameIn(was.Document), id: id}
		switch {
		case is.ID == "" && !d.deletes[id]:
			found.add("", "deleted, although no change of the plan deletes it")
		case is.ID != "":
			err = found.fields(was, is, d.covers, "changed from %s to %s, although no change of the plan declares it")
			if !sameLog(was.Log, is.Log) && !d.logs[id] {
				found.add(logPath, fmt.Sprintf("changed from %s to %s, although no change of the plan declares it", liveOf(was.Log), liveOf(is.Log)))
			}
		}
		if err != nil {
			return nil, err
		}
		problems = append(problems, found.problems...)
	}
	return append(problems, surplus(before, after, d)...), nil
}

// surplus returns the created clusters that no change, or no further change, of the plan creates.
func surplus(before, after state, d declared) (problems []planner.RehearsalProblem) {
	created := map[string]int{}
	for _, id := range after.ids() {
		if _, existed := before[id]; existed {
			continue
		}
		name := nameIn(after[id].Document)
		created[name]++
		if most := d.creates[name]; created[name] > most {
			found := reporter{step: planner.StepApply, name: name, id: id}
			found.add("/name", fmt.Sprintf("%d clusters of this name were created instead of %d", created[name], most))
			problems = append(problems, found.problems...)
		}
	}
	return problems
}

// unrestored returns what rolling back left different from the start. Clusters that the plan
// deletes cannot be restored.
func unrestored(start, end state, plan planner.Plan, now time.Time) (problems []planner.RehearsalProblem, err error) {
	d := declaredBy(plan)
	for _, id := range start.ids() {
		was, is := start[id], end[id]
		found := reporter{step: planner.StepUndo, name: nameIn(was.Document), id: id}
		switch {
		case is.ID == "" && !d.deletes[id]:
			found.add("", "deleted, and not restored by undo")
		case is.ID != "":
			if err = found.fields(was, is, nil, "was %s, but is %s after undo"); err != nil {
				return nil, err
			}
			if _, needed := planner.InverseOfLog(liveOf(was.Log), liveOf(is.Log), now); needed {
				found.add(logPath, fmt.Sprintf("was %s, but is %s after undo", liveOf(was.Log), liveOf(is.Log)))
			}
		}
		problems = append(problems, found.problems...)
	}
	for _, id := range end.ids() {
		if _, existed := start[id]; !existed {
			found := reporter{step: planner.StepUndo, name: nameIn(end[id].Document), id: id}
			found.add("", "created, and not deleted by undo")
			problems = append(problems, found.problems...)
		}
	}
	return problems, nil
}

// reporter collects the problems of one cluster.
type reporter struct {
	step     planner.RehearsalStep
	name, id string
	problems []planner.RehearsalProblem
}

func (r *reporter) add(field, message string) {
	r.problems = append(r.problems, planner.RehearsalProblem{Step: r.step, Name: r.name, ID: r.id, Field: field, Message: message})
}

// fields adds the fields that differ and that are not covered. The format has both values.
func (r *reporter) fields(was, is sandbox.Stored, covers func(string, jsonpatch.Edit) bool, format string) error {
	edits, err := differences(was.Document, is.Document)
	for _, e := range edits {
		if covers == nil || !covers(r.id, e) {
			r.add(e.Path, fmt.Sprintf(format, shown(e.Before), shown(e.After)))
		}
	}
	return err
}

// liveOf returns a stored log configuration as a client sees it.
func liveOf(log *sandbox.CopiedLog) *cluster.LiveLogConfig {
	if log == nil {
		return nil
	}
	live := &cluster.LiveLogConfig{RootLevel: cluster.Level(log.RootLevel), Expiration: log.Expiration}
	for class, level := range log.LogLevels {
		if live.LogLevels == nil {
			live.LogLevels = map[string]cluster.Level{}
		}
		live.LogLevels[class] = cluster.Level(level)
	}
	return live
}

func sameLog(a, b *sandbox.CopiedLog) bool { return liveOf(a).Equal(liveOf(b)) }
