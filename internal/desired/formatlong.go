package desired

import (
	"bytes"
	"maps"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"
)

// formatLong lays out a file with long lists, each entry of them by itself. It
// reports false where the file has to be laid out as a whole.
func (r *reader) formatLong() (out []byte, ok bool) {
	segments := split(r.data)
	if r.json || len(segments) < 2 {
		return nil, false
	}
	t, err := r.parseSegments(segments, func(*yaml.Node) {})
	if err != nil || slices.ContainsFunc(t.roots, func(root *yaml.Node) bool { return root.Kind != yaml.MappingNode }) {
		return nil, false
	}
	s := newSource(r.data)
	s.long = t.long
	skeleton := wholePart(r.data)
	skeleton.holes = t.holes()
	if s.scan(skeleton, t.roots...) != nil {
		return nil, false
	}
	parts := outlined(s, t.roots)
	c := &checker{}
	for _, o := range parts {
		if !c.entries(o, t) {
			return nil, false
		}
	}
	if t.failed() {
		return nil, false
	}
	p := printed(arranged(parts))
	for list := range t.long {
		*list = yaml.Node{Kind: yaml.ScalarNode, Tag: "!!null"} // as it is without its entries
	}
	c.source = append(c.source, s.texts()...)
	if !c.agrees("", p.out.String(), t.roots...) || !c.sameComments() {
		return nil, false
	}
	return p.joined(), true
}

// holes are where the entries of the long lists are.
func (t *tree) holes() map[int]int {
	holes := map[int]int{}
	for _, list := range t.long {
		holes[list.segments[0].start] = list.segments[len(list.segments)-1].end
	}
	return holes
}

// checker holds what was printed to what was read.
type checker struct {
	pending         []*yaml.Node // entries that are printed, but not checked
	from            int          // where their text begins
	source, printed []string     // all comments
}

// maxPending is how many entries are checked at once.
const maxPending = 100

// entries lays out the entries of the long list of a document, if it has one.
func (c *checker) entries(o *outline, t *tree) bool {
	list, behind := o.long()
	if list == nil {
		return true
	}
	s := newSource(o.source.text)
	l := &longPrinter{outline: o, list: list, next: list.items[0], printer: &printer{source: s, packed: true}}
	segments := t.long[list.node].segments
	c.from = 0
	for node := range t.items(list.node) {
		following := behind
		if len(segments) > 1 {
			following = &item{in: list, start: segments[1].start + segments[1].indent}
		}
		if !l.entry(node, segments[0], following) {
			return false
		}
		c.source, c.pending = append(c.source, s.texts()...), append(c.pending, node)
		if segments = segments[1:]; len(c.pending) == maxPending && !c.flush(l.printer) {
			return false
		}
	}
	list.items, list.long = nil, &l.printer.out
	list.packed, list.refers = l.printer.packed, l.refers
	return len(segments) == 0 && c.flush(l.printer)
}

// long finds the long list of a document and the item behind it in the text,
// nil where there is none.
func (o *outline) long() (list *block, behind *item) {
	if o.body == nil {
		return nil, nil
	}
	for i, it := range o.body.items {
		if it.body == nil || !it.body.isLong {
			continue
		}
		if i+1 < len(o.body.items) {
			behind = o.body.items[i+1]
		}
		return it.body, behind
	}
	return nil, nil
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
	l.source.reset()
	root := &yaml.Node{Kind: yaml.SequenceNode, Tag: "!!seq", Line: at.line, Column: at.indent + 1, Content: []*yaml.Node{n}}
	if l.source.scan(part{start: at.start, end: at.end, line: at.line}, root) != nil {
		return false
	}
	it := &item{in: l.list, start: l.next.start, value: n, form: l.list.form.ofItem(), above: l.next.above, blank: l.next.blank}
	items := []*item{it}
	if isBlock(l.source, n) {
		it.body = newBlock(l.source, n, it.form, it)
		items = it.body.all(items)
	}
	l.attach(items, following, at.end)
	if it.body != nil {
		it.body.arrange()
	}
	l.printer.entry(it)
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
		later, following.above, following.blank = following.above, nil, l.source.blank[end]
	}
	a := attacher{source: l.source, items: items, last: -1}
	for _, c := range l.source.comments {
		a.attach(l.outline, c)
	}
	if following != nil {
		following.above = append(following.above, later...)
	}
}

func (p *printer) entry(it *item) {
	p.lead(it, indentation)
	p.indent(indentation)
	p.item(it, indentation)
}

// flush checks the entries that are pending.
func (c *checker) flush(p *printer) bool {
	if len(c.pending) == 0 {
		return true
	}
	text := p.out.String()
	entries := &yaml.Node{Kind: yaml.SequenceNode, Tag: "!!seq", Content: c.pending}
	anchors := anchorsFor(entries)
	ok := c.agrees(anchors, text[c.from:], entries)
	c.pending, c.from = c.pending[:0], len(text)
	return ok
}

// anchorsFor is a document with the anchors that aliases refer to.
func anchorsFor(n *yaml.Node) string {
	names := aliases(n, map[string]bool{})
	if len(names) == 0 {
		return ""
	}
	var out strings.Builder
	for _, name := range slices.Sorted(maps.Keys(names)) {
		out.WriteString("- &" + name + " x\n")
	}
	return out.String() + separator
}

func aliases(n *yaml.Node, names map[string]bool) map[string]bool {
	if n.Kind == yaml.AliasNode {
		names[n.Value] = true
	}
	for _, child := range n.Content {
		aliases(child, names)
	}
	return names
}

// agrees reports whether a text has the same values, and notes its comments. In
// front of it is put a document with anchors, or nothing.
func (c *checker) agrees(anchors, text string, roots ...*yaml.Node) bool {
	data := []byte(anchors + text)
	again, err := decode(data)
	if err != nil || !slices.EqualFunc(roots, again[min(len(again), strings.Count(anchors, separator)):], sameNode) {
		return false
	}
	s := newSource(data)
	if s.scan(wholePart(data), again...) != nil {
		return false
	}
	c.printed = append(c.printed, s.texts()...)
	return true
}

func (c *checker) sameComments() bool {
	slices.Sort(c.source)
	slices.Sort(c.printed)
	return slices.Equal(c.source, c.printed)
}

// texts are the texts of the comments.
func (s *source) texts() []string {
	var texts []string
	for _, c := range s.comments {
		texts = append(texts, c.text)
	}
	return texts
}

// joined is what was printed, with the entries of long lists in it.
func (p *printer) joined() []byte {
	text := p.out.String()
	var out bytes.Buffer
	size := len(text)
	for _, l := range p.long {
		size += l.text.Len()
	}
	out.Grow(size)
	at := 0
	for _, l := range p.long {
		out.WriteString(text[at:l.at])
		out.WriteString(l.text.String())
		at = l.at
	}
	out.WriteString(text[at:])
	return out.Bytes()
}
