package text

import (
	"strings"

	"github.com/rivo/uniseg"
)

const (
	// indent is before the details of an item.
	indent = "    "
	// widestColumn keeps one long path from moving all other values to the right.
	widestColumn = 40

	ellipsis = "…"
)

// cells returns how many columns of a terminal a text takes: two for most East Asian
// characters and emoji, none for a combining mark.
func cells(s string) int { return uniseg.StringWidth(s) }

// padded adds spaces to a text until it takes that many cells.
func padded(s string, to int) string {
	return s + strings.Repeat(" ", max(to-cells(s), 0))
}

// cut keeps the first cells of a text. It never separates a mark from its letter.
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

// shortened removes the middle of a text wider than room: names tend to differ at their ends.
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

// wrapped breaks a text between words to the width of the terminal. taken cells are before the
// first line; the other lines are indented.
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
