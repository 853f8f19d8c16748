package desired

import (
	"bytes"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"
)

// Format lays a file out in the canonical way: keys in the order of the
// tables, two spaces for each level, strings quoted where YAML takes them for
// something else. Collections on one line stay on one; flow collections on
// several become blocks. Quotes and block scalars that are there stay, and so
// does every comment: above, beside or below what it was written at. All lines
// end as the first one does: in LF, CRLF or CR.
//
// The result means what the file means: anything else would be a fault of this
// function, which looks for it and then, as where the file is no YAML, returns
// no layout but findings. A file that is YAML but not of the language is laid
// out as well; Load says what is wrong with it.
func Format(input Input) ([]byte, Diagnostics) {
	r := &reader{file: input.Name, data: normalized(input.Data)}
	roots, complete := r.parse()
	if !complete {
		return nil, r.found.inOrder()
	}
	for _, root := range roots {
		if root.Kind != yaml.MappingNode {
			r.wrongType(value{label: "a desired-state file", node: root}, "a map")
		}
	}
	if len(r.found) > 0 {
		return nil, r.found.inOrder()
	}
	source, problem := scan(r.data, roots)
	if problem != nil {
		r.failAt(problem.line, problem.column, codeUnformattable, problem.message, "")
		return nil, r.found
	}
	out := printed(outlines(source, roots))
	if !sameMeaning(source, roots, out) {
		r.failAt(1, 1, codeUnformattable, "its canonical layout would not mean the same: it is left as it is", "please report this file")
		return nil, r.found
	}
	return bytes.ReplaceAll(out, []byte("\n"), lineEnding(input.Data)), nil
}

// lineEnding is that of the first line.
func lineEnding(data []byte) []byte {
	i := bytes.IndexAny(data, "\r\n")
	switch {
	case i < 0 || data[i] == '\n':
		return []byte("\n")
	case bytes.HasPrefix(data[i:], []byte("\r\n")):
		return []byte("\r\n")
	default:
		return []byte("\r")
	}
}

// normalized is a file without byte order mark, all of its lines ending in a
// line feed. Lines and columns stay what they are.
func normalized(data []byte) []byte {
	if len(data) > maxFileBytes {
		return data
	}
	data = bytes.TrimPrefix(data, []byte("\uFEFF"))
	data = bytes.ReplaceAll(data, []byte("\r\n"), []byte("\n"))
	return bytes.ReplaceAll(data, []byte("\r"), []byte("\n"))
}

// sameMeaning reports whether a layout has the values and the comments of its
// source.
func sameMeaning(source *source, roots []*yaml.Node, out []byte) bool {
	again, err := decode(out)
	if err != nil || !slices.EqualFunc(roots, again, sameNode) {
		return false
	}
	scanned, problem := scan(out, again)
	return problem == nil && slices.Equal(sortedComments(source), sortedComments(scanned))
}

func sortedComments(s *source) []string {
	var texts []string
	for _, c := range s.comments {
		texts = append(texts, c.text)
	}
	slices.Sort(texts)
	return texts
}

// sameNode reports whether two values are the same to Load. It follows no
// aliases: they cannot have moved past an anchor.
func sameNode(a, b *yaml.Node) bool {
	if a.Kind != b.Kind || a.Anchor != b.Anchor || len(a.Content) != len(b.Content) {
		return false
	}
	switch a.Kind {
	case yaml.ScalarNode:
		return sameScalar(a, b)
	case yaml.AliasNode:
		return a.Value == b.Value
	case yaml.MappingNode:
		return a.Tag == b.Tag && slices.EqualFunc(byKey(a), byKey(b), func(x, y [2]*yaml.Node) bool {
			return x[0].Value == y[0].Value && sameNode(x[0], y[0]) && sameNode(x[1], y[1])
		})
	default:
		return a.Tag == b.Tag && slices.EqualFunc(a.Content, b.Content, sameNode)
	}
}

func sameScalar(a, b *yaml.Node) bool {
	if isNull(a) || isNull(b) {
		return isNull(a) && isNull(b)
	}
	return a.Value == b.Value && sameTag(a.Tag, b.Tag)
}

// sameTag takes what YAML resolved to a number for the string that it is quoted
// to be: what is no string to Load is not quoted.
func sameTag(a, b string) bool {
	return a == b || b == "!!str" && slices.Contains([]string{"!!int", "!!float", "!!bool", "!!timestamp", "!!merge"}, a)
}

// byKey lists the pairs of a mapping sorted by key, equal ones in their order.
func byKey(mapping *yaml.Node) [][2]*yaml.Node {
	pairs := make([][2]*yaml.Node, 0, len(mapping.Content)/2)
	for i := 0; i+1 < len(mapping.Content); i += 2 {
		pairs = append(pairs, [2]*yaml.Node{mapping.Content[i], mapping.Content[i+1]})
	}
	slices.SortStableFunc(pairs, func(x, y [2]*yaml.Node) int {
		return strings.Compare(x[0].Value, y[0].Value)
	})
	return pairs
}
