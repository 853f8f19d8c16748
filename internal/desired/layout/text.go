// Package layout treats desired-state files as text. It parses them, entry by
// entry where they are long, into nodes whose positions are right, and lays
// them out in the canonical way, every comment kept. It knows of a key what a
// Form states, and nothing of its meaning.
//
// It never panics, and its time is linear in the size of a text.
package layout

import (
	"bytes"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"gopkg.in/yaml.v3"
)

// MaxBytes is the size of the largest text that is parsed.
const MaxBytes = 64 << 20

// Code names for good what is wrong.
type Code string

// What can be wrong with a text.
const (
	FileTooLarge     Code = "file-too-large"
	InvalidCharacter Code = "invalid-character"
	SyntaxError      Code = "syntax-error"
	EmptyFile        Code = "empty-file"
	UnknownAnchor    Code = "unknown-anchor"
	AliasCycle       Code = "alias-cycle"
	AliasExpansion   Code = "alias-expansion"
	TooDeep          Code = "too-deep"
	WrongType        Code = "wrong-type"
	Unformattable    Code = "unformattable"
)

// Place is a line and a column, both counted from 1, columns in characters.
type Place struct{ Line, Column int }

// PlaceOf is the place of a node.
func PlaceOf(n *yaml.Node) Place { return Place{n.Line, n.Column} }

// Finding is something wrong with a text.
type Finding struct {
	Place
	Code          Code
	Message, Hint string
}

// Text is a text that can be parsed: UTF-8, each line ended by a line feed.
type Text struct {
	data      []byte
	json      bool
	ready     bool
	ending    string // of its first line, as it was
	directive []byte // %YAML, which is a comment in the data
	found     []Finding
	cursor    cursor
}

// NewText is the text of a file. What cannot be parsed has findings already.
func NewText(file []byte) *Text {
	t := &Text{ending: lineEnding(file)}
	t.ready = t.prepare(file)
	return t
}

func (t *Text) prepare(file []byte) (ready bool) {
	if len(file) > MaxBytes {
		return t.fail(Place{1, 1}, FileTooLarge, fmt.Sprintf("the file is larger than %d MiB", MaxBytes>>20), "split it into several files")
	}
	if encoding := foreignEncoding(file); encoding != "" {
		return t.fail(Place{1, 1}, InvalidCharacter, "the file is "+encoding+", not UTF-8", "save it as UTF-8")
	}
	t.data, t.directive = hideDirective(normalized(file))
	t.json, t.cursor = isJSON(t.data), newCursor(t.data, wholePart(t.data))
	return t.json || t.hasValidCharacters()
}

// start begins an attempt to parse the text. It reports false if there is
// nothing to parse.
func (t *Text) start() bool {
	if t.ready {
		t.found = nil
	}
	return t.ready
}

// Findings are what the last attempt to parse the text or to lay it out found.
func (t *Text) Findings() []Finding { return t.found }

// fail returns false, which is what most callers go on to return.
func (t *Text) fail(at Place, code Code, message, hint string) bool {
	t.found = append(t.found, Finding{at, code, message, hint})
	return false
}

// lineEnding is that of the first line: LF, CRLF or CR.
func lineEnding(file []byte) string {
	i := bytes.IndexAny(file, "\r\n")
	switch {
	case i < 0 || file[i] == '\n':
		return "\n"
	case bytes.HasPrefix(file[i:], []byte("\r\n")):
		return "\r\n"
	}
	return "\r"
}

// normalized is a text without a byte-order mark, all of its lines ending in a line
// feed. It copies only if it has to.
func normalized(file []byte) []byte {
	file = bytes.TrimPrefix(file, []byte("\uFEFF"))
	if bytes.IndexByte(file, '\r') < 0 {
		return file
	}
	file = bytes.ReplaceAll(file, []byte("\r\n"), []byte("\n"))
	return bytes.ReplaceAll(file, []byte("\r"), []byte("\n"))
}

// foreignEncoding names the encoding of a text that is not UTF-8, as far as its
// first bytes show it: a byte-order mark, or one character of ASCII. In the
// table, x is any byte but zero.
func foreignEncoding(file []byte) string {
	for _, e := range []struct{ name, start string }{
		{"UTF-32 (little-endian)", "\xFF\xFE\x00\x00"},
		{"UTF-32 (big-endian)", "\x00\x00\xFE\xFF"},
		{"UTF-16 (little-endian)", "\xFF\xFE"},
		{"UTF-16 (big-endian)", "\xFE\xFF"},
		{"UTF-32 (little-endian)", "x\x00\x00\x00"},
		{"UTF-32 (big-endian)", "\x00\x00\x00x"},
		{"UTF-16 (little-endian)", "x\x00x\x00"},
		{"UTF-16 (little-endian)", "x\x00xx"},
		{"UTF-16 (big-endian)", "\x00x\x00x"},
		{"UTF-16 (big-endian)", "\x00xxx"},
	} {
		isLike := func(c, like byte) bool { return c == like || like == 'x' && c != 0 }
		if len(file) >= len(e.start) && slices.EqualFunc(file[:len(e.start)], []byte(e.start), isLike) {
			return e.name
		}
	}
	return ""
}

// hasValidCharacters refuses what is not UTF-8 text of YAML: the parser gives no
// position for it. It also refuses the line breaks of YAML 1.1 that editors show as
// characters: behind one of them a comment would become content.
func (t *Text) hasValidCharacters() bool {
	for i := 0; i < len(t.data); {
		c, size := utf8.DecodeRune(t.data[i:])
		switch {
		case c == utf8.RuneError && size == 1:
			return t.fail(position(t.data, i), InvalidCharacter, "invalid UTF-8", "save the file as UTF-8")
		case !isText(c):
			return t.fail(position(t.data, i), InvalidCharacter, fmt.Sprintf("character %U is not allowed", c),
				fmt.Sprintf(`remove it, or write it as \u%04X in double quotes`, c))
		}
		i += size
	}
	return true
}

// isText reports whether a character may stand in a file.
func isText(c rune) bool {
	return ' ' <= c && c < 0x7F || strings.ContainsRune("\t\n\r", c) ||
		c >= 0xA0 && !strings.ContainsRune("\u2028\u2029\uFEFF\uFFFE\uFFFF", c)
}

// yamlDirective is the directive of a version of YAML that is read here. Other
// programs write 1.2, and the parser takes no other than 1.1.
var yamlDirective = regexp.MustCompile(`^%YAML[ \t]+1\.[0-9]+([ \t]+#.*)?[ \t]*$`)

// hideDirective makes a comment of a %YAML directive in front of the first document,
// and returns it. It copies a text only if it has such a directive.
func hideDirective(text []byte) (hidden, directive []byte) {
	start, offset := -1, 0
	for line := range bytes.Lines(text) {
		content := bytes.TrimRight(line, " \t\n")
		switch {
		case len(content) == 0, line[0] == '#':
		case start < 0 && yamlDirective.Match(content):
			start, directive = offset, content
		case start >= 0 && hasMarker(content, "---"):
			text = bytes.Clone(text)
			text[start] = '#'
			return text, directive
		default:
			return text, nil
		}
		offset += len(line)
	}
	return text, nil
}

// restored is a layout with the directive and the line ending that the file had.
func (t *Text) restored(out []byte) []byte {
	if len(t.directive) > 0 {
		comment := append([]byte{'#'}, t.directive[1:]...)
		out = bytes.Replace(out, comment, t.directive, 1)
	}
	if t.ending == "\n" {
		return out
	}
	return bytes.ReplaceAll(out, []byte("\n"), []byte(t.ending))
}
