package command

import (
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"strings"
	"testing"
	"unicode"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/text"
)

// docs is the path to the root of the repository.
const docs = "../.."

// TestLinks checks that every link in every page leads to a file of the repository, and to
// a heading if it names one. Links to other sites are not checked.
func TestLinks(t *testing.T) {
	t.Parallel()
	parsed := map[string]markdownPage{}
	for _, name := range pages(t) {
		parsed[name] = parseMarkdown(read(t, name))
	}
	for name, page := range parsed {
		for _, link := range page.links {
			if err := follow(parsed, name, link); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
}

// pages returns all pages of the repository, as paths from its root.
func pages(t *testing.T) []string {
	t.Helper()
	var names []string
	err := fs.WalkDir(os.DirFS(docs), ".", func(name string, entry fs.DirEntry, err error) error {
		if entry != nil && entry.IsDir() && name != "." && strings.HasPrefix(entry.Name(), ".") {
			return fs.SkipDir
		}
		if err == nil && !entry.IsDir() && path.Ext(name) == ".md" && !strings.Contains(name, "testdata/") {
			names = append(names, name)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return names
}

func read(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(docs, name))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// follow checks the target of a link.
func follow(pages map[string]markdownPage, from, link string) error {
	to, err := url.Parse(link)
	if err != nil || to.Scheme != "" {
		return err
	}
	target := from
	if to.Path != "" {
		target = path.Join(path.Dir(from), to.Path)
	}
	if _, err := os.Stat(filepath.Join(docs, filepath.FromSlash(target))); err != nil {
		return fmt.Errorf("broken link %s: %w", link, err)
	}
	if page, ok := pages[target]; to.Fragment != "" && (!ok || !page.anchors[to.Fragment]) {
		return fmt.Errorf("link %s: no such heading", link)
	}
	return nil
}

// markdownPage has the links of a page and the anchors that others can link to.
type markdownPage struct {
	links   []string
	anchors map[string]bool
}

func parseMarkdown(page string) markdownPage {
	source := []byte(page)
	m := markdownPage{anchors: map[string]bool{}}
	root := goldmark.New(goldmark.WithExtensions(extension.GFM)).Parser().Parse(text.NewReader(source))
	_ = ast.Walk(root, func(n ast.Node, entering bool) (ast.WalkStatus, error) { // the walker never fails
		if !entering {
			return ast.WalkContinue, nil
		}
		switch n := n.(type) {
		case *ast.Link:
			m.links = append(m.links, string(n.Destination))
		case *ast.Image:
			m.links = append(m.links, string(n.Destination))
		case *ast.Heading:
			m.addAnchor(textOf(n, source))
		}
		return ast.WalkContinue, nil
	})
	return m
}

func textOf(n ast.Node, source []byte) string {
	var b strings.Builder
	_ = ast.Walk(n, func(n ast.Node, entering bool) (ast.WalkStatus, error) { // the walker never fails
		if t, ok := n.(*ast.Text); ok && entering {
			b.Write(t.Segment.Value(source))
		}
		return ast.WalkContinue, nil
	})
	return b.String()
}

// addAnchor adds the anchor of a heading, as GitHub makes it: without punctuation, with
// hyphens for spaces, and with a number if the anchor exists already.
func (m markdownPage) addAnchor(heading string) {
	anchor := strings.Map(func(r rune) rune {
		switch {
		case r == ' ':
			return '-'
		case r == '-', r == '_', unicode.IsLetter(r), unicode.IsDigit(r):
			return unicode.ToLower(r)
		default:
			return -1
		}
	}, heading)
	numbered := anchor
	for n := 1; m.anchors[numbered]; n++ {
		numbered = fmt.Sprintf("%s-%d", anchor, n)
	}
	m.anchors[numbered] = true
}

func TestFollow(t *testing.T) {
	t.Parallel()
	const name = "docs/README.md"
	parsed := map[string]markdownPage{
		name:        parseMarkdown("# One, *two* `three`\n## A-b\n## A-b\n[x](how-to/drift.md) ![y](../README.md)\n```\n[no](link)\n```\n`[nor](this)`\n"),
		"README.md": parseMarkdown("# Build\n"),
	}
	if got := strings.Join(parsed[name].links, " "); got != "how-to/drift.md ../README.md" {
		t.Errorf("links: %s", got)
	}
	for link, want := range map[string]bool{
		"https://example.com/gone": true,
		"#one-two-three":           true,
		"#a-b-1":                   true,
		"#a-b-2":                   false,
		"../README.md#build":       true,
		"../README.md#built":       false,
		"../go.mod":                true,
		"../go.mod#module":         false,
		"README.md":                true,
		"readme.txt":               false,
		"../docs":                  true,
	} {
		if err := follow(parsed, name, link); (err == nil) != want {
			t.Errorf("%s: %v", link, err)
		}
	}
}
