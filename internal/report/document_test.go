package report_test

import (
	"flag"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"clusterctl/internal/api"
	"clusterctl/internal/applier"
	"clusterctl/internal/cluster"
	"clusterctl/internal/drift"
	"clusterctl/internal/planner"
	"clusterctl/internal/receipt"
	"clusterctl/internal/report"
	"clusterctl/internal/testkit/documents"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// TestDocuments compares the content of documents, before any format, with golden files.
func TestDocuments(t *testing.T) {
	t.Parallel()
	for name, d := range sampleDocuments() {
		d.Data = nil // JSON, which other packages test
		if d.Kind == "validate" {
			d.Rules = d.Rules[:1] // one is enough
		}
		var b strings.Builder
		dump(&b, "", reflect.ValueOf(d))
		documents.Golden(t, *update, name+".document", b.String())
	}
}

func sampleDocuments() map[string]report.Document {
	undo, matching := documents.Plan(), 305
	undo.Undo, undo.Digest, undo.Budget = true, "", planner.Budget{}
	sent := documents.Result()
	sent.Outcomes[0].Requests = []api.Exchange{
		{Method: "POST", Path: "/managed-clusters", RequestID: "5e1f7a"},
		{Method: "POST", Path: "/managed-clusters", Status: 201},
	}
	sent.Warnings = []planner.Warning{{Code: "blocked-skipped", Message: "1 blocked item skipped"}}
	sent.Outcomes = append(sent.Outcomes, applier.ChangeResult{Action: planner.Delete, Name: "va-odd", Outcome: "of a later version"})
	events := []report.Event{
		{At: documents.Noon(), Drift: &drift.Report{Summary: drift.Summary{Changed: 2, Known: 1}}},
		{At: documents.Noon().Add(-time.Hour), Run: &receipt.Summary{Applied: 3, Failed: 1}},
		{At: documents.Noon().Add(-2 * time.Hour), Run: &receipt.Summary{Applied: 3}},
		{At: documents.Noon().Add(-3 * time.Hour)},
	}
	now := documents.Drift()
	now.CreatedAt = documents.Noon().Add(time.Hour)
	return map[string]report.Document{
		"plan":          report.OfPlan(documents.Plan(), report.PlanOptions{}),
		"plan-saved":    report.OfPlan(documents.Plan(), report.PlanOptions{Saved: []byte("{}"), SkipBlocked: true}),
		"plan-empty":    report.OfPlan(documents.EmptyPlan(), report.PlanOptions{}),
		"undo":          report.OfPlan(undo, report.PlanOptions{}),
		"review":        report.OfReview(documents.Acme(), nil, documents.Plan()),
		"drift":         report.OfDrift(documents.Drift(), report.DriftOptions{Matching: 305}),
		"drift-strict":  report.OfDrift(documents.StrictDrift(), report.DriftOptions{Matching: 1}),
		"drift-history": report.OfDrift(now, report.DriftOptions{Matching: 305, History: events}),
		"comparison":    report.OfComparison(documents.Comparison()),
		"result":        report.OfResult(documents.Result(), report.ResultOptions{Sources: documents.Sources()}),
		"result-sent":   report.OfResult(sent, report.ResultOptions{Sources: documents.Sources()[:1], Matching: &matching}),
		"receipt":       report.OfReceipt("clusterctl/test", documents.Receipt()),
		"receipt-none":  report.OfReceipt("clusterctl/test", receipt.Receipt{Name: "receipt.jsonl"}),
		"diagnostics":   report.OfDiagnostics("clusterctl/test", documents.Findings(), false),
		"strict":        report.OfDiagnostics("clusterctl/test", documents.Findings()[:1], true),
		"no-findings":   report.OfDiagnostics("clusterctl/test", nil, false),
		"ping":          report.OfPing("clusterctl/test", documents.Acme(), []report.Check{{Name: "address", State: report.OK, Message: "it answers"}}),
		"status": report.OfStatus("clusterctl/test", cluster.Snapshot{Clusters: []cluster.Live{
			{ID: "2", Name: "b", Status: "FAILED", Operational: new(false), Log: cluster.LogState{Known: true}},
			{ID: "1", Name: "b", Status: "WARNING", Problem: "odd"},
			{ID: "3", Name: "a", Operational: new(true), Problem: "odd, too", Log: cluster.LogState{Known: true, Config: &cluster.LiveLogConfig{RootLevel: "INFO"}}},
		}}, report.StatusOptions{Now: documents.Noon()}),
	}
}

// dump writes every non-zero part of a value in a line.
func dump(b *strings.Builder, path string, v reflect.Value) {
	if v.IsZero() {
		return
	}
	if s, ok := reflect.TypeAssert[fmt.Stringer](v); ok && v.Kind() != reflect.Pointer {
		fmt.Fprintf(b, "%s: %q\n", path, s)
		return
	}
	switch v.Kind() {
	case reflect.Pointer:
		dump(b, path, v.Elem())
	case reflect.Slice:
		for i := range v.Len() {
			dump(b, fmt.Sprintf("%s[%d]", path, i), v.Index(i))
		}
	case reflect.Struct:
		for i := range v.NumField() {
			dump(b, strings.TrimPrefix(path+"."+v.Type().Field(i).Name, "."), v.Field(i))
		}
	case reflect.String:
		fmt.Fprintf(b, "%s: %q\n", path, v.String())
	default:
		fmt.Fprintf(b, "%s: %v\n", path, v.Interface())
	}
}
