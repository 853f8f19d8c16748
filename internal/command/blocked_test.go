package command

import (
	"fmt"
	"testing"

	"clusterctl/internal/planner"
)

func TestExpectUnblockedSaysWhatToDo(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		blocked, changes int
		undo             bool
		in               seen
		want             string
	}{
		"nothing blocked": {changes: 1},
		"a plan":          {blocked: 1, in: seen{here: true}, want: "1 blocked item; fix it, or apply the rest with --skip-blocked"},
		"an undo":         {blocked: 2, changes: 1, undo: true, in: seen{here: true}, want: "2 blocked items; use --skip-blocked to keep them as they are and roll back the rest"},
		"an undo of one":  {blocked: 1, undo: true, in: seen{here: true}, want: "1 blocked item; there is nothing else to roll back"},
		"a plan unseen":   {blocked: 1, want: "1 blocked item: va-0 (see clusterctl plan; fix it, or apply the rest with --skip-blocked)"},
		"an undo unseen": {blocked: 1, changes: 1, undo: true,
			want: "1 blocked item: va-0 (see clusterctl undo --dry-run; use --skip-blocked to keep it as it is and roll back the rest)"},
		"a saved plan": {blocked: 2, in: seen{saved: "p.json"},
			want: "p.json: 2 blocked items: va-0, id-1 (see clusterctl show p.json; fix them and make a new plan, or apply the rest with --skip-blocked)"},
		"a saved undo": {blocked: 1, changes: 1, undo: true, in: seen{saved: "p.json"},
			want: "p.json: 1 blocked item: va-0 (see clusterctl show p.json; use --skip-blocked to keep it as it is and roll back the rest)"},
		"many": {blocked: 7, in: seen{saved: "p.json"},
			want: "p.json: 7 blocked items: va-0, id-1, va-2, id-3, va-4, and 2 more (see clusterctl show p.json; fix them and make a new plan, or apply the rest with --skip-blocked)"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			plan := planner.Plan{Undo: tt.undo, Changes: make([]planner.Change, tt.changes), Summary: planner.Summary{Blocked: tt.blocked}}
			plan.Findings = append(plan.Findings, planner.Finding{Kind: planner.Ignored, Name: "other"})
			for i := range tt.blocked {
				f := planner.Finding{Kind: planner.Blocked, ID: fmt.Sprintf("id-%d", i)}
				if i%2 == 0 {
					f.Name = fmt.Sprintf("va-%d", i)
				}
				plan.Findings = append(plan.Findings, f)
			}
			got := ""
			if err := expectAllowed(plan, tt.in, false); err != nil {
				got = err.Error()
			}
			if got != tt.want {
				t.Errorf("%s\nwant %s", got, tt.want)
			}
			if err := expectAllowed(plan, tt.in, true); err != nil {
				t.Errorf("with --skip-blocked: %v", err)
			}
		})
	}
}
