package layout

import (
	"slices"

	"gopkg.in/yaml.v3"
)

// FormatLong formats a text with long lists, one entry at a time. It returns false if
// the text must be formatted as a whole.
func (t *Text) FormatLong(form Form) (out []byte, ok bool) {
	long, ok := map[*yaml.Node][]segment{}, true
	roots, parsed := t.visit(visitor{nothing, func(list, _ *yaml.Node, at segment) {
		if n := len(long[list]); n > 0 {
			long[list][n-1].end = at.start
		}
		long[list] = append(long[list], at)
		ok = ok && t.data[at.start-1] == '\n' // entries can be cut out only by the line
	}})
	isNoMap := func(root *yaml.Node) bool { return root.Kind != yaml.MappingNode }
	if !ok || !parsed || len(long) == 0 || len(long) > len(roots) || slices.ContainsFunc(roots, isNoMap) {
		t.start()
		return nil, false
	}
	out, problem := t.layout(form, roots, long)
	return out, problem == nil
}

func nothing(*yaml.Node) {}

// skeleton returns a text without the entries of its long lists.
func skeleton(text []byte, long map[*yaml.Node][]segment) part {
	p := wholePart(text)
	p.holes = map[int]int{}
	for _, segments := range long {
		p.holes[segments[0].start] = segments[len(segments)-1].end
	}
	return p
}

// printEntries prints the entries of the long lists of all documents.
func (t *Text) printEntries(parts []*outline, c *checker) bool {
	var lists []*longPrinter
	for _, o := range parts {
		if list, behind := o.long(); list != nil {
			s := newSource(t.data)
			s.json = t.json
			lists = append(lists, &longPrinter{
				outline: o, list: list, segments: o.source.long[list.node], next: list.items[0], behind: behind,
				printer: &printer{source: s, packed: true}, checker: c,
			})
		}
	}
	if len(lists) == 0 {
		return true
	}
	ok := true
	_, parsed := t.visit(visitor{nothing, func(_, n *yaml.Node, _ segment) {
		if ok = ok && len(lists) > 0 && lists[0].entry(n); ok && len(lists[0].segments) == 0 {
			ok = lists[0].finish()
			lists = lists[1:]
		}
	}})
	return ok && parsed && len(lists) == 0 && len(t.found) == 0
}

// long returns the long list of a document and the item after it, nil if there is none.
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
	checker  *checker
	outline  *outline
	list     *block
	segments []segment // of the remaining entries
	next     *item     // the next entry, with the comments above it
	behind   *item     // the item after the list, nil if there is none
	refers   bool      // an entry has an anchor or an alias
}

// entry prints one entry. The comments after it belong to it, to the next entry, or to
// the item after the list.
func (l *longPrinter) entry(n *yaml.Node) bool {
	at, following := l.segments[0], l.behind
	if l.segments = l.segments[1:]; len(l.segments) > 0 {
		following = &item{in: l.list, start: l.segments[0].start + l.segments[0].indent}
	}
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
	return l.checker.add(n, l.printer)
}

// finish stores the printed entries in the list.
func (l *longPrinter) finish() bool {
	l.list.items, l.list.long = nil, l.out.Bytes()
	l.list.packed, l.list.refers = l.packed, l.refers
	ok := l.checker.flush(l.printer)
	l.checker.from = 0
	return ok
}

// attach assigns the comments of an entry to its items or to the following item, which
// may have comments already.
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
