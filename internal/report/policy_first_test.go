package report_test

import (
	"io"
	"strings"
	"testing"

	"clusterctl/internal/cluster"
	"clusterctl/internal/planner"
	"clusterctl/internal/testkit/documents"
)

// TestPolicyComesFirst checks that every format of a plan begins with the warning that the policy of
// the files is not used, once, and however long the rest is.
func TestPolicyComesFirst(t *testing.T) {
	t.Parallel()
	const said = "that of your files differs: prune, rule office-hours removed"
	md, gh, ju := inMarkdown(nil), inGitHub(nil), inJUnit(nil)
	for format, tt := range map[string]struct {
		write  func(io.Writer, planner.Plan) error
		before string // all that may come before it, but for the names of the ref
	}{
		"text":       {inText().Plan, "warning: the policy of git:main is used; "},
		"saved text": {inText().SavedPlan, "warning: the policy of git:main is used; "},
		"markdown":   {md.Plan, "<!-- clusterctl:plan:acme -->\n**Warning:** the policy of `git:main` is used; "},
		"html":       {inHTML().Plan, "<p class=\"kicker\">Warning: the policy of git:main is used; "},
		"github":     {gh.Plan, "::warning title=warning::the policy of git:main is used; "},
		"junit":      {ju.Plan, "message=\"the policy of git:main is used; "},
	} {
		p := planOf(cluster.Listing{Listed: 3})
		for range 2000 {
			p.Warnings = append(p.Warnings, planner.Warning{Code: "another", Message: strings.Repeat("another warning ", 9)})
		}
		p.Warnings = append(p.Warnings, planner.Warning{Code: planner.CodePolicyDiffers, Message: "the policy of git:main is used; " + said})
		got := documents.Written(t, func(w io.Writer) error { return tt.write(w, p) })
		before, _, found := strings.Cut(got, said)
		switch {
		case !found || !strings.HasSuffix(before, tt.before):
			t.Errorf("%s does not say it:\n%.3000s", format, got)
		case format != "html" && format != "junit" && before != tt.before, strings.Contains(before, "not verified"), strings.Contains(before, "another"):
			t.Errorf("%s does not say it first:\n%.3000s", format, got)
		case strings.Count(got, said) != 1:
			t.Errorf("%s says it %d times", format, strings.Count(got, said))
		}
	}
}
