package report_test

import (
	"io"
	"strings"
	"testing"

	"clusterctl/internal/applier"
	"clusterctl/internal/planner"
	"clusterctl/internal/receipt"
	"clusterctl/internal/report"
	"clusterctl/internal/testkit/documents"
)

// TestOutcomeInEveryFormat checks each outcome in every format: a change that may not be in
// force is shown and makes the apply incomplete.
func TestOutcomeInEveryFormat(t *testing.T) {
	t.Parallel()
	for word, tt := range map[applier.Outcome]struct {
		summary receipt.Summary
		failed  bool
	}{
		applier.Applied:      {receipt.Summary{Applied: 1}, false},
		applier.Unchanged:    {receipt.Summary{Unchanged: 1}, false},
		applier.Failed:       {receipt.Summary{Failed: 1}, true},
		applier.Conflict:     {receipt.Summary{Conflict: 1}, true},
		applier.NotApplied:   {receipt.Summary{NotApplied: 1}, true},
		applier.Unverified:   {receipt.Summary{Unverified: 1}, true},
		applier.Unknown:      {receipt.Summary{Unknown: 1}, true},
		"of a later version": {receipt.Summary{Unknown: 1}, true},
	} {
		t.Run(string(word), func(t *testing.T) {
			t.Parallel()
			r := applier.Result{Summary: tt.summary, Outcomes: []applier.ChangeResult{
				{Action: planner.Create, Name: "va-new", Outcome: word, Error: "what went wrong"},
			}}
			spaced := strings.ReplaceAll(string(word), "-", " ")
			expectDoubts(t, tt.summary)
			if got := report.Incomplete(r).Error(); strings.Contains(got, ": 1 ") != tt.failed {
				t.Errorf("failed %t, and the error is %q", tt.failed, got)
			} else if mayBeUnlisted := tt.summary.Unverified > 0 || word == applier.Unknown; strings.Contains(got, "do not apply again") != mayBeUnlisted {
				t.Errorf("the cluster may be unlisted: %t, and the error is %q", mayBeUnlisted, got)
			}
			for format, f := range map[string]struct {
				write  func(io.Writer, applier.Result) error
				shows  string
				failed string
			}{
				"text":     {inText().Result, spaced + ": what went wrong", "Apply incomplete: 0 applied, 1 failed, 0 skipped."},
				"markdown": {inMarkdown(nil).Result, "#### 1 " + spaced, "### Apply incomplete: "},
				"html":     {inHTML().Result, "what went wrong", "Apply incomplete: 0 applied, 1 failed, 0 skipped."},
				"junit":    {inJUnit(nil).Result, `name="create va-new"`, `<failure message="` + spaced + `: what went wrong"`},
				"github":   {inGitHub(nil).Result, "", "::error file=tenants/acme/clusters.yaml,line=4,col=5,title=create va-new%3A " + spaced + "::what went wrong"},
			} {
				got := documents.Written(t, func(w io.Writer) error { return f.write(w, r) })
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

// expectDoubts checks that every format of a receipt shows an unknown outcome.
func expectDoubts(t *testing.T, s receipt.Summary) {
	t.Helper()
	past := receipt.Receipt{Runs: []receipt.Run{{End: &s}}}
	for format, write := range map[string]func(io.Writer, receipt.Receipt) error{
		"text": inText().Receipt, "markdown": inMarkdown(nil).Receipt, "html": inHTML().Receipt,
	} {
		got := documents.Written(t, func(w io.Writer) error { return write(w, past) })
		isDoubtful := s.Unverified+s.Unknown > 0
		if isSaid := strings.Contains(got, "0 skipped (1 un"); isSaid != isDoubtful {
			t.Errorf("%s of a receipt says that the outcome is not known: %t, want %t, in\n%s", format, isSaid, isDoubtful, got)
		}
	}
}

// TestWarningsInEveryFormat checks that every format has the warnings about a plan or a run.
func TestWarningsInEveryFormat(t *testing.T) {
	t.Parallel()
	warnings := []planner.Warning{{Code: "other-address", Message: "plan.json: applied elsewhere\x1b[31m"}}
	p, r := planner.Plan{Warnings: warnings}, applier.Result{Warnings: warnings}
	for format, write := range map[string]func(io.Writer) error{
		"text":            func(w io.Writer) error { return inText().Plan(w, p) },
		"markdown":        func(w io.Writer) error { return inMarkdown(nil).Plan(w, p) },
		"html":            func(w io.Writer) error { return inHTML().Plan(w, p) },
		"junit":           func(w io.Writer) error { return inJUnit(nil).Plan(w, p) },
		"github":          func(w io.Writer) error { return inGitHub(nil).Plan(w, p) },
		"result text":     func(w io.Writer) error { return inText().Result(w, r) },
		"result markdown": func(w io.Writer) error { return inMarkdown(nil).Result(w, r) },
		"result html":     func(w io.Writer) error { return inHTML().Result(w, r) },
		"result junit":    func(w io.Writer) error { return inJUnit(nil).Result(w, r) },
		"result github":   func(w io.Writer) error { return inGitHub(nil).Result(w, r) },
	} {
		got := documents.Written(t, write)
		if !strings.Contains(got, "warning") || !strings.Contains(strings.ReplaceAll(got, "`", ""), `applied elsewhere\u001b[31m`) {
			t.Errorf("%s lacks the warning:\n%s", format, got)
		}
	}
}

// TestInterruptedCreate checks that an interrupted run that created clusters is not simply to be
// repeated: a cluster that is not listed yet would be created again.
func TestInterruptedCreate(t *testing.T) {
	t.Parallel()
	for action, want := range map[planner.Action]string{
		planner.Create: "interrupted; wait a minute, check with status which clusters it created, then run the same apply again",
		planner.Update: "interrupted; run the same apply again",
	} {
		past := receipt.Receipt{Runs: []receipt.Run{{Requests: []receipt.Request{{Change: receipt.RequestedChange{Action: action}}}}}}
		if got := documents.Written(t, func(w io.Writer) error { return inText().Receipt(w, past) }); !strings.Contains(got, want) {
			t.Errorf("%s: %q is missing in\n%s", action, want, got)
		}
	}
}
