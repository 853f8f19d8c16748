package desired

import (
	"bytes"
	"strings"
	"unicode/utf8"
)

func endOfLine(text []byte, i int) int {
	if n := bytes.IndexByte(text[i:], '\n'); n >= 0 {
		return i + n
	}
	return len(text)
}

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

func endOfDoubleQuoted(text []byte, i int) (end int, ok bool) {
	if text[i] != '"' {
		return i, false
	}
	for i++; i < len(text); i++ {
		switch text[i] {
		case '\\':
			i++
		case '"':
			return i + 1, true
		}
	}
	return i, false
}

func endOfSingleQuoted(text []byte, i int) (end int, ok bool) {
	if text[i] != '\'' {
		return i, false
	}
	for i++; i < len(text); i++ {
		if text[i] != '\'' {
			continue
		}
		if i+1 == len(text) || text[i+1] != '\'' {
			return i + 1, true
		}
		i++
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

// cursor finds offsets of places that come in the order of the text.
type cursor struct {
	text             []byte
	line, column, at int

	first, firstLine int // an offset, and the line that begins there
}

func (c *cursor) offset(line, column int) int {
	if line < c.line || line == c.line && column < c.column {
		c.line, c.column, c.at = c.firstLine, 1, c.first
	}
	for c.line < line && c.at < len(c.text) {
		c.at = min(endOfLine(c.text, c.at)+1, len(c.text))
		c.line, c.column = c.line+1, 1
	}
	for c.column < column && c.at < len(c.text) {
		_, size := utf8.DecodeRune(c.text[c.at:])
		c.at, c.column = c.at+size, c.column+1
	}
	return c.at
}
