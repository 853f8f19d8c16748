package report_test

import (
	"fmt"
	"io"
	"strings"
	"testing"

	"clusterctl/internal/applier"
	"clusterctl/internal/cluster"
	"clusterctl/internal/drift"
	"clusterctl/internal/planner"
	"clusterctl/internal/report"
	"clusterctl/internal/testkit/documents"
)

// forbidden is an apply in which so many updates failed alike.
func forbidden(n int) applier.Result {
	var r applier.Result
	for i := range n {
		id, requestID := fmt.Sprintf("2c9%03d", i), fmt.Sprintf("0a%03d", i)
		r.Outcomes = append(r.Outcomes, applier.ChangeResult{
			Action: planner.Update, Name: fmt.Sprintf("va-%03d", i), ID: id, Outcome: applier.Failed,
			Error: fmt.Sprintf("PATCH /managed-clusters/%s: 403 Forbidden (request id %s) (use other credentials)", id, requestID),
		})
	}
	r.Summary.Failed = n
	return r
}

// Errors of one kind share a line, and keep the names, ids and request ids of all clusters.
func TestErrorsOfOneKindShareALine(t *testing.T) {
	t.Parallel()
	const message = "PATCH /managed-clusters/{id}: 403 Forbidden (use other credentials)"
	for _, n := range []int{1, 2, 3, 40} {
		got := documents.Written(t, func(w io.Writer) error { return inText().Result(w, forbidden(n)) })
		shared := strings.Contains(got, fmt.Sprintf("! update %d clusters: failed: %s\n    va-000 (2c9000, request id 0a000), va-001 (", n, message))
		if shared != (n >= 3) || strings.Count(got, "! update") != map[bool]int{true: 1, false: n}[shared] {
			t.Errorf("%d errors:\n%s", n, got)
		}
		for i := range n {
			for _, part := range []string{fmt.Sprintf("va-%03d", i), fmt.Sprintf("2c9%03d", i), fmt.Sprintf("request id 0a%03d", i)} {
				if !strings.Contains(got, part) {
					t.Errorf("%d errors: no %q in\n%s", n, part, got)
				}
			}
		}
	}
	got := documents.Written(t, func(w io.Writer) error { return inMarkdown(nil).Result(w, forbidden(120)) })
	if strings.Count(got, "\n- update 50 clusters: ") != 2 || strings.Count(got, "\n- update 20 clusters: ") != 1 || !strings.Contains(got, "#### 120 failed") || !strings.Contains(got, "**`va-119`** (`2c9119`") {
		t.Errorf("in a comment:\n%s", got)
	}
}

// Blocked items and problems of a status that differ in ids alone share a line, too.
func TestProblemsOfOneKindShareALine(t *testing.T) {
	t.Parallel()
	var p planner.Plan
	var s cluster.Snapshot
	for i := range 4 {
		id := fmt.Sprintf("2c9%03d", i)
		problem := fmt.Sprintf("GET /managed-clusters/%s/log-config: 403 Forbidden (request id 0a%d)", id, i)
		p.Findings = append(p.Findings, planner.Finding{Kind: planner.Blocked, Name: "va", ID: id, Message: problem})
		s.Clusters = append(s.Clusters, cluster.Live{ID: id, Name: "va", Problem: problem})
	}
	const said = "GET /managed-clusters/{id}/log-config: 403 Forbidden\n    va (2c9000, request id 0a0), va (2c9001, "
	if got := documents.Written(t, func(w io.Writer) error { return inText().Plan(w, p) }); !strings.Contains(got, "! 4 blocked clusters: "+said) {
		t.Errorf("a plan:\n%s", got)
	}
	got := documents.Written(t, func(w io.Writer) error {
		return inText()(w, report.OfStatus("t", s, report.StatusOptions{Now: documents.Noon()}))
	})
	if !strings.Contains(got, "! 4 clusters: "+said) {
		t.Errorf("a status:\n%s", got)
	}
}

// Drift counts unmanaged clusters in one line unless they count as drift, and keeps their causes.
func TestDriftCountsUnmanagedClusters(t *testing.T) {
	t.Parallel()
	var r drift.Report
	for i := range 3 {
		r.Items = append(r.Items, drift.Item{Kind: cluster.DriftUnmanaged, Name: fmt.Sprint("lab-", i), Message: "not in your files"})
	}
	r.Items = append(r.Items, drift.Item{Kind: cluster.DriftUnmanaged, Name: "va", Message: "not in your files", Cause: drift.FileAhead})
	for strict, want := range map[bool]string{
		false: "  3 unmanaged clusters: not in your files (list them with clusterctl drift --strict)\n  unmanaged va: not in your files (removed from the files since the apply)\n",
		true:  "  unmanaged lab-0: not in your files\n  unmanaged lab-1: not in your files\n",
	} {
		r.Strict = strict
		if got := documents.Written(t, func(w io.Writer) error { return inText().Drift(w, r) }); !strings.Contains(got, want) {
			t.Errorf("strict %t:\n%s", strict, got)
		}
	}
}

// A comment folds nothing while it is short, then what matters least, and never what is
// blocked or deleted.
func TestLongCommentsFold(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		changes map[planner.Action]int
		blocked int
		folded  string
	}{
		"twenty":              {map[planner.Action]int{planner.Create: 5, planner.Update: 5, planner.SetLog: 5, planner.Delete: 5}, 0, ""},
		"one more":            {map[planner.Action]int{planner.Create: 6, planner.Update: 5, planner.SetLog: 5, planner.Delete: 5}, 0, "create"},
		"many log configs":    {map[planner.Action]int{planner.Create: 1, planner.Update: 5, planner.SetLog: 30}, 0, "create set-log"},
		"many updates":        {map[planner.Action]int{planner.Create: 1, planner.Update: 30, planner.SetLog: 1}, 0, "create set-log update"},
		"deletes and blocked": {map[planner.Action]int{planner.Create: 1, planner.Delete: 30}, 30, "create"},
	} {
		var p planner.Plan
		for action, n := range tt.changes {
			for i := range n {
				p.Changes = append(p.Changes, planner.Change{Action: action, Name: fmt.Sprint(i)})
			}
		}
		for i := range tt.blocked {
			p.Findings = append(p.Findings, planner.Finding{Kind: planner.Blocked, Name: fmt.Sprint(i), Message: fmt.Sprint(i)})
		}
		var folded []string
		for _, g := range report.OfPlan(p, report.PlanOptions{}).Groups {
			if _, isChange := tt.changes[planner.Action(g.Kind)]; isChange && g.Manner == report.Folded {
				folded = append(folded, g.Kind)
			}
		}
		want := strings.Fields(tt.folded)
		if len(folded) != len(want) || !containsAll(folded, want) {
			t.Errorf("%s: folds %q, want %q", name, folded, want)
		}
	}
}

func containsAll(all, some []string) bool {
	for _, s := range some {
		if !strings.Contains(strings.Join(all, " "), s) {
			return false
		}
	}
	return true
}

// Many changes are bundled in good time.
func BenchmarkBundles(b *testing.B) {
	d := report.OfResult(forbidden(10_000), report.ResultOptions{})
	for b.Loop() {
		report.Bundles(d.Items)
	}
}
