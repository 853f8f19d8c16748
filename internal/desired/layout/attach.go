package layout

import "slices"

// attacher gives each comment to what it was written at.
type attacher struct {
	source *source
	items  []*item // in the order of the text
	next   int     // the first item behind the comment
	last   int     // offset of the comment before, -1 where there is none
	gap    gap
}

// gap is the text between two items. The comments in it, in their order, belong
// to blocks further and further out, and at last to the item behind it.
type gap struct {
	next   int    // the item behind it
	home   *block // of the last comment in it, nil if that belongs to the item behind it
	filled bool   // a comment is in it
}

// inGap reports whether a comment before this one is in the same gap.
func (a *attacher) inGap() bool { return a.gap.filled && a.gap.next == a.next }

// attach gives away a comment. Comments come in the order of the text.
func (a *attacher) attach(o *outline, c comment) {
	for a.next < len(a.items) && a.items[a.next].start < c.offset {
		a.next++
	}
	r := remark{text: c.text, column: c.column}
	var previous, following *item
	if a.next > 0 && a.items[a.next-1].in.root() == o.body {
		previous = a.items[a.next-1]
	}
	if a.next < len(a.items) && a.items[a.next].in.root() == o.body {
		following = a.items[a.next]
	}
	if c.alone || !a.attachBeside(o, previous, r, c.offset) {
		r.blank, r.column = c.alone && a.source.blank[startOfLine(a.source.text, c.offset)], 0
		a.attachAlone(o, previous, following, r, c)
	}
	a.last = c.offset
}

// attachAlone gives away a comment that is to stand on a line of its own.
func (a *attacher) attachAlone(o *outline, previous, following *item, r remark, c comment) {
	if previous != nil && previous.body == nil && c.offset < a.source.of(previous.value).span.end {
		previous.raise() // the value is written below the comment
		previous.above = append(previous.above, r)
		return
	}
	switch home := a.home(previous, following, c); {
	case home != nil:
		home.below = append(home.below, r)
	case following == nil || previous == nil:
		o.header = append(o.header, r)
	default:
		following.above = append(following.above, r)
	}
}

// attachBeside gives away a comment that stands behind something on its line:
// the item that began last, or the outermost bracket that closed since. It
// reports false where it would come to stand before an earlier comment.
func (a *attacher) attachBeside(o *outline, previous *item, r remark, offset int) bool {
	if previous == nil {
		a.attachToStart(o, r, offset)
		return true
	}
	var closed *block
	for b := previous.in; b != nil && b.close > 0 && b.close <= offset; b = b.outer() {
		closed = b
	}
	switch {
	case closed != nil && (closed.parent == nil || a.last > closed.parent.start):
		r.column = 0
		closed.below = append(closed.below, r)
	case closed != nil:
		closed.parent.beside = append(closed.parent.beside, r)
	case a.inGap():
		return false
	default:
		previous.addBeside(r)
	}
	return true
}

// attachToStart gives a comment in front of all items to the document.
func (a *attacher) attachToStart(o *outline, r remark, offset int) {
	if o.marked && o.body == nil || o.marked && len(o.beside) == 0 && a.onMarkersLine(offset) {
		o.beside = append(o.beside, r)
		return
	}
	r.column = 0
	o.header = append(o.header, r)
}

func (a *attacher) onMarkersLine(offset int) bool {
	_, found := slices.BinarySearch(a.source.markers, startOfLine(a.source.text, offset))
	return found
}

// addBeside adds a comment to an item that may have one on another of its
// lines: that one goes above, for there is one line to come.
func (it *item) addBeside(r remark) {
	it.raise()
	it.beside = []remark{r}
}

// raise moves the comments next to an item above it.
func (it *item) raise() {
	for _, earlier := range it.beside {
		earlier.column = 0
		it.above = append(it.above, earlier)
	}
	it.beside = nil
}

// home finds the block that a comment on a line of its own stands at the end of.
// Nil, the comment belongs to what follows.
func (a *attacher) home(previous, following *item, c comment) *block {
	if previous == nil {
		return nil
	}
	innermost := previous.in
	switch {
	case a.inGap():
		innermost = a.gap.home
	case following != nil && previous.body == following.in:
		innermost = nil
	case previous.body != nil: // of nothing but brackets
		innermost = previous.body
	}
	a.gap = gap{next: a.next, home: ended(innermost, following, c), filled: true}
	return a.gap.home
}

// ended finds the innermost block, from one on outwards, that ends here and is
// no deeper than the comment.
func ended(innermost *block, following *item, c comment) *block {
	for b := innermost; b != nil; b = b.outer() {
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
	if innermost == nil {
		return nil
	}
	return innermost.root() // nothing follows, or its block would have been met
}
