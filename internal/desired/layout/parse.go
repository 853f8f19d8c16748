package layout

import (
	"errors"
	"fmt"
	"io"
	"slices"

	"gopkg.in/yaml.v3"
)

// Parse returns the documents that have content and are safe to walk, and whether these
// are all. With a syntax error, it returns the documents before it, so that one run
// reports as much as possible. For an empty file, least is the content to suggest.
func (t *Text) Parse(least string) (roots []*yaml.Node, complete bool) {
	if !t.start() {
		return nil, false
	}
	var err error
	if t.json {
		roots = t.parseJSON(visitor{})
	} else {
		roots, err = decode(t.data)
	}
	if err != nil {
		t.syntaxError(err)
	} else if len(roots) == 0 {
		return nil, t.fail(Place{1, 1}, EmptyFile, "the file has no content", "add at least "+least)
	}
	g, all := guard{report: t.fail}, len(roots)
	roots = slices.DeleteFunc(roots, func(root *yaml.Node) bool { return !g.passes(document{root: root}, 1) })
	return roots, err == nil && len(roots) == all
}

// ParseLong parses a text with a long list of clusters, in little more memory than the
// text itself: the entries are not in the documents, but passed to entry one at a time.
// Each document, or part of one, and each entry is passed to prepare first, in the order
// of the text. ParseLong returns false if the text must be parsed as a whole. That also
// reports what is wrong with it.
func (t *Text) ParseLong(prepare, entry func(*yaml.Node)) (roots []*yaml.Node, ok bool) {
	return t.visit(visitor{prepare, func(_, n *yaml.Node, _ segment) { entry(n) }})
}

// visitor has the callbacks for the parts of a text.
type visitor struct {
	prepare func(*yaml.Node)
	entry   func(list, n *yaml.Node, at segment) // nil to keep the entries in the documents
}

func (t *Text) visit(v visitor) (roots []*yaml.Node, ok bool) {
	if !t.start() {
		return nil, false
	}
	if t.json {
		roots = t.parseJSON(v)
		if len(t.found) > 0 || repeatsEntriesKey(roots[0]) || !new(guard).passes(document{root: roots[0]}, 1) {
			return nil, false
		}
		v.prepare(roots[0])
		return roots, true
	}
	segments := split(t.data)
	if len(segments) < 2 {
		return nil, false
	}
	roots, ok = parseSegments(t.data, segments, v)
	return roots, ok && !slices.ContainsFunc(roots, repeatsEntriesKey)
}

// repeatsEntriesKey reports whether a document has the key of the entries twice. The
// entries at the duplicate key must not be read, but were visited already.
func repeatsEntriesKey(root *yaml.Node) bool {
	count := 0
	for i := 0; root.Kind == yaml.MappingNode && i < len(root.Content); i += 2 {
		if root.Content[i].Value == entriesKey {
			count++
		}
	}
	return count > 1
}

// parseSegments parses a text that was split. It returns false if the segments are not
// what split assumed.
func parseSegments(text []byte, segments []segment, v visitor) (roots []*yaml.Node, ok bool) {
	var g guard
	var list *yaml.Node // whose entries come next
	last, missing := 0, 0
	for _, s := range segments {
		if s.entry {
			missing++
		}
	}
	for d := newDocuments(text, segments); ; {
		next, err := d.next()
		if err != nil {
			return roots, errors.Is(err, io.EOF) && missing == 0
		}
		at, depth := segments[next.segment], 1
		if at.entry {
			depth = 2
		}
		if !g.passes(next, depth) {
			return nil, false
		}
		v.prepare(next.root)
		switch {
		case !at.entry && add(&roots, next):
			list = longListOf(next.root, segments[next.segment:])
		case at.entry && list != nil && next.segment == last+1 && isEntryOf(next.root, at):
			v.entry(list, Resolve(next.root.Content[0]), at)
			missing--
		default:
			return nil, false
		}
		last = next.segment
	}
}

// add adds a document, or the rest of a document after a long list.
func add(roots *[]*yaml.Node, d document) bool {
	if !d.continues {
		*roots = append(*roots, d.root)
		return true
	}
	if len(*roots) == 0 {
		return false
	}
	root := (*roots)[len(*roots)-1]
	if !isPlainMap(root) || !isPlainMap(d.root) {
		return false
	}
	root.Content = append(root.Content, d.root.Content...)
	return true
}

// longListOf turns the last value of a document into a list for the entries of the
// following segments. It returns nil if that value is not empty, or if its key is not
// the one at the end of the segment.
func longListOf(root *yaml.Node, segments []segment) *yaml.Node {
	n := len(root.Content)
	if segments[0].key == 0 || !isPlainMap(root) || n < 2 {
		return nil
	}
	key, list := root.Content[n-2], root.Content[n-1]
	if key.Line != segments[0].key || key.Value != entriesKey || hasProperties(key) || !isNothing(list) {
		return nil
	}
	*list = yaml.Node{Kind: yaml.SequenceNode, Tag: "!!seq", Line: segments[1].line, Column: segments[1].indent + 1}
	return list
}

// isEntryOf reports whether a document is a list of one item that starts where its
// segment starts.
func isEntryOf(root *yaml.Node, s segment) bool {
	return root.Kind == yaml.SequenceNode && !isFlow(root) && !hasProperties(root) &&
		len(root.Content) == 1 && root.Line == s.line && root.Column == s.indent+1
}

// decode returns the roots of the documents, without documents of only comments. With
// an error, it returns those before the error.
func decode(text []byte) (roots []*yaml.Node, err error) {
	for d := newDocuments(text, whole(text)); ; {
		next, err := d.next()
		switch {
		case errors.Is(err, io.EOF):
			return roots, nil
		case err != nil:
			return roots, err
		}
		roots = append(roots, next.root)
	}
}

// documents decodes the documents of segments, one at a time.
type documents struct {
	decoder    *yaml.Decoder
	segments   []segment
	at         int // the segment of the last document
	separators int // before it
}

func newDocuments(text []byte, segments []segment) *documents {
	return &documents{decoder: yaml.NewDecoder(&joined{text: text, segments: segments}), segments: segments}
}

// document is a decoded document, or a part of one.
type document struct {
	root    *yaml.Node
	segment int
	// continues is set if it belongs to the same document of the file as the one
	// before it.
	continues bool
}

// next returns the next document, with the line numbers of the file. It skips documents
// of only comments. After the last one, the error is io.EOF.
func (d *documents) next() (next document, err error) {
	// The parser panics on unexpected input.
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("%v", p)
		}
	}()
	for {
		var decoded yaml.Node
		if err := d.decoder.Decode(&decoded); err != nil {
			return document{}, err
		}
		if root := decoded.Content[0]; !isNothing(root) {
			before := d.at
			d.advance(root.Line)
			moveLines(root, -d.separators)
			return document{root, d.at, d.at > before && hasSeparator(d.segments, d.at)}, nil
		}
	}
}

// advance finds the segment of a line that the decoder reports.
func (d *documents) advance(line int) {
	for next := d.at + 1; next < len(d.segments); next++ {
		separators := d.separators
		if hasSeparator(d.segments, next) {
			separators++
		}
		if line-separators < d.segments[next].line {
			return
		}
		d.at, d.separators = next, separators
	}
}

func moveLines(n *yaml.Node, by int) {
	if by == 0 {
		return
	}
	n.Line += by
	for _, child := range n.Content {
		moveLines(child, by)
	}
}
