package command

import (
	"slices"
	"testing"

	"clusterctl/internal/planner"
)

// The report of a run lists what the run left out. The warnings of a plan from files are in
// the plan.
func TestLeftOut(t *testing.T) {
	t.Parallel()
	unanswered := []planner.Warning{{Code: "creation-unanswered"}}
	for name, tt := range map[string]struct {
		plan planner.Plan
		want []string
	}{
		"nothing":                 {planner.Plan{}, nil},
		"warnings of a plan":      {planner.Plan{Warnings: unanswered}, nil},
		"blocked":                 {planner.Plan{Summary: planner.Summary{Blocked: 2}}, []string{"blocked-skipped"}},
		"an undo":                 {planner.Plan{Undo: true, Warnings: unanswered}, []string{"creation-unanswered"}},
		"an undo, and a deletion": {planner.Plan{Undo: true, Warnings: unanswered, Summary: planner.Summary{Irreversible: 1}}, []string{"creation-unanswered", "irreversible"}},
	} {
		var got []string
		for _, w := range leftOut(tt.plan) {
			got = append(got, w.Code)
		}
		if !slices.Equal(got, tt.want) {
			t.Errorf("%s: %q, want %q", name, got, tt.want)
		}
	}
}
