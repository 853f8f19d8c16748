package report_test

import (
	"encoding/json"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"clusterctl/internal/cluster"
	"clusterctl/internal/planner"
	"clusterctl/internal/report"
	"clusterctl/internal/testkit/documents"
)

func TestAdoption(t *testing.T) {
	t.Parallel()
	plan := planner.Plan{Budget: planner.Budget{Requests: 1, Seconds: 1}}
	unmanaged := []planner.UnmanagedCluster{
		{Live: cluster.Live{ID: "1", Name: "va\x1b[31m", Document: json.RawMessage(`{"description": "${x}"}`)}},
		{Live: cluster.Live{ID: "2", Name: "va-twin", Type: "idn"}, Shared: true},
		{Live: cluster.Live{ID: "3", Name: " "}},
	}
	const want = `
To manage unmanaged clusters, add these entries to a file; to ignore them, add them to policy.ignore.

  - name: "va\u001B[31m"
    description: "$${x}"
  - name: va-twin
    id: "2"
    type: idn

Applying needs`
	adopt := func() string {
		return documents.Written(t, func(b io.Writer) error {
			return inText()(b, report.OfPlan(plan, report.PlanOptions{Unmanaged: unmanaged}))
		})
	}
	if got := adopt(); !strings.Contains(got, want) {
		t.Errorf("-want +got:\n%s", cmp.Diff(want, got))
	}
	if got := documents.Written(t, func(b io.Writer) error { return inText().Plan(b, plan) }); strings.Contains(got, "name:") {
		t.Errorf("shown where nobody adopts:\n%s", got)
	}
	unmanaged = unmanaged[2:]
	if got := adopt(); strings.Contains(got, "unmanaged") {
		t.Errorf("nothing can be adopted:\n%s", got)
	}
}
