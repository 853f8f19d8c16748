package desired

import (
	"bytes"
	"fmt"
	"strings"
	"unicode/utf8"

	"gopkg.in/yaml.v3"
)

// source is a file's text together with where everything in it is. The parser
// tells where values begin; the rest is found by going over what is between
// them, which can only be white space, comments and punctuation.
type source struct {
	text     []byte
	json     bool                // the text is JSON
	starts   map[*yaml.Node]int  // of values, their anchor and tag included
	spans    map[*yaml.Node]span // of scalars and flow collections, without those
	bodies   map[*yaml.Node]blockScalar
	dashes   map[*yaml.Node][]int
	comments []comment
	blank    map[int]bool // the lines, by the offset they begin at, that a blank line is above
	markers  []int        // offsets of ---
}

type span struct{ start, end int }

type comment struct {
	offset, column int
	text           string
	alone          bool // on its line
}

// problem is why a text cannot be laid out.
type problem struct {
	line, column int
	message      string
}

// scan finds out where everything is. The text's lines end in line feeds.
func scan(text []byte, roots []*yaml.Node) (*source, *problem) {
	s := &scanner{
		source: &source{
			text: text, starts: map[*yaml.Node]int{}, spans: map[*yaml.Node]span{},
			bodies: map[*yaml.Node]blockScalar{}, dashes: map[*yaml.Node][]int{}, blank: map[int]bool{},
		},
		cursor: cursor{text: text, line: 1, column: 1},
	}
	for _, root := range roots {
		s.queue(root, -1)
	}
	if s.problem == nil {
		s.run()
	}
	return s.source, s.problem
}

type scanner struct {
	*source
	cursor  cursor
	problem *problem

	scalars []pending    // not met yet, in the order of the text
	flows   []*yaml.Node // the same of flow collections
	lists   []*yaml.Node // for each dash to come, whose it is
	open    []*yaml.Node // flow collections around
	indent  int          // of the last dash

	// behindBody is where the text goes on after the line of a block scalar's
	// header; 0 elsewhere.
	behindBody int
}

// pending is a scalar or an alias that is to come.
type pending struct {
	node *yaml.Node
	// indent is that of the block around, or inList where the last dash tells.
	indent int
}

const inList = -2

// maxYAMLKey is how many characters a key may have that begins a line.
const maxYAMLKey = 1024

// queue notes the values of a tree in the order of the text.
func (s *scanner) queue(n *yaml.Node, indent int) {
	isCollection := n.Kind == yaml.MappingNode || n.Kind == yaml.SequenceNode
	if isCollection || hasProperties(n) || !isImplied(n) {
		s.starts[n] = s.cursor.offset(n.Line, n.Column)
	}
	if isCollection && n.Style&yaml.FlowStyle != 0 {
		s.flows = append(s.flows, n)
	}
	switch n.Kind {
	case yaml.MappingNode:
		s.queueMap(n, indent)
	case yaml.SequenceNode:
		s.queueList(n)
	default:
		if !isImplied(n) {
			s.scalars = append(s.scalars, pending{n, indent})
		}
	}
}

func (s *scanner) queueMap(n *yaml.Node, indent int) {
	for i := 0; i+1 < len(n.Content); i += 2 {
		key := n.Content[i]
		if key.Kind != yaml.ScalarNode && key.Kind != yaml.AliasNode {
			s.fail(key, "a key that is "+describe(key)+" cannot be laid out")
		}
		if isImplied(key) {
			s.fail(key, "a key that is not written cannot be laid out")
		}
		if utf8.RuneCountInString(doubleQuoted(key.Value)) > maxYAMLKey {
			s.fail(key, fmt.Sprintf("a key of more than %d characters cannot be laid out", maxYAMLKey))
		}
		s.queue(key, indent)
		s.queue(n.Content[i+1], key.Column-1)
	}
}

func (s *scanner) queueList(n *yaml.Node) {
	for _, item := range n.Content {
		if n.Style&yaml.FlowStyle == 0 {
			s.lists = append(s.lists, n)
		}
		s.queue(item, inList)
	}
}

// isImplied reports whether a scalar has no text of its own.
func isImplied(n *yaml.Node) bool {
	return n.Kind == yaml.ScalarNode && n.Value == "" && isPlain(n)
}

// hasProperties reports whether an anchor or a tag is written at a value.
func hasProperties(n *yaml.Node) bool { return n.Anchor != "" || n.Style&yaml.TaggedStyle != 0 }

func isPlain(n *yaml.Node) bool {
	return n.Style&(yaml.DoubleQuotedStyle|yaml.SingleQuotedStyle|yaml.LiteralStyle|yaml.FoldedStyle) == 0
}

func isBlockScalar(n *yaml.Node) bool {
	return n.Kind == yaml.ScalarNode && n.Style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0
}

func (s *scanner) fail(at *yaml.Node, message string) {
	if s.problem == nil {
		s.problem = &problem{at.Line, at.Column, message}
	}
}

func (s *scanner) failAt(offset int, message string) {
	if s.problem == nil {
		line, column := position(s.text, offset)
		s.problem = &problem{line, column, message}
	}
}

// run goes over the text. In each step it passes one thing.
func (s *scanner) run() {
	for i := 0; i < len(s.text) && s.problem == nil; {
		i = s.step(i)
	}
	if s.problem == nil && len(s.scalars)+len(s.flows)+len(s.lists)+len(s.open) > 0 {
		s.failAt(0, "its layout is not understood")
	}
}

func (s *scanner) step(i int) (next int) {
	switch c := s.text[i]; {
	case c == '\n':
		return s.endLine(i)
	case c == ' ' || c == '\t':
		return i + 1
	case c == '#':
		return s.comment(i)
	case c == '&' || c == '!':
		return endOfWord(s.text, i)
	case len(s.scalars) > 0 && s.starts[s.scalars[0].node] <= i:
		return s.scalar(i)
	case i == 0 || s.text[i-1] == '\n':
		return s.lineStart(i)
	default:
		return s.punctuation(i)
	}
}

// endLine passes the end of a line, and the body of a block scalar behind it.
func (s *scanner) endLine(i int) (next int) {
	if s.behindBody > 0 {
		next, s.behindBody = s.behindBody, 0
		return next
	}
	if lineIsBlank(s.text, i) {
		s.blank[i+1] = true
	}
	return i + 1
}

// lineStart passes what is special at the beginning of a line.
func (s *scanner) lineStart(i int) (next int) {
	switch {
	case s.text[i] == '%':
		s.failAt(i, "a directive cannot be laid out")
		return i
	case s.isMarker(i, "---"):
		s.markers = append(s.markers, i)
		return i + len("---")
	case s.isMarker(i, "..."):
		return i + len("...")
	default:
		return s.punctuation(i)
	}
}

func (s *scanner) punctuation(i int) (next int) {
	switch c := s.text[i]; {
	case c == '-' && len(s.open) == 0:
		return s.dash(i)
	case c == '[' || c == '{':
		return s.opens(i)
	case c == ']' || c == '}':
		return s.closes(i)
	default: // : , ?
		return i + 1
	}
}

// lineIsBlank reports whether the line that ends at an offset is.
func lineIsBlank(text []byte, end int) bool {
	start := bytes.LastIndexByte(text[:end], '\n') + 1
	return len(bytes.TrimLeft(text[start:end], " \t")) == 0
}

func (s *scanner) isMarker(i int, marker string) bool {
	rest, found := bytes.CutPrefix(s.text[i:], []byte(marker))
	return found && (len(rest) == 0 || isSpace(rest[0]))
}

func (s *scanner) comment(i int) (next int) {
	next = endOfLine(s.text, i)
	start := bytes.LastIndexByte(s.text[:i], '\n') + 1
	s.comments = append(s.comments, comment{
		offset: i,
		column: utf8.RuneCount(s.text[start:i]) + 1,
		text:   string(bytes.TrimRight(s.text[i:next], " \t")),
		alone:  len(bytes.TrimLeft(s.text[start:i], " \t")) == 0,
	})
	return next
}

func endOfLine(text []byte, i int) int {
	if n := bytes.IndexByte(text[i:], '\n'); n >= 0 {
		return i + n
	}
	return len(text)
}

// properties is the anchor and the tag of a value, as they are written.
func (s *source) properties(n *yaml.Node) string {
	if n.Kind == yaml.AliasNode || !hasProperties(n) {
		return ""
	}
	var words []string
	for i := s.starts[n]; i < len(s.text) && (s.text[i] == '&' || s.text[i] == '!'); {
		end := endOfWord(s.text, i)
		words = append(words, string(s.text[i:end]))
		i = len(s.text) - len(bytes.TrimLeft(s.text[end:], " \t\n"))
	}
	return strings.Join(words, " ")
}

// endOfWord finds where an anchor or a tag ends.
func endOfWord(text []byte, i int) int {
	isInside := func(c rune) bool { return !strings.ContainsRune(" \t\n,[]{}", c) }
	if text[i] == '&' {
		isInside = func(c rune) bool {
			return c == '_' || c == '-' || '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
		}
	}
	return len(text) - len(bytes.TrimLeftFunc(text[i+1:], isInside))
}

func (s *scanner) dash(i int) (next int) {
	if len(s.lists) == 0 {
		s.failAt(i, "its layout is not understood")
		return i
	}
	list := s.lists[0]
	s.lists = s.lists[1:]
	s.dashes[list] = append(s.dashes[list], i)
	s.indent = i - bytes.LastIndexByte(s.text[:i], '\n') - 1
	return i + 1
}

func (s *scanner) opens(i int) (next int) {
	if len(s.flows) == 0 {
		s.failAt(i, "its layout is not understood")
		return i
	}
	s.spans[s.flows[0]] = span{start: i}
	s.open = append(s.open, s.flows[0])
	s.flows = s.flows[1:]
	return i + 1
}

func (s *scanner) closes(i int) (next int) {
	if len(s.open) == 0 {
		s.failAt(i, "its layout is not understood")
		return i
	}
	last := s.open[len(s.open)-1]
	s.open = s.open[:len(s.open)-1]
	s.spans[last] = span{s.spans[last].start, i + 1}
	return i + 1
}

func (s *scanner) scalar(i int) (next int) {
	p := s.scalars[0]
	s.scalars = s.scalars[1:]
	end, ok := s.end(p, i)
	if !ok {
		s.failAt(i, "its layout is not understood")
		return i
	}
	s.spans[p.node] = span{i, end}
	return end
}

// end finds where a scalar or an alias ends that begins at i.
func (s *scanner) end(p pending, i int) (end int, ok bool) {
	switch n := p.node; {
	case n.Kind == yaml.AliasNode:
		return i + len("*") + len(n.Value), s.text[i] == '*'
	case n.Style&yaml.DoubleQuotedStyle != 0:
		return endOfDoubleQuoted(s.text, i)
	case n.Style&yaml.SingleQuotedStyle != 0:
		return endOfSingleQuoted(s.text, i)
	case isBlockScalar(n):
		indent := p.indent
		if indent == inList {
			indent = s.indent
		}
		body := readBlockScalar(s.text, i, indent)
		s.bodies[n], s.behindBody = body, body.end
		return body.headerEnd, s.text[i] == '|' || s.text[i] == '>'
	default:
		return endOfPlain(s.text, i, n.Value)
	}
}

func endOfDoubleQuoted(text []byte, i int) (end int, ok bool) {
	if text[i] != '"' {
		return i, false
	}
	for i++; i < len(text); i++ {
		switch text[i] {
		case '\\':
			i++
		case '"':
			return i + 1, true
		}
	}
	return i, false
}

func endOfSingleQuoted(text []byte, i int) (end int, ok bool) {
	if text[i] != '\'' {
		return i, false
	}
	for i++; i < len(text); i++ {
		if text[i] != '\'' {
			continue
		}
		if i+1 == len(text) || text[i+1] != '\'' {
			return i + 1, true
		}
		i++
	}
	return i, false
}

// endOfPlain goes over a plain scalar: its text is its value but for white
// space, which is folded.
func endOfPlain(text []byte, i int, value string) (end int, ok bool) {
	for _, c := range []byte(value) {
		if isSpace(c) {
			continue
		}
		for i < len(text) && isSpace(text[i]) {
			i++
		}
		if i == len(text) || text[i] != c {
			return i, false
		}
		i++
	}
	return i, true
}

func isSpace(c byte) bool { return c == ' ' || c == '\t' || c == '\n' }

// cursor finds offsets of places that come in the order of the text.
type cursor struct {
	text             []byte
	line, column, at int
}

func (c *cursor) offset(line, column int) int {
	if line < c.line || line == c.line && column < c.column {
		c.line, c.column, c.at = 1, 1, 0
	}
	for c.line < line && c.at < len(c.text) {
		c.at = min(endOfLine(c.text, c.at)+1, len(c.text))
		c.line, c.column = c.line+1, 1
	}
	for c.column < column && c.at < len(c.text) {
		_, size := utf8.DecodeRune(c.text[c.at:])
		c.at, c.column = c.at+size, c.column+1
	}
	return c.at
}
