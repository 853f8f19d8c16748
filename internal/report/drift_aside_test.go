package report_test

import (
	"testing"

	"clusterctl/internal/cluster"
	"clusterctl/internal/drift"
	"clusterctl/internal/planner"
	"clusterctl/internal/report"
)

func TestDriftStatesWhatDoesNotCount(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		report drift.Report
		want   string
	}{
		"all counts":     {drift.Report{Summary: drift.Summary{Changed: 1, Missing: 2, Blocked: 3}}, ""},
		"lapsed":         {drift.Report{Summary: drift.Summary{Lapsed: 3}}, "Not counted as drift: 3 lapsed (use --strict to count them)."},
		"known":          {drift.Report{Summary: drift.Summary{Changed: 1, Known: 1}}, "Not counted as drift: 1 known (accepted with --known)."},
		"with prune":     {drift.Report{Prune: true, Summary: drift.Summary{Unmanaged: 1}}, ""},
		"with --strict":  {drift.Report{Strict: true, Summary: drift.Summary{Unmanaged: 1, Lapsed: 1}}, ""},
		"all of a kind":  {drift.Report{Summary: drift.Summary{Unmanaged: 2, Lapsed: 1, Known: 1}}, "Not counted as drift: 2 unmanaged, 1 lapsed (use --strict to count them), 1 known (accepted with --known)."},
		"nothing at all": {drift.Report{}, ""},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := report.OfDrift(tt.report, report.DriftOptions{}).Text.Closing; got != tt.want {
				t.Errorf("%s\nwant %s", got, tt.want)
			}
		})
	}
}

func TestCauseOfAWholeCluster(t *testing.T) {
	t.Parallel()
	tests := map[string]drift.Item{
		"deleted in the tenant":                  {Kind: cluster.DriftMissing, Cause: drift.LiveChanged},
		"added to the files since the apply":     {Kind: cluster.DriftMissing, Cause: drift.FileAhead},
		"removed from the files since the apply": {Kind: cluster.DriftUnmanaged, Cause: drift.FileAhead},
		"created again in the tenant":            {Kind: cluster.DriftUnmanaged, Cause: drift.LiveChanged},
		"declared absent since the apply":        {Kind: cluster.DriftChanged, Cause: drift.FileAhead},
		"changed in both":                        {Kind: cluster.DriftMissing, Cause: drift.BothChanged},
		"":                                       {Kind: cluster.DriftMissing},
	}
	for want, item := range tests {
		t.Run(want, func(t *testing.T) {
			t.Parallel()
			d := report.OfDrift(drift.Report{Items: []drift.Item{item}}, report.DriftOptions{})
			if got := d.Items[0].Cause; got != want {
				t.Errorf("%s, want %s", got, want)
			}
		})
	}
}

func TestAClusterWithoutANameHasAMark(t *testing.T) {
	t.Parallel()
	plan := report.OfPlan(planner.Plan{Findings: []planner.Finding{{Kind: planner.Ignored, ID: "1"}}}, report.PlanOptions{})
	differences := report.OfDrift(drift.Report{Items: []drift.Item{{Kind: cluster.DriftUnmanaged, ID: "1"}}}, report.DriftOptions{})
	for _, d := range []report.Document{plan, differences} {
		if got := d.Items[0].Name; got != "?" {
			t.Errorf("%s: %q", d.Kind, got)
		}
	}
}
