package report_test

import (
	"testing"

	"clusterctl/internal/cluster"
	"clusterctl/internal/drift"
	"clusterctl/internal/report"
)

func TestDriftVerdict(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		strict  bool
		summary drift.Summary
		want    string
	}{
		{false, drift.Summary{Unmanaged: 2, Lapsed: 1}, "No drift. 3 clusters match."},
		{false, drift.Summary{Known: 4}, "No drift. 3 clusters match."},
		{false, drift.Summary{Changed: 1, Unmanaged: 2}, "Drift: 1 changed, 0 missing."},
		{true, drift.Summary{Known: 4}, "No drift. 3 clusters match."},
		{true, drift.Summary{Unmanaged: 2, Lapsed: 1}, "Drift: 0 changed, 0 missing, 2 unmanaged, 1 lapsed."},
		{true, drift.Summary{Blocked: 1}, "Drift: 0 changed, 0 missing, 0 unmanaged, 0 lapsed, 1 blocked."},
	} {
		got := report.DriftVerdict(drift.Report{Summary: tt.summary, Strict: tt.strict}, 3)
		if got != tt.want {
			t.Errorf("strict %t, %+v: %s", tt.strict, tt.summary, got)
		}
	}
}

// Items of one line and one kind follow each other; items with fields or of known drift have
// empty lines around them.
func TestItemsApart(t *testing.T) {
	t.Parallel()
	plain := drift.Item{Kind: cluster.DriftChanged, Name: "va"}
	withField, known := plain, plain
	withField.Diff = []drift.Field{{Path: "/type"}}
	known.Known = &drift.Known{Reason: "so"}
	other := drift.Item{Kind: cluster.DriftLapsed, Name: "va"}
	items := []drift.Item{plain, plain, withField, plain, plain, known, plain, plain, other, other}
	want := []bool{true, false, true, true, false, true, true, false, true, false}
	for i, item := range report.OfDrift(drift.Report{Items: items}, report.DriftOptions{}).Items {
		if item.Apart != want[i] {
			t.Errorf("item %d: apart %t, want %t", i, item.Apart, want[i])
		}
	}
}
