package markdown_test

import (
	"flag"
	"io"
	"strings"
	"testing"

	"clusterctl/internal/mask"
	"clusterctl/internal/report"
	"clusterctl/internal/report/markdown"
	"clusterctl/internal/testkit/documents"
)

var update = flag.Bool("update", false, "rewrite the golden files")

func inMarkdown(m *mask.Masker) documents.Format {
	return markdown.Format{Limited: report.Limited{Masker: m}}.Write
}

func TestGoldens(t *testing.T) {
	t.Parallel()
	md := inMarkdown(nil)
	for name, write := range map[string]func(io.Writer) error{
		"plan.md":         func(w io.Writer) error { return md.Plan(w, documents.Plan()) },
		"plan-empty.md":   func(w io.Writer) error { return md.Plan(w, documents.EmptyPlan()) },
		"drift.md":        func(w io.Writer) error { return md.Drift(w, documents.Drift()) },
		"drift-strict.md": func(w io.Writer) error { return md.Drift(w, documents.StrictDrift()) },
		"comparison.md":   func(w io.Writer) error { return md.Comparison(w, documents.Comparison()) },
		"result.md":       func(w io.Writer) error { return md.Result(w, documents.Result()) },
		"receipt.md":      func(w io.Writer) error { return md.Receipt(w, documents.Receipt()) },
		"diagnostics.md":  func(w io.Writer) error { return md.Diagnostics(w, documents.Findings()) },
	} {
		documents.Golden(t, *update, name, documents.Written(t, write))
	}
}

func TestBrokenOutput(t *testing.T) {
	t.Parallel()
	if err := inMarkdown(nil).Plan(documents.Broken{}, documents.EmptyPlan()); err == nil {
		t.Error("no error")
	}
}

func TestUnverifiedListing(t *testing.T) {
	t.Parallel()
	p := documents.EmptyPlan()
	p.Listing.Verified = false
	const want = "<!-- clusterctl:plan:acme -->\n**Warning:** the listing is not verified: the tenant did not return how many clusters it has, so some may be missing.\n\n### "
	if got := documents.Written(t, func(w io.Writer) error { return inMarkdown(nil).Plan(w, p) }); !strings.HasPrefix(got, want) {
		t.Errorf("got\n%s", got)
	}
}
