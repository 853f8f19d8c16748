package html_test

import (
	"encoding/json"
	"fmt"
	"io"
	"time"

	"clusterctl/internal/api"
	"clusterctl/internal/applier"
	"clusterctl/internal/cluster"
	"clusterctl/internal/drift"
	"clusterctl/internal/jsonpatch"
	"clusterctl/internal/planner"
	"clusterctl/internal/receipt"
	"clusterctl/internal/report"
	"clusterctl/internal/testkit/documents"
)

// hostileNames are names of clusters that try to run code in the browser of a reader.
func hostileNames() []string {
	return []string{
		`<script>window.pwned=1</script>`,
		`</script><script>window.pwned=1</script>`,
		`"><img src=x onerror="window.pwned=1">`,
		`' onmouseover='window.pwned=1' autofocus onfocus='window.pwned=1`,
		`javascript:window.pwned=1`,
		`</style><style>body{display:none}</style>`,
		`</title></textarea></table><svg onload=window.pwned=1>`,
		`<!--<details open ontoggle=window.pwned=1>`,
		`{{.}}${window.pwned=1}&lt;b&gt;<b>bold</b>`,
		`<meta http-equiv="refresh" content="0;url=https://evil.example/">`,
		`<base href="https://evil.example/"><iframe src="https://evil.example/">`,
		"va-\u202egnitset\u202c\x1b[2J\u200b\x00",
	}
}

func morning(day int) time.Time { return time.Date(2026, 11, day, 3, 17, 0, 0, time.UTC) }

// pagePlan is a small plan with every kind of item.
func pagePlan() planner.Plan {
	p := documents.ExamplePlan()
	expires := morning(3)
	p.Tool, p.CreatedAt, p.ExpiresAt = "clusterctl/test", morning(2), &expires
	p.Digest = "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
	p.Summary.Unchanged, p.Summary.Ignored, p.Summary.Satisfied, p.Summary.Denied, p.Summary.Waived = 308, 1, 1, 1, 1
	p.Changes[2].Lapsed = true
	p.Changes[2].Diff = []jsonpatch.Edit{
		{Path: "/logConfig/rootLevel", Before: json.RawMessage(`"INFO"`), After: json.RawMessage(`"DEBUG"`)},
	}
	p.Changes[0].Diff = append(p.Changes[0].Diff, jsonpatch.Edit{Path: "/configuration/unwanted"})
	p.Findings = append(p.Findings,
		planner.Finding{Kind: planner.Denied, Rule: "freeze", Message: "no changes before holidays"},
		planner.Finding{Kind: planner.Waived, Name: "va-e", ID: "2c97", Source: documents.At(24), Rule: "described", Message: "every cluster needs a description; waived: CHG-7"},
		planner.Finding{Kind: planner.Ignored, Name: "va-own", ID: "2c95", Message: "of a type that the tenant keeps for itself"},
		planner.Finding{Kind: planner.Satisfied, Name: "va-d", ID: "2c96", Source: documents.At(20), Message: "log configuration expired at 2026-11-01T00:00:00Z"},
	)
	return p
}

func pageDrift() drift.Report {
	return drift.Report{
		FormatVersion: planner.FormatVersion, Tool: "clusterctl/test", CreatedAt: morning(22),
		Tenant: documents.Acme(), Listing: cluster.Listing{Listed: 312, Total: 312, Verified: true},
		Summary: drift.Summary{Changed: 2, Missing: 1, Unmanaged: 2, Lapsed: 1, Blocked: 1, Known: 1},
		Items: []drift.Item{
			{Kind: cluster.DriftBlocked, Name: "va-b", ID: "2c93", Source: documents.At(12), Message: "the API cannot change a type"},
			{Kind: cluster.DriftChanged, Name: "va-austin", ID: "2c91", Source: documents.At(8), Cause: drift.BothChanged, Diff: []drift.Field{
				{Path: "/configuration/gmtOffset", Expected: json.RawMessage(`"-6"`), Found: json.RawMessage(`"-5"`), Cause: drift.LiveChanged},
				{Path: "/description", Expected: json.RawMessage(`"Austin data centre"`), Cause: drift.FileAhead},
			}},
			{Kind: cluster.DriftChanged, Name: "va-gone", ID: "2c97", Source: documents.At(30), Message: "declared absent, but it exists", Diff: []drift.Field{}},
			{Kind: cluster.DriftChanged, Name: "va-known", ID: "2c98", Source: documents.At(33), Diff: []drift.Field{
				{Path: "/configuration/debug", Expected: json.RawMessage(`"false"`), Found: json.RawMessage(`"true"`)},
			}, Known: &drift.Known{Reason: "moved manually until the cutover, CHG-1234", Until: morning(30)}},
			{Kind: cluster.DriftLapsed, Name: "va-logs", ID: "2c99", Source: documents.At(36), Message: "log configuration expired or was never set", Diff: []drift.Field{
				{Path: "/logConfig/rootLevel", Expected: json.RawMessage(`"DEBUG"`)},
			}},
			{Kind: cluster.DriftMissing, Name: "va-denver", Source: documents.At(40), Cause: drift.LiveChanged, Diff: []drift.Field{
				{Path: "/name", Expected: json.RawMessage(`"va-denver"`)},
			}},
			{Kind: cluster.DriftUnmanaged, Name: "va-c", ID: "2c94", Message: "not in your files", Diff: []drift.Field{}},
			{Kind: cluster.DriftUnmanaged, Name: "va-e", ID: "2ca0", Message: "not in your files", Diff: []drift.Field{}},
		},
	}
}

// pastMonth is three weeks of nightly reports and three runs of apply.
func pastMonth() []report.Event {
	var events []report.Event
	for day := 1; day < 22; day++ {
		s := drift.Summary{Changed: day % 7, Missing: day % 7 / 3, Blocked: day % 7 / 5, Unmanaged: 2 + day/4, Known: 1}
		events = append(events, report.Event{At: morning(day), Drift: &drift.Report{Summary: s}})
	}
	return append(events,
		report.Event{At: morning(6).Add(30 * time.Hour), Run: &receipt.Summary{Applied: 9}},
		report.Event{At: morning(13).Add(9 * time.Hour), Run: &receipt.Summary{Applied: 7, Failed: 1}},
		report.Event{At: morning(13).Add(10 * time.Hour)},
	)
}

func pageResult() applier.Result {
	sent := func(method, path string, status int) []api.Exchange {
		return []api.Exchange{{Method: method, Path: path, Status: status, RequestID: "5e1f7a"}}
	}
	return applier.Result{
		Tool: "clusterctl/test", Tenant: documents.Acme(), Digest: "sha256:9f86", StartedAt: morning(2), FinishedAt: morning(2).Add(83 * time.Second),
		Summary: receipt.Summary{Applied: 1, Unchanged: 1, Failed: 1, Conflict: 1},
		Outcomes: []applier.ChangeResult{
			{Action: planner.Create, Name: "va-new", ID: "2d01", Outcome: applier.Applied, Requests: sent("POST", "/managed-clusters", 201)},
			{Action: planner.Update, Name: "va-austin", ID: "2c91", Outcome: applier.Unchanged, Requests: []api.Exchange{}},
			{Action: planner.Update, Name: "va-boston", ID: "2c92", Outcome: applier.Conflict, Requests: []api.Exchange{}, Error: "changed by someone else"},
			{Action: planner.Delete, Name: "va-old", ID: "2c9a", Outcome: applier.Failed, Requests: sent("DELETE", "/managed-clusters/2c9a", 0), Error: "no response within 30s"},
		},
	}
}

func pageReceipt() receipt.Receipt {
	request := func(line int, action planner.Action, name, method string, o *receipt.Outcome) receipt.Request {
		return receipt.Request{
			Source: cluster.Source{File: "apply.jsonl", Line: line, Column: 1}, Method: method, Path: "/managed-clusters/2c91",
			Change: receipt.RequestedChange{Action: action, Name: name, ID: "2c91"}, Outcome: o,
		}
	}
	fields := func(value string) *receipt.State {
		return &receipt.State{Fields: map[string]json.RawMessage{"/configuration/gmtOffset": json.RawMessage(value)}}
	}
	return receipt.Receipt{
		Name: "apply.jsonl", Truncated: true,
		Runs: []receipt.Run{
			{Start: morning(2), Tool: "clusterctl/test", Tenant: documents.Acme(), Digest: "sha256:9f86", Requests: []receipt.Request{
				request(2, planner.Update, "va-austin", "PATCH", &receipt.Outcome{Status: 200, RequestID: "5e1f7a", Before: fields(`"-5"`), After: fields(`"-6"`)}),
				request(4, planner.Update, "va-boston", "PATCH", &receipt.Outcome{Status: 400, Error: "400 Bad Request", Before: fields(`"1"`), After: fields(`"1"`)}),
			}, End: &receipt.Summary{Applied: 1, Failed: 1}},
			{Start: morning(3), Tool: "clusterctl/test", Tenant: documents.Acme(), Digest: "sha256:ab12", Requests: []receipt.Request{
				request(8, planner.Delete, "va-old", "DELETE", nil),
			}},
		},
	}
}

// hostilePlan has hostile names wherever a plan has text.
func hostilePlan() planner.Plan {
	p := pagePlan()
	p.Changes, p.Findings = nil, nil
	for _, name := range hostileNames() {
		p.Tenant.Org, p.Tenant.BaseURL, p.Digest, p.Tool = name, name, name, name
		value := jsonString(name)
		p.Changes = append(p.Changes, planner.Change{
			Action: planner.Action(name), Name: name, ID: name, Source: &cluster.Source{File: name, Line: 1, Column: 1},
			Diff: []jsonpatch.Edit{{Path: name, Before: value, After: value}, {Path: name, After: json.RawMessage(name)}},
		})
		p.Findings = append(p.Findings,
			planner.Finding{Kind: planner.FindingKind(name), Name: name, ID: name, Message: name},
			planner.Finding{Kind: planner.Unmanaged, Name: name, ID: name, Message: name})
	}
	return p
}

func jsonString(s string) json.RawMessage {
	data, err := json.Marshal(s)
	if err != nil {
		panic(err)
	}
	return data
}

// mixedPlan has n changes: a tenth are deletes, half are updates.
func mixedPlan(n int) planner.Plan {
	p := pagePlan()
	p.Changes, p.Findings = nil, nil
	p.Summary = planner.Summary{}
	for i := range n {
		c := planner.Change{Action: planner.Update, Name: fmt.Sprintf("va-%04d", i), ID: fmt.Sprintf("2c9180867dfe6f1b017e0a4a%08d", i), Source: documents.At(i), Diff: []jsonpatch.Edit{
			{Path: "/configuration/gmtOffset", Before: json.RawMessage(`"-5"`), After: json.RawMessage(`"-6"`)},
			{Path: "/description", Before: json.RawMessage(`"Rack ` + fmt.Sprint(i%40) + `"`), After: json.RawMessage(`"Rack ` + fmt.Sprint(i%40) + `, moved to the new hall"`)},
			{Path: "/configuration/debug", Before: json.RawMessage(`"true"`)},
		}}
		switch i % 10 {
		case 0:
			c.Action, c.Diff, c.Clients = planner.Delete, nil, i%3
			p.Summary.Delete++
		case 1, 2, 3, 4:
			c.Action, c.ID = planner.Create, ""
			c.Diff = []jsonpatch.Edit{{Path: "/name", After: jsonString(c.Name)}, {Path: "/type", After: json.RawMessage(`"idn"`)}}
			p.Summary.Create++
		default:
			p.Summary.Update++
		}
		p.Changes = append(p.Changes, c)
	}
	return p
}

// pageCase is a page to test.
type pageCase struct {
	name  string
	write func(io.Writer) error
}

func pages() []pageCase {
	strict := pageDrift()
	strict.Strict = true
	return []pageCase{
		{"plan", func(w io.Writer) error { return inHTML().Plan(w, pagePlan()) }},
		{"plan_empty", func(w io.Writer) error {
			return inHTML().Plan(w, planner.Plan{Tool: "clusterctl/test", Tenant: documents.Acme(), Listing: cluster.Listing{Verified: true}, CreatedAt: morning(1), Summary: planner.Summary{Unchanged: 12}})
		}},
		{"drift", func(w io.Writer) error { return inHTML().Drift(w, pageDrift()) }},
		{"drift_history", func(w io.Writer) error {
			return inHTML()(w, report.OfDrift(pageDrift(), report.DriftOptions{Matching: 305, History: pastMonth()}))
		}},
		{"drift_strict", func(w io.Writer) error {
			return inHTML()(w, report.OfDrift(strict, report.DriftOptions{Matching: 305, History: pastMonth()[:1]}))
		}},
		{"result", func(w io.Writer) error {
			return inHTML()(w, report.OfResult(pageResult(), report.ResultOptions{Matching: new(308)}))
		}},
		{"receipt", func(w io.Writer) error { return inHTML().Receipt(w, pageReceipt()) }},
		{"hostile", func(w io.Writer) error { return inHTML().Plan(w, hostilePlan()) }},
	}
}
