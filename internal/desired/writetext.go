package desired

import (
	"strings"
	"unicode"

	"gopkg.in/yaml.v3"

	"clusterctl/internal/escape"
)

// yamlText is a map, or a list of maps, as lines that are indented by so much.
func yamlText(n *yaml.Node, indent int) []byte {
	var out strings.Builder
	writeYAML(&out, n, indent)
	return []byte(out.String())
}

func writeYAML(out *strings.Builder, n *yaml.Node, indent int) {
	margin := strings.Repeat(" ", indent)
	if n.Kind == yaml.SequenceNode {
		for _, item := range n.Content {
			first := strings.TrimPrefix(string(yamlText(item, indent+indentation)), margin+"  ")
			out.WriteString(margin + "- " + first)
		}
		return
	}
	for i := 0; i < len(n.Content); i += 2 {
		out.WriteString(margin + yamlWord(n.Content[i]) + ":")
		switch value := n.Content[i+1]; {
		case value.Kind == yaml.ScalarNode:
			out.WriteString(" " + yamlWord(value) + "\n")
		case len(value.Content) == 0:
			out.WriteString(" []\n")
		default:
			out.WriteString("\n")
			writeYAML(out, value, indent+indentation)
		}
	}
}

// yamlWord is a scalar on one line: text in quotes unless no reader of YAML can
// take it for anything else.
func yamlWord(n *yaml.Node) string {
	if n.Tag == "!!str" && !isHarmless(n.Value) {
		return doubleQuoted(n.Value)
	}
	return n.Value
}

// isHarmless reports whether text can go without quotes. More could than does:
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

// maxKey bounds a key as it is written: YAML has none of more than 1024
// characters on a line.
const maxKey = 1000

// isWritableKey reports whether a key of a person's, or of a tenant's, can stand
// in a file.
func isWritableKey(key string) bool {
	return !isBlank(key) && len(doubleQuoted(key)) <= maxKey
}

// jsonText is a value as JSON that YAML reads in the same way.
func jsonText(n *yaml.Node) []byte {
	var out strings.Builder
	writeJSON(&out, n, "\n")
	return []byte(out.String() + "\n")
}

// writeJSON writes a value, its lines behind the first one begun by newline.
func writeJSON(out *strings.Builder, n *yaml.Node, newline string) {
	within := newline + strings.Repeat(" ", indentation)
	switch {
	case n.Kind == yaml.ScalarNode:
		out.WriteString(jsonWord(n))
	case n.Kind == yaml.SequenceNode && len(n.Content) == 0:
		out.WriteString("[]")
	case n.Kind == yaml.SequenceNode:
		for i, item := range n.Content {
			out.WriteString(opening(i, "[") + within)
			writeJSON(out, item, within)
		}
		out.WriteString(newline + "]")
	default:
		for i := 0; i < len(n.Content); i += 2 {
			out.WriteString(opening(i, "{") + within + jsonWord(n.Content[i]) + ": ")
			writeJSON(out, n.Content[i+1], within)
		}
		out.WriteString(newline + "}")
	}
}

// opening is what is in front of an item: the bracket, or a comma.
func opening(i int, bracket string) string {
	if i == 0 {
		return bracket
	}
	return ","
}

func jsonWord(n *yaml.Node) string {
	if n.Tag == "!!str" || n.Tag == "!!timestamp" {
		return jsonQuoted(n.Value)
	}
	return n.Value
}

// jsonQuoted is a JSON string. YAML has all the escapes of JSON but surrogates,
// which are what JSON has for characters beyond the first 65,536: only the hidden
// ones of those are escaped, so that other readers of YAML take the rest.
func jsonQuoted(s string) string {
	var out strings.Builder
	out.WriteByte('"')
	for _, c := range s {
		if c > 0xFFFF {
			out.Write(escape.JSON([]byte(string(c)))) // hidden ones become pairs, which Load takes of JSON
			continue
		}
		quoted := doubleQuoted(string(c))
		out.WriteString(quoted[1 : len(quoted)-1])
	}
	out.WriteByte('"')
	return escape.Quoted(out.String())
}
