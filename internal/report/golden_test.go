package report_test

import (
	"encoding/json"
	"flag"
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
	"clusterctl/internal/desired"
	"clusterctl/internal/drift"
	"clusterctl/internal/jsonpatch"
	"clusterctl/internal/planner"
	"clusterctl/internal/receipt"
	"clusterctl/internal/report/text"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// hostile is a name as somebody would choose it who wants to be more than text.
const hostile = "va`|</details><script>alert(1)</script> @team #1 [x](https://evil.example) ::error::x\n\n# head\x1b[31m]]>\u202e%0A"

// TestGoldens holds every format of every document against a file, which -update
// rewrites.
func TestGoldens(t *testing.T) {
	t.Parallel()
	md, gh, ju := inMarkdown(nil), inGitHub(nil), inJUnit(nil)
	sarif, quality := inSARIF(), inCodeQuality()
	for name, write := range map[string]func(io.Writer) error{
		"plan.txt":                     func(w io.Writer) error { return inText(text.Format{}).Plan(w, goldenPlan()) },
		"plan.md":                      func(w io.Writer) error { return md.Plan(w, goldenPlan()) },
		"plan-empty.md":                func(w io.Writer) error { return md.Plan(w, emptyPlan()) },
		"plan.github":                  func(w io.Writer) error { return gh.Plan(w, goldenPlan()) },
		"plan.junit.xml":               func(w io.Writer) error { return ju.Plan(w, goldenPlan()) },
		"plan-empty.junit.xml":         func(w io.Writer) error { return ju.Plan(w, emptyPlan()) },
		"drift.txt":                    func(w io.Writer) error { return inText(text.Format{}).Drift(w, goldenDrift()) },
		"drift.md":                     func(w io.Writer) error { return md.Drift(w, goldenDrift()) },
		"drift-strict.md":              func(w io.Writer) error { return md.Drift(w, strictDrift()) },
		"drift.github":                 func(w io.Writer) error { return gh.Drift(w, goldenDrift()) },
		"drift.junit.xml":              func(w io.Writer) error { return ju.Drift(w, goldenDrift()) },
		"drift-strict.junit.xml":       func(w io.Writer) error { return ju.Drift(w, strictDrift()) },
		"drift.sarif":                  func(w io.Writer) error { return sarif.Drift(w, goldenDrift()) },
		"drift.codequality.json":       func(w io.Writer) error { return quality.Drift(w, goldenDrift()) },
		"result.txt":                   func(w io.Writer) error { return inText(text.Format{}).Result(w, goldenResult()) },
		"result.md":                    func(w io.Writer) error { return md.Result(w, goldenResult()) },
		"result.github":                func(w io.Writer) error { return gh.Result(w, goldenResult()) },
		"result.junit.xml":             func(w io.Writer) error { return ju.Result(w, goldenResult()) },
		"receipt.txt":                  func(w io.Writer) error { return inText(text.Format{}).Receipt(w, goldenReceipt()) },
		"receipt.md":                   func(w io.Writer) error { return md.Receipt(w, goldenReceipt()) },
		"diagnostics.txt":              func(w io.Writer) error { return inText(text.Format{}).Diagnostics(w, goldenFindings()) },
		"diagnostics.md":               func(w io.Writer) error { return md.Diagnostics(w, goldenFindings()) },
		"diagnostics.github":           func(w io.Writer) error { return gh.Diagnostics(w, goldenFindings()) },
		"diagnostics.junit.xml":        func(w io.Writer) error { return ju.Diagnostics(w, goldenFindings()) },
		"diagnostics.sarif":            func(w io.Writer) error { return sarif.Diagnostics(w, goldenFindings()) },
		"diagnostics.codequality.json": func(w io.Writer) error { return quality.Diagnostics(w, goldenFindings()) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			golden(t, name, written(t, write))
		})
	}
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
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

func at(line int) *cluster.Source {
	return &cluster.Source{File: "tenants/acme/clusters.yaml", Line: line, Column: 5}
}

func raw(s string) json.RawMessage { return json.RawMessage(s) }

func acme() cluster.Tenant {
	return cluster.Tenant{BaseURL: "https://acme.api.identitynow.com/v3", Org: "acme"}
}

func noon() time.Time { return time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC) }

func goldenPlan() planner.Plan {
	p := examplePlan()
	expires := noon().Add(6 * time.Hour)
	p.Tenant, p.CreatedAt, p.ExpiresAt = acme(), noon(), &expires
	p.Digest = "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
	p.Summary.Unchanged, p.Summary.Update, p.Summary.Blocked, p.Summary.Irreversible = 306, 2, 2, 1
	p.Changes[2].Diff = []jsonpatch.Edit{{Path: "/logConfig", Before: raw("null"), After: raw(`{"rootLevel":"DEBUG","durationMinutes":60}`)}}
	p.Changes = append(p.Changes, planner.Change{
		Action: planner.Update, Name: hostile, ID: "2c99", Source: at(77),
		Diff: []jsonpatch.Edit{{Path: "/configuration/" + hostile, Before: raw(`"` + "```\n~~~" + `"`), After: raw(`"` + hostile + `"`)}},
	})
	p.Findings = append(p.Findings,
		planner.Finding{Kind: planner.Blocked, Name: hostile, Source: at(78), Message: "renamed from " + hostile},
		planner.Finding{Kind: planner.Irreversible, Name: "va-gone", ID: "2c98", Message: "was deleted, and nothing brings its keys and clients back"},
		planner.Finding{Kind: planner.Satisfied, Name: "va-austin", Source: at(8), Message: "the log window has ended at 2026-11-20T18:00:00Z"},
	)
	return p
}

func emptyPlan() planner.Plan {
	return planner.Plan{Tenant: acme(), Listing: cluster.Listing{Listed: 312, Verified: true}, Summary: planner.Summary{Unchanged: 312}, Digest: "sha256:00"}
}

func goldenDrift() drift.Report {
	known := &drift.Known{Reason: "moved by hand, CHG-1234", Until: noon().AddDate(0, 1, 0)}
	return drift.Report{
		Tenant: acme(), Listing: cluster.Listing{Listed: 312, Verified: true},
		Summary: drift.Summary{Blocked: 1, Changed: 2, Lapsed: 1, Missing: 1, Unmanaged: 1, Known: 1},
		Items: []drift.Item{
			{Kind: cluster.DriftBlocked, Name: "va-b", ID: "2c93", Source: at(12), Message: `the API cannot change a type ("idn" to "iai")`},
			{Kind: cluster.DriftChanged, Name: "va-austin", ID: "2c91", Source: at(8), Cause: drift.LiveChanged, Diff: []drift.Field{
				{Path: "/configuration/gmtOffset", Expected: raw(`"-6"`), Found: raw(`"-5"`), Cause: drift.LiveChanged},
				{Path: "/description", Expected: raw(`"Austin"`)},
			}},
			{Kind: cluster.DriftChanged, Name: hostile, ID: hostile, Source: at(77), Message: hostile, Diff: []drift.Field{
				{Path: "/" + hostile, Expected: raw("\"```\""), Found: raw(`"` + hostile + `"`)},
			}},
			{Kind: cluster.DriftChanged, Name: "va-lima", ID: "2c97", Source: at(40), Known: known, Diff: []drift.Field{
				{Path: "/description", Expected: raw(`"Lima"`), Found: raw(`null`)},
			}},
			{Kind: cluster.DriftLapsed, Name: "va-oslo", ID: "2c95", Source: at(30), Message: "its log configuration has ended, or was never set", Diff: []drift.Field{
				{Path: "/logConfig", Expected: raw(`{"rootLevel":"DEBUG"}`), Found: raw(`null`)},
			}},
			{Kind: cluster.DriftMissing, Name: "va-new", Source: at(4), Cause: drift.LiveChanged},
			{Kind: cluster.DriftUnmanaged, Name: "va-c", ID: "2c94", Message: "live, but in no file"},
		},
	}
}

func strictDrift() drift.Report {
	d := goldenDrift()
	d.Strict = true
	return d
}

func goldenResult() applier.Result {
	return applier.Result{
		Tenant: acme(), Digest: "sha256:9f86", StartedAt: noon(), FinishedAt: noon().Add(3400 * time.Millisecond),
		Summary: receipt.Summary{Applied: 1, Unchanged: 1, Failed: 1, Conflict: 1, NotApplied: 1, Skipped: 1, NotAttempted: 1},
		Outcomes: []applier.ChangeResult{
			{Action: planner.Create, Name: "va-new", ID: "2c90", Outcome: applier.Applied},
			{Action: planner.Update, Name: "va-austin", ID: "2c91", Outcome: applier.Failed,
				Error: "PATCH /managed-clusters/2c91: 500 Internal Server Error (request id 0af7)"},
			{Action: planner.Update, Name: hostile, ID: hostile, Outcome: applier.Conflict, Error: "found " + hostile},
			{Action: planner.Update, Name: "va-rome", ID: "2c96", Outcome: applier.NotApplied, Error: "taken, but /description is still null"},
			{Action: planner.Update, Name: "va-lima", ID: "2c97", Outcome: applier.Unchanged},
			{Action: planner.SetLog, Name: "va-austin", ID: "2c91", Outcome: applier.Skipped, Error: "its update did not succeed"},
			{Action: planner.Delete, Name: "va-old", ID: "2c92", Outcome: applier.NotAttempted},
		},
	}
}

// goldenSources are where files ask for the changes of goldenResult.
func goldenSources() []*cluster.Source {
	return []*cluster.Source{at(4), at(8), at(77), at(50), at(40), at(8), nil}
}

func goldenReceipt() receipt.Receipt {
	field := func(v string) *receipt.State {
		return &receipt.State{Fields: map[string]json.RawMessage{"/configuration/gmtOffset": raw(v)}}
	}
	patch := receipt.Request{Change: receipt.RequestedChange{Action: planner.Update, Name: "va-austin", ID: "2c91"}, Method: "PATCH", Path: "/managed-clusters/2c91"}
	done, failed, cutOff := patch, patch, patch
	done.Outcome = &receipt.Outcome{Status: 200, RequestID: "0af7", Before: field(`"-5"`), After: field(`"-6"`)}
	failed.Change.Name = hostile
	failed.Outcome = &receipt.Outcome{Status: 0, Unsettled: true, Error: hostile}
	return receipt.Receipt{Name: "receipt.jsonl", Truncated: true, Runs: []receipt.Run{
		{Start: noon(), Tenant: acme(), Digest: "sha256:9f86", Requests: []receipt.Request{done, failed}, End: &receipt.Summary{Applied: 1, Failed: 1}},
		{Start: noon().Add(time.Hour), Tenant: acme(), Digest: "sha256:9f86", Requests: []receipt.Request{cutOff}},
	}}
}

func goldenFindings() desired.Diagnostics {
	return desired.Diagnostics{
		{File: "clusters.yaml", Line: 4, Column: 3, Severity: desired.Error, Code: "unknown-key", Message: `unknown key "prun"`, Hint: `did you mean "prune"?`},
		{File: "a,b:c%.yaml", Line: 3, Column: 7, Severity: desired.Error, Code: "unknown-key", Message: "unknown key \"50%\""},
		{File: "clusters.yaml", Line: 9, Column: 1, Severity: desired.Error, Code: "unknown-key", Message: `unknown key "prun"`},
		{File: "<stdin>", Line: 6, Column: 7, Severity: desired.Warning, Code: "verbose-without-end", Message: "DEBUG is kept in force"},
	}
}

func written(t rapid.TB, write func(io.Writer) error) string {
	t.Helper()
	var b strings.Builder
	if err := write(&b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}
