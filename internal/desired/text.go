package desired

import (
	"bytes"
	"fmt"
	"unicode/utf8"
)

// ready prepares the text of a file for parsing. It reports false where there is
// nothing to parse, and says why.
func (r *reader) ready() bool {
	if len(r.data) > maxFileBytes {
		r.failAt(1, 1, codeFileTooLarge, fmt.Sprintf("larger than %d MiB", maxFileBytes>>20), "")
		return false
	}
	if encoding := foreignEncoding(r.data); encoding != "" {
		r.failAt(1, 1, codeInvalidCharacter, "the file is "+encoding+", not UTF-8", "save it as UTF-8")
		return false
	}
	r.data, r.directive = hideDirective(normalized(r.data))
	r.json = isJSON(r.data)
	return r.json || r.checkCharacters(r.data)
}

// normalized is a text without a byte-order mark, all of its lines ending in a
// line feed. Lines and columns stay what they are. It copies only if it has to.
func normalized(data []byte) []byte {
	data = bytes.TrimPrefix(data, []byte("\uFEFF"))
	if bytes.IndexByte(data, '\r') < 0 {
		return data
	}
	data = bytes.ReplaceAll(data, []byte("\r\n"), []byte("\n"))
	return bytes.ReplaceAll(data, []byte("\r"), []byte("\n"))
}

// foreignEncoding names the encoding of a text that is not UTF-8, as far as its
// first characters show it: a byte-order mark, or one character of ASCII.
func foreignEncoding(data []byte) string {
	for _, e := range []struct{ name, mark string }{
		{"UTF-32 (little-endian)", "\xFF\xFE\x00\x00"},
		{"UTF-32 (big-endian)", "\x00\x00\xFE\xFF"},
		{"UTF-16 (little-endian)", "\xFF\xFE"},
		{"UTF-16 (big-endian)", "\xFE\xFF"},
	} {
		if bytes.HasPrefix(data, []byte(e.mark)) {
			return e.name
		}
	}
	if len(data) < 4 {
		return ""
	}
	switch [4]bool{data[0] == 0, data[1] == 0, data[2] == 0, data[3] == 0} {
	case [4]bool{false, true, true, true}:
		return "UTF-32 (little-endian)"
	case [4]bool{true, true, true, false}:
		return "UTF-32 (big-endian)"
	case [4]bool{false, true, false, true}, [4]bool{false, true, false, false}:
		return "UTF-16 (little-endian)"
	case [4]bool{true, false, true, false}, [4]bool{true, false, false, false}:
		return "UTF-16 (big-endian)"
	default:
		return ""
	}
}

// checkCharacters refuses what is not UTF-8 text of YAML: the parser gives no
// position for it. It also refuses the three line breaks of YAML 1.1 that
// YAML 1.2, and nearly every editor, takes for characters: behind one of them
// a comment would become content.
func (r *reader) checkCharacters(data []byte) bool {
	line, column := 1, 1
	for i := 0; i < len(data); {
		c, size := utf8.DecodeRune(data[i:])
		switch {
		case c == utf8.RuneError && size == 1:
			r.failAt(line, column, codeInvalidCharacter, "not UTF-8", "")
			return false
		case !isText(c):
			r.failAt(line, column, codeInvalidCharacter, fmt.Sprintf("character %U is not allowed", c),
				"in double quotes it can be written as an escape")
			return false
		}
		i, column = i+size, column+1
		if c == '\n' {
			line, column = line+1, 1
		}
	}
	return true
}

// isText reports whether a character may stand in a file.
func isText(c rune) bool {
	switch {
	case c == '\t', c == '\n', c == '\r':
		return true
	case c < ' ', c >= 0x7F && c < 0xA0, c == '\u2028', c == '\u2029', c == '\uFEFF', c == 0xFFFE, c == 0xFFFF:
		return false
	default:
		return true
	}
}
