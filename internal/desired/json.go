package desired

import (
	"bytes"
	"encoding/json"
	"iter"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"

	"gopkg.in/yaml.v3"
)

// isJSON reports whether a text is JSON. All JSON is YAML but for surrogate
// pairs, long keys and a few characters; it is read by a reader of its own.
func isJSON(text []byte) bool {
	start := bytes.TrimLeft(text, " \t\n")
	return len(start) > 0 && bytes.IndexByte([]byte(`{["`), start[0]) >= 0 && json.Valid(text) && utf8.Valid(text)
}

// parseJSON is the tree of a text that is JSON. With prepare, the list at the key
// clusters is a long one, and its items go through prepare when they are read.
func (r *reader) parseJSON(prepare func(*yaml.Node)) *tree {
	t := &tree{long: map[*yaml.Node]longList{}}
	j := &jsonParser{r: r, line: 1, column: 1, tree: t, prepare: prepare}
	t.roots = []*yaml.Node{j.value(1)}
	return t
}

// jsonParser makes nodes of a text that is known to be JSON.
type jsonParser struct {
	r       *reader
	tree    *tree
	prepare func(*yaml.Node)
	at      int

	line, column, counted int // the place of an offset
}

// node is a new node for what begins here.
func (j *jsonParser) node(kind yaml.Kind, style yaml.Style, tag string) *yaml.Node {
	for ; j.counted < j.at; j.counted++ {
		switch c := j.r.data[j.counted]; {
		case c == '\n':
			j.line, j.column = j.line+1, 1
		case utf8.RuneStart(c):
			j.column++
		}
	}
	return &yaml.Node{Kind: kind, Style: style, Tag: tag, Line: j.line, Column: j.column}
}

// skip passes white space and punctuation, and returns what is behind it.
func (j *jsonParser) skip() byte {
	rest := bytes.TrimLeft(j.r.data[j.at:], " \t\n,:")
	j.at = len(j.r.data) - len(rest)
	return j.r.data[j.at]
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
		return j.text()
	default:
		n := j.node(yaml.ScalarNode, 0, "")
		length := bytes.IndexAny(j.r.data[j.at:], ",]} \t\n")
		n.Value = string(j.r.data[j.at : j.at+length])
		n.Tag = n.ShortTag()
		j.at += length
		return n
	}
}

func (j *jsonParser) object(depth int) *yaml.Node {
	n := j.node(yaml.MappingNode, yaml.FlowStyle, "!!map")
	for j.at++; j.skip() != '}'; {
		key := j.text()
		if depth == 1 && key.Value == clustersKey && j.prepare != nil && j.skip() == '[' {
			n.Content = append(n.Content, key, j.longList())
			continue
		}
		n.Content = append(n.Content, key, j.value(depth+1))
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

// text reads a string. Half a surrogate pair is not a character.
func (j *jsonParser) text() *yaml.Node {
	n := j.node(yaml.ScalarNode, yaml.DoubleQuotedStyle, "!!str")
	end, _ := endOfDoubleQuoted(j.r.data, j.at)
	quoted := j.r.data[j.at:end]
	j.at = end
	if bytes.IndexByte(quoted, '\\') < 0 {
		n.Value = string(quoted[1 : len(quoted)-1])
		return n
	}
	if half := halfSurrogate(quoted); half != "" {
		j.r.fail(n, codeInvalidCharacter, half+" is half of a character", "write both halves, or the character itself")
		n.Tag = unresolvedTag
	}
	if err := json.Unmarshal(quoted, &n.Value); err != nil {
		j.r.fail(n, codeSyntaxError, printable(err.Error()), "")
	}
	return n
}

// halfSurrogate returns the first escape of a string that is half of a surrogate
// pair without the other half, and "" if there is none.
func halfSurrogate(quoted []byte) string {
	const length = len(`\uXXXX`)
	for i := 0; i < len(quoted); i++ {
		if quoted[i] != '\\' {
			continue
		}
		if quoted[i+1] != 'u' {
			i++
			continue
		}
		if utf16.IsSurrogate(escaped(quoted[i:])) {
			if utf16.DecodeRune(escaped(quoted[i:]), escaped(quoted[i+length:])) == utf8.RuneError {
				return string(quoted[i : i+length])
			}
			i += length
		}
		i += length - 1
	}
	return ""
}

// escaped is what an escape with four digits stands for, and 0 where there is none.
func escaped(s []byte) rune {
	digits, found := bytes.CutPrefix(s, []byte(`\u`))
	if !found {
		return 0
	}
	c, err := strconv.ParseUint(string(digits[:4]), 16, 16)
	if err != nil {
		return 0
	}
	return rune(c)
}
