package text

import (
	"strings"

	"github.com/rivo/uniseg"
)

const (
	// indent is how far details stand below what they belong to.
	indent = "    "
	// widestColumn keeps one long path from pushing all other values out of sight.
	widestColumn = 40
	// narrowestValue is what is left of a value: half of it shows where two differ.
	narrowestValue = 16
	// contextCells are shown of what two values have in common before they differ.
	contextCells = 4

	ellipsis = "…"
)

// cells is how many columns of a terminal a text takes: two for most East
// Asian characters and emoji, none for a combining mark.
func cells(s string) int { return uniseg.StringWidth(s) }

// padded is a text with blanks behind it, so that it takes that many cells.
func padded(s string, to int) string {
	return s + strings.Repeat(" ", max(to-cells(s), 0))
}

// cut keeps the first cells of a text; it never parts a mark from its letter.
func cut(s string, room int) string {
	rest, state, end := s, -1, 0
	for rest != "" {
		var cluster string
		var wide int
		cluster, rest, wide, state = uniseg.FirstGraphemeClusterInString(rest, state)
		if room -= wide; room < 0 {
			break
		}
		end += len(cluster)
	}
	return s[:end]
}

// shortened takes out the middle of what is wider than room: names and values
// tend to differ at their ends.
func shortened(s string, room int) string {
	if cells(s) <= room {
		return s
	}
	head := cut(s, room/2)
	tail, rest := s[len(head):], max(room-cells(head)-cells(ellipsis), 0)
	for cells(tail) > rest {
		_, tail, _, _ = uniseg.FirstGraphemeClusterInString(tail, -1)
	}
	return head + ellipsis + tail
}

// bothShortened makes two values fit into room together. Their common beginning goes
// first, so that what is left shows that they differ.
func bothShortened(a, b string, room int) (shortA, shortB string) {
	if cells(a)+cells(b) <= room {
		return a, b
	}
	if skip := commonCells(a, b) - contextCells; skip > 0 {
		kept := len(cut(a, skip))
		a, b = ellipsis+a[kept:], ellipsis+b[kept:]
	}
	half := max(room/2, narrowestValue)
	if b == "" {
		return shortened(a, room), ""
	}
	shortA = shortened(a, max(half, room-cells(b)))
	return shortA, shortened(b, max(room-cells(shortA), narrowestValue))
}

// commonCells is how wide the beginning is that two texts share.
func commonCells(a, b string) (common int) {
	stateA, stateB := -1, -1
	for a != "" && b != "" {
		var first, second string
		var wide int
		first, a, wide, stateA = uniseg.FirstGraphemeClusterInString(a, stateA)
		second, b, _, stateB = uniseg.FirstGraphemeClusterInString(b, stateB)
		if first != second {
			break
		}
		common += wide
	}
	return common
}

// wrapped breaks a text between words to the width of the terminal. taken are the cells
// in front of the first line; those after it are indented.
func (f Format) wrapped(s string, taken int) string {
	s = f.Masker.Text(s)
	if f.Width == 0 || taken+cells(s) <= f.Width {
		return s
	}
	var b strings.Builder
	at := taken
	for i, word := range strings.Split(s, " ") {
		switch wide := cells(word); {
		case i == 0:
			at += wide
		case at+1+wide > f.Width && at > len(indent):
			b.WriteString("\n" + indent)
			at = len(indent) + wide
		default:
			b.WriteByte(' ')
			at += 1 + wide
		}
		b.WriteString(word)
	}
	return b.String()
}
