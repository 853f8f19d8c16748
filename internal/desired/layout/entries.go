package layout

import (
	"errors"
	"io"
	"iter"

	"gopkg.in/yaml.v3"
)

// errSegments is why a text is not the sum of its segments.
var errSegments = errors.New("the segments are not what they seem to be")

// parseSegments parses a text that was split: all but the entries now, and the
// entries, with the rest once more for its anchors, when they are read.
func parseSegments(text []byte, segments []segment, prepare func(*yaml.Node)) (*Tree, error) {
	skeleton, entries := skeletonOf(segments)
	s := &stream{documents: newDocuments(text, segments), prepare: prepare}
	t := &Tree{long: map[*yaml.Node]longList{}, finish: s.finish}
	var g guard
	for d := newDocuments(text, skeleton); ; {
		next, err := d.next()
		switch {
		case errors.Is(err, io.EOF) && len(t.long) == len(entries):
			return t, nil
		case errors.Is(err, io.EOF):
			return nil, errSegments
		case err != nil:
			return nil, err
		case !g.passes(next, 1) || !t.add(next):
			return nil, errSegments
		}
		if list := longListOf(next.root, skeleton[next.segment].key); list != nil {
			of := entries[next.segment]
			list.Line, list.Column = segments[of.from].line, segments[of.from].indent+1
			t.long[list] = longList{s.items(of), segments[of.from:of.to]}
		}
	}
}

// stretch is consecutive segments.
type stretch struct{ from, to int }

// skeletonOf returns the segments that are no entries, and the stretch of
// entries behind each of them that has some.
func skeletonOf(segments []segment) (skeleton []segment, entries map[int]stretch) {
	entries = map[int]stretch{}
	for i, s := range segments {
		last := len(skeleton) - 1
		switch {
		case !s.entry:
			skeleton = append(skeleton, s)
		case !segments[i-1].entry:
			entries[last] = stretch{i, i + 1}
		default:
			entries[last] = stretch{entries[last].from, i + 1}
		}
	}
	return skeleton, entries
}

// add adds a document, or the rest of one that a long list was cut out of.
func (t *Tree) add(d document) bool {
	if !d.continues {
		t.Roots = append(t.Roots, d.root)
		return true
	}
	if len(t.Roots) == 0 {
		return false
	}
	root := t.Roots[len(t.Roots)-1]
	if !isPlainMap(root) || !isPlainMap(d.root) {
		return false
	}
	root.Content = append(root.Content, d.root.Content...)
	return true
}

// longListOf makes a list of what stands at the last key of a document, if that
// is the key of a long list on that line, and what stands there is nothing.
func longListOf(root *yaml.Node, line int) *yaml.Node {
	n := len(root.Content)
	if line == 0 || !isPlainMap(root) || n < 2 {
		return nil
	}
	key, list := root.Content[n-2], root.Content[n-1]
	if key.Line != line || key.Value != entriesKey || hasProperties(key) || !isNothing(list) {
		return nil
	}
	*list = yaml.Node{Kind: yaml.SequenceNode, Tag: "!!seq"}
	return list
}

// stream decodes the entries of long lists, in the order of the text.
type stream struct {
	documents *documents
	guard     guard
	prepare   func(*yaml.Node)
	ended     bool
	err       error
}

// next decodes the next document.
func (s *stream) next() (document, bool) {
	if s.ended || s.err != nil {
		return document{}, false
	}
	d, err := s.documents.next()
	isEntry, depth := err == nil && s.documents.segments[d.segment].entry, 1
	if isEntry {
		depth = 2
	}
	switch {
	case errors.Is(err, io.EOF):
		s.ended = true
	case err != nil:
		s.err = err
	case isEntry && !isEntryOf(d.root, s.documents.segments[d.segment]), !s.guard.passes(d, depth):
		s.err = errSegments
	default:
		s.prepare(d.root)
		return d, true
	}
	return document{}, false
}

// isEntryOf reports whether a document is a list of one item, where its segment
// begins.
func isEntryOf(root *yaml.Node, s segment) bool {
	return root.Kind == yaml.SequenceNode && !isFlow(root) && !hasProperties(root) &&
		len(root.Content) == 1 && root.Line == s.line && root.Column == s.indent+1
}

// items decodes the entries of some segments.
func (s *stream) items(of stretch) iter.Seq[*yaml.Node] {
	return func(yield func(*yaml.Node) bool) {
		for at := of.from; at < of.to; {
			d, ok := s.next()
			switch {
			case !ok || d.segment > at:
				s.err = errors.Join(s.err, errSegments)
				return
			case d.segment < at:
				continue
			case !yield(Resolve(d.root.Content[0])):
				return
			}
			at++
		}
	}
}

// finish decodes the rest.
func (s *stream) finish() error {
	for ok := true; ok; {
		_, ok = s.next()
	}
	return s.err
}
