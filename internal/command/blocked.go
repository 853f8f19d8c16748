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

// expectUnblocked refuses a plan with blocked items, unless they are skipped. saved is the
// path of the plan, whose items no report of this run shows; empty for a plan that is shown.
func expectUnblocked(plan planner.Plan, saved string, skip bool) error {
	if plan.Summary.Blocked == 0 || skip {
		return nil
	}
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
	case saved != "":
		fix = fmt.Sprintf("fix %s and make a new plan, or apply the rest with --skip-blocked", them)
	}
	if saved == "" {
		return refusedf("%s; %s", items, fix)
	}
	return refusedf("%s: %s: %s (see clusterctl show %s; %s)", saved, items, blockedNames(plan), saved, fix)
}

// blockedNames lists the clusters of blocked items.
func blockedNames(plan planner.Plan) string {
	var names []string
	for _, f := range plan.Findings {
		if f.Kind == planner.Blocked {
			names = append(names, escape.Text(cmp.Or(f.Name, f.ID)))
		}
	}
	if more := len(names) - maxNamed; more > 0 {
		names = append(names[:maxNamed], fmt.Sprintf("and %d more", more))
	}
	return strings.Join(names, ", ")
}
