package report_test

import (
	"io"
	"strings"
	"testing"

	"clusterctl/internal/applier"
	"clusterctl/internal/drift"
	"clusterctl/internal/planner"
	"clusterctl/internal/receipt"
	"clusterctl/internal/report"
	"clusterctl/internal/testkit/documents"
)

// One deciding item is enough for the tone of a page.
func TestToneOfAPage(t *testing.T) {
	t.Parallel()
	plan := func(changes int, s planner.Summary) report.Document {
		return report.OfPlan(planner.Plan{Summary: s, Changes: make([]planner.Change, changes)}, report.PlanOptions{})
	}
	differs := func(s drift.Summary) report.Document {
		return report.OfDrift(drift.Report{Summary: s}, report.DriftOptions{})
	}
	result := func(s receipt.Summary) report.Document {
		return report.OfResult(applier.Result{Summary: s}, report.ResultOptions{})
	}
	past := func(isTruncated bool, end *receipt.Summary) report.Document {
		return report.OfReceipt("", receipt.Receipt{Truncated: isTruncated, Runs: []receipt.Run{{End: end}}})
	}
	for name, tt := range map[string]struct {
		document report.Document
		want     string
	}{
		"no changes":          {plan(0, planner.Summary{Unchanged: 1}), "good"},
		"an update":           {plan(1, planner.Summary{Update: 1}), "pending"},
		"a delete":            {plan(1, planner.Summary{Delete: 1}), "bad"},
		"a blocked item":      {plan(0, planner.Summary{Blocked: 1}), "bad"},
		"no drift":            {differs(drift.Summary{Known: 1}), "good"},
		"a difference":        {differs(drift.Summary{Changed: 1}), "pending"},
		"a missing cluster":   {differs(drift.Summary{Missing: 1}), "bad"},
		"a blocked cluster":   {differs(drift.Summary{Blocked: 1}), "bad"},
		"all applied":         {result(receipt.Summary{Applied: 1}), "good"},
		"one failed":          {result(receipt.Summary{Failed: 1}), "bad"},
		"one not attempted":   {result(receipt.Summary{NotAttempted: 1}), "bad"},
		"a run that ended":    {past(false, &receipt.Summary{Applied: 1}), "good"},
		"a run that failed":   {past(false, &receipt.Summary{Failed: 1}), "bad"},
		"a run cut off":       {past(false, nil), "bad"},
		"a truncated receipt": {past(true, &receipt.Summary{Applied: 1}), "bad"},
	} {
		page := documents.Written(t, func(w io.Writer) error { return inHTML()(w, tt.document) })
		if !strings.Contains(page, `<header class="tone-`+tt.want+`">`) {
			t.Errorf("%s is not %s:\n%s", name, tt.want, page)
		}
	}
}
