package report_test

import (
	"io"
	"strings"
	"testing"

	"clusterctl/internal/compare"
	"clusterctl/internal/report"
	"clusterctl/internal/testkit/documents"
)

// TestNamesOfSidesInjectNothing gives both sides a hostile name: the titles and the verdict of
// a comparison have it, where no format expects text from elsewhere.
func TestNamesOfSidesInjectNothing(t *testing.T) {
	t.Parallel()
	r := documents.Comparison()
	r.A.Name, r.B.Name = documents.Hostile, documents.Hostile
	d := report.OfComparison(r)
	for _, text := range []string{d.Verdict, d.Groups[2].Title, d.Groups[3].Title} {
		if strings.ContainsAny(text, "<>[]()@#`|\x1b\n\u202e") || strings.Contains(text, "://") {
			t.Errorf("%q", text)
		}
	}
	got := documents.Written(t, func(w io.Writer) error { return inMarkdown(nil)(w, d) })
	for line := range strings.Lines(got) {
		if !strings.Contains(line, "`") && strings.Contains(line, "script>") {
			t.Errorf("injected: %s", line)
		}
	}
}

func TestVerdictOfComparison(t *testing.T) {
	t.Parallel()
	for want, s := range map[string]compare.Summary{
		"No differences. 12 clusters match.":                                {Matching: 12},
		"Differences: 0 changed, 0 only in a.yaml, 2 only in b.":            {OnlyInB: 2, Matching: 1},
		"Differences: 0 changed, 0 only in a.yaml, 0 only in b, 1 unknown.": {Unknown: 1},
	} {
		r := compare.Report{A: compare.Side{Name: "a.yaml"}, B: compare.Side{Name: "b"}, Summary: s}
		if got := report.OfComparison(r).Verdict; got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
