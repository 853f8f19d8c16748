package command

import (
	"testing"

	"clusterctl/internal/planner"
)

// A plan whose rehearsal failed is refused, also without blocked items, with the cluster and field.
func TestFailedRehearsalIsRefused(t *testing.T) {
	t.Parallel()
	plan := planner.Plan{Rehearsal: &planner.Rehearsal{Problems: []planner.RehearsalProblem{
		{Step: planner.StepUndo, Name: "va-a", Field: "/configuration/x", Message: "was 1, but is 2 after undo"},
	}}}
	err := pendingOptions{skipBlocked: true}.refusal(plan)
	const want = "the rehearsal failed: 1 problem; the first: va-a undo: /configuration/x: was 1, but is 2 after undo (do not apply this plan; report the problem)"
	if err == nil || err.Error() != want || exitCode(err) != exitRefused {
		t.Errorf("%d %v", exitCode(err), err)
	}
	if err := expectAllowed(plan, seen{saved: "plan.json"}, true); err == nil || exitCode(err) != exitRefused {
		t.Errorf("a saved plan is applied: %v", err)
	}
	plan.Rehearsal.Problems = nil
	if err := (pendingOptions{}).refusal(plan); err != nil {
		t.Error(err)
	}
}
