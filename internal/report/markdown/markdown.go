// Package markdown writes documents as comments on pull requests and issues, for
// GitHub and GitLab. The first line is a hidden marker, by which a comment is found
// again to be replaced; then comes the verdict, what needs attention, and the rest
// folded. No text from a file or a tenant can become anything but text: none is put
// where Markdown would read it.
package markdown

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"slices"
	"strings"

	"clusterctl/internal/report"
)

// Format writes documents as Markdown.
type Format struct{ report.Limited }

// maxComment is the most bytes of a document. GitHub takes 65,536 characters,
// of which some is left to whoever adds a line of his own.
const maxComment = 65_000

// section is a list of items under a title, which is ours.
type section struct {
	title  string
	manner report.Manner
	count  int
	item   func(i int) string
}

// Write writes a document of limited size. Its head and foot are always there; of
// the sections as many items as there is room for, those of the first one first.
func (f Format) Write(w io.Writer, d report.Document) error {
	head, foot, sections := f.head(d), "", f.sections(d)
	if !d.Comment.Outro.IsEmpty() {
		foot = "\n" + d.Comment.Outro.With(f.code) + "\n"
	}
	more := func(n int) string {
		return fmt.Sprintf("\n… and %d more (all of them in %s)\n", n, d.Comment.Whole)
	}
	left := maxComment - len(head) - len(foot)
	for _, s := range sections {
		begin, end := s.ends()
		left -= len(begin) + len(end) + len(more(s.count))
	}
	var out bytes.Buffer
	out.WriteString(head)
	for _, s := range sections {
		if s.count == 0 {
			continue
		}
		begin, end := s.ends()
		out.WriteString(begin)
		for i := range s.count {
			item := s.item(i)
			if len(item) > left {
				out.WriteString(more(s.count - i))
				break
			}
			left -= len(item)
			out.WriteString(item)
		}
		out.WriteString(end)
	}
	out.WriteString(foot)
	_, err := out.WriteTo(w)
	return err
}

// ends begin and end a section. The empty line after the HTML is what makes Markdown
// of the text behind it.
func (s section) ends() (begin, end string) {
	switch s.manner {
	case report.Unfolded:
		return fmt.Sprintf("\n<details open><summary><b>%s</b></summary>\n\n", s.title), "\n</details>\n"
	case report.Folded:
		return fmt.Sprintf("\n<details><summary><b>%s</b></summary>\n\n", s.title), "\n</details>\n"
	default:
		return fmt.Sprintf("\n#### %s\n\n", s.title), ""
	}
}

// head is the marker, what is to be known of the listing before anything else, and
// the verdict. The marker distinguishes documents and tenants.
func (f Format) head(d report.Document) string {
	headline := cmp.Or(d.Comment.Headline, d.Verdict)
	if d.Comment.Intro.IsEmpty() { // of no tenant
		return fmt.Sprintf("<!-- clusterctl:%s -->\n### %s\n", d.Kind, headline)
	}
	warning := ""
	if d.Unverified != "" {
		warning = fmt.Sprintf("**Warning:** %s.\n\n", d.Unverified)
	}
	return fmt.Sprintf("<!-- clusterctl:%s:%s -->\n%s### %s\n\n%s\n", d.Kind, markerKey(d.Key()), warning, headline, d.Comment.Intro.With(f.code))
}

// mostOfKey is the most bytes of a key that stand in a marker.
const mostOfKey = 200

// markerKey is a key as it stands in an HTML comment, which no key can end. No two
// of them are alike.
func markerKey(s string) string {
	if len(s) > mostOfKey {
		sum := sha256.Sum256([]byte(s))
		s = s[:mostOfKey] + hex.EncodeToString(sum[:])
	}
	var b strings.Builder
	last := byte('-')
	for _, c := range []byte(s) {
		if isWordByte(c) || c == '.' || c == '-' && last != '-' {
			b.WriteByte(c)
		} else {
			fmt.Fprintf(&b, "%%%02X", c)
		}
		last = c
	}
	return b.String()
}

func isWordByte(c byte) bool {
	return c == '_' || '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
}

// sections are the groups of a document, or its last runs.
func (f Format) sections(d report.Document) []section {
	items := map[string][]report.Item{}
	for _, i := range d.Items {
		items[i.Kind] = append(items[i.Kind], i)
	}
	var sections []section
	for _, g := range d.Groups {
		of := items[g.Kind]
		sections = append(sections, section{titleOf(g, len(of)), g.Manner, len(of), func(i int) string { return f.item(d, g.Layout, of[i]) }})
	}
	for _, run := range slices.Backward(d.Runs[max(0, len(d.Runs)-d.Comment.Runs):]) {
		sections = append(sections, section{run.Title, report.Unfolded, max(1, len(run.Items)), func(i int) string {
			if len(run.Items) == 0 {
				return "Nothing was sent.\n"
			}
			return f.item(d, report.Bulleted, run.Items[i])
		}})
	}
	return sections
}

func titleOf(g report.Group, n int) string {
	title := g.Title
	if n != 1 {
		title = cmp.Or(g.Plural, g.Title)
	}
	return fmt.Sprintf("%d %s", n, title)
}
