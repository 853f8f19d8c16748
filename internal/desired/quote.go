package desired

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"

	"clusterctl/internal/escape"
)

// scalar is a scalar as it is written on one line.
func (s *source) scalar(n *yaml.Node, f form) string {
	written := s.written(n)
	oneLine := !strings.Contains(written, "\n")
	switch {
	case isNull(n) && hasProperties(n):
		return written
	case isNull(n):
		return "null"
	case !isPlain(n):
		if oneLine && (!s.json || !isOnlyJSON(written)) {
			return written
		}
		return doubleQuoted(n.Value)
	case f.isTextual() && isAmbiguous(n), n.Tag == "!!str" && needsQuotes(n.Value):
		return doubleQuoted(n.Value)
	default:
		return n.Value
	}
}

// isOnlyJSON reports whether a string of JSON may be none of YAML.
func isOnlyJSON(written string) bool {
	return strings.Contains(written, `\/`) || strings.Contains(strings.ToLower(written), `\ud`) ||
		strings.ContainsFunc(written, func(c rune) bool { return !isText(c) })
}

// keyText is a key as it is written: those of the language without quotes.
func (s *source) keyText(n *yaml.Node, f form) string {
	value, known := f.of(n.Value)
	switch {
	case isMerge(n), isNull(n): // a null as a key is the text that it is spelled with
		return n.Value
	case f.kind == formObject && known && value.kind != formExtension:
		return n.Value
	case f.kind == formFree && isPlain(n) && isAmbiguous(n):
		return doubleQuoted(n.Value)
	default:
		return s.scalar(n, form{kind: formUnknown})
	}
}

// written is a scalar as it stands in the text.
func (s *source) written(n *yaml.Node) string {
	at := s.of(n).span
	return string(s.text[at.start:at.end])
}

func (s *source) blockScalar(n *yaml.Node) *blockScalar { return s.of(n).body }

// needsQuotes reports whether a string can be plain where it stands in a file,
// but not on a line, or in a block, of its own.
func needsQuotes(s string) bool {
	for _, start := range []string{"---", "...", "- ", "? ", ": "} {
		if strings.HasPrefix(s, start) {
			return true
		}
	}
	return s == "-" || s == "?" || strings.HasSuffix(s, ":") ||
		strings.Contains(s, ": ") || strings.Contains(s, " #") || strings.Contains(s, "\n")
}

// isAmbiguous reports whether a plain scalar is something else than a string
// to some reader of YAML: to this one, or to one of YAML 1.1, which takes yes
// and OFF for booleans and 1:30 for a number.
func isAmbiguous(n *yaml.Node) bool {
	if n.Style&yaml.TaggedStyle != 0 {
		return false
	}
	return n.Tag != "!!str" || isBooleanWord(n.Value) || n.Value == "=" || isSexagesimal(n.Value)
}

func isBooleanWord(s string) bool {
	return slices.Contains([]string{"y", "n", "yes", "no", "on", "off", "true", "false"}, strings.ToLower(s))
}

func isSexagesimal(s string) bool {
	return strings.Contains(s, ":") && regexp.MustCompile(`^[-+]?[0-9][0-9_]*(:[0-5]?[0-9])+(\.[0-9_]*)?$`).MatchString(s)
}

// doubleQuoted is a string in double quotes, on one line, with nothing in it that
// is dangerous in a log.
func doubleQuoted(s string) string {
	var out strings.Builder
	out.WriteByte('"')
	for _, c := range s {
		switch {
		case c == '"', c == '\\':
			out.WriteString(`\` + string(c))
		case c == '\n':
			out.WriteString(`\n`)
		case c == '\t':
			out.WriteString(`\t`)
		case !escape.IsHidden(c):
			out.WriteRune(c)
		case c <= 0xFFFF:
			fmt.Fprintf(&out, `\u%04X`, c)
		default:
			fmt.Fprintf(&out, `\U%08X`, c)
		}
	}
	out.WriteByte('"')
	return escape.Quoted(out.String())
}
