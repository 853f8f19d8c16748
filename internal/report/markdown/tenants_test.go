package markdown_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"clusterctl/internal/planner"
	"clusterctl/internal/report"
	"clusterctl/internal/report/markdown"
)

// TestCommentOnManyTenants checks that the comment on any number of tenants keeps its limit, and
// shows each tenant that failed.
func TestCommentOnManyTenants(t *testing.T) {
	t.Parallel()
	for _, n := range []int{0, 1, 100, 101, 1000} {
		t.Run(fmt.Sprint(n), func(t *testing.T) {
			t.Parallel()
			var runs []report.TenantRun
			for i := range n {
				run := report.TenantRun{Name: fmt.Sprintf("tenant-%04d", i)}
				if i == n-1 {
					run.ExitCode, run.Failure = 1, "GET /v3/managed-clusters: | <b>*"+strings.Repeat("x", 2000)
				} else {
					var plan planner.Plan
					for c := range 50 {
						plan.Changes = append(plan.Changes, planner.Change{Action: planner.Create, Name: fmt.Sprintf("va-%d", c)})
					}
					d := report.OfPlan(plan, report.PlanOptions{})
					run.Document = &d
				}
				runs = append(runs, run)
			}
			var out bytes.Buffer
			if err := (markdown.Format{}).Write(&out, report.OfTenants(report.TenantsReport{Command: "plan", Runs: runs})); err != nil {
				t.Fatal(err)
			}
			text := out.String()
			if len(text) > 65_536 {
				t.Errorf("%d bytes: %.6000s", len(text), text)
			}
			if n > 0 && !strings.Contains(text, fmt.Sprintf("| `tenant-%04d` | `0` |", n-1)) {
				t.Errorf("the tenant that failed is not in the table:\n%.3000s", text)
			}
			if shown := strings.Count(text, "| `tenant-"); shown < min(n, 100) {
				t.Errorf("%d tenants in the table", shown)
			}
			if n > 100 && !strings.Contains(text, fmt.Sprintf("… and %s more (the JSON report lists all)", report.Count(n-100, "tenant"))) {
				t.Error("the others are not counted")
			}
			for line := range strings.Lines(text) {
				if strings.HasPrefix(line, "| `") && strings.Count(strings.ReplaceAll(line, `\|`, ""), "|") != 7 {
					t.Errorf("a cell breaks the table: %s", line)
				}
			}
		})
	}
}
