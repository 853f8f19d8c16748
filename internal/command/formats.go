package command

import (
	"encoding/json"
	"io"
	"time"

	"clusterctl/internal/applier"
	"clusterctl/internal/desired"
	"clusterctl/internal/drift"
	"clusterctl/internal/mask"
	"clusterctl/internal/planner"
	"clusterctl/internal/receipt"
	"clusterctl/internal/report"
)

// The output formats.
const (
	formatText        = "text"
	formatJSON        = "json"
	formatHTML        = "html"        // one page
	formatMarkdown    = "markdown"    // a comment on a pull request
	formatGitHub      = "github"      // workflow annotations
	formatJUnit       = "junit"       // a test report
	formatSARIF       = "sarif"       // for code scanning
	formatCodeQuality = "codequality" // GitLab's code quality report
)

// printer is what writes one kind of document in one format.
type printer[D any] func(w io.Writer, document D) error

// format is a format of one kind of document.
type format[D any] struct {
	name  string
	write printer[D]
}

// The tables below say which formats there are of which document.

func planFormats(r renderers) []format[planner.Plan] {
	return []format[planner.Plan]{
		{formatText, r.text.Plan},
		{formatJSON, asJSON[planner.Plan]},
		{formatMarkdown, r.markdown().Plan},
		{formatGitHub, r.github().Plan},
		{formatJUnit, r.junit().Plan},
		{formatHTML, r.html().Plan},
	}
}

// savedPlanFormats are those of a plan that was read from a file: the text says
// when it was made, and the JSON keeps what a later version put into it.
func savedPlanFormats(data json.RawMessage) func(renderers) []format[planner.Plan] {
	return func(r renderers) []format[planner.Plan] {
		formats := planFormats(r)
		formats[0].write = r.text.SavedPlan
		formats[1].write = func(w io.Writer, _ planner.Plan) error { return report.JSON(w, data) }
		return formats
	}
}

func resultFormats(r renderers) []format[applier.Result] {
	return []format[applier.Result]{
		{formatText, r.text.Result},
		{formatJSON, asJSON[applier.Result]},
		{formatMarkdown, r.markdown().Result},
		{formatGitHub, r.github().Result},
		{formatJUnit, r.junit().Result},
		{formatHTML, r.html().Result},
	}
}

func receiptFormats(r renderers) []format[receipt.Receipt] {
	return []format[receipt.Receipt]{
		{formatText, r.text.Receipt},
		{formatJSON, receiptAsJSON},
		{formatMarkdown, r.markdown().Receipt},
		{formatHTML, r.html().Receipt},
	}
}

// receiptDocument is a receipt as show tells it: each request with what became
// of it.
type receiptDocument struct {
	FormatVersion string `json:"formatVersion"`
	Tool          string `json:"tool"`
	receipt.Receipt
}

func receiptAsJSON(w io.Writer, r receipt.Receipt) error {
	return report.JSON(w, receiptDocument{planner.FormatVersion, toolName(), r})
}

func driftFormats(r renderers) []format[drift.Report] {
	return []format[drift.Report]{
		{formatText, r.text.Drift},
		{formatJSON, asJSON[drift.Report]},
		{formatMarkdown, r.markdown().Drift},
		{formatGitHub, r.github().Drift},
		{formatJUnit, r.junit().Drift},
		{formatSARIF, r.sarif().Drift},
		{formatCodeQuality, r.codeQuality().Drift},
		{formatHTML, r.html().Drift},
	}
}

func diagnosticsFormats(r renderers) []format[report.Diagnostics] {
	return []format[report.Diagnostics]{
		{formatText, r.text.Diagnostics},
		{formatJSON, asJSON[report.Diagnostics]},
		{formatMarkdown, r.markdown().Diagnostics},
		{formatGitHub, r.github().Diagnostics},
		{formatJUnit, r.junit().Diagnostics},
		{formatSARIF, r.sarif().Diagnostics},
		{formatCodeQuality, r.codeQuality().Diagnostics},
	}
}

func exportFormats(renderers) []format[desired.File] {
	return []format[desired.File]{
		{formatText, func(w io.Writer, f desired.File) error { return writeAll(w, f.YAML()) }},
		{formatJSON, func(w io.Writer, f desired.File) error { return writeAll(w, f.JSON()) }},
	}
}

// statusFormats are those of a status as it was at now.
func statusFormats(now time.Time) func(renderers) []format[report.Status] {
	return func(r renderers) []format[report.Status] {
		return []format[report.Status]{
			{formatText, func(w io.Writer, s report.Status) error { return r.text.Status(w, s, now) }},
			{formatJSON, asJSON[report.Status]},
		}
	}
}

func pingFormats(r renderers) []format[report.Ping] {
	return []format[report.Ping]{
		{formatText, r.text.Ping},
		{formatJSON, asJSON[report.Ping]},
	}
}

func writeAll(w io.Writer, text []byte) error {
	_, err := w.Write(text)
	return err
}

// namesOf are the names of a document's formats, as help lists them.
func namesOf[D any](formats func(renderers) []format[D]) []string {
	var names []string
	for _, f := range formats(renderers{}) {
		names = append(names, f.name)
	}
	return names
}

// formatsOf are the formats of a command's report.
func formatsOf(command string) []string {
	switch command {
	case "plan", "undo", "show":
		return namesOf(planFormats)
	case "apply":
		return namesOf(resultFormats)
	case "drift":
		return namesOf(driftFormats)
	case "validate":
		return namesOf(diagnosticsFormats)
	default:
		return []string{formatText, formatJSON}
	}
}

// renderers make the printers of one destination.
type renderers struct {
	text   report.Text
	masker *mask.Masker
	paths  report.Paths
	// history is what a page of drift draws.
	history []report.Event
	// skipBlocked is set where blocked items do not fail the run.
	skipBlocked bool
}

func (r renderers) html() report.HTML         { return report.HTML{History: r.history} }
func (r renderers) markdown() report.Markdown { return report.Markdown{Masker: r.masker} }
func (r renderers) github() report.GitHub {
	return report.GitHub{Masker: r.masker, Paths: r.paths, SkipBlocked: r.skipBlocked}
}
func (r renderers) junit() report.JUnit {
	return report.JUnit{Masker: r.masker, Paths: r.paths, SkipBlocked: r.skipBlocked}
}
func (r renderers) sarif() report.SARIF {
	return report.SARIF{Version: version(), Masker: r.masker, Paths: r.paths}
}
func (r renderers) codeQuality() report.CodeQuality {
	return report.CodeQuality{Masker: r.masker, Paths: r.paths}
}

func asJSON[D any](w io.Writer, document D) error { return report.JSON(w, document) }
