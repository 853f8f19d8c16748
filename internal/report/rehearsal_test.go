package report_test

import (
	"bytes"
	"strings"
	"testing"

	"clusterctl/internal/cluster"
	"clusterctl/internal/planner"
	"clusterctl/internal/report"
	"clusterctl/internal/report/ci"
	"clusterctl/internal/report/html"
	"clusterctl/internal/report/markdown"
	"clusterctl/internal/report/text"
)

// A rehearsal that fails is an error in every format, with the cluster and the field.
func TestFailedRehearsal(t *testing.T) {
	t.Parallel()
	source := &cluster.Source{File: "a.yaml", Line: 3, Column: 5}
	p := planner.Plan{Tenant: cluster.Tenant{Org: "acme"}, Rehearsal: &planner.Rehearsal{
		Requests: 3, Faults: &planner.RehearsedFaults{Survived: 40, Failed: 2, NotReached: 7, BudgetSeconds: 60},
		Problems: []planner.RehearsalProblem{
			{Step: planner.StepApply, Name: "va-a", ID: "1", Field: "/configuration/x", Source: source, Message: "changed"},
			{Step: planner.StepFaults, Name: "va-a", ID: "1", Field: "/name", Source: source, Message: "twice", More: 3},
			{Step: planner.StepFaults, Message: "unreadable"},
		},
	}}
	const result = "applied with 3 requests, 40 of 49 faults and kills survived, 2 not survived, 3 problems found; 7 not reached within 60 s"
	for name, test := range map[string]struct {
		write func(*bytes.Buffer, report.Document) error
		want  []string
	}{
		"text": {func(b *bytes.Buffer, d report.Document) error { return text.Format{}.Write(b, d) }, []string{
			"! rehearsal va-a (1): apply: /configuration/x: changed  a.yaml:3:5\n", "/name: twice (also in 3 other runs)", "! rehearsal ?: faults: unreadable",
			"! rehearsal: failed on a copy of the tenant: " + result,
		}},
		"markdown": {func(b *bytes.Buffer, d report.Document) error { return markdown.Format{}.Write(b, d) }, []string{
			"**The rehearsal failed** on a copy of `acme`: " + result + ".", "#### 2 clusters failed the rehearsal", "va-a",
		}},
		"html":  {func(b *bytes.Buffer, d report.Document) error { return html.Write(b, d) }, []string{"failed on a copy", "/configuration/x", "va-a"}},
		"junit": {func(b *bytes.Buffer, d report.Document) error { return ci.Format{}.JUnit(b, d) }, []string{`<failure message="apply: /configuration/x: changed"`, `name="rehearsal va-a (1)"`}},
		"github": {func(b *bytes.Buffer, d report.Document) error { return ci.Format{}.GitHub(b, d) }, []string{
			"::error file=a.yaml,line=3,col=5,title=rehearsal va-a (1)::apply: /configuration/x: changed",
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var out bytes.Buffer
			if err := test.write(&out, report.OfPlan(p, report.PlanOptions{})); err != nil {
				t.Fatal(err)
			}
			for _, want := range test.want {
				if !strings.Contains(out.String(), want) {
					t.Errorf("no %q in\n%s", want, &out)
				}
			}
		})
	}
}
