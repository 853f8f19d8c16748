package report_test

import (
	"io"
	"strings"
	"testing"

	"clusterctl/internal/applier"
	"clusterctl/internal/desired"
	"clusterctl/internal/drift"
	"clusterctl/internal/planner"
	"clusterctl/internal/receipt"
	"clusterctl/internal/report"
	"clusterctl/internal/testkit/documents"
)

func TestVerdicts(t *testing.T) {
	t.Parallel()
	plan := func(s planner.Summary, changes int) string {
		return report.PlanVerdict(planner.Plan{Summary: s, Changes: make([]planner.Change, changes)})
	}
	result := func(s receipt.Summary, outcomes int) string {
		return report.ResultVerdict(applier.Result{Summary: s, Outcomes: make([]applier.ChangeResult, outcomes)}, new(312))
	}
	verdict := func(s drift.Summary) string {
		return report.DriftVerdict(drift.Report{Summary: s}, 312)
	}
	for _, tt := range []struct{ got, want string }{
		{plan(planner.Summary{Unchanged: 312}, 0), "No changes. 312 clusters match."},
		{plan(planner.Summary{Unchanged: 1}, 0), "No changes. 1 cluster matches."},
		{plan(planner.Summary{}, 0), "No changes. 0 clusters match."},
		{plan(planner.Summary{Create: 1, Update: 2, SetLog: 1}, 4), "Plan: 1 to create, 2 to update, 1 log config to set, 0 to delete."},
		{plan(planner.Summary{Blocked: 1}, 0), "Plan: 0 to create, 0 to update, 0 log configs to set, 0 to delete, 1 blocked."},
		{result(receipt.Summary{}, 0), "No changes. 312 clusters match."},
		{result(receipt.Summary{Unchanged: 2}, 2), "2 changes already in place."},
		{result(receipt.Summary{Unchanged: 1}, 1), "1 change already in place."},
		{report.ResultVerdict(applier.Result{}, nil), "Apply complete: 0 applied, 0 failed."}, // of a saved plan
		{report.ResultVerdict(applier.Result{Summary: receipt.Summary{Unchanged: 4}}, nil), "4 changes already in place."},
		{result(receipt.Summary{Unchanged: 2, Skipped: 1}, 2), "2 changes already in place."},
		{result(receipt.Summary{Skipped: 1}, 0), "Apply complete: 0 applied, 0 failed."},
		{result(receipt.Summary{Applied: 4}, 4), "Apply complete: 4 applied, 0 failed."},
		{result(receipt.Summary{Applied: 3, Unchanged: 1}, 4), "Apply complete: 4 applied, 0 failed."},
		{result(receipt.Summary{Applied: 3, Failed: 1}, 4), "Apply incomplete: 3 applied, 1 failed, 0 skipped."},
		{result(receipt.Summary{Applied: 1, Failed: 1, Conflict: 1, NotApplied: 1, NotAttempted: 2}, 6), "Apply incomplete: 1 applied, 3 failed, 2 skipped."},
		{result(receipt.Summary{Unverified: 1}, 1), "Apply incomplete: 0 applied, 1 failed, 0 skipped."},
		{result(receipt.Summary{Applied: 2, Unknown: 1}, 3), "Apply incomplete: 2 applied, 1 failed, 0 skipped."},
		{verdict(drift.Summary{Unmanaged: 3, Lapsed: 1}), "No drift. 312 clusters match."},
		{verdict(drift.Summary{Changed: 2, Missing: 1}), "Drift: 2 changed, 1 missing."},
		{verdict(drift.Summary{Blocked: 1}), "Drift: 0 changed, 0 missing, 1 blocked."},
	} {
		if tt.got != tt.want {
			t.Errorf("got  %s\nwant %s", tt.got, tt.want)
		}
	}
}

func TestJSONIsReadable(t *testing.T) {
	t.Parallel()
	got := documents.Written(t, func(b io.Writer) error {
		return report.JSON(b, report.OfDiagnostics("clusterctl/test", nil, false).Data)
	})
	const want = "{\n  \"formatVersion\": \"1.1\",\n  \"tool\": \"clusterctl/test\",\n  \"diagnostics\": []\n}\n"
	if got != want {
		t.Errorf("got %s", got)
	}
	got = documents.Written(t, func(b io.Writer) error {
		return report.JSON(b, report.OfDiagnostics("t", desired.Diagnostics{{Message: "<&>"}}, false).Data)
	})
	if !strings.Contains(got, `"<&>"`) {
		t.Errorf("escaped: %s", got)
	}
}

func TestJSONPassesErrorsOn(t *testing.T) {
	t.Parallel()
	if err := report.JSON(documents.Broken{}, 1); err == nil {
		t.Error("no error of the output")
	}
	if err := report.JSON(io.Discard, func() {}); err == nil {
		t.Error("no error of what is not JSON")
	}
}
