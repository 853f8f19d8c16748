package report_test

import (
	"io"
	"strings"
	"testing"

	"clusterctl/internal/applier"
	"clusterctl/internal/cluster"
	"clusterctl/internal/drift"
	"clusterctl/internal/planner"
	"clusterctl/internal/report"
	"clusterctl/internal/testkit/documents"
)

// TestUnverifiedComesFirst checks that every format of every document begins with the warning
// about an unverified listing, and has none if the listing is verified or was not read.
func TestUnverifiedComesFirst(t *testing.T) {
	t.Parallel()
	const said = "the listing is not verified: the tenant did not return how many clusters it has, so some may be missing"
	md, gh, ju := inMarkdown(nil), inGitHub(nil), inJUnit(nil)
	for format, tt := range map[string]struct {
		write func(io.Writer, cluster.Listing) error
		// before is all that may come before it.
		before string
	}{
		"plan text":       {func(w io.Writer, p cluster.Listing) error { return inText().Plan(w, planOf(p)) }, "warning: "},
		"saved plan text": {func(w io.Writer, p cluster.Listing) error { return inText().SavedPlan(w, planOf(p)) }, "warning: "},
		"plan markdown":   {func(w io.Writer, p cluster.Listing) error { return md.Plan(w, planOf(p)) }, "<!-- clusterctl:plan:acme -->\n**Warning:** "},
		"plan html":       {func(w io.Writer, p cluster.Listing) error { return inHTML().Plan(w, planOf(p)) }, "<header"},
		"plan github":     {func(w io.Writer, p cluster.Listing) error { return gh.Plan(w, planOf(p)) }, "::warning title=warning::"},
		"plan junit":      {func(w io.Writer, p cluster.Listing) error { return ju.Plan(w, planOf(p)) }, "<testcase"},
		"drift text":      {func(w io.Writer, p cluster.Listing) error { return inText().Drift(w, driftOf(p)) }, "warning: "},
		"drift markdown":  {func(w io.Writer, p cluster.Listing) error { return md.Drift(w, driftOf(p)) }, "<!-- clusterctl:drift:acme -->\n**Warning:** "},
		"drift html":      {func(w io.Writer, p cluster.Listing) error { return inHTML().Drift(w, driftOf(p)) }, "<header"},
		"drift github":    {func(w io.Writer, p cluster.Listing) error { return gh.Drift(w, driftOf(p)) }, "::warning title=warning::"},
		"drift junit":     {func(w io.Writer, p cluster.Listing) error { return ju.Drift(w, driftOf(p)) }, "<testcase"},
		"drift sarif":     {func(w io.Writer, p cluster.Listing) error { return inSARIF().Drift(w, driftOf(p)) }, "toolExecutionNotifications"},
		"reviewed text": {func(w io.Writer, p cluster.Listing) error {
			return inText()(w, report.OfReview(documents.Acme(), &p, planOf(p)))
		}, "warning: "},
		"apply text":     {func(w io.Writer, p cluster.Listing) error { return inText().Result(w, resultOf(p)) }, "warning: "},
		"apply markdown": {func(w io.Writer, p cluster.Listing) error { return md.Result(w, resultOf(p)) }, "<!-- clusterctl:apply:acme -->\n**Warning:** "},
		"apply html":     {func(w io.Writer, p cluster.Listing) error { return inHTML().Result(w, resultOf(p)) }, "<header"},
		"apply github":   {func(w io.Writer, p cluster.Listing) error { return gh.Result(w, resultOf(p)) }, "::warning title=warning::"},
		"apply junit":    {func(w io.Writer, p cluster.Listing) error { return ju.Result(w, resultOf(p)) }, "<testcase"},
		"status text": {func(w io.Writer, p cluster.Listing) error {
			return inText()(w, report.OfStatus("t", cluster.Snapshot{Listing: p}, report.StatusOptions{Now: documents.Noon()}))
		}, "warning: "},
	} {
		got := documents.Written(t, func(w io.Writer) error { return tt.write(w, cluster.Listing{Listed: 3}) })
		before, _, found := strings.Cut(got, said)
		if at := strings.Index(before, tt.before); !found || at < 0 || strings.HasSuffix(tt.before, " ") && at > 0 || strings.Contains(before, "va-") {
			t.Errorf("%s does not say first that the listing is not verified:\n%s", format, got)
		}
		if got := documents.Written(t, func(w io.Writer) error { return tt.write(w, cluster.Listing{Verified: true}) }); strings.Contains(got, "not verified") {
			t.Errorf("%s: of a verified listing:\n%s", format, got)
		}
	}
	if got := documents.Written(t, func(w io.Writer) error { return inText().Result(w, applier.Result{}) }); strings.Contains(got, "verified") {
		t.Errorf("of no listing:\n%s", got)
	}
}

func planOf(proof cluster.Listing) planner.Plan {
	p := documents.Plan()
	p.Listing = proof
	return p
}

func driftOf(proof cluster.Listing) drift.Report {
	d := documents.Drift()
	d.Listing = proof
	return d
}

func resultOf(proof cluster.Listing) applier.Result {
	r := documents.Result()
	r.Listing = &proof
	return r
}
