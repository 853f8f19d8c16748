package layout

import "slices"

// attacher assigns each comment to the item or block that it belongs to.
type attacher struct {
	source *source
	items  []*item // in the order of the text
	next   int     // the first item after the comment
	last   int     // offset of the previous comment, -1 if there is none
	gap    gap
}

// gap is the text between two items. Its comments belong, in order, to blocks further
// and further out, and finally to the item after it.
type gap struct {
	next   int    // the item after it
	home   *block // of its last comment, nil if that belongs to the item after it
	filled bool   // it has a comment
}

// inGap reports whether an earlier comment is in the same gap.
func (a *attacher) inGap() bool { return a.gap.filled && a.gap.next == a.next }

// attach assigns a comment. Comments must come in the order of the text.
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
	if c.alone || !a.attachTrailing(o, previous, r, c.offset) {
		r.blank, r.column = c.alone && a.source.blank[startOfLine(a.source.text, c.offset)], 0
		a.attachAlone(o, previous, following, r, c)
	}
	a.last = c.offset
}

// attachAlone assigns a comment that will be on a line of its own.
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

// attachTrailing assigns a comment that follows other text on its line: to the item that
// began last, or to the outermost bracket that was closed since. It returns false if the
// comment would move before an earlier one.
func (a *attacher) attachTrailing(o *outline, previous *item, r remark, offset int) bool {
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
		closed.parent.trailing = append(closed.parent.trailing, r)
	case a.inGap():
		return false
	default:
		previous.addTrailing(r)
	}
	return true
}

// attachToStart assigns a comment before all items to the document.
func (a *attacher) attachToStart(o *outline, r remark, offset int) {
	if o.marked && o.body == nil || o.marked && len(o.trailing) == 0 && a.onMarkersLine(offset) {
		o.trailing = append(o.trailing, r)
		return
	}
	r.column = 0
	o.header = append(o.header, r)
}

func (a *attacher) onMarkersLine(offset int) bool {
	_, found := slices.BinarySearch(a.source.markers, startOfLine(a.source.text, offset))
	return found
}

// addTrailing adds a comment to the line of an item. If the item has one already, from
// another of its lines, that one moves above: the item will have only one line.
func (it *item) addTrailing(r remark) {
	it.raise()
	it.trailing = []remark{r}
}

// raise moves the comments on the line of an item above it.
func (it *item) raise() {
	for _, earlier := range it.trailing {
		earlier.column = 0
		it.above = append(it.above, earlier)
	}
	it.trailing = nil
}

// home returns the block that a comment on a line of its own is the end of, or nil if
// the comment belongs to what follows.
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
	case previous.body != nil: // an empty block in brackets
		innermost = previous.body
	}
	a.gap = gap{next: a.next, home: ended(innermost, following, c), filled: true}
	return a.gap.home
}

// ended returns the innermost block that ends here and is no deeper than the comment,
// starting from a block and going outwards.
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
	return innermost.root() // nothing follows: otherwise the loop would have met its block
}
