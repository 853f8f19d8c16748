package markdown_test

import (
	"encoding/json"
	"fmt"
	"io"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	extast "github.com/yuin/goldmark/extension/ast"
	gmtext "github.com/yuin/goldmark/text"
	"pgregory.net/rapid"

	"clusterctl/internal/desired"
	"clusterctl/internal/drift"
	"clusterctl/internal/jsonpatch"
	"clusterctl/internal/mask"
	"clusterctl/internal/planner"
	"clusterctl/internal/receipt"
	"clusterctl/internal/testkit/documents"
	"clusterctl/internal/testkit/sample"
)

const maxComment = 65_000

// Text from a file or a tenant stays text: no link, table or extra heading, no HTML but the folds,
// and outside of code nothing that GitHub or GitLab would read as a mention or a reference.
func TestMarkdownIsSafe(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		for name, write := range hostileDocuments(t) {
			checkMarkdown(t, name, documents.Written(t, write))
		}
	})
}

func hostileDocuments(t *rapid.T) map[string]func(io.Writer) error {
	md, s := inMarkdown(nil), hostileText(t)
	p, d, r, rec, f := documents.Plan(), documents.Drift(), documents.Result(), documents.Receipt(), documents.Findings()
	quoted := jsonpatch.Quote(s)
	for i := range p.Changes {
		p.Changes[i].Name, p.Changes[i].ID = s, s
		p.Changes[i].Diff = []jsonpatch.Edit{{Path: s, Before: quoted, After: json.RawMessage(s)}, {Path: s}}
	}
	for i := range p.Findings {
		p.Findings[i].Name, p.Findings[i].Message = s, s
	}
	for i := range d.Items {
		d.Items[i].Name, d.Items[i].Message = s, s
		d.Items[i].Diff = []drift.Field{{Path: s, Expected: quoted, Found: json.RawMessage(s)}}
	}
	for i := range r.Outcomes {
		r.Outcomes[i].Name, r.Outcomes[i].Error = s, s
	}
	rec.Name = s
	for i := range rec.Runs[0].Requests {
		rec.Runs[0].Requests[i].Change.Name, rec.Runs[0].Requests[i].Outcome.Error = s, s
	}
	for i := range f {
		f[i].File, f[i].Message, f[i].Code = s, s, desired.Code(s)
	}
	p.Tenant.Org, p.Tenant.BaseURL, p.Digest, d.Tenant, r.Tenant = s, s, s, p.Tenant, p.Tenant
	return map[string]func(io.Writer) error{
		"plan":        func(w io.Writer) error { return md.Plan(w, p) },
		"drift":       func(w io.Writer) error { return md.Drift(w, d) },
		"result":      func(w io.Writer) error { return md.Result(w, r) },
		"receipt":     func(w io.Writer) error { return md.Receipt(w, rec) },
		"diagnostics": func(w io.Writer) error { return md.Diagnostics(w, f) },
	}
}

// hostileText returns texts with a meaning in Markdown or its extensions, or at a cut.
func hostileText(t *rapid.T) string {
	pieces := []string{
		"`", "``", "```", "~~~", "|", "\n", "\r\n", "\n\n", "</details>", "<details>", "<script>", "<!--", "-->", "--", "@team", "#123", "GH-1",
		"owner/repo#1", "!5", "/close", "https://evil.example", "www.evil.example", "a@evil.example", "[x](y)", "![x](y)", "[x]: y",
		"# h", "- ", "* ", "1. ", "> ", "    ", "\t", "**", "_", "$$", "$`", "`$", "&lt;", "&#64;team", "\\", "\x00", "\x1b[31m", "\u202e", "\u2028", "\xff",
		":smile:", "va-1", "was", "type", "(", ")", "\"", "'", ",", ".", ":", " ", "  ", "|---|", "===", "---", "é", "東京", "🙂", strings.Repeat("`", 70), strings.Repeat("x", 900),
	}
	return strings.Join(rapid.SliceOfN(rapid.SampledFrom(pieces), 0, 12).Draw(t, "pieces"), "")
}

func checkMarkdown(t rapid.TB, name, doc string) {
	t.Helper()
	source := []byte(doc)
	if !utf8.Valid(source) || len(source) > maxComment {
		t.Fatalf("%s: %d bytes, valid UTF-8 %t", name, len(source), utf8.Valid(source))
	}
	root := goldmark.New(goldmark.WithExtensions(extension.GFM)).Parser().Parse(gmtext.NewReader(source))
	folds := 0
	err := ast.Walk(root, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if !entering {
			return ast.WalkContinue, nil
		}
		switch n := n.(type) {
		case *ast.Link, *ast.Image, *ast.AutoLink, *ast.RawHTML, *extast.Table, *extast.Strikethrough, *extast.TaskCheckBox,
			*ast.Blockquote, *ast.ThematicBreak, *ast.CodeBlock:
			return ast.WalkStop, fmt.Errorf("a %s", n.Kind())
		case *ast.HTMLBlock:
			change, err := ourHTML(string(n.Lines().Value(source)))
			folds += change
			return ast.WalkContinue, err
		case *ast.CodeSpan:
			return ast.WalkSkipChildren, nil
		case *ast.Text:
			return ast.WalkContinue, harmless(string(n.Value(source)))
		}
		return ast.WalkContinue, nil
	})
	if err != nil || folds != 0 {
		t.Fatalf("%s: %v, %d folds open\n%s", name, err, folds, doc)
	}
}

var ours = regexp.MustCompile(`^(<!-- clusterctl:[a-z]+(:[A-Za-z0-9_.%-]*)? -->|<details( open)?><summary><b>[A-Za-z0-9 .,:;-]+</b></summary>|</details>)\n?$`)

// ourHTML returns how many folds a block of HTML opens.
func ourHTML(block string) (opens int, err error) {
	switch {
	case !ours.MatchString(block):
		return 0, fmt.Errorf("HTML that is not ours: %q", block)
	case strings.HasPrefix(block, "<details"):
		return 1, nil
	case strings.HasPrefix(block, "</details"):
		return -1, nil
	default:
		return 0, nil
	}
}

var reference = regexp.MustCompile(`[@#!~&%$<>\\/|*_\[\]]|GH-|www|://`)

// harmless checks that text outside of code has nothing that forges interpret.
func harmless(text string) error {
	if reference.MatchString(text) {
		return fmt.Errorf("text that may be read as more: %q", text)
	}
	return nil
}

// A plan of any size fits a comment, and items left out are counted.
func TestMarkdownFits(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		if sample.LeavesOut(t, 2) {
			return
		}
		p := planner.Plan{Tenant: documents.Acme()}
		sizes := rapid.SliceOfN(rapid.IntRange(0, 400), 4, 4).Draw(t, "changes")
		for i, action := range []planner.Action{planner.Create, planner.Update, planner.SetLog, planner.Delete} {
			for n := range sizes[i] {
				p.Changes = append(p.Changes, planner.Change{Action: action, Name: fmt.Sprintf("%s-%d", action, n), Diff: manyFields(rapid.IntRange(0, 30).Draw(t, "fields"))})
			}
		}
		doc := documents.Written(t, func(w io.Writer) error { return inMarkdown(nil).Plan(w, p) })
		checkMarkdown(t, "plan", doc)
		shown := regexp.MustCompile("(?m)^(- )?\\*\\*`(create|update|set-log|delete)-[0-9]+`\\*\\*").FindAllString(doc, -1)
		left := 0
		for _, m := range regexp.MustCompile(`… and (\d+) more \(`).FindAllStringSubmatch(doc, -1) {
			var n int
			_, _ = fmt.Sscan(m[1], &n)
			left += n
		}
		if len(shown)+left != len(p.Changes) {
			t.Fatalf("%d shown and %d left out of %d", len(shown), left, len(p.Changes))
		}
	})
}

func manyFields(n int) []jsonpatch.Edit {
	fields := make([]jsonpatch.Edit, n)
	for i := range fields {
		fields[i] = jsonpatch.Edit{Path: fmt.Sprintf("/configuration/k%d", i), Before: documents.Raw(`"a"`), After: documents.Raw(`"b"`)}
	}
	return fields
}

func largePlan(n int) planner.Plan {
	p := planner.Plan{Tenant: documents.Acme(), Summary: planner.Summary{Update: n, Delete: 100}}
	for i := range n {
		p.Changes = append(p.Changes, planner.Change{Action: planner.Update, Name: fmt.Sprintf("va-%05d", i), ID: "2c91", Source: documents.At(i), Diff: manyFields(3)})
	}
	for i := range 100 {
		p.Changes = append(p.Changes, planner.Change{Action: planner.Delete, Name: fmt.Sprintf("old-%03d", i), ID: "2c92"})
	}
	return p
}

// Denied and blocked items, which fail a check, are on the first screen, however many deletes and
// waivers there are.
func TestMarkdownShowsBlockedItemsFirst(t *testing.T) {
	t.Parallel()
	for _, deletes := range []int{1, 1000} {
		var p planner.Plan
		for i := range deletes {
			p.Changes = append(p.Changes, planner.Change{Action: planner.Delete, Name: fmt.Sprintf("old-%03d", i), ID: "2c92", Diff: documents.Plan().Changes[0].Diff})
		}
		p.Findings = []planner.Finding{{Kind: planner.Blocked, Name: "va-b", Message: "why"}}
		expectOnFirstScreen(t, p, "**`va-b`**: why")
		for i := range deletes {
			p.Findings = append(p.Findings, planner.Finding{Kind: planner.Waived, Rule: "r", Name: fmt.Sprintf("va-%03d", i), Message: fmt.Sprint("no ", i, "; waived: x")})
		}
		expectOnFirstScreen(t, p, "**`va-b`**: why")
		p.Findings = append(p.Findings, planner.Finding{Kind: planner.Denied, Rule: "freeze", Message: "not now"})
		expectOnFirstScreen(t, p, "**`the whole plan`**: not now (rule freeze)")
	}
}

func expectOnFirstScreen(t *testing.T, p planner.Plan, text string) {
	t.Helper()
	doc := documents.Written(t, func(w io.Writer) error { return inMarkdown(nil).Plan(w, p) })
	checkMarkdown(t, "plan", doc)
	if before, _, found := strings.Cut(doc, text); !found || strings.Count(before, "\n") > 10 {
		t.Errorf("with %d changes, %s is not on the first screen:\n%.1000s", len(p.Changes), text, doc)
	}
}

func TestMarkdownOfTenThousandChanges(t *testing.T) {
	t.Parallel()
	doc := documents.Written(t, func(w io.Writer) error { return inMarkdown(nil).Plan(w, largePlan(10_000)) })
	checkMarkdown(t, "plan", doc)
	if len(doc) < maxComment-1000 {
		t.Errorf("%d bytes, although there is more to show", len(doc))
	}
	if got := strings.Count(doc, "**`old-"); got != 100 {
		t.Errorf("%d of 100 deletes are shown", got)
	}
	if !regexp.MustCompile(`\n… and 9\d\d\d more \(the JSON plan lists all\)\n\n</details>`).MatchString(doc) {
		t.Errorf("items left out are not counted:\n%s", doc[len(doc)-400:])
	}
}

// Markers of different tenants differ, and no name ends one.
func TestMarkersOfTenantsDiffer(t *testing.T) {
	t.Parallel()
	marker := func(org string) string {
		p := documents.EmptyPlan()
		p.Tenant.Org = org
		first, _, _ := strings.Cut(documents.Written(t, func(w io.Writer) error { return inMarkdown(nil).Plan(w, p) }), "\n")
		return first
	}
	for org, want := range map[string]string{
		"acme":          "<!-- clusterctl:plan:acme -->",
		"acme-sb":       "<!-- clusterctl:plan:acme-sb -->",
		"a-->b":         "<!-- clusterctl:plan:a-%2D%3Eb -->",
		"":              "<!-- clusterctl:plan:https%3A%2F%2Facme.api.identitynow.com%2Fv3 -->",
		"a%2D":          "<!-- clusterctl:plan:a%252D -->",
		"-":             "<!-- clusterctl:plan:%2D -->",
		"a\nclusterctl": "<!-- clusterctl:plan:a%0Aclusterctl -->",
	} {
		if got := marker(org); got != want {
			t.Errorf("%q: %s, want %s", org, got, want)
		}
	}
	if long := strings.Repeat("a", 1000); marker(long+"1") == marker(long+"2") {
		t.Error("two tenants with long names share a marker")
	}
	rapid.Check(t, func(t *rapid.T) {
		a, b := rapid.StringN(1, 40, 150).Draw(t, "a"), rapid.StringN(1, 40, 150).Draw(t, "b")
		if (marker(a) == marker(b)) != (a == b) {
			t.Fatalf("%q and %q", a, b)
		}
	})
}

// TestMarkersOfDocumentsDiffer checks that the comment of one kind of document never replaces
// that of another for the same tenant.
func TestMarkersOfDocumentsDiffer(t *testing.T) {
	t.Parallel()
	md, undo, past := inMarkdown(nil), documents.Plan(), documents.Receipt()
	undo.Undo = true
	kinds := map[string]func(io.Writer) error{
		"plan":     func(w io.Writer) error { return md.Plan(w, documents.Plan()) },
		"undo":     func(w io.Writer) error { return md.Plan(w, undo) },
		"drift":    func(w io.Writer) error { return md.Drift(w, documents.Drift()) },
		"apply":    func(w io.Writer) error { return md.Result(w, documents.Result()) },
		"receipt":  func(w io.Writer) error { return md.Receipt(w, past) },
		"validate": func(w io.Writer) error { return md.Diagnostics(w, documents.Findings()) },
	}
	for kind, write := range kinds {
		marker, _, _ := strings.Cut(documents.Written(t, write), "\n")
		if !strings.HasPrefix(marker, "<!-- clusterctl:"+kind+" ") && !strings.HasPrefix(marker, "<!-- clusterctl:"+kind+":") {
			t.Errorf("%s begins with %s", kind, marker)
		}
	}
}

func TestMarkdownOfManyRuns(t *testing.T) {
	t.Parallel()
	past := documents.Receipt()
	for range 1000 {
		past.Runs = append(past.Runs, receipt.Run{Start: documents.Noon(), Tenant: documents.Acme()})
	}
	doc := documents.Written(t, func(w io.Writer) error { return inMarkdown(nil).Receipt(w, past) })
	checkMarkdown(t, "receipt", doc)
	if !strings.Contains(doc, "992 earlier runs not shown.") {
		t.Errorf("not counted:\n%.500s", doc)
	}
}

func BenchmarkMarkdownPlan(b *testing.B) {
	for _, n := range []int{100, 1000, 10_000, 100_000} {
		p := largePlan(n)
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			for b.Loop() {
				if err := inMarkdown(new(mask.Masker)).Plan(io.Discard, p); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
