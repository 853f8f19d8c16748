package layout

import (
	"bytes"
	"slices"
	"strings"
	"unicode/utf8"

	"gopkg.in/yaml.v3"
)

// Indentation is the number of spaces for each level.
const Indentation = 2

// printer writes lines. It writes several blank lines as one, and none at the start of a
// block or where the line would become part of a scalar.
type printer struct {
	source  *source
	out     bytes.Buffer
	line    strings.Builder // the current line
	packed  bool            // no blank line may follow
	entries bool            // the entries of long lists are written
}

// printed returns the canonical text of a file, with or without the entries of long
// lists.
func printed(parts []*outline, entries bool) []byte {
	p := &printer{entries: entries}
	for _, o := range parts {
		p.source = o.source
		p.document(o)
	}
	return p.out.Bytes()
}

func (p *printer) document(o *outline) {
	if o.marked {
		p.line.WriteString("---")
		p.end(o.trailing)
	}
	p.packed = true
	p.remarks(o.header, 0)
	if o.body == nil {
		return
	}
	if words := p.source.properties(o.body.node); words != "" {
		p.line.WriteString(words)
		p.end(nil)
	}
	if len(o.body.items) == 0 {
		p.line.WriteString("{}")
		p.end(nil)
	}
	p.blank(o.apart)
	p.packed = true
	p.items(o.body, o.body.items, 0)
}

// end ends the line, with the remarks on it.
func (p *printer) end(trailing []remark) {
	text := p.line.String()
	p.line.Reset()
	for _, r := range trailing {
		width := utf8.RuneCountInString(text)
		text += strings.Repeat(" ", max(1, r.column-1-width)) + r.text
	}
	p.out.WriteString(strings.TrimRight(text, " ") + "\n")
	p.packed = false
}

func (p *printer) blank(wanted bool) {
	if wanted && !p.packed {
		p.out.WriteString("\n")
	}
}

func (p *printer) remarks(remarks []remark, indent int) {
	for _, r := range remarks {
		p.blank(r.blank)
		p.indent(indent)
		p.line.WriteString(r.text)
		p.end(nil)
	}
}

func (p *printer) indent(n int) { p.line.WriteString(strings.Repeat(" ", n)) }

// items writes the given items of a block, and the remarks below them.
func (p *printer) items(b *block, items []*item, indent int) {
	if b.isLong {
		if p.entries {
			p.out.Write(b.long)
		}
		p.packed = b.packed
	}
	for _, it := range items {
		p.lead(it, indent)
		p.item(it, indent)
	}
	p.remarks(b.below, indent)
}

// lead writes the remarks above an item, and its indentation.
func (p *printer) lead(it *item, indent int) {
	remarks, blank := it.lead(p.source)
	p.remarks(remarks, indent)
	p.blank(blank)
	p.indent(indent)
}

// lead returns the remarks above an item, and whether a blank line follows them. The
// remarks above the first key of a list item are above its dash.
func (it *item) lead(s *source) (remarks []remark, blank bool) {
	remarks, blank = slices.Clone(it.above), it.blank
	if !it.isCompact(s) {
		return remarks, blank
	}
	for _, r := range it.trailing {
		remarks = append(remarks, remark{text: r.text, blank: blank})
		blank = false
	}
	within, below := it.body.items[0].lead(s)
	if len(within) > 0 {
		within[0].blank = within[0].blank || blank
		blank = false
	}
	return append(remarks, within...), blank || below
}

// isCompact reports whether the block of an item starts on the line of its dash.
func (it *item) isCompact(s *source) bool {
	return it.key == nil && it.body != nil && s.properties(it.value) == ""
}

// item writes an item, starting with its key or dash.
func (p *printer) item(it *item, indent int) {
	if it.isCompact(p.source) {
		p.line.WriteString("- ")
		p.item(it.body.items[0], indent+Indentation)
		p.items(it.body, it.body.items[1:], indent+Indentation)
		return
	}
	if it.key == nil {
		p.line.WriteString("-")
	} else {
		p.line.WriteString(p.source.key(it.key, it.in.form) + ":")
	}
	switch {
	case it.body != nil:
		p.word(p.source.properties(it.value))
		p.end(it.trailing)
		p.packed = true
		p.items(it.body, it.body.items, indent+Indentation)
	case isBlockScalar(it.value):
		p.blockScalar(it, indent+Indentation)
	default:
		p.word(p.inline(it.value, it.form))
		p.end(it.trailing)
	}
}

// word appends a word to the line.
func (p *printer) word(w string) {
	if w != "" {
		p.line.WriteString(" " + w)
	}
}

// blockScalar writes a block scalar with its original lines.
func (p *printer) blockScalar(it *item, indent int) {
	n := it.value
	b := p.source.of(n).body
	header := string(b.style)
	if b.explicit {
		header += "2" // Indentation
	}
	if n.Value != "" && !strings.HasSuffix(n.Value, "\n") {
		b.chomping = "-" // the file ended without a line feed, so the scalar must too
	}
	p.word(p.source.properties(n))
	p.word(header + b.chomping)
	p.end(it.trailing)
	for _, line := range b.lines {
		if line != "" {
			line = strings.Repeat(" ", indent) + line
		}
		p.out.WriteString(line + "\n")
	}
	p.packed = b.chomping == "+" // a blank line would become part of the scalar
}

// inline returns a value on one line.
func (p *printer) inline(n *yaml.Node, f Form) string {
	var text string
	switch n.Kind {
	case yaml.AliasNode:
		return "*" + n.Value
	case yaml.MappingNode:
		b := newBlock(p.source, n, f, nil)
		b.arrange()
		var entries []string
		for _, it := range b.items {
			entries = append(entries, p.source.key(it.key, f)+": "+p.inline(it.value, it.form))
		}
		text = "{" + strings.Join(entries, ", ") + "}"
	case yaml.SequenceNode:
		var items []string
		for _, item := range n.Content {
			items = append(items, p.inline(item, f.ofItem()))
		}
		text = "[" + strings.Join(items, ", ") + "]"
	default:
		text = p.source.scalar(n, f.Kind)
	}
	return p.source.withProperties(n, text)
}
