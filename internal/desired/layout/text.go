// Package layout handles the text of desired-state files. It parses them into nodes
// with correct positions, entry by entry if they are long, and formats them in the
// canonical layout with all comments. It knows keys only by their Form, not by their
// meaning.
//
// It never panics, and its running time is linear in the size of the text.
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

// MaxBytes is the maximum size of a text.
const MaxBytes = 64 << 20

// Code identifies a kind of finding. Codes never change.
type Code string

// The codes of findings about the text of a file.
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

// Place is a line and a column. Both count from 1, columns in characters.
type Place struct{ Line, Column int }

// PlaceOf returns the place of a node.
func PlaceOf(n *yaml.Node) Place { return Place{n.Line, n.Column} }

// Finding is an error in a text.
type Finding struct {
	Place
	Code          Code
	Message, Hint string
}

// Text is the text of a file, in UTF-8 with line feeds.
type Text struct {
	data      []byte
	json      bool
	ready     bool
	ending    string // of the first line in the file
	directive []byte // %YAML, which is replaced by a comment in data
	found     []Finding
	cursor    cursor
}

// NewText returns the text of a file. A text that cannot be parsed has findings already.
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

// start begins an attempt to parse the text. It returns false if the text cannot be
// parsed.
func (t *Text) start() bool {
	if t.ready {
		t.found = nil
	}
	return t.ready
}

// Findings returns the findings of the last attempt to parse or format the text.
func (t *Text) Findings() []Finding { return t.found }

// fail adds a finding. It returns false, because most callers return that.
func (t *Text) fail(at Place, code Code, message, hint string) bool {
	t.found = append(t.found, Finding{at, code, message, hint})
	return false
}

// lineEnding returns the ending of the first line: LF, CRLF or CR.
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

// normalized returns a text without a byte-order mark and with line feeds. It copies
// only if necessary.
func normalized(file []byte) []byte {
	file = bytes.TrimPrefix(file, []byte("\uFEFF"))
	if bytes.IndexByte(file, '\r') < 0 {
		return file
	}
	file = bytes.ReplaceAll(file, []byte("\r\n"), []byte("\n"))
	return bytes.ReplaceAll(file, []byte("\r"), []byte("\n"))
}

// foreignEncoding returns the name of an encoding other than UTF-8, "" if there is no
// sign of one. It looks at the first bytes: a byte-order mark, or ASCII characters. In
// the table, x is any byte except zero.
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

// hasValidCharacters rejects characters that YAML does not allow, because the parser
// reports no position for them. It also rejects the line breaks of YAML 1.1 that editors
// show as characters: after one of them, a comment would become content.
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

// isText reports whether a character is allowed in a file.
func isText(c rune) bool {
	return ' ' <= c && c < 0x7F || strings.ContainsRune("\t\n\r", c) ||
		c >= 0xA0 && !strings.ContainsRune("\u2028\u2029\uFEFF\uFFFE\uFFFF", c)
}

// yamlDirective matches the %YAML directive of any version 1.x. The parser accepts only
// 1.1, but other programs write 1.2.
var yamlDirective = regexp.MustCompile(`^%YAML[ \t]+1\.[0-9]+([ \t]+#.*)?[ \t]*$`)

// hideDirective turns a %YAML directive before the first document into a comment, and
// returns the directive. It copies the text only if there is one.
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

// restored returns a formatted text with the directive and line endings of the file.
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
