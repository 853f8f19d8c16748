package report

import (
	"strings"
	"testing"

	"clusterctl/internal/applier"
	"clusterctl/internal/drift"
	"clusterctl/internal/planner"
)

// TestNoTenantLooksFine checks that the table and the last line of a report on several tenants
// show each tenant that failed or was refused, also one whose own report is clean.
func TestNoTenantLooksFine(t *testing.T) {
	t.Parallel()
	clean := map[string]Document{
		"plan":  OfPlan(planner.Plan{}, PlanOptions{}),
		"apply": OfResult(applier.Result{}, ResultOptions{}),
		"drift": OfDrift(drift.Report{}, DriftOptions{}),
		"ping":  {Kind: "ping", Verdict: "All 3 checks passed."},
	}
	for command, document := range clean {
		for _, code := range []int{1, 3, 4} {
			for name, d := range map[string]*Document{"none": nil, "clean": &document} {
				run := TenantRun{Name: "acme", ExitCode: code, Document: d, Failure: "the reason"}
				got := OfTenants(TenantsReport{Command: command, Runs: []TenantRun{run}})
				row := got.Text.Table.Rows[0]
				if result := row[len(row)-1]; result.Text != "the reason" || result.Level != Serious {
					t.Errorf("%s, code %d, %s: %q", command, code, name, result.Text)
				}
				if !strings.HasSuffix(got.Verdict, "1 error.") {
					t.Errorf("%s, code %d, %s: %s", command, code, name, got.Verdict)
				}
			}
		}
	}
}
