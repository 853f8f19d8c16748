package layout

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"gopkg.in/yaml.v3"
)

// cursor converts between offsets and places of a text, or of a part of it. It is fast
// if they come in the order of the text.
type cursor struct {
	text []byte
	at   int
	Place

	first, firstLine int // offset and line of the start of the part
}

func newCursor(text []byte, p part) cursor {
	return cursor{text: text, at: p.start, Place: Place{p.line, 1}, first: p.start, firstLine: p.line}
}

// place moves on to an offset and returns its place.
func (c *cursor) place(offset int) Place {
	for ; c.at < offset; c.at++ {
		switch b := c.text[c.at]; {
		case b == '\n':
			c.Line, c.Column = c.Line+1, 1
		case utf8.RuneStart(b):
			c.Column++
		}
	}
	return c.Place
}

// offset returns the offset of a place.
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

// position returns the place of an offset.
func position(text []byte, offset int) Place {
	start := startOfLine(text, offset)
	return Place{bytes.Count(text[:start], []byte("\n")) + 1, utf8.RuneCount(text[start:offset]) + 1}
}

// Occurrences returns the places of the first count occurrences of a word, starting at
// a node. It is fast if the nodes come in the order of the text.
func (t *Text) Occurrences(n *yaml.Node, word string, count int) []Place {
	c := t.cursor
	c.offset(PlaceOf(n))
	t.cursor = c
	if isBlockScalar(n) {
		c.place(endOfLine(t.data, c.at)) // skip a comment after the |
	}
	var places []Place
	for range count {
		i := bytes.Index(t.data[c.at:], []byte(word))
		if i < 0 {
			break
		}
		places = append(places, c.place(c.at+i))
		c.place(c.at + len(word))
	}
	return places
}

// PlaceIn returns the place of a character of a scalar's value, by its offset in characters. It
// returns the place of the scalar if the value is not written as it is: with escapes in quotes,
// or after a variable was replaced.
func (t *Text) PlaceIn(n *yaml.Node, offset int) Place {
	value := []rune(n.Value)
	c := t.cursor
	c.offset(PlaceOf(n))
	t.cursor = c
	switch {
	case isBlockScalar(n):
		c.place(min(endOfLine(t.data, c.at)+1, len(t.data)))
	case n.Style&(yaml.SingleQuotedStyle|yaml.DoubleQuotedStyle) != 0:
		c.place(c.at + 1)
	}
	for _, char := range value[:min(offset, len(value))] {
		if isSpace(char) {
			continue
		}
		c.skipSpace()
		written, size := utf8.DecodeRune(t.data[c.at:])
		if written != char {
			return PlaceOf(n)
		}
		c.place(c.at + size)
	}
	if offset < len(value) {
		c.skipSpace()
	}
	return c.Place
}

// skipSpace moves on to the next character that is not white space.
func (c *cursor) skipSpace() {
	for c.at < len(c.text) && isSpace(rune(c.text[c.at])) {
		c.place(c.at + 1)
	}
}

func endOfLine(text []byte, i int) int {
	if n := bytes.IndexByte(text[i:], '\n'); n >= 0 {
		return i + n
	}
	return len(text)
}

func startOfLine(text []byte, i int) int { return bytes.LastIndexByte(text[:i], '\n') + 1 }

// endOfWord returns the end of the anchor or tag at i.
func endOfWord(text []byte, i int) int {
	isInside := func(c rune) bool { return !strings.ContainsRune(" \t\n,[]{}", c) }
	if text[i] == '&' {
		isInside = func(c rune) bool {
			return c == '_' || c == '-' || '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
		}
	}
	return len(text) - len(bytes.TrimLeftFunc(text[i+1:], isInside))
}

// endOfQuoted returns the end of the scalar whose opening quote is at i, and false if
// the quote is never closed.
func endOfQuoted(text []byte, i int) (end int, ok bool) {
	quote := text[i]
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
	return len(text), false
}

// endOfPlain returns the end of a plain scalar. Its text equals its value except for
// white space, which is folded.
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

func isSpace[T byte | rune](c T) bool { return c == ' ' || c == '\t' || c == '\n' }
