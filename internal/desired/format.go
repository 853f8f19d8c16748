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
// does every comment: above, next to or below what it was written at. All lines
// end as the first one does: in LF, CRLF or CR.
//
// The result means what the file means: anything else would be a fault of this
// function, which looks for it and then, as where the file is no YAML, returns
// no layout but findings. A file that is YAML but not of the language is laid
// out as well; Load says what is wrong with it.
func Format(input Input) ([]byte, Diagnostics) {
	r := &reader{file: input.Name, data: input.Data}
	if !r.ready() {
		return nil, r.found
	}
	out, ok := r.formatLong()
	if !ok {
		out = r.formatWhole()
	}
	if out == nil {
		return nil, r.found.inOrder()
	}
	return withLineEnding(showDirective(out, r.directive), input.Data), nil
}

// formatWhole lays out a file that is parsed as a whole. It returns nil where
// that cannot be done, and finds why.
func (r *reader) formatWhole() []byte {
	roots, complete := r.parse()
	if !complete {
		return nil
	}
	for _, root := range roots {
		if root.Kind != yaml.MappingNode {
			r.wrongType(value{label: "a desired-state file", node: root}, "a map")
		}
	}
	if len(r.found) > 0 {
		return nil
	}
	source := newSource(r.data)
	source.json = r.json
	problem := source.scan(wholePart(r.data), roots...)
	if problem != nil {
		r.failAt(problem.line, problem.column, codeUnformattable, problem.message, "")
		return nil
	}
	out := printed(arranged(outlined(source, roots))).out.String()
	if !sameMeaning(source, roots, out) {
		r.failAt(1, 1, codeUnformattable, "its canonical layout would not mean the same: it is left as it is", "please report this file")
		return nil
	}
	return []byte(out)
}

// withLineEnding is a text with the line ending of a file's first line.
func withLineEnding(text, file []byte) []byte {
	ending := lineEnding(file)
	if string(ending) == "\n" {
		return text
	}
	return bytes.ReplaceAll(text, []byte("\n"), ending)
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

// sameMeaning reports whether a layout has the values and the comments of its
// source.
func sameMeaning(source *source, roots []*yaml.Node, out string) bool {
	c := newChecker()
	c.source = source.texts()
	return c.agrees("", out, roots...) && c.sameComments()
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
