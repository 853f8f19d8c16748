package layout

import (
	"strings"

	"gopkg.in/yaml.v3"

	"clusterctl/internal/escape"
)

// YAML returns a map, or a list of maps, in the canonical layout, indented by the given
// number of spaces.
func YAML(n *yaml.Node, indent int) []byte {
	var out strings.Builder
	writeYAML(&out, n, indent)
	return []byte(out.String())
}

func writeYAML(out *strings.Builder, n *yaml.Node, indent int) {
	margin := strings.Repeat(" ", indent)
	if n.Kind == yaml.SequenceNode {
		for _, item := range n.Content {
			first := strings.TrimPrefix(string(YAML(item, indent+Indentation)), margin+"  ")
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
			writeYAML(out, value, indent+Indentation)
		}
	}
}

// yamlWord returns a scalar on one line. Text is in quotes unless every YAML parser
// reads it as that text.
func yamlWord(n *yaml.Node) string {
	if n.Tag == "!!str" && !isHarmless(n.Value) {
		return Quoted(n.Value)
	}
	return n.Value
}

// IsWritableKey reports whether a user-defined key can be written in a file: it must not
// be blank, and YAML limits a key on one line to 1024 characters.
func IsWritableKey(key string) bool {
	const longest = 1000
	return strings.TrimSpace(key) != "" && len(Quoted(key)) <= longest
}

// JSON returns a value as JSON that YAML parsers read in the same way.
func JSON(n *yaml.Node) []byte {
	var out strings.Builder
	writeJSON(&out, n, "\n")
	return []byte(out.String() + "\n")
}

// writeJSON writes a value. Each line after the first starts with newline.
func writeJSON(out *strings.Builder, n *yaml.Node, newline string) {
	within := newline + strings.Repeat(" ", Indentation)
	step, open, end := 1, "[", "]"
	switch n.Kind {
	case yaml.SequenceNode:
	case yaml.MappingNode:
		step, open, end = 2, "{", "}"
	default:
		out.WriteString(jsonWord(n))
		return
	}
	out.WriteString(open)
	for i := 0; i < len(n.Content); i += step {
		if i > 0 {
			out.WriteString(",")
		}
		out.WriteString(within)
		if step == 2 {
			out.WriteString(jsonWord(n.Content[i]) + ": ")
		}
		writeJSON(out, n.Content[i+step-1], within)
	}
	if len(n.Content) > 0 {
		out.WriteString(newline)
	}
	out.WriteString(end)
}

// jsonWord returns a scalar. YAML does not support surrogate pairs, so characters that
// need one are escaped only if they are hidden.
func jsonWord(n *yaml.Node) string {
	if n.Tag != "!!str" && n.Tag != "!!timestamp" {
		return n.Value
	}
	var out strings.Builder
	out.WriteByte('"')
	for _, c := range n.Value {
		if c > 0xFFFF {
			out.Write(escape.JSON([]byte(string(c))))
			continue
		}
		quoted := Quoted(string(c))
		out.WriteString(quoted[1 : len(quoted)-1])
	}
	out.WriteByte('"')
	return escape.Quoted(out.String())
}
