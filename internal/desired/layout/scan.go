package layout

import (
	"bytes"
	"fmt"
	"unicode/utf8"

	"gopkg.in/yaml.v3"
)

// problem is the reason why a text cannot be formatted.
type problem struct {
	Place
	message, hint string
}

// part is a range of a text, and the line where it starts.
type part struct {
	start, end, line int
	holes            map[int]int // excluded ranges: start to end
}

func wholePart(text []byte) part { return part{end: len(text), line: 1} }

// scan finds the positions of everything in a part of the source. Lines must end in line
// feeds.
func (s *source) scan(p part, roots ...*yaml.Node) *problem {
	sc := &scanner{source: s, part: p, cursor: newCursor(s.text, p)}
	for _, root := range roots {
		sc.queue(root, 0)
	}
	sc.run()
	return sc.problem
}

type scanner struct {
	*source
	part    part
	cursor  cursor
	problem *problem // the first

	scalars []pending    // still to come, in the order of the text
	flows   []*yaml.Node // flow collections still to come
	lists   []*yaml.Node // the list of each dash still to come
	open    []*yaml.Node // enclosing flow collections
	indent  int          // of the last dash

	// behindBody is the offset after a block scalar, on the line of its header; 0
	// elsewhere.
	behindBody int
}

// pending is a scalar or an alias still to come.
type pending struct {
	node *yaml.Node
	// indent is that of the enclosing block, or inList for that of the last dash.
	indent int
}

const inList = -2

// maxYAMLKey is the maximum number of characters of a key at the start of a line.
const maxYAMLKey = 1024

// queue collects the values of a tree in the order of the text.
func (s *scanner) queue(n *yaml.Node, indent int) {
	if isCollection(n) || hasProperties(n) || !isImplied(n) {
		s.of(n).start = s.cursor.offset(PlaceOf(n))
	}
	if isCollection(n) && isFlow(n) {
		s.flows = append(s.flows, n)
	}
	switch n.Kind {
	case yaml.MappingNode:
		s.queueMap(n, indent)
	case yaml.SequenceNode:
		for _, item := range n.Content {
			if !isFlow(n) {
				s.lists = append(s.lists, n)
			}
			s.queue(item, inList)
		}
	default:
		if !isImplied(n) {
			s.scalars = append(s.scalars, pending{n, indent})
		}
	}
}

func (s *scanner) queueMap(n *yaml.Node, indent int) {
	for i := 0; i+1 < len(n.Content); i += 2 {
		key := n.Content[i]
		if isCollection(key) {
			s.fail(PlaceOf(key), "fmt does not support a key that is "+Describe(key))
		}
		if isImplied(key) {
			s.fail(PlaceOf(key), "fmt does not support an empty key")
		}
		// An escape has at most six characters for each byte.
		if 6*len(key.Value) > maxYAMLKey && utf8.RuneCountInString(Quoted(key.Value)) > maxYAMLKey {
			s.fail(PlaceOf(key), fmt.Sprintf("fmt does not support keys of more than %d characters", maxYAMLKey))
		}
		s.queue(key, indent)
		s.queue(n.Content[i+1], key.Column-1)
	}
}

func (s *scanner) fail(at Place, message string) {
	if s.problem == nil {
		s.problem = &problem{at, message, "the file was not changed"}
	}
}

// lost fails if the text does not match the nodes of the parser.
func (s *scanner) lost(i int) (next int) {
	if s.problem == nil {
		s.problem = &problem{position(s.text, i), "fmt cannot determine where this value begins or ends; the file was not changed", reportBug}
	}
	return i
}

// run scans the text, one token per step.
func (s *scanner) run() {
	for i := s.part.start; i < s.part.end && s.problem == nil; {
		if end, ok := s.part.holes[i]; ok {
			i = end
			continue
		}
		i = s.step(i)
	}
	if len(s.scalars)+len(s.flows)+len(s.lists)+len(s.open) > 0 {
		s.lost(s.part.start)
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

// endLine skips the end of a line, and the body of a block scalar after it.
func (s *scanner) endLine(i int) (next int) {
	if s.behindBody > 0 {
		next, s.behindBody = s.behindBody, 0
		return next
	}
	if len(bytes.TrimLeft(s.text[startOfLine(s.text, i):i], " \t")) == 0 {
		s.blank[i+1] = true
	}
	return i + 1
}

// lineStart handles what is special at the start of a line.
func (s *scanner) lineStart(i int) (next int) {
	switch {
	case s.text[i] == '%':
		s.fail(position(s.text, i), "fmt does not support this YAML directive")
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
		if len(s.lists) == 0 {
			return s.lost(i)
		}
		at := s.of(shift(&s.lists))
		at.dashes = append(at.dashes, i)
		s.indent = i - startOfLine(s.text, i)
	case c == '[' || c == '{':
		if len(s.flows) == 0 {
			return s.lost(i)
		}
		n := shift(&s.flows)
		s.of(n).span.start = i
		s.open = append(s.open, n)
	case c == ']' || c == '}':
		last := len(s.open) - 1
		if last < 0 {
			return s.lost(i)
		}
		s.of(s.open[last]).span.end = i + 1
		s.open = s.open[:last]
	}
	return i + 1
}

// shift removes and returns the first element of a queue, which must not be empty.
func shift[T any](queue *[]T) T {
	first := (*queue)[0]
	*queue = (*queue)[1:]
	return first
}

func (s *scanner) comment(i int) (next int) {
	next = endOfLine(s.text, i)
	before := s.text[startOfLine(s.text, i):i]
	s.comments = append(s.comments, comment{
		offset: i,
		column: utf8.RuneCount(before) + 1,
		text:   string(bytes.TrimRight(s.text[i:next], " \t")),
		alone:  len(bytes.TrimLeft(before, " \t")) == 0,
	})
	return next
}

func (s *scanner) scalar(i int) (next int) {
	p := shift(&s.scalars)
	end, ok := s.end(p, i)
	if !ok {
		return s.lost(i)
	}
	s.of(p.node).span = span{i, end}
	return end
}

// end returns the end of the scalar or alias at i.
func (s *scanner) end(p pending, i int) (end int, ok bool) {
	switch n := p.node; {
	case n.Kind == yaml.AliasNode:
		return i + len("*") + len(n.Value), s.text[i] == '*'
	case n.Style&yaml.DoubleQuotedStyle != 0:
		end, ok = endOfQuoted(s.text, i)
		return end, ok && s.text[i] == '"'
	case n.Style&yaml.SingleQuotedStyle != 0:
		end, ok = endOfQuoted(s.text, i)
		return end, ok && s.text[i] == '\''
	case isBlockScalar(n):
		indent := p.indent
		if indent == inList {
			indent = s.indent
		}
		body := readBlockScalar(s.text, i, indent)
		s.of(n).body, s.behindBody = body, body.end
		return body.headerEnd, s.text[i] == '|' || s.text[i] == '>'
	default:
		return endOfPlain(s.text, i, n.Value)
	}
}
