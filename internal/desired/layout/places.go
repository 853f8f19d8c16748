package layout

import (
	"bytes"
	"iter"
	"strings"
	"unicode/utf8"

	"gopkg.in/yaml.v3"
)

// counter tells the places of offsets that come in the order of the text.
type counter struct {
	text []byte
	at   int
	Place
}

func (c *counter) advance(to int) Place {
	for ; c.at < to; c.at++ {
		switch b := c.text[c.at]; {
		case b == '\n':
			c.Line, c.Column = c.Line+1, 1
		case utf8.RuneStart(b):
			c.Column++
		}
	}
	return c.Place
}

// position is the place of an offset.
func position(text []byte, offset int) Place {
	start := bytes.LastIndexByte(text[:offset], '\n') + 1
	return Place{bytes.Count(text[:start], []byte("\n")) + 1, utf8.RuneCount(text[start:offset]) + 1}
}

// Occurrences are the places of the first so many occurrences of a word in the
// text from a node on.
func (t *Text) Occurrences(n *yaml.Node, word string, count int) []Place {
	if t.lineEnds == nil {
		t.lineEnds = ends(bytes.Lines(t.data))
	}
	c := counter{text: t.data, Place: Place{n.Line, 1}}
	if isBlockScalar(n) {
		c.Line++ // what follows the | can only be a comment
	}
	if c.Line > len(t.lineEnds) {
		return nil
	}
	if c.Line > 1 {
		c.at = t.lineEnds[c.Line-2]
	}
	var places []Place
	for len(places) < count {
		i := bytes.Index(t.data[c.at:], []byte(word))
		if i < 0 {
			break
		}
		if at := c.advance(c.at + i); at.Line > n.Line || at.Column >= n.Column {
			places = append(places, at)
		}
		c.advance(c.at + len(word))
	}
	return places
}

// ends lists the offsets behind each part of a text; there is at least one.
func ends(parts iter.Seq[[]byte]) []int {
	var ends []int
	at := 0
	for part := range parts {
		at += len(part)
		ends = append(ends, at)
	}
	if len(ends) == 0 {
		return []int{0}
	}
	return ends
}

// cursor finds the offsets of places that come in the order of the text.
type cursor struct {
	text []byte
	Place
	at int

	first, firstLine int // an offset, and the line that begins there
}

func (c *cursor) offset(p Place) int {
	if p.Line < c.Line || p.Line == c.Line && p.Column < c.Column {
		c.Place, c.at = Place{c.firstLine, 1}, c.first
	}
	for c.Line < p.Line && c.at < len(c.text) {
		c.at = min(endOfLine(c.text, c.at)+1, len(c.text))
		c.Line, c.Column = c.Line+1, 1
	}
	for c.Column < p.Column && c.at < len(c.text) {
		_, size := utf8.DecodeRune(c.text[c.at:])
		c.at, c.Column = c.at+size, c.Column+1
	}
	return c.at
}

func endOfLine(text []byte, i int) int {
	if n := bytes.IndexByte(text[i:], '\n'); n >= 0 {
		return i + n
	}
	return len(text)
}

func startOfLine(text []byte, i int) int { return bytes.LastIndexByte(text[:i], '\n') + 1 }

// endOfWord finds where an anchor or a tag ends.
func endOfWord(text []byte, i int) int {
	isInside := func(c rune) bool { return !strings.ContainsRune(" \t\n,[]{}", c) }
	if text[i] == '&' {
		isInside = func(c rune) bool {
			return c == '_' || c == '-' || '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
		}
	}
	return len(text) - len(bytes.TrimLeftFunc(text[i+1:], isInside))
}

// endOfQuoted finds the end of a scalar in double or single quotes. It reports
// false if no such quote is there, or none closes it.
func endOfQuoted(text []byte, i int, quote byte) (end int, ok bool) {
	if text[i] != quote {
		return i, false
	}
	for i++; i < len(text); i++ {
		switch {
		case quote == '"' && text[i] == '\\':
			i++
		case text[i] != quote:
		case quote == '\'' && i+1 < len(text) && text[i+1] == quote:
			i++
		default:
			return i + 1, true
		}
	}
	return i, false
}

// endOfPlain goes over a plain scalar: its text is its value but for white
// space, which is folded.
func endOfPlain(text []byte, i int, value string) (end int, ok bool) {
	for _, c := range []byte(value) {
		if isSpace(c) {
			continue
		}
		for i < len(text) && isSpace(text[i]) {
			i++
		}
		if i == len(text) || text[i] != c {
			return i, false
		}
		i++
	}
	return i, true
}

func isSpace(c byte) bool { return c == ' ' || c == '\t' || c == '\n' }
