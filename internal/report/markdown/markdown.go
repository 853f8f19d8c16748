// Package markdown writes documents as comments on pull requests and issues, for GitHub and
// GitLab. The first line is a hidden marker, by which a pipeline finds a comment to replace
// it. Then come the verdict and the items; a long comment folds the least important ones. No
// text from a file or a tenant is put where Markdown would interpret it.
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

// maxComment is the most bytes of a document. GitHub takes 65,536 characters; the rest is for
// lines that a pipeline adds.
const maxComment = 65_000

// section is a list of items under a title, which has no text from elsewhere.
type section struct {
	title  string
	manner report.Manner
	counts []int // how many items each block has
	block  func(n int) string
}

// Write writes a document of limited size: always its head and foot, and as many items as
// fit, those of the first sections first.
func (f Format) Write(w io.Writer, d report.Document) error {
	head, foot, sections := f.head(d), "", []section{}
	for _, part := range d.Parts() {
		sections = append(sections, f.sections(part)...)
	}
	if !d.Comment.Outro.IsEmpty() {
		foot = "\n" + d.Comment.Outro.With(f.code) + "\n"
	}
	more := func(n int) string {
		return fmt.Sprintf("\n… and %d more (%s lists all)\n", n, d.Comment.Whole)
	}
	left := maxComment - len(head) - len(foot)
	sections, unshown, left := fitting(sections, left, more)
	if unshown > 0 {
		foot = fmt.Sprintf("\n… and %s more (%s lists all)\n", report.Count(unshown, "list"), cmp.Or(d.Comment.Whole, "the JSON report")) + foot
	}
	var out bytes.Buffer
	out.WriteString(head)
	for _, s := range sections {
		begin, end := s.ends()
		out.WriteString(begin)
		for n := range s.counts {
			block := s.block(n)
			if len(block) > left {
				out.WriteString(more(s.items(n)))
				break
			}
			left -= len(block)
			out.WriteString(block)
		}
		out.WriteString(end)
	}
	out.WriteString(foot)
	_, err := out.WriteTo(w)
	return err
}

// fitting returns the sections with items whose titles fit into half of the space, how many do not,
// and the space for items.
func fitting(all []section, space int, more func(int) string) (sections []section, unshown, left int) {
	const forFoot = 100 // bytes, for the line about sections that are not shown
	left = space - forFoot
	for _, s := range all {
		begin, end := s.ends()
		cost := len(begin) + len(end) + len(more(s.items(0)))
		switch {
		case len(s.counts) == 0:
		case left-cost < space/2:
			unshown++
		default:
			sections = append(sections, s)
			left -= cost
		}
	}
	return sections, unshown, left
}

// items returns how many items the blocks from the n-th on have.
func (s section) items(n int) (sum int) {
	for _, count := range s.counts[n:] {
		sum += count
	}
	return sum
}

// ends begin and end a section. The empty line after the HTML is needed for Markdown within.
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

// head is the marker, the warnings that come first, and the verdict. The marker
// distinguishes documents and tenants.
func (f Format) head(d report.Document) string {
	headline := cmp.Or(d.Comment.Headline, d.Verdict)
	intro := d.Comment.Intro.With(f.code)
	if d.Sections != nil {
		intro = f.table(*d.Text.Table)
	} else if d.Comment.Intro.IsEmpty() { // of no tenant
		return fmt.Sprintf("<!-- clusterctl:%s -->\n### %s\n", d.Kind, headline)
	}
	var warnings strings.Builder
	for _, notice := range d.Notices() {
		fmt.Fprintf(&warnings, "**Warning:** %s.\n\n", f.prose(notice.Message))
	}
	return fmt.Sprintf("<!-- clusterctl:%s:%s -->\n%s### %s\n\n%s\n", d.Kind, markerKey(d.Key()), warnings.String(), headline, strings.TrimSuffix(intro, "\n"))
}

// mostOfKey is the most bytes of a key in a marker.
const mostOfKey = 200

// markerKey returns a key for an HTML comment, which it cannot end. Different keys stay
// different.
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

// mostOfTable is how many tenants a table lists.
const mostOfTable = 100

// table returns a table of tenants, failures first if it is long. Its cells are code, in which
// Markdown interprets nothing.
func (f Format) table(t report.Table) string {
	var b strings.Builder
	line := func(cells []string) { fmt.Fprintf(&b, "| %s |\n", strings.Join(cells, " | ")) }
	titles, rule := make([]string, len(t.Columns)), make([]string, len(t.Columns))
	for i, c := range t.Columns {
		titles[i], rule[i] = strings.ToLower(c.Title), "---"
	}
	line(titles)
	line(rule)
	rows := t.Rows
	if len(rows) > mostOfTable {
		isQuiet := func(row []report.Cell) int { return int(report.Serious - row[len(row)-1].Level) }
		rows = slices.Clone(rows)
		slices.SortStableFunc(rows, func(a, b []report.Cell) int { return isQuiet(a) - isQuiet(b) })
		rows = rows[:mostOfTable]
	}
	for _, row := range rows {
		cells := make([]string, len(row))
		for i, cell := range row {
			cells[i] = strings.ReplaceAll(f.code(f.Name(cell.Text)), "|", "\\|")
		}
		line(cells)
	}
	if more := len(t.Rows) - len(rows); more > 0 {
		fmt.Fprintf(&b, "\n… and %s more (the JSON report lists all)\n", report.Count(more, "tenant"))
	}
	return b.String()
}

// sections are the groups of a document, or its latest runs.
func (f Format) sections(d report.Section) []section {
	front := ""
	if d.Name != "" {
		front = d.Name + ": "
	}
	items := map[string][]report.Item{}
	for _, i := range d.Items {
		items[i.Kind] = append(items[i.Kind], i)
	}
	var sections []section
	for _, g := range d.Groups {
		blocks := blocksOf(items[g.Kind])
		s := section{title: front + titleOf(g, len(items[g.Kind])), manner: g.Manner, block: func(n int) string { return f.blockOf(d.Document, g.Layout, blocks[n]) }}
		for _, block := range blocks {
			s.counts = append(s.counts, len(block))
		}
		sections = append(sections, s)
	}
	for _, run := range slices.Backward(d.Runs[max(0, len(d.Runs)-d.Comment.Runs):]) {
		counts := slices.Repeat([]int{1}, max(1, len(run.Items)))
		sections = append(sections, section{run.Title, report.Unfolded, counts, func(n int) string {
			if len(run.Items) == 0 {
				return "No requests were sent.\n"
			}
			return f.item(d.Document, report.Bulleted, run.Items[n])
		}})
	}
	return sections
}

// mostOfBlock is how many clusters one list item names.
const mostOfBlock = 50

// blocksOf puts items with the same message together, except those that a text only counts.
func blocksOf(items []report.Item) [][]report.Item {
	var blocks [][]report.Item
	for _, bundle := range report.Bundles(items) {
		most := mostOfBlock
		if bundle[0].List != "" {
			most = 1
		}
		blocks = slices.AppendSeq(blocks, slices.Chunk(bundle, most))
	}
	return blocks
}

// blockOf is one item, or a list item for several with the same message.
func (f Format) blockOf(d report.Document, layout report.Layout, items []report.Item) string {
	if len(items) == 1 {
		return f.item(d, layout, items[0])
	}
	names := make([]string, len(items))
	for n, i := range items {
		names[n] = f.cluster(i)
	}
	bundle := report.BundleOf(items)
	return fmt.Sprintf("- %s: %s: %s\n", bundle.What, f.prose(bundle.Message), strings.Join(names, ", "))
}

func titleOf(g report.Group, n int) string {
	title := g.Title
	if n != 1 {
		title = cmp.Or(g.Plural, g.Title)
	}
	return fmt.Sprintf("%d %s", n, title)
}
