package report

import (
	"fmt"
	"io"
	"strings"

	"github.com/rivo/uniseg"
)

const (
	// indent is how far details stand below what they belong to.
	indent = "    "
	// widestColumn keeps one long path from pushing the values of all others
	// out of sight.
	widestColumn = 40
	// narrowestValue is what is left of a value on the narrowest terminal. Half
	// of it, its head, is enough for contextCells and where two values differ.
	narrowestValue = 16
	// contextCells are shown of what two values have in common before they
	// differ, where there is no room for all of it.
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

// bothShortened makes two values fit into room together. What they have in
// common at their beginning goes first, so that whatever is left of them shows
// that they differ.
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

// wrapped breaks a text between words, so that no line is wider than the
// terminal where that can be helped. taken are the cells in front of the first
// line; those after it are indented.
func (t Text) wrapped(s string, taken int) string {
	s = t.Masker.Text(s)
	if t.Width == 0 || taken+cells(s) <= t.Width {
		return s
	}
	var b strings.Builder
	at := taken
	for i, word := range strings.Split(s, " ") {
		switch wide := cells(word); {
		case i == 0:
			at += wide
		case at+1+wide > t.Width && at > len(indent):
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

// entry is a line that begins with a mark, and tells of a subject where it
// comes from, or something about it.
type entry struct {
	mark, subject string
	message       string // empty: none
	origin        string // empty: none
}

// entry writes a line, or where that is too wide for the terminal, what follows
// its subject in lines of their own.
func (t Text) entry(w io.Writer, e entry) {
	line := e.subject
	if e.message != "" {
		line += ": " + e.message
	}
	if e.origin != "" {
		line += columnGap + e.origin
	}
	if taken := cells(e.mark) + 1; t.Width > 0 && taken+cells(line) > t.Width {
		line = t.wrapped(e.subject, taken) + t.below(e)
	}
	fmt.Fprintf(w, "%s %s\n", t.mark(e.mark), line)
}

// below is what follows a subject in lines of their own.
func (t Text) below(e entry) string {
	if e.message == "" {
		if e.origin == "" {
			return ""
		}
		return "\n" + indent + e.origin
	}
	text := ":\n" + indent + t.wrapped(e.message, len(indent))
	if e.origin == "" {
		return text
	}
	lastLine := text[strings.LastIndexByte(text, '\n')+1:]
	if cells(lastLine)+len(columnGap)+cells(e.origin) <= t.Width {
		return text + columnGap + e.origin
	}
	return text + "\n" + indent + e.origin
}

// field is one line on a field: its path, and one or two values among words.
type field struct {
	mark string // empty: none
	path string
	// The text is lead first between second trail.
	lead, first, between, second, trail string
}

// fields writes lines on the fields of one cluster, their texts one below the
// other.
func (t Text) fields(w io.Writer, fields []field) {
	column := 0
	for _, f := range fields {
		if wide := cells(f.path); wide <= widestColumn {
			column = max(column, wide)
		}
	}
	for _, f := range fields {
		front := indent
		if f.mark != "" {
			front += t.mark(f.mark) + " "
		}
		f.first, f.second = t.Masker.Text(f.first), t.Masker.Text(f.second)
		taken := len(indent) + len(f.mark) + max(column, cells(f.path)) + len("  :") // a mark is one character
		fmt.Fprintf(w, "%s%s %s\n", front, padded(f.path+":", column+1), f.text(t.Width, taken))
	}
}

// text is what a line says of its field, with values that fit where the width
// is limited.
func (f field) text(limit, taken int) string {
	if limit > 0 {
		room := limit - taken - cells(f.lead) - cells(f.between) - cells(f.trail)
		f.first, f.second = bothShortened(f.first, f.second, max(room, narrowestValue))
	}
	return f.lead + f.first + f.between + f.second + f.trail
}
