package render_test

import (
	"io"
	"strings"
	"testing"

	"clusterctl/internal/applier"
	"clusterctl/internal/planner"
	"clusterctl/internal/render"
)

// TestOutcomeInEveryFormat holds each word of an outcome against every format:
// what is not known to be in force is shown, and makes the apply incomplete.
func TestOutcomeInEveryFormat(t *testing.T) {
	t.Parallel()
	for word, tt := range map[applier.Word]struct {
		summary applier.Summary
		failed  bool
	}{
		applier.Applied:      {applier.Summary{Applied: 1}, false},
		applier.Unchanged:    {applier.Summary{Unchanged: 1}, false},
		applier.Failed:       {applier.Summary{Failed: 1}, true},
		applier.Conflict:     {applier.Summary{Conflict: 1}, true},
		applier.NotApplied:   {applier.Summary{NotApplied: 1}, true},
		applier.Unverified:   {applier.Summary{Unverified: 1}, true},
		applier.Unknown:      {applier.Summary{Unknown: 1}, true},
		"of a later version": {applier.Summary{Unknown: 1}, true},
	} {
		t.Run(string(word), func(t *testing.T) {
			t.Parallel()
			r := applier.Result{Summary: tt.summary, Outcomes: []applier.Outcome{
				{Action: planner.Create, Name: "va-new", Outcome: word, Error: "what went wrong", Source: at(4)},
			}}
			spaced := strings.ReplaceAll(string(word), "-", " ")
			for format, f := range map[string]struct {
				write  func(io.Writer, applier.Result) error
				shows  string
				failed string
			}{
				"text":     {render.Text{}.Result, string(word) + ": what went wrong", "Apply incomplete: 0 applied, 1 failed, 0 skipped."},
				"markdown": {render.Markdown{}.Result, "1 " + spaced, "#### 1 " + spaced},
				"html":     {render.HTML{}.Result, "what went wrong", "Apply incomplete: 0 applied, 1 failed, 0 skipped."},
				"junit":    {render.JUnit{}.Result, `name="create va-new"`, `<failure message="` + string(word) + `: what went wrong"`},
				"github":   {render.GitHub{}.Result, "", "::error file=tenants/acme/clusters.yaml,line=4,col=5,title=create va-new%3A " + string(word) + "::what went wrong"},
			} {
				got := written(t, func(w io.Writer) error { return f.write(w, r) })
				if !strings.Contains(got, f.shows) {
					t.Errorf("%s: %q is missing in\n%s", format, f.shows, got)
				}
				if failed := strings.Contains(got, f.failed); failed != tt.failed {
					t.Errorf("%s: %q is there: %t, want %t, in\n%s", format, f.failed, failed, tt.failed, got)
				}
			}
		})
	}
}

// TestWarningsInEveryFormat holds that what a reader should know of a run as a
// whole is in front of everything else.
func TestWarningsInEveryFormat(t *testing.T) {
	t.Parallel()
	r := applier.Result{Summary: applier.Summary{Applied: 1}, Warnings: []string{"plan.json: applied elsewhere\x1b[31m"}}
	for format, tt := range map[string]struct {
		write func(io.Writer, applier.Result) error
		want  string
	}{
		"text":     {render.Text{}.Result, "Warning: plan.json: applied elsewhere\\u001b[31m\nApply complete"},
		"markdown": {render.Markdown{}.Result, "### Apply complete: 1 applied, 0 failed.\n\n**Warning:** `plan.json`: applied `elsewhere\\u001b[31m`\n\nTenant"},
		"html":     {render.HTML{}.Result, `plan.json: applied elsewhere\u001b[31m`},
		"junit":    {render.JUnit{}.Result, `<skipped message="plan.json: applied elsewhere\u001b[31m"`},
		"github":   {render.GitHub{}.Result, `::warning title=warning::plan.json: applied elsewhere\u001b[31m`},
	} {
		if got := written(t, func(w io.Writer) error { return tt.write(w, r) }); !strings.Contains(got, tt.want) {
			t.Errorf("%s: %q is missing in\n%s", format, tt.want, got)
		}
	}
}
