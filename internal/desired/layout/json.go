package layout

import (
	"bytes"
	"encoding/json"
	"regexp"
	"unicode/utf8"

	"gopkg.in/yaml.v3"

	"clusterctl/internal/escape"
)

// UnresolvedTag marks an unknown value: its text has an error that is reported already.
// A tag in a file cannot contain a space.
const UnresolvedTag = "not resolved"

// isJSON reports whether a text is JSON. It has its own parser, because surrogate
// pairs, long keys and a few characters of JSON are not valid YAML.
func isJSON(text []byte) bool {
	start := bytes.TrimLeft(text, " \t\n")
	return len(start) > 0 && bytes.IndexByte([]byte(`{["`), start[0]) >= 0 && json.Valid(text) && utf8.Valid(text)
}

// parseJSON returns the document of a JSON text, without the entries of clusters if
// they are visited.
func (t *Text) parseJSON(v visitor) []*yaml.Node {
	decoder := json.NewDecoder(bytes.NewReader(t.data))
	decoder.UseNumber()
	j := &jsonParser{
		text: t, visitor: v, decoder: decoder, cursor: newCursor(t.data, wholePart(t.data)), guard: guard{report: t.fail},
		// Matches a surrogate pair, half of one, or another escape.
		escapes: regexp.MustCompile(`\\(?:u[dD][89abAB]..\\u[dD][c-fC-F]..|(u[dD][89a-fA-F]..)|.)`),
	}
	return []*yaml.Node{j.value(1, false)}
}

// jsonParser converts a valid JSON text to nodes.
type jsonParser struct {
	text    *Text
	visitor visitor
	decoder *json.Decoder
	cursor  cursor
	guard   guard // of the entries
	escapes *regexp.Regexp
}

// start returns the offset of the next token.
func (j *jsonParser) start() int {
	rest := j.text.data[j.decoder.InputOffset():]
	return len(j.text.data) - len(bytes.TrimLeft(rest, " \t\n,:"))
}

// value reads a value or a key. A list that is visited does not contain its items.
func (j *jsonParser) value(depth int, visited bool) *yaml.Node {
	n := j.token()
	if !isCollection(n) {
		return n
	}
	visited = visited && n.Kind == yaml.SequenceNode
	for j.decoder.More() {
		start := j.start()
		item := j.value(depth+1, depth == 1 && j.isBehindEntriesKey(n))
		if visited {
			j.visit(n, item, start)
		} else {
			n.Content = append(n.Content, item)
		}
	}
	j.token()
	return n
}

func (j *jsonParser) isBehindEntriesKey(n *yaml.Node) bool {
	last := len(n.Content) - 1
	return n.Kind == yaml.MappingNode && last%2 == 0 && n.Content[last].Value == entriesKey && j.visitor.entry != nil
}

func (j *jsonParser) visit(list, item *yaml.Node, start int) {
	const depth = 3
	if j.guard.passes(document{root: item}, depth) && len(j.text.found) == 0 {
		begin := len(bytes.TrimRight(j.text.data[:start], " \t"))
		j.visitor.prepare(item)
		j.visitor.entry(list, item, segment{
			start: begin, end: int(j.decoder.InputOffset()), line: item.Line, entry: true, indent: start - begin,
		})
	}
}

// token reads a token and returns it as a node.
func (j *jsonParser) token() *yaml.Node {
	start := j.start()
	at := j.cursor.place(start)
	n := &yaml.Node{Kind: yaml.ScalarNode, Line: at.Line, Column: at.Column}
	token, err := j.decoder.Token()
	if err != nil {
		j.text.fail(at, SyntaxError, escape.Printable(err.Error()), "")
		return n
	}
	written := j.text.data[start:j.decoder.InputOffset()]
	switch token := token.(type) {
	case json.Delim:
		n.Kind, n.Style, n.Tag = yaml.SequenceNode, yaml.FlowStyle, "!!seq"
		if token == '{' {
			n.Kind, n.Tag = yaml.MappingNode, "!!map"
		}
	case string:
		n.Style, n.Tag, n.Value = yaml.DoubleQuotedStyle, "!!str", token
		if half := j.halfSurrogate(written); half != "" {
			j.text.fail(at, InvalidCharacter, half+" is half of a surrogate pair", "write both halves, or the character itself")
			n.Tag = UnresolvedTag
		}
	default:
		n.Value = string(written)
		n.Tag = n.ShortTag()
	}
	return n
}

// halfSurrogate returns the first escape that is half of a surrogate pair without its
// other half, "" if there is none.
func (j *jsonParser) halfSurrogate(quoted []byte) string {
	if !bytes.Contains(quoted, []byte(`\u`)) {
		return ""
	}
	for _, match := range j.escapes.FindAllSubmatch(quoted, -1) {
		if half := match[1]; len(half) > 0 {
			return `\` + string(half)
		}
	}
	return ""
}
