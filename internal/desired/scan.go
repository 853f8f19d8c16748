package desired

import (
	"bytes"
	"fmt"
	"unicode/utf8"

	"gopkg.in/yaml.v3"
)

// problem is why a text cannot be laid out.
type problem struct {
	line, column int
	message      string
}

// part is a stretch of a text, and the line that it begins at.
type part struct {
	start, end, line int
	holes            map[int]int // what is not of it, by its start: its end
}

func wholePart(text []byte) part { return part{end: len(text), line: 1} }

// scan finds out where everything is that a part of a source's text holds. Its
// lines end in line feeds.
func (s *source) scan(p part, roots ...*yaml.Node) *problem {
	sc := &scanner{source: s, part: p, cursor: cursor{text: s.text, first: p.start, firstLine: p.line, at: p.start, line: p.line, column: 1}}
	for _, root := range roots {
		sc.queue(root, -1)
	}
	if sc.problem == nil {
		sc.run()
	}
	return sc.problem
}

type scanner struct {
	*source
	part    part
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
		s.of(n).start = s.cursor.offset(n.Line, n.Column)
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
		if isTooLong(key.Value) {
			s.fail(key, fmt.Sprintf("a key of more than %d characters cannot be laid out", maxYAMLKey))
		}
		s.queue(key, indent)
		s.queue(n.Content[i+1], key.Column-1)
	}
}

// isTooLong reports whether a key cannot be written. Escapes are six characters
// for each byte at most.
func isTooLong(key string) bool {
	return 6*len(key) > maxYAMLKey && utf8.RuneCountInString(doubleQuoted(key)) > maxYAMLKey
}

func (s *scanner) queueList(n *yaml.Node) {
	for _, item := range n.Content {
		if n.Style&yaml.FlowStyle == 0 {
			s.lists = append(s.lists, n)
		}
		s.queue(item, inList)
	}
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
	for i := s.part.start; i < s.part.end && s.problem == nil; {
		if end, ok := s.part.holes[i]; ok {
			i = end
			continue
		}
		i = s.step(i)
	}
	if s.problem == nil && len(s.scalars)+len(s.flows)+len(s.lists)+len(s.open) > 0 {
		s.failAt(s.part.start, "its layout is not understood")
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
	case len(s.scalars) > 0 && s.of(s.scalars[0].node).start <= i:
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
	case hasMarker(s.text[i:], "---"):
		s.markers = append(s.markers, i)
		return i + len("---")
	case hasMarker(s.text[i:], "..."):
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

func (s *scanner) dash(i int) (next int) {
	if len(s.lists) == 0 {
		s.failAt(i, "its layout is not understood")
		return i
	}
	list := s.lists[0]
	s.lists = s.lists[1:]
	at := s.of(list)
	at.dashes = append(at.dashes, i)
	s.indent = i - bytes.LastIndexByte(s.text[:i], '\n') - 1
	return i + 1
}

func (s *scanner) opens(i int) (next int) {
	if len(s.flows) == 0 {
		s.failAt(i, "its layout is not understood")
		return i
	}
	s.of(s.flows[0]).span.start = i
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
	s.of(last).span.end = i + 1
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
	s.of(p.node).span = span{i, end}
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
		s.of(n).body, s.behindBody = &body, body.end
		return body.headerEnd, s.text[i] == '|' || s.text[i] == '>'
	default:
		return endOfPlain(s.text, i, n.Value)
	}
}
