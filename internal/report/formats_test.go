package report_test

import (
	"io"

	"clusterctl/internal/applier"
	"clusterctl/internal/desired"
	"clusterctl/internal/drift"
	"clusterctl/internal/mask"
	"clusterctl/internal/planner"
	"clusterctl/internal/receipt"
	"clusterctl/internal/report"
	"clusterctl/internal/report/ci"
	"clusterctl/internal/report/html"
	"clusterctl/internal/report/markdown"
	"clusterctl/internal/report/text"
)

// format writes a document; its methods write one of each kind.
type format func(io.Writer, report.Document) error

func inText(f text.Format) format { return f.Write }

func inHTML() format { return html.Write }

func inMarkdown(m *mask.Masker) format {
	return markdown.Format{Limited: report.Limited{Masker: m}}.Write
}

func inGitHub(m *mask.Masker) format { return ci.Format{Limited: report.Limited{Masker: m}}.GitHub }

func inJUnit(m *mask.Masker) format { return ci.Format{Limited: report.Limited{Masker: m}}.JUnit }

func inSARIF() format { return ci.Format{Version: "1.2.3"}.SARIF }

func inCodeQuality() format { return ci.Format{}.CodeQuality }

func (f format) Plan(w io.Writer, p planner.Plan) error {
	return f(w, report.OfPlan(p, report.PlanOptions{}))
}

func (f format) SavedPlan(w io.Writer, p planner.Plan) error {
	return f(w, report.OfPlan(p, report.PlanOptions{Saved: []byte("{}")}))
}

func (f format) Drift(w io.Writer, r drift.Report) error {
	return f(w, report.OfDrift(r, report.DriftOptions{Matching: 305}))
}

func (f format) Result(w io.Writer, r applier.Result) error {
	return f(w, report.OfResult(r, report.ResultOptions{Sources: goldenSources()}))
}

func (f format) Receipt(w io.Writer, r receipt.Receipt) error {
	return f(w, report.OfReceipt("clusterctl/test", r))
}

func (f format) Diagnostics(w io.Writer, found desired.Diagnostics) error {
	return f(w, report.OfDiagnostics("clusterctl/test", found, false))
}
