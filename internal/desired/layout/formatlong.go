package layout

import (
	"bytes"
	"slices"

	"gopkg.in/yaml.v3"
)

// FormatLong lays out a text with long lists, each entry of them by itself. It
// reports false if the text has to be laid out as a whole.
func (t *Text) FormatLong(form Form) (out []byte, ok bool) {
	out, ok = t.formatLong(form)
	if !ok {
		t.found = nil
	}
	return out, ok
}

func (t *Text) formatLong(form Form) (out []byte, ok bool) {
	tree := t.ParseLong(func(*yaml.Node) {})
	if tree == nil || !tree.isCut() || slices.ContainsFunc(tree.Roots, func(root *yaml.Node) bool { return root.Kind != yaml.MappingNode }) {
		return nil, false
	}
	s := newSource(t.data)
	s.json, s.long = t.json, tree.long
	if s.scan(tree.skeleton(t.data), tree.Roots...) != nil {
		return nil, false
	}
	parts, c := outlined(s, tree.Roots, form), newChecker()
	for _, o := range parts {
		if !o.printEntries(tree, c) {
			return nil, false
		}
	}
	p := printed(arranged(parts))
	c.source = append(c.source, s.commentTexts()...)
	if tree.Failed() || len(t.found) > 0 || !c.agrees("", p.out.String(), tree.withoutEntries()...) || !c.sameComments() {
		return nil, false
	}
	return p.assembled(), true
}

// isCut reports whether each document has one long list at most, and all of them
// were cut at their entries.
func (t *Tree) isCut() bool {
	for _, list := range t.long {
		if len(list.segments) == 0 {
			return false
		}
	}
	return 0 < len(t.long) && len(t.long) <= len(t.Roots)
}

// withoutEntries is the documents with nothing where the long lists are, which is
// how they are printed at first.
func (t *Tree) withoutEntries() []*yaml.Node {
	for list := range t.long {
		*list = yaml.Node{Kind: yaml.ScalarNode, Tag: "!!null"}
	}
	return t.Roots
}

// skeleton is a text without the entries of its long lists.
func (t *Tree) skeleton(text []byte) part {
	p := wholePart(text)
	p.holes = map[int]int{}
	for _, list := range t.long {
		p.holes[list.segments[0].start] = list.segments[len(list.segments)-1].end
	}
	return p
}

// printEntries prints the entries of the long list of a document, if it has one.
func (o *outline) printEntries(t *Tree, c *checker) bool {
	list, behind := o.long()
	if list == nil {
		return true
	}
	s := newSource(o.source.text)
	s.json = o.source.json
	l := &longPrinter{outline: o, list: list, next: list.items[0], printer: &printer{source: s, packed: true}}
	segments := t.long[list.node].segments
	c.from = 0
	for node := range t.Items(list.node) {
		following := behind
		if len(segments) > 1 {
			following = &item{in: list, start: segments[1].start + segments[1].indent}
		}
		if !l.entry(node, segments[0], following) {
			return false
		}
		c.source, c.pending = append(c.source, s.commentTexts()...), append(c.pending, node)
		if segments = segments[1:]; len(c.pending) == Batch && !c.flush(l.printer) {
			return false
		}
	}
	list.items, list.long = nil, &l.out
	list.packed, list.refers = l.packed, l.refers
	return len(segments) == 0 && c.flush(l.printer)
}

// long finds the long list of a document and the item behind it in the text,
// nil if there is none.
func (o *outline) long() (list *block, behind *item) {
	if o.body == nil {
		return nil, nil
	}
	i := slices.IndexFunc(o.body.items, func(it *item) bool { return it.body != nil && it.body.isLong })
	if i < 0 {
		return nil, nil
	}
	if i+1 < len(o.body.items) {
		behind = o.body.items[i+1]
	}
	return o.body.items[i].body, behind
}

// longPrinter prints the entries of a long list.
type longPrinter struct {
	*printer
	outline *outline
	list    *block
	next    *item // the entry to come, with what is above it
	refers  bool  // an anchor or an alias is in an entry
}

// entry prints one entry. The comments behind it are of it, of what is behind the
// list, or of the following item.
func (l *longPrinter) entry(n *yaml.Node, at segment, following *item) bool {
	l.source.reset(l.source.text)
	root := n
	if !l.source.json {
		root = &yaml.Node{Kind: yaml.SequenceNode, Tag: "!!seq", Line: at.line, Column: at.indent + 1, Content: []*yaml.Node{n}}
	}
	if l.source.scan(part{start: at.start, end: at.end, line: at.line}, root) != nil {
		return false
	}
	it := &item{in: l.list, start: l.next.start, value: n, form: l.list.form.ofItem(), above: l.next.above, blank: l.next.blank}
	items := []*item{it}
	if l.source.isBlock(n) {
		it.body = newBlock(l.source, n, it.form, it)
		items = it.body.all(items)
	}
	l.attach(items, following, at.end)
	if it.body != nil {
		it.body.arrange()
	}
	l.lead(it, Indentation)
	l.item(it, Indentation)
	l.refers = l.refers || refers(n)
	l.next = following
	return true
}

// attach gives the comments of an entry to its items or to the item behind them,
// which may have others already.
func (l *longPrinter) attach(items []*item, following *item, end int) {
	var later []remark
	if following != nil {
		items = append(items, following)
		later, following.above, following.blank = following.above, nil, following.blank || l.source.blank[end]
	}
	a := attacher{source: l.source, items: items, last: -1}
	for _, c := range l.source.comments {
		a.attach(l.outline, c)
	}
	if following != nil {
		following.above = append(following.above, later...)
	}
}

// assembled is what was printed, with the entries of long lists in it.
func (p *printer) assembled() []byte {
	text := p.out.String()
	size := len(text)
	for _, l := range p.long {
		size += l.text.Len()
	}
	out, at := bytes.NewBuffer(make([]byte, 0, size)), 0
	for _, l := range p.long {
		out.WriteString(text[at:l.at])
		out.WriteString(l.text.String())
		at = l.at
	}
	out.WriteString(text[at:])
	return out.Bytes()
}
