package report_test

import (
	"html"
	"io"
	"slices"
	"strings"
	"testing"

	"clusterctl/internal/applier"
	"clusterctl/internal/cluster"
	"clusterctl/internal/drift"
	"clusterctl/internal/planner"
	"clusterctl/internal/report"
	"clusterctl/internal/testkit/documents"
)

// TestFormatsSayTheSame checks that the last line, the name, action and message of every item,
// and every warning are in all formats, in the same words.
func TestFormatsSayTheSame(t *testing.T) {
	t.Parallel()
	formats := map[string]documents.Format{
		"text": inText(), "markdown": inMarkdown(nil), "html": inHTML(), "junit": inJUnit(nil), "github": inGitHub(nil),
	}
	for name, d := range plainDocuments() {
		for format, write := range formats {
			got := plain(documents.Written(t, func(w io.Writer) error { return write(w, d) }))
			for _, phrase := range phrases(d, format) {
				if !strings.Contains(got, phrase) {
					t.Errorf("%s as %s does not say %q:\n%s", name, format, phrase, got)
				}
			}
		}
	}
}

// plainDocuments are documents with every kind of item and no hostile text.
func plainDocuments() map[string]report.Document {
	plan, result, differences := documents.ExamplePlan(), documents.Result(), documents.Drift()
	plan.Warnings = []planner.Warning{
		{Code: "value-not-text", Message: "the tenant returned a number"},
		{Code: "unknown-type", Message: "unknown type, check the spelling", Source: documents.At(4)},
	}
	plan.Listing.Verified = false
	empty, sandboxed := documents.EmptyPlan(), plan
	sandboxed.Tenant = cluster.Tenant{BaseURL: "http://localhost/v3", Org: "acme", Sandbox: "./rehearsal"}
	result.Outcomes = slices.DeleteFunc(result.Outcomes, func(o applier.ChangeResult) bool { return o.Name == documents.Hostile })
	result.Warnings = []planner.Warning{{Code: "blocked-skipped", Message: "1 blocked item skipped"}}
	differences.Items = slices.DeleteFunc(differences.Items, func(i drift.Item) bool { return i.Name == documents.Hostile })
	return map[string]report.Document{
		"plan":       report.OfPlan(plan, report.PlanOptions{}),
		"empty plan": report.OfPlan(empty, report.PlanOptions{}),
		"sandbox":    report.OfPlan(sandboxed, report.PlanOptions{SkipBlocked: true}),
		"result":     report.OfResult(result, report.ResultOptions{Sources: documents.Sources()}),
		"drift":      report.OfDrift(differences, report.DriftOptions{Matching: 305}),
		"compare":    report.OfComparison(documents.Comparison()),
		"validate":   report.OfDiagnostics("clusterctl/test", documents.Findings(), false),
	}
}

// phrases are the texts that a format must have. A test report lacks items without a test, and
// annotations lack silent ones.
func phrases(d report.Document, format string) []string {
	said := []string{d.Verdict}
	for _, notice := range d.Notices() {
		said = append(said, notice.Message)
	}
	if d.Tenant.Sandbox != "" {
		said = append(said, "andbox "+d.Tenant.Sandbox) // at the beginning of a sentence or not
	}
	for _, i := range d.Items {
		if format == "junit" && i.Test.Result == report.NoTest || format == "github" && i.Level == report.Silent {
			continue
		}
		said = append(said, i.Name, i.Message)
		switch {
		case i.Line != "" || i.IsGeneral: // has no action
		case format == "junit" && i.Test.Verb != "":
			said = append(said, i.Test.Verb)
		case format == "markdown" && i.What == "set log config" && d.Kind == "plan":
			said = append(said, "log config to set")
		default:
			said = append(said, i.What)
		}
	}
	return said
}

// plain removes the escapes and marks of all formats.
func plain(text string) string {
	return html.UnescapeString(strings.NewReplacer("`", "", "**", "", "%3A", ":", "%2C", ",", "%0A", "\n", "%25", "%").Replace(text))
}
