package simulation

import (
	"encoding/json"
	"fmt"
	"slices"

	"clusterctl/internal/planner"
)

// staleApplied finds changes of a saved plan that the run saw to be stale before its first write,
// if it wrote anything. Log windows are not compared, since they expire.
func (a *actor) staleApplied() (found []string) {
	first := slices.IndexFunc(a.journal, func(e event) bool { return e.Who == a.index && e.Phase == 1 && e.isWrite() })
	var plan planner.Plan
	if first < 0 || a.Kind != appliesTo || json.Unmarshal(read(a.planPath()), &plan) != nil {
		return nil
	}
	for _, c := range plan.Changes {
		var why string
		for _, r := range a.readings[c.ID] {
			if r.Phase != 1 || r.Cached == nil || r.At >= a.journal[first].At {
				continue
			}
			if why = a.whyStale(c, r.Cached); why == "" {
				break // one of its looks showed it as reviewed
			}
		}
		if why != "" {
			found = append(found, fmt.Sprintf("%s #%d (%s): %s", c.Action, a.ordinal(c.ID), c.Name, why))
		}
	}
	return found
}

// whyStale names a field that is neither as reviewed nor as the change wants it, "" if there is
// none.
func (a *actor) whyStale(c planner.Change, shown picture) string {
	if c.Action == planner.SetLog {
		return ""
	}
	if c.Action == planner.Delete {
		for _, r := range slices.Backward(a.readings[c.ID]) {
			if r.Phase > 0 || r.Cached == nil {
				continue
			}
			if paths := changed(withoutLog(r.Cached), withoutLog(shown)); len(paths) > 0 {
				return fmt.Sprintf("%v changed since the review", paths)
			}
			break
		}
		return ""
	}
	for _, edit := range c.Diff {
		before, after := picture{}, picture{}
		before.addText(edit.Path, edit.Before)
		after.addText(edit.Path, edit.After)
		for _, path := range changed(before, after) {
			if is := shown[path]; is != before[path] && is != after[path] {
				return fmt.Sprintf("%s was reviewed as %q, and is %q", path, before[path], is)
			}
		}
	}
	return ""
}
