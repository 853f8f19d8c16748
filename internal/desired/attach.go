package desired

import (
	"bytes"
	"slices"
)

// attacher gives each comment to what it was written at.
type attacher struct {
	source *source
	items  []*item // in the order of the text
	next   int     // the first item behind the comment
}

// attach gives away a comment. Comments come in the order of the text.
func (a *attacher) attach(o *outline, c comment) {
	for a.next < len(a.items) && a.items[a.next].start < c.offset {
		a.next++
	}
	r := remark{text: c.text, column: c.column}
	var previous, following *item
	if a.next > 0 && a.items[a.next-1].root() == o.body {
		previous = a.items[a.next-1]
	}
	if a.next < len(a.items) && a.items[a.next].root() == o.body {
		following = a.items[a.next]
	}
	if !c.alone {
		a.attachBeside(o, previous, r, c.offset)
		return
	}
	r.blank, r.column = a.source.blank[bytes.LastIndexByte(a.source.text[:c.offset], '\n')+1], 0
	switch home := ended(previous, following, c); {
	case home != nil:
		home.below = append(home.below, r)
	case following == nil || previous == nil:
		o.header = append(o.header, r)
	default:
		following.above = append(following.above, r)
	}
}

func (it *item) root() *block {
	b := it.in
	for b.parent != nil {
		b = b.parent.in
	}
	return b
}

// attachBeside gives away a comment that stands behind something on its line:
// the item that began last, or the outermost bracket that closed since.
func (a *attacher) attachBeside(o *outline, previous *item, r remark, offset int) {
	if previous == nil {
		if o.marked && o.body == nil || o.marked && len(o.beside) == 0 && a.onMarkersLine(offset) {
			o.beside = append(o.beside, r)
			return
		}
		r.column = 0
		o.header = append(o.header, r)
		return
	}
	var closed *block
	for b := previous.in; b != nil && b.close > 0 && b.close <= offset; b = b.outer() {
		closed = b
	}
	switch {
	case closed != nil && (closed.parent == nil || len(closed.parent.beside) > 0):
		r.column = 0
		closed.below = append(closed.below, r)
	case closed != nil:
		closed.parent.beside = append(closed.parent.beside, r)
	default:
		previous.addBeside(r)
	}
}

func (a *attacher) onMarkersLine(offset int) bool {
	start := bytes.LastIndexByte(a.source.text[:offset], '\n') + 1
	_, found := slices.BinarySearch(a.source.markers, start)
	return found
}

func (b *block) outer() *block {
	if b.parent == nil {
		return nil
	}
	return b.parent.in
}

// addBeside adds a comment to an item that may have one on another of its
// lines: that one goes above, for there is one line to come.
func (it *item) addBeside(r remark) {
	for _, earlier := range it.beside {
		earlier.column = 0
		it.above = append(it.above, earlier)
	}
	it.beside = []remark{r}
}

// ended finds the block that a comment on a line of its own stands at the end
// of: the innermost that ends here and is no deeper than the comment. Nil, the
// comment belongs to what follows.
func ended(previous, following *item, c comment) *block {
	if previous == nil || following != nil && previous.body == following.in {
		return nil
	}
	last := previous.in
	if previous.body != nil { // of nothing but brackets
		last = previous.body
	}
	for b := last; b != nil; b = b.outer() {
		switch {
		case following != nil && b == following.in:
			return nil
		case b.close > c.offset:
			return b
		case b.close > 0:
			continue
		case following != nil && c.column <= following.in.column && following.in.close == 0:
			continue
		case b.column <= c.column:
			return b
		}
	}
	if following != nil {
		return nil
	}
	return previous.root()
}
