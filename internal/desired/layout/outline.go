package layout

import (
	"bytes"
	"cmp"
	"slices"

	"gopkg.in/yaml.v3"
)

// outline is one document, or comments between two ---, ready to be printed.
type outline struct {
	source   *source
	marked   bool     // it starts with ---
	trailing []remark // on the line of ---
	header   []remark // stays at the top, whichever key comes first
	apart    bool     // a blank line follows the header
	body     *block   // nil if there are only comments
}

// block is a collection that is printed with one item per line.
type block struct {
	node   *yaml.Node
	form   Form
	items  []*item
	below  []remark // after the last item
	parent *item    // whose value it is, nil for a document
	column int      // of its items in the source, 0 if it has brackets
	close  int      // offset of its closing bracket in the source, 0 if it has none

	// A long list has one item, its first entry without the value, until all entries
	// are printed.
	isLong bool
	long   []byte // the entries as they are printed
	packed bool   // see printer
	refers bool   // an entry has an anchor or an alias
}

// item is a key with its value, or an item of a list.
type item struct {
	in       *block
	start    int
	key      *yaml.Node // nil in a list
	value    *yaml.Node
	form     Form
	body     *block // the value, if it is printed as a block
	blank    bool   // a blank line is above
	above    []remark
	trailing []remark
}

// remark is a comment. The column is set if it follows other text on its line.
type remark struct {
	text   string
	column int
	blank  bool // a blank line is above
}

// outlined returns the documents of a file, with their items and comments.
func outlined(s *source, roots []*yaml.Node, form Form) []*outline {
	parts := []*outline{{source: s}}
	for range s.markers {
		parts = append(parts, &outline{source: s, marked: true})
	}
	partOf := func(offset int) *outline {
		i, _ := slices.BinarySearch(s.markers, offset)
		return parts[i]
	}
	var items []*item
	for _, root := range roots {
		o := partOf(s.of(root).start)
		o.body = newBlock(s, root, form, nil)
		items = append(items, o.body.all(nil)...)
	}
	a := attacher{source: s, items: items, last: -1}
	for _, c := range s.comments {
		a.attach(partOf(c.offset), c)
	}
	return parts
}

// arrange puts the keys of all documents into canonical order.
func arrange(parts []*outline) {
	for _, o := range parts {
		if o.body == nil {
			continue
		}
		if len(o.header) > 0 && len(o.body.items) > 0 {
			o.apart, o.body.items[0].blank = o.body.items[0].blank, false
		}
		o.body.arrange()
	}
}

func newBlock(s *source, n *yaml.Node, f Form, parent *item) *block {
	b := &block{node: n, form: f, parent: parent}
	if isFlow(n) {
		b.close = s.of(n).span.end
	}
	if long, ok := s.long[n]; ok {
		first := long[0]
		b.isLong = true
		b.items = []*item{{in: b, start: first.start + first.indent, blank: s.blank[first.start]}}
	} else if n.Kind == yaml.SequenceNode {
		for i, value := range n.Content {
			start := s.of(value).start
			if b.close == 0 {
				start = s.of(n).dashes[i]
			}
			b.add(s, &item{start: start, value: value, form: f.ofItem()})
		}
	} else {
		for i := 0; i+1 < len(n.Content); i += 2 {
			key := n.Content[i]
			b.add(s, &item{start: s.of(key).start, key: key, value: n.Content[i+1], form: f.of(key.Value)})
		}
	}
	if len(b.items) > 0 && b.close == 0 {
		// In bytes: only spaces and dashes precede it.
		b.column = b.items[0].start - startOfLine(s.text, b.items[0].start) + 1
	}
	return b
}

func (b *block) add(s *source, it *item) {
	it.in = b
	// Do not search for the start of the line: all items may be on one line.
	it.blank = s.blank[len(bytes.TrimRight(s.text[:it.start], " \t"))]
	if s.isBlock(it.value) {
		it.body = newBlock(s, it.value, it.form, it)
	}
	b.items = append(b.items, it)
}

// isBlock reports whether a value is printed as a block: it is a block already, or a
// flow collection on several lines.
func (s *source) isBlock(n *yaml.Node) bool {
	if _, ok := s.long[n]; ok {
		return true
	}
	if !isCollection(n) || len(n.Content) == 0 {
		return false
	}
	at := s.of(n).span
	return !isFlow(n) || bytes.IndexByte(s.text[at.start:at.end], '\n') >= 0
}

// all appends the items of a block and of its nested blocks, in the order of the text.
func (b *block) all(items []*item) []*item {
	for _, it := range b.items {
		items = append(items, it)
		if it.body != nil {
			items = it.body.all(items)
		}
	}
	return items
}

// outer returns the enclosing block, nil for that of a document.
func (b *block) outer() *block {
	if b.parent == nil {
		return nil
	}
	return b.parent.in
}

func (b *block) root() *block {
	for b.parent != nil {
		b = b.parent.in
	}
	return b
}

// arrange puts the keys of a block and of its nested blocks into the order of their
// tables. A block keeps its order if an alias or an anchor would move past another.
func (b *block) arrange() {
	for _, it := range b.items {
		if it.body != nil {
			it.body.arrange()
		}
	}
	if b.node.Kind != yaml.MappingNode || b.form.Kind != Object {
		return
	}
	ordered := slices.Clone(b.items)
	slices.SortStableFunc(ordered, func(x, y *item) int { return cmp.Compare(b.form.rank(x.key), b.form.rank(y.key)) })
	if slices.Equal(referring(b.items), referring(ordered)) {
		b.items = ordered
	}
}

// referring returns the items that contain an anchor or an alias.
func referring(items []*item) []*item {
	return slices.DeleteFunc(slices.Clone(items), func(it *item) bool {
		return !refers(it.key) && !refers(it.value) && (it.body == nil || !it.body.refers)
	})
}

func refers(n *yaml.Node) bool {
	return n.Kind == yaml.AliasNode || n.Anchor != "" || slices.ContainsFunc(n.Content, refers)
}
