package report_test

import (
	"testing"

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
