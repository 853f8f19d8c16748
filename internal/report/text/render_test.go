package text_test

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"clusterctl/internal/applier"
	"clusterctl/internal/cluster"
	"clusterctl/internal/drift"
	"clusterctl/internal/jsonpatch"
	"clusterctl/internal/planner"
	"clusterctl/internal/receipt"
	"clusterctl/internal/report"
	"clusterctl/internal/report/text"
	"clusterctl/internal/testkit/documents"
)

func TestPlan(t *testing.T) {
	t.Parallel()
	got := documents.Written(t, func(b io.Writer) error { return inText(text.Format{}).Plan(b, documents.ExamplePlan()) })
	const want = `Tenant acme at https://acme.example/v3: 312 clusters listed.

! blocked va-b (2c93): the API cannot change a type  c.yaml:12:5

+ create va-new  c.yaml:4:5
    + /name: "va-new"

~ update va-austin (2c91)  c.yaml:8:5
    ~ /configuration/gmtOffset: "-5" → "-6"
    - /configuration/debug:     null
    + /configuration/new:       "1"

~ set log config va-austin (2c91)  c.yaml:8:5

- delete va-old (2c92)  c.yaml:9:5
    with 1 client and 2 services attached

  unmanaged va-c (2c94): not in your files

Applying needs up to 7 requests (about 1 s).

Plan: 1 to create, 1 to update, 1 log config to set, 1 to delete, 1 blocked.
`
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// Clusters that need no action are counted. Blocked ones with the same message share it, and
// all of them are named.
func TestManyFindings(t *testing.T) {
	t.Parallel()
	var p planner.Plan
	for n := range 12 {
		for _, kind := range []planner.FindingKind{planner.Blocked, planner.Ignored, planner.Unmanaged} {
			p.Findings = append(p.Findings, planner.Finding{Kind: kind, Name: "va", ID: fmt.Sprint(n), Message: "so"})
		}
	}
	p.Findings = append(p.Findings, planner.Finding{Kind: planner.Unmanaged, Name: "va", Message: "odd"}, planner.Finding{Kind: planner.Blocked, Name: "vb", Message: "odd", Source: documents.At(3)})
	const want = `
! 12 blocked clusters: so
    va (0), va (1), va (2), va (3), va (4), va (5), va (6), va (7), va (8), va (9), va (10), va (11)
! blocked vb: odd  tenants/acme/clusters.yaml:3:5

  12 ignored clusters: so (list them with clusterctl plan --show-unmanaged)

  13 unmanaged clusters (list them with clusterctl plan --show-unmanaged)

`
	got := documents.Written(t, func(b io.Writer) error { return inText(text.Format{}).Plan(b, p) })
	if !strings.Contains(got, want) {
		t.Errorf("(-want +got):\n%s", cmp.Diff(want, got))
	}
	got = documents.Written(t, func(b io.Writer) error {
		return text.Format{}.Write(b, report.OfPlan(p, report.PlanOptions{ListUnmanaged: true}))
	})
	if strings.Count(got, "  unmanaged va (") != 12 || strings.Count(got, "  ignored va (") != 12 {
		t.Errorf("not listed:\n%s", got)
	}
}

func TestColorsMarkAndNothingElse(t *testing.T) {
	t.Parallel()
	got := documents.Written(t, func(b io.Writer) error { return inText(text.Format{Color: true}).Plan(b, documents.ExamplePlan()) })
	for _, want := range []string{"\x1b[32m+\x1b[0m create", "\x1b[33m~\x1b[0m update", "\x1b[31m-\x1b[0m delete", "\x1b[31m!\x1b[0m blocked"} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is missing", want)
		}
	}
	plain := strings.NewReplacer("\x1b[32m", "", "\x1b[33m", "", "\x1b[31m", "", "\x1b[0m", "").Replace(got)
	if want := documents.Written(t, func(b io.Writer) error { return inText(text.Format{}).Plan(b, documents.ExamplePlan()) }); plain != want {
		t.Errorf("colour changed the text:\n%s", cmp.Diff(want, plain))
	}
}

func TestResult(t *testing.T) {
	t.Parallel()
	got := documents.Written(t, func(b io.Writer) error {
		return inText(text.Format{}).Result(b, applier.Result{
			Summary: receipt.Summary{Applied: 1, Conflict: 1},
			Outcomes: []applier.ChangeResult{
				{Action: planner.Create, Name: "a", ID: "1", Outcome: applier.Applied},
				{Action: planner.Delete, Name: "b", ID: "2", Outcome: applier.Conflict, Error: "changed by someone else"},
			},
		})
	})
	const want = `+ create a (1): applied
! delete b (2): conflict: changed by someone else

Apply incomplete: 1 applied, 1 failed, 0 skipped.
`
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestDrift(t *testing.T) {
	t.Parallel()
	source := &cluster.Source{File: "c.yaml", Line: 4, Column: 5}
	got := documents.Written(t, func(b io.Writer) error {
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
				{Kind: cluster.DriftUnmanaged, Name: "c", ID: "3", Message: "not in your files"},
			},
		})
	})
	const want = `Tenant acme at https://acme.example/v3: 1 cluster listed.

~ changed a (1)  c.yaml:4:5
    /description:     expected "x", found null
    /configuration/k: expected "y", found (none)

- missing b  c.yaml:4:5

  unmanaged c (3): not in your files

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
	p := documents.ExamplePlan()
	p.Tenant.Org = hostile
	p.Changes[1].Name, p.Changes[1].ID, p.Changes[1].Source.File = hostile, hostile, hostile
	p.Changes[1].Diff[0] = jsonpatch.Edit{Path: hostile, Before: json.RawMessage("\"\u202e\x7f\""), After: json.RawMessage(`"x"`)}
	p.Findings[0].Name, p.Findings[0].Message = hostile, hostile
	got := documents.Written(t, func(b io.Writer) error { return inText(text.Format{}).Plan(b, p) })
	if strings.ContainsAny(got, "\x1b\r\u202e\u0085\x7f") || strings.Contains(got, "\nNo changes") {
		t.Errorf("hostile text got through:\n%q", got)
	}
	if !strings.Contains(got, `va\u001b[2J\u000d\u000aNo changes.`) {
		t.Errorf("the hostile name cannot be read:\n%s", got)
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
	got := documents.Written(t, func(b io.Writer) error { return inText(text.Format{}).Receipt(b, past) })
	if want := "\n    - /a:  1\n    + /bb: 2\n    ~ /c:  3 → 4\n"; !strings.Contains(got, want) {
		t.Errorf("%q is missing in\n%s", want, got)
	}
}

// Causes follow the fields or, without fields, the cluster.
func TestDriftWithCausesAndKnown(t *testing.T) {
	t.Parallel()
	source := &cluster.Source{File: "c.yaml", Line: 4, Column: 5}
	known := &drift.Known{Reason: "moved by hand,\x1b CHG-1234", Until: time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC)}
	diff := func(path string, cause drift.Cause) drift.Field {
		return drift.Field{Path: path, Expected: json.RawMessage(`"x"`), Found: json.RawMessage(`"y"`), Cause: cause}
	}
	got := documents.Written(t, func(b io.Writer) error {
		return inText(text.Format{Color: true}).Drift(b, drift.Report{
			Listing: cluster.Listing{Listed: 3, Verified: true},
			Summary: drift.Summary{Missing: 1, Unmanaged: 1, Known: 1},
			Strict:  true,
			Items: []drift.Item{
				{Kind: cluster.DriftChanged, Name: "a", ID: "1", Source: source, Known: known, Cause: drift.BothChanged, Diff: []drift.Field{
					diff("/name", ""), diff("/a", drift.LiveChanged), diff("/b", drift.FileAhead), diff("/c", drift.BothChanged),
				}},
				{Kind: cluster.DriftMissing, Name: "b", Source: source, Cause: drift.LiveChanged, Diff: []drift.Field{diff("/name", "")}},
				{Kind: cluster.DriftUnmanaged, Name: "c", ID: "3", Message: "not in your files", Cause: drift.FileAhead},
			},
		})
	})
	const want = `Tenant ? at : 3 clusters listed.

  changed a (1)  c.yaml:4:5
    known through 2026-12-31 UTC: moved by hand,\u001b CHG-1234
    /name: expected "x", found "y"
    /a:    expected "x", found "y" (changed in the tenant)
    /b:    expected "x", found "y" (changed in the file)
    /c:    expected "x", found "y" (changed in both)

` + "\x1b[31m-\x1b[0m" + ` missing b (deleted in the tenant)  c.yaml:4:5

  unmanaged c (3): not in your files (removed from the files since the apply)

Not counted as drift: 1 known (accepted with --known).

Drift: 0 changed, 1 missing, 1 unmanaged, 0 lapsed.
`
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
