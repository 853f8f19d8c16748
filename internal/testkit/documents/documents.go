// Package documents has sample documents for the tests of reports and their formats.
package documents

import (
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"clusterctl/internal/applier"
	"clusterctl/internal/cluster"
	"clusterctl/internal/compare"
	"clusterctl/internal/desired"
	"clusterctl/internal/drift"
	"clusterctl/internal/jsonpatch"
	"clusterctl/internal/planner"
	"clusterctl/internal/receipt"
	"clusterctl/internal/report"
)

// Hostile is a name that tries to inject markup and commands into every format.
const Hostile = "va`|</details><script>alert(1)</script> @team #1 [x](https://evil.example) ::error::x\n\n# head\x1b[31m]]>\u202e%0A"

// Golden compares a text with a file of testdata, which it rewrites first if update is set.
func Golden(t testing.TB, update bool, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("(-want +got), go test -update rewrites it:\n%s", diff)
	}
}

// At returns a position in a file of a tenant.
func At(line int) *cluster.Source {
	return &cluster.Source{File: "tenants/acme/clusters.yaml", Line: line, Column: 5}
}

// Raw is JSON.
func Raw(s string) json.RawMessage { return json.RawMessage(s) }

// Acme is a tenant.
func Acme() cluster.Tenant {
	return cluster.Tenant{BaseURL: "https://acme.api.identitynow.com/v3", Org: "acme"}
}

// Noon is the time of all documents.
func Noon() time.Time { return time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC) }

// Plan is a plan with every kind of item, and a hostile name.
func Plan() planner.Plan {
	p := ExamplePlan()
	expires := Noon().Add(6 * time.Hour)
	p.Tenant, p.CreatedAt, p.ExpiresAt = Acme(), Noon(), &expires
	p.Digest = "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
	p.Summary.Unchanged, p.Summary.Update, p.Summary.Blocked, p.Summary.Irreversible = 306, 2, 2, 1
	p.Summary.Denied, p.Summary.Waived = 3, 1
	p.Changes[2].Diff = []jsonpatch.Edit{{Path: "/logConfig", Before: Raw("null"), After: Raw(`{"rootLevel":"DEBUG","durationMinutes":60}`)}}
	p.Changes = append(p.Changes, planner.Change{
		Action: planner.Update, Name: Hostile, ID: "2c99", Source: At(77),
		Diff: []jsonpatch.Edit{{Path: "/configuration/" + Hostile, Before: Raw(`"` + "```\n~~~" + `"`), After: Raw(`"` + Hostile + `"`)}},
	})
	p.Findings = append(p.Findings,
		planner.Finding{Kind: planner.Blocked, Name: Hostile, Source: At(78), Message: "renamed from " + Hostile},
		planner.Finding{Kind: planner.Denied, Rule: "freeze", Message: "no changes before holidays"},
		planner.Finding{Kind: planner.Denied, Name: Hostile, Source: At(79), Rule: "named", Message: "the name is not " + Hostile},
		planner.Finding{Kind: planner.Denied, Name: "va-lima", ID: "2c97", Source: At(40), Rule: "described", Message: "every cluster needs a description"},
		planner.Finding{Kind: planner.Waived, Name: "va-rome", ID: "2c96", Source: At(50), Rule: "described", Message: "every cluster needs a description; waived: " + Hostile},
		planner.Finding{Kind: planner.Irreversible, Name: "va-gone", ID: "2c98", Message: "was deleted, and nothing brings its keys and clients back"},
		planner.Finding{Kind: planner.Satisfied, Name: "va-austin", Source: At(8), Message: "log configuration expired at 2026-11-20T18:00:00Z, as declared"},
	)
	return p
}

// EmptyPlan changes nothing.
func EmptyPlan() planner.Plan {
	return planner.Plan{Tenant: Acme(), Listing: cluster.Listing{Listed: 312, Verified: true}, Summary: planner.Summary{Unchanged: 312}, Digest: "sha256:00"}
}

// Drift is drift of each kind.
func Drift() drift.Report {
	known := &drift.Known{Reason: "moved by hand, CHG-1234", Until: Noon().AddDate(0, 1, 0)}
	return drift.Report{
		Tenant: Acme(), Listing: cluster.Listing{Listed: 312, Verified: true},
		Summary: drift.Summary{Blocked: 1, Changed: 2, Lapsed: 1, Missing: 1, Unmanaged: 1, Known: 1},
		Items: []drift.Item{
			{Kind: cluster.DriftBlocked, Name: "va-b", ID: "2c93", Source: At(12), Message: `the API cannot change a type ("idn" to "iai")`},
			{Kind: cluster.DriftChanged, Name: "va-austin", ID: "2c91", Source: At(8), Cause: drift.LiveChanged, Diff: []drift.Field{
				{Path: "/configuration/gmtOffset", Expected: Raw(`"-6"`), Found: Raw(`"-5"`), Cause: drift.LiveChanged},
				{Path: "/description", Expected: Raw(`"Austin"`)},
			}},
			{Kind: cluster.DriftChanged, Name: Hostile, ID: Hostile, Source: At(77), Message: Hostile, Diff: []drift.Field{
				{Path: "/" + Hostile, Expected: Raw("\"```\""), Found: Raw(`"` + Hostile + `"`)},
			}},
			{Kind: cluster.DriftChanged, Name: "va-lima", ID: "2c97", Source: At(40), Known: known, Diff: []drift.Field{
				{Path: "/description", Expected: Raw(`"Lima"`), Found: Raw(`null`)},
			}},
			{Kind: cluster.DriftLapsed, Name: "va-oslo", ID: "2c95", Source: At(30), Message: "log configuration expired or was never set", Diff: []drift.Field{
				{Path: "/logConfig", Expected: Raw(`{"rootLevel":"DEBUG"}`), Found: Raw(`null`)},
			}},
			{Kind: cluster.DriftMissing, Name: "va-new", Source: At(4), Cause: drift.LiveChanged},
			{Kind: cluster.DriftUnmanaged, Name: "va-c", ID: "2c94", Message: "not in your files"},
		},
	}
}

// StrictDrift is drift in which every item counts.
func StrictDrift() drift.Report {
	d := Drift()
	d.Strict = true
	return d
}

// Comparison has one item of each kind.
func Comparison() compare.Report {
	place := func(id string) *compare.Place { return &compare.Place{ID: id} }
	return compare.Report{
		FormatVersion: planner.FormatVersion, Tool: "clusterctl/test", CreatedAt: Noon(), Ignored: compare.Ignored{},
		A:       compare.Side{Name: "clusters.yaml", Entries: make([]compare.Entry, 4)},
		B:       compare.Side{Name: "production", Tenant: new(Acme()), Listing: &cluster.Listing{Listed: 5, Total: 5, Pages: 1, Reads: 1, Verified: true}},
		Summary: compare.Summary{Changed: 1, OnlyInA: 1, OnlyInB: 1, Unknown: 1, Matching: 2},
		Items: []compare.Item{
			{Kind: compare.Unknown, Name: "va-twin", B: nil, A: &compare.Place{Source: At(9)}, Message: "production has 2 clusters of this name"},
			{Kind: compare.Changed, Name: "va-austin", A: &compare.Place{Source: At(3)}, B: place("1"), Diff: []compare.Field{
				{Path: "/configuration/debug", B: Raw(`"true"`)},
				{Path: "/configuration/gmtOffset", A: Raw(`"-6"`), B: Raw(`"-5"`)},
				{Path: "/description", A: Raw(`"Austin"`)},
			}},
			{Kind: compare.OnlyInA, Name: "va-boston", A: &compare.Place{Source: At(7)}},
			{Kind: compare.OnlyInB, Name: "va-denver", B: place("2")},
		},
	}
}

// Result has each outcome of a change.
func Result() applier.Result {
	return applier.Result{
		Tenant: Acme(), Digest: "sha256:9f86", StartedAt: Noon(), FinishedAt: Noon().Add(3400 * time.Millisecond),
		Summary: receipt.Summary{Applied: 1, Unchanged: 1, Failed: 1, Conflict: 1, NotApplied: 1, Skipped: 1, NotAttempted: 1},
		Outcomes: []applier.ChangeResult{
			{Action: planner.Create, Name: "va-new", ID: "2c90", Outcome: applier.Applied},
			{Action: planner.Update, Name: "va-austin", ID: "2c91", Outcome: applier.Failed,
				Error: "PATCH /managed-clusters/2c91: 500 Internal Server Error (request id 0af7)"},
			{Action: planner.Update, Name: Hostile, ID: Hostile, Outcome: applier.Conflict, Error: "found " + Hostile},
			{Action: planner.Update, Name: "va-rome", ID: "2c96", Outcome: applier.NotApplied, Error: "taken, but /description is still null"},
			{Action: planner.Update, Name: "va-lima", ID: "2c97", Outcome: applier.Unchanged},
			{Action: planner.SetLog, Name: "va-austin", ID: "2c91", Outcome: applier.Skipped, Error: "the update of the same cluster did not succeed"},
			{Action: planner.Delete, Name: "va-old", ID: "2c92", Outcome: applier.NotAttempted},
		},
	}
}

// Sources are the positions in files of the changes of Result.
func Sources() []*cluster.Source {
	return []*cluster.Source{At(4), At(8), At(77), At(50), At(40), At(8), nil}
}

// Receipt has one complete run and one that was interrupted.
func Receipt() receipt.Receipt {
	field := func(v string) *receipt.State {
		return &receipt.State{Fields: map[string]json.RawMessage{"/configuration/gmtOffset": Raw(v)}}
	}
	patch := receipt.Request{Change: receipt.RequestedChange{Action: planner.Update, Name: "va-austin", ID: "2c91"}, Method: "PATCH", Path: "/managed-clusters/2c91"}
	done, failed, cutOff := patch, patch, patch
	done.Outcome = &receipt.Outcome{Status: 200, RequestID: "0af7", Before: field(`"-5"`), After: field(`"-6"`)}
	failed.Change.Name = Hostile
	failed.Outcome = &receipt.Outcome{Status: 0, Unsettled: true, Error: Hostile}
	return receipt.Receipt{Name: "receipt.jsonl", Truncated: true, Runs: []receipt.Run{
		{Start: Noon(), Tenant: Acme(), Digest: "sha256:9f86", Requests: []receipt.Request{done, failed}, End: &receipt.Summary{Applied: 1, Failed: 1}},
		{Start: Noon().Add(time.Hour), Tenant: Acme(), Digest: "sha256:9f86", Requests: []receipt.Request{cutOff}},
	}}
}

// Findings are errors and a warning in several files.
func Findings() desired.Diagnostics {
	return desired.Diagnostics{
		{File: "clusters.yaml", Line: 4, Column: 3, Severity: desired.Error, Code: "unknown-key", Message: `unknown key "prun"`, Hint: `did you mean "prune"?`},
		{File: "a,b:c%.yaml", Line: 3, Column: 7, Severity: desired.Error, Code: "unknown-key", Message: "unknown key \"50%\""},
		{File: "clusters.yaml", Line: 9, Column: 1, Severity: desired.Error, Code: "unknown-key", Message: `unknown key "prun"`},
		{File: "clusters.yaml", Line: 11, Column: 5, Severity: desired.Error, Code: "denied", Rule: "described", Message: `"va-b": every cluster needs a description`, Hint: "rule described"},
		{File: "<stdin>", Line: 6, Column: 7, Severity: desired.Warning, Code: "verbose-without-end", Message: "DEBUG will be renewed every time it expires"},
	}
}

// Broken is a writer that always fails.
type Broken struct{}

// Write fails.
func (Broken) Write([]byte) (int, error) { return 0, errors.New("no space left on device") }

// Written returns the output of write.
func Written(t rapid.TB, write func(io.Writer) error) string {
	t.Helper()
	var b strings.Builder
	if err := write(&b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// ExamplePlan is an ordinary plan.
func ExamplePlan() planner.Plan {
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
			{Kind: planner.Unmanaged, Name: "va-c", ID: "2c94", Message: "not in your files"},
		},
	}
}

// Format writes documents; it has a method for each kind.
type Format func(io.Writer, report.Document) error

// Plan writes the report of one.
func (f Format) Plan(w io.Writer, p planner.Plan) error {
	return f(w, report.OfPlan(p, report.PlanOptions{}))
}

// SavedPlan writes the report of one.
func (f Format) SavedPlan(w io.Writer, p planner.Plan) error {
	return f(w, report.OfPlan(p, report.PlanOptions{Saved: []byte("{}")}))
}

// Drift writes the report of one.
func (f Format) Drift(w io.Writer, r drift.Report) error {
	return f(w, report.OfDrift(r, report.DriftOptions{Matching: 305}))
}

// Comparison writes the report of one.
func (f Format) Comparison(w io.Writer, r compare.Report) error {
	return f(w, report.OfComparison(r))
}

// Result writes the report of one.
func (f Format) Result(w io.Writer, r applier.Result) error {
	return f(w, report.OfResult(r, report.ResultOptions{Sources: Sources()}))
}

// Receipt writes the report of one.
func (f Format) Receipt(w io.Writer, r receipt.Receipt) error {
	return f(w, report.OfReceipt("clusterctl/test", r))
}

// Diagnostics writes the report of one.
func (f Format) Diagnostics(w io.Writer, found desired.Diagnostics) error {
	return f(w, report.OfDiagnostics("clusterctl/test", found, false))
}
