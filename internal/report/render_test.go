package report_test

import (
	"encoding/json"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"clusterctl/internal/applier"
	"clusterctl/internal/cluster"
	"clusterctl/internal/desired"
	"clusterctl/internal/drift"
	"clusterctl/internal/escape"
	"clusterctl/internal/jsonpatch"
	"clusterctl/internal/planner"
	"clusterctl/internal/receipt"
	"clusterctl/internal/report"
	"clusterctl/internal/report/text"
)

func examplePlan() planner.Plan {
	return planner.Plan{
		Tenant:  cluster.Tenant{BaseURL: "https://acme.example/v3", Org: "acme"},
		Listing: cluster.Listing{Listed: 312, Verified: true},
		Budget:  planner.Budget{Requests: 7, Seconds: 1},
		Summary: planner.Summary{Create: 1, Update: 1, SetLog: 1, Delete: 1, Blocked: 1, Unmanaged: 1},
		Changes: []planner.Change{
			{Action: planner.Create, Name: "va-new", Source: &cluster.Source{File: "c.yaml", Line: 4, Column: 5},
				Diff: []jsonpatch.Edit{{Path: "/name", After: json.RawMessage(`"va-new"`)}}},
			{Action: planner.Update, Name: "va-austin", ID: "2c91", Source: &cluster.Source{File: "c.yaml", Line: 8, Column: 5},
				Diff: []jsonpatch.Edit{
					{Path: "/configuration/gmtOffset", Before: json.RawMessage(`"-5"`), After: json.RawMessage(`"-6"`)},
					{Path: "/configuration/debug", Before: json.RawMessage(`null`)},
					{Path: "/configuration/new", After: json.RawMessage(`"1"`)},
				}},
			{Action: planner.SetLog, Name: "va-austin", ID: "2c91", Source: &cluster.Source{File: "c.yaml", Line: 8, Column: 5}},
			{Action: planner.Delete, Name: "va-old", ID: "2c92", Clients: 1, Services: 2, Source: &cluster.Source{File: "c.yaml", Line: 9, Column: 5}},
		},
		Findings: []planner.Finding{
			{Kind: planner.Blocked, Name: "va-b", ID: "2c93", Source: &cluster.Source{File: "c.yaml", Line: 12, Column: 5}, Message: "the API cannot change a type"},
			{Kind: planner.Unmanaged, Name: "va-c", ID: "2c94", Message: "live, but in no file"},
		},
	}
}

func TestPlan(t *testing.T) {
	t.Parallel()
	got := written(t, func(b io.Writer) error { return inText(text.Format{}).Plan(b, examplePlan()) })
	const want = `Tenant acme at https://acme.example/v3: 312 clusters listed.

+ create va-new  c.yaml:4:5
    + /name: "va-new"

~ update va-austin (2c91)  c.yaml:8:5
    ~ /configuration/gmtOffset: "-5" → "-6"
    - /configuration/debug:     null
    + /configuration/new:       "1"

~ set-log va-austin (2c91)  c.yaml:8:5

- delete va-old (2c92)  c.yaml:9:5
    with 1 client and 2 services attached

! blocked va-b (2c93): the API cannot change a type  c.yaml:12:5

  unmanaged va-c (2c94): live, but in no file

Applying it takes up to 7 requests more, about 1 s.

Plan: 1 to create, 1 to update, 1 to set logs, 1 to delete, 1 blocked.
`
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// What needs nobody to act is counted where there is much of it; what is
// blocked is always told.
func TestManyFindings(t *testing.T) {
	t.Parallel()
	var p planner.Plan
	for _, kind := range []planner.FindingKind{planner.Blocked, planner.Ignored, planner.Unmanaged} {
		for range 12 {
			p.Findings = append(p.Findings, planner.Finding{Kind: kind, Name: "va", Message: "so"})
		}
	}
	got := written(t, func(b io.Writer) error { return inText(text.Format{}).Plan(b, p) })
	for want, n := range map[string]int{
		"! blocked va: so\n": 12, "  ignored va: so\n": 10, "  unmanaged va: so\n": 10,
		"  … and 2 more ignored (all of them with --output json)\n":   1,
		"  … and 2 more unmanaged (all of them with --output json)\n": 1,
	} {
		if strings.Count(got, want) != n {
			t.Errorf("%q is there %d times, want %d", want, strings.Count(got, want), n)
		}
	}
}

func TestColorsMarkAndNothingElse(t *testing.T) {
	t.Parallel()
	got := written(t, func(b io.Writer) error { return inText(text.Format{Color: true}).Plan(b, examplePlan()) })
	for _, want := range []string{"\x1b[32m+\x1b[0m create", "\x1b[33m~\x1b[0m update", "\x1b[31m-\x1b[0m delete", "\x1b[31m!\x1b[0m blocked"} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is missing", want)
		}
	}
	plain := strings.NewReplacer("\x1b[32m", "", "\x1b[33m", "", "\x1b[31m", "", "\x1b[0m", "").Replace(got)
	if want := written(t, func(b io.Writer) error { return inText(text.Format{}).Plan(b, examplePlan()) }); plain != want {
		t.Errorf("colour changed the text:\n%s", cmp.Diff(want, plain))
	}
}

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
		{plan(planner.Summary{Create: 1, Update: 2, SetLog: 1}, 4), "Plan: 1 to create, 2 to update, 1 to set logs, 0 to delete."},
		{plan(planner.Summary{Blocked: 1}, 0), "Plan: 0 to create, 0 to update, 0 to set logs, 0 to delete, 1 blocked."},
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

func TestResult(t *testing.T) {
	t.Parallel()
	got := written(t, func(b io.Writer) error {
		return inText(text.Format{}).Result(b, applier.Result{
			Summary: receipt.Summary{Applied: 1, Conflict: 1},
			Outcomes: []applier.ChangeResult{
				{Action: planner.Create, Name: "a", ID: "1", Outcome: applier.Applied},
				{Action: planner.Delete, Name: "b", ID: "2", Outcome: applier.Conflict, Error: "changed by somebody else"},
			},
		})
	})
	const want = `+ create a (1): applied
! delete b (2): conflict: changed by somebody else

Apply incomplete: 1 applied, 1 failed, 0 skipped.
`
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestDrift(t *testing.T) {
	t.Parallel()
	source := &cluster.Source{File: "c.yaml", Line: 4, Column: 5}
	got := written(t, func(b io.Writer) error {
		return inText(text.Format{}).Drift(b, drift.Report{
			Tenant:  cluster.Tenant{BaseURL: "https://acme.example/v3", Org: "acme"},
			Listing: cluster.Listing{Listed: 1, Verified: true},
			Summary: drift.Summary{Changed: 1, Missing: 1},
			Items: []drift.Item{
				{Kind: cluster.DriftChanged, Name: "a", ID: "1", Source: source, Diff: []drift.Field{
					{Path: "/description", Expected: json.RawMessage(`"x"`), Found: json.RawMessage(`null`)},
					{Path: "/configuration/k", Expected: json.RawMessage(`"y"`)},
				}},
				{Kind: cluster.DriftMissing, Name: "b", Source: source, Diff: []drift.Field{{Path: "/name", Expected: json.RawMessage(`"b"`)}}},
				{Kind: cluster.DriftUnmanaged, Name: "c", ID: "3", Message: "live, but in no file"},
			},
		})
	})
	const want = `Tenant acme at https://acme.example/v3: 1 cluster listed.

~ changed a (1)  c.yaml:4:5
    /description:     expected "x", found null
    /configuration/k: expected "y", found (none)

- missing b  c.yaml:4:5

  unmanaged c (3): live, but in no file

Drift: 1 changed, 1 missing.
`
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// A name can neither move the cursor nor forge a line.
func TestHostileTextIsMadePrintable(t *testing.T) {
	t.Parallel()
	const hostile = "va\x1b[2J\r\nNo changes. 9 clusters match.\u202e\u0085\x7f"
	p := examplePlan()
	p.Tenant.Org = hostile
	p.Changes[1].Name, p.Changes[1].ID, p.Changes[1].Source.File = hostile, hostile, hostile
	p.Changes[1].Diff[0] = jsonpatch.Edit{Path: hostile, Before: json.RawMessage("\"\u202e\x7f\""), After: json.RawMessage(`"x"`)}
	p.Findings[0].Name, p.Findings[0].Message = hostile, hostile
	got := written(t, func(b io.Writer) error { return inText(text.Format{}).Plan(b, p) })
	if strings.ContainsAny(got, "\x1b\r\u202e\u0085\x7f") || strings.Contains(got, "\nNo changes") {
		t.Errorf("hostile text got through:\n%q", got)
	}
	if !strings.Contains(got, `va\u001b[2J\u000d\u000aNo changes.`) {
		t.Errorf("the hostile name cannot be read:\n%s", got)
	}
}

func TestPrintableLeavesTextAlone(t *testing.T) {
	t.Parallel()
	for _, s := range []string{"", "va-austin", "Zürich – 東京 <&> \"x\" 🙂"} {
		if got := escape.Text(s); got != s {
			t.Errorf("%q became %q", s, got)
		}
	}
}

func TestJSONIsReadable(t *testing.T) {
	t.Parallel()
	got := written(t, func(b io.Writer) error {
		return report.JSON(b, report.OfDiagnostics("clusterctl/test", nil, false).Data)
	})
	const want = "{\n  \"formatVersion\": \"1.1\",\n  \"tool\": \"clusterctl/test\",\n  \"diagnostics\": []\n}\n"
	if got != want {
		t.Errorf("got %s", got)
	}
	got = written(t, func(b io.Writer) error {
		return report.JSON(b, report.OfDiagnostics("t", desired.Diagnostics{{Message: "<&>"}}, false).Data)
	})
	if !strings.Contains(got, `"<&>"`) {
		t.Errorf("escaped: %s", got)
	}
}

func TestWhatARequestAddedAndRemoved(t *testing.T) {
	t.Parallel()
	past := receipt.Receipt{Name: "r", Runs: []receipt.Run{{Requests: []receipt.Request{{
		Change: receipt.RequestedChange{Action: planner.Update, Name: "va", ID: "1"},
		Outcome: &receipt.Outcome{
			Status: 200,
			Before: &receipt.State{Fields: map[string]json.RawMessage{"/a": json.RawMessage("1"), "/c": json.RawMessage("3")}},
			After:  &receipt.State{Fields: map[string]json.RawMessage{"/bb": json.RawMessage("2"), "/c": json.RawMessage("4")}},
		},
	}}}}}
	got := written(t, func(b io.Writer) error { return inText(text.Format{}).Receipt(b, past) })
	if want := "\n    - /a:  1\n    + /bb: 2\n    ~ /c:  3 → 4\n"; !strings.Contains(got, want) {
		t.Errorf("%q is missing in\n%s", want, got)
	}
}
