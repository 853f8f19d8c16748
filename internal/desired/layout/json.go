package layout

import (
	"bytes"
	"encoding/json"
	"iter"
	"regexp"
	"unicode/utf8"

	"gopkg.in/yaml.v3"

	"clusterctl/internal/escape"
)

// UnresolvedTag marks a value that is not known, because something was found
// wrong with its text. No tag in a file can have a space.
const UnresolvedTag = "not resolved"

// isJSON reports whether a text is JSON. All JSON is YAML but for surrogate
// pairs, long keys and a few characters; it is read by a reader of its own.
func isJSON(text []byte) bool {
	start := bytes.TrimLeft(text, " \t\n")
	return len(start) > 0 && bytes.IndexByte([]byte(`{["`), start[0]) >= 0 && json.Valid(text) && utf8.Valid(text)
}

// parseJSON is the tree of a text that is JSON. With prepare, the list at the key
// clusters is a long one, and its items go through prepare when they are read.
func (t *Text) parseJSON(prepare func(*yaml.Node)) *Tree {
	tree := &Tree{long: map[*yaml.Node]longList{}}
	j := &jsonParser{
		text: t, counter: counter{text: t.data, Place: Place{1, 1}}, tree: tree, prepare: prepare,
		// A whole pair, half of one, or another escape.
		escapes: regexp.MustCompile(`\\(?:u[dD][89abAB]..\\u[dD][c-fC-F]..|(u[dD][89a-fA-F]..)|.)`),
	}
	tree.Roots = []*yaml.Node{j.value(1)}
	return tree
}

// jsonParser makes nodes of a text that is known to be JSON.
type jsonParser struct {
	text    *Text
	tree    *Tree
	prepare func(*yaml.Node)
	at      int
	counter counter // of the last node
	escapes *regexp.Regexp
}

// rest is what is not parsed yet.
func (j *jsonParser) rest() []byte { return j.text.data[j.at:] }

// node is a new node for what begins here.
func (j *jsonParser) node(kind yaml.Kind, style yaml.Style, tag string) *yaml.Node {
	at := j.counter.advance(j.at)
	return &yaml.Node{Kind: kind, Style: style, Tag: tag, Line: at.Line, Column: at.Column}
}

// skip passes white space and punctuation, and returns what is behind it.
func (j *jsonParser) skip() byte {
	j.at = len(j.text.data) - len(bytes.TrimLeft(j.rest(), " \t\n,:"))
	return j.text.data[j.at]
}

func (j *jsonParser) value(depth int) *yaml.Node {
	switch j.skip() {
	case '{':
		return j.object(depth)
	case '[':
		n := j.node(yaml.SequenceNode, yaml.FlowStyle, "!!seq")
		for item := range j.items(depth) {
			n.Content = append(n.Content, item)
		}
		return n
	case '"':
		return j.quotedText()
	default:
		n := j.node(yaml.ScalarNode, 0, "")
		length := bytes.IndexAny(j.rest(), ",]} \t\n")
		n.Value = string(j.rest()[:length])
		n.Tag = n.ShortTag()
		j.at += length
		return n
	}
}

func (j *jsonParser) object(depth int) *yaml.Node {
	n := j.node(yaml.MappingNode, yaml.FlowStyle, "!!map")
	for j.at++; j.skip() != '}'; {
		key, value := j.quotedText(), (*yaml.Node)(nil)
		if depth == 1 && key.Value == entriesKey && j.prepare != nil && j.skip() == '[' {
			value = j.longList()
		} else {
			value = j.value(depth + 1)
		}
		n.Content = append(n.Content, key, value)
	}
	j.at++
	return n
}

// items reads the items of an array.
func (j *jsonParser) items(depth int) iter.Seq[*yaml.Node] {
	return func(yield func(*yaml.Node) bool) {
		for j.at++; j.skip() != ']'; {
			if !yield(j.value(depth + 1)) {
				return
			}
		}
		j.at++
	}
}

// quotedText reads a string. Half a surrogate pair is not a character.
func (j *jsonParser) quotedText() *yaml.Node {
	n := j.node(yaml.ScalarNode, yaml.DoubleQuotedStyle, "!!str")
	end, _ := endOfQuoted(j.text.data, j.at, '"')
	quoted := j.text.data[j.at:end]
	j.at = end
	if bytes.IndexByte(quoted, '\\') < 0 {
		n.Value = string(quoted[1 : len(quoted)-1])
		return n
	}
	if half := j.halfSurrogate(quoted); half != "" {
		j.text.fail(PlaceOf(n), InvalidCharacter, half+" is half of a character", "write both halves, or the character itself")
		n.Tag = UnresolvedTag
	}
	if err := json.Unmarshal(quoted, &n.Value); err != nil {
		j.text.fail(PlaceOf(n), SyntaxError, escape.Printable(err.Error()), "")
	}
	return n
}

// halfSurrogate returns the first escape of a string that is half of a surrogate
// pair without the other half, and "" if there is none.
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

// longList passes an array. Its items are read by a parser that goes back to it.
func (j *jsonParser) longList() *yaml.Node {
	n := j.node(yaml.SequenceNode, yaml.FlowStyle, "!!seq")
	again := *j
	const depth = 2
	g := guard{report: j.text.fail}
	j.tree.long[n] = longList{segments: j.cut(j.pass()), items: func(yield func(*yaml.Node) bool) {
		for item := range again.items(depth) {
			if !g.passes(document{root: item}, depth+1) {
				return
			}
			j.prepare(item)
			if !yield(item) {
				return
			}
		}
	}}
	return n
}

// pass passes an array. It returns where each item begins and ends.
func (j *jsonParser) pass() (items []span) {
	decoder := json.NewDecoder(bytes.NewReader(j.rest()))
	_, err := decoder.Token() // the bracket
	for err == nil && decoder.More() {
		var item json.RawMessage
		if err = decoder.Decode(&item); err == nil {
			end := j.at + int(decoder.InputOffset())
			items = append(items, span{end - len(item), end})
		}
	}
	if len(items) > 0 {
		j.at = items[len(items)-1].end
	}
	j.at += bytes.IndexByte(j.rest(), ']') + 1
	return items
}

// cut cuts the array that begins at the last node in front of the lines of its
// items. It returns nil where not every item begins a line.
func (j *jsonParser) cut(items []span) []segment {
	text := j.text.data
	line, counted := j.counter.Line, j.counter.at
	var segments []segment
	for i, item := range items {
		start := len(bytes.TrimRight(text[:item.start], " \t"))
		if text[start-1] != '\n' {
			return nil
		}
		if i > 0 {
			segments[i-1].end = start
		}
		line, counted = line+bytes.Count(text[counted:item.start], []byte("\n")), item.start
		segments = append(segments, segment{start: start, end: item.end, line: line, entry: true, indent: item.start - start})
	}
	return segments
}
