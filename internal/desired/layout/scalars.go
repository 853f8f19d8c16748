package layout

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"gopkg.in/yaml.v3"

	"clusterctl/internal/escape"
)

// scalar returns a scalar on one line.
func (s *source) scalar(n *yaml.Node, kind Kind) string {
	written := s.written(n)
	switch {
	case IsNull(n) && hasProperties(n):
		return written
	case IsNull(n):
		return "null"
	case !isPlain(n):
		if !strings.Contains(written, "\n") && (!s.json || !isOnlyJSON(written)) {
			return written
		}
		return Quoted(n.Value)
	case kind == Textual && isAmbiguous(n), n.Tag == "!!str" && needsQuotes(n.Value):
		return Quoted(n.Value)
	default:
		return n.Value
	}
}

// key returns a key as it is printed. Keys of the file format have no quotes. An alias
// is followed by a space, because a colon could be part of its name.
func (s *source) key(n *yaml.Node, f Form) string {
	if n.Kind == yaml.AliasNode {
		return "*" + n.Value + " "
	}
	var word string
	switch {
	case isMerge(n), IsNull(n), f.isPlainKey(n.Value): // a null key is the text that it is written with
		word = n.Value
	case f.Kind == Map && isPlain(n) && isAmbiguous(n):
		word = Quoted(n.Value)
	default:
		word = s.scalar(n, Other)
	}
	return s.withProperties(n, word)
}

func (s *source) withProperties(n *yaml.Node, word string) string {
	return strings.TrimSpace(s.properties(n) + " " + word)
}

// isOnlyJSON reports whether a JSON string may be invalid in YAML.
func isOnlyJSON(written string) bool {
	return strings.Contains(written, `\/`) || strings.Contains(strings.ToLower(written), `\ud`) ||
		strings.ContainsFunc(written, func(c rune) bool { return !isText(c) })
}

// needsQuotes reports whether a string that is plain in the file needs quotes on a line,
// or in a block, of its own.
func needsQuotes(s string) bool {
	starts := []string{"---", "...", "- ", "? ", ": "}
	return slices.ContainsFunc(starts, func(start string) bool { return strings.HasPrefix(s, start) }) ||
		s == "-" || s == "?" || strings.HasSuffix(s, ":") ||
		strings.Contains(s, ": ") || strings.Contains(s, " #") || strings.Contains(s, "\n")
}

// isAmbiguous reports whether some YAML parser reads a plain scalar as another type than
// a string. YAML 1.1 reads yes and OFF as booleans, and 1:30 as a number.
func isAmbiguous(n *yaml.Node) bool {
	if n.Style&yaml.TaggedStyle != 0 {
		return false
	}
	booleans := []string{"y", "n", "yes", "no", "on", "off", "true", "false"}
	return n.Tag != "!!str" || slices.Contains(booleans, strings.ToLower(n.Value)) || n.Value == "=" || isSexagesimal(n.Value)
}

func isSexagesimal(s string) bool {
	return strings.Contains(s, ":") && regexp.MustCompile(`^[-+]?[0-9][0-9_]*(:[0-5]?[0-9])+(\.[0-9_]*)?$`).MatchString(s)
}

// isHarmless reports whether new text can be written without quotes. It is stricter than
// YAML: it allows only the punctuation of names and sentences, and not at the start.
func isHarmless(s string) bool {
	for i, c := range s {
		switch {
		case (unicode.IsLetter(c) || unicode.IsDigit(c)) && !escape.IsHidden(c):
		case i > 0 && strings.ContainsRune("._-/@+,;()'& ", c):
		default:
			return false
		}
	}
	asRead := yaml.Node{Kind: yaml.ScalarNode, Value: s}
	asRead.Tag = asRead.ShortTag()
	return s != "" && !strings.HasSuffix(s, " ") && !isAmbiguous(&asRead)
}

// Quoted returns a string in double quotes, on one line, with everything escaped that
// is dangerous in a log.
func Quoted(s string) string {
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
