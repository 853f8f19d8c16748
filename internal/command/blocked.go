package command

import (
	"cmp"
	"fmt"
	"strings"

	"clusterctl/internal/escape"
	"clusterctl/internal/planner"
	"clusterctl/internal/report"
)

// maxNamed is how many blocked items an error names.
const maxNamed = 5

// seen is where the items of a plan are shown.
type seen struct {
	here  bool   // in a report of this run
	saved string // the path of a saved plan, which this run does not show; or empty
}

// elsewhere returns the command that shows the items; empty if this run does.
func (s seen) elsewhere(plan planner.Plan) string {
	switch {
	case s.saved != "":
		return "clusterctl show " + s.saved
	case s.here:
		return ""
	case plan.Undo:
		return "clusterctl undo --dry-run"
	default:
		return "clusterctl plan"
	}
}

// expectAllowed refuses a plan with denied items, and with blocked ones unless they are skipped.
// It names the items that this run does not show.
func expectAllowed(plan planner.Plan, in seen, skip bool) error {
	switch {
	case plan.Rehearsal.Failed():
		return failedRehearsal(plan)
	case plan.Summary.Denied > 0 && !mayBeAllowedNow(plan, in):
		return deniedItems(plan, in)
	case plan.Summary.Blocked > 0 && !skip:
		return blockedItems(plan, in)
	default:
		return nil
	}
}

func blockedItems(plan planner.Plan, in seen) error {
	n := plan.Summary.Blocked
	them, they := "them", "they are"
	if n == 1 {
		them, they = "it", "it is"
	}
	items, fix := report.Count(n, "blocked item"), "fix "+them+", or apply the rest with --skip-blocked"
	switch rest := len(plan.Changes) > 0; {
	case plan.Undo && rest: // what was changed since is often right
		fix = fmt.Sprintf("use --skip-blocked to keep %s as %s and roll back the rest", them, they)
	case plan.Undo:
		fix = "there is nothing else to roll back"
	case in.saved != "":
		fix = fmt.Sprintf("fix %s and make a new plan, or apply the rest with --skip-blocked", them)
	}
	command := in.elsewhere(plan)
	if command == "" {
		return refusedf("%s; %s", items, fix)
	}
	if in.saved != "" {
		items = in.saved + ": " + items
	}
	return refusedf("%s: %s (see %s; %s)", items, namesOf(plan, planner.Blocked), command, fix)
}

// namesOf lists the clusters of findings of a kind.
func namesOf(plan planner.Plan, kind planner.FindingKind) string {
	var names []string
	for _, f := range plan.Findings {
		if f.Kind == kind {
			names = append(names, escape.Text(cmp.Or(f.Name, f.ID, "the plan")))
		}
	}
	if more := len(names) - maxNamed; more > 0 {
		names = append(names[:maxNamed], fmt.Sprintf("and %d more", more))
	}
	return strings.Join(names, ", ")
}
