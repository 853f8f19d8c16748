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

// scalar is a scalar as it is written on one line.
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

// key is a key as it is written: those of the language without quotes. What an
// alias is the key of stands apart from the colon, which could be of its name.
func (s *source) key(n *yaml.Node, f Form) string {
	if n.Kind == yaml.AliasNode {
		return "*" + n.Value + " "
	}
	var word string
	switch {
	case isMerge(n), IsNull(n), f.isPlainKey(n.Value): // a null as a key is the text that it is spelled with
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

// isOnlyJSON reports whether a string of JSON may be none of YAML.
func isOnlyJSON(written string) bool {
	return strings.Contains(written, `\/`) || strings.Contains(strings.ToLower(written), `\ud`) ||
		strings.ContainsFunc(written, func(c rune) bool { return !isText(c) })
}

// needsQuotes reports whether a string can be plain where it stands in a file,
// but not on a line, or in a block, of its own.
func needsQuotes(s string) bool {
	starts := []string{"---", "...", "- ", "? ", ": "}
	return slices.ContainsFunc(starts, func(start string) bool { return strings.HasPrefix(s, start) }) ||
		s == "-" || s == "?" || strings.HasSuffix(s, ":") ||
		strings.Contains(s, ": ") || strings.Contains(s, " #") || strings.Contains(s, "\n")
}

// isAmbiguous reports whether a plain scalar is something else than a string
// to some reader of YAML: to this one, or to one of YAML 1.1, which takes yes
// and OFF for booleans and 1:30 for a number.
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

// isHarmless reports whether new text can go without quotes. More could than does:
// of punctuation only what is common in names and sentences, and never first.
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

// Quoted is a string in double quotes, on one line, with nothing in it that
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
