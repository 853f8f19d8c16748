package layout

import (
	"errors"
	"fmt"
	"io"
	"iter"

	"gopkg.in/yaml.v3"
)

// Tree is the documents of a text. The items of long lists are not in it: they
// are decoded when they are read, one at a time, so that a file of any size
// takes little more memory than its text.
type Tree struct {
	Roots []*yaml.Node
	long  map[*yaml.Node]longList
	// finish decodes what was not read, and returns why something of the long
	// lists cannot be decoded. It is nil if nothing can fail.
	finish func() error
}

// longList is a list whose items are not among its content.
type longList struct {
	items    iter.Seq[*yaml.Node]
	segments []segment // of the items
}

// Items lists what a list holds, aliases followed.
func (t *Tree) Items(list *yaml.Node) iter.Seq[*yaml.Node] {
	if long, ok := t.long[list]; ok {
		return long.items
	}
	return func(yield func(*yaml.Node) bool) {
		for _, item := range list.Content {
			if !yield(Resolve(item)) {
				return
			}
		}
	}
}

// Failed reports whether something of the text could not be parsed entry by
// entry: it has to be parsed as a whole, which also finds what is wrong with it.
func (t *Tree) Failed() bool { return t.finish != nil && t.finish() != nil }

// Parse returns the documents that are safe to walk and hold something, and
// whether they are all that the text holds: those before a syntax error are
// returned too, so that one run finds everything. An empty file needs at least
// what least says.
func (t *Text) Parse(least string) (tree *Tree, complete bool) {
	t.found = nil
	documents, err := t.decode()
	if err != nil {
		t.syntaxError(err)
	} else if len(documents) == 0 {
		return &Tree{}, t.fail(Place{1, 1}, EmptyFile, "the file declares nothing", "it needs at least "+least)
	}
	tree, complete = &Tree{}, err == nil
	g := guard{report: t.fail}
	for _, root := range documents {
		if g.passes(document{root: root}, 1) {
			tree.Roots = append(tree.Roots, root)
		} else {
			complete = false
		}
	}
	return tree, complete
}

// ParseLong parses a text, the items of long lists when they are read. Each
// document or item that it decodes then goes through prepare. It returns nil if
// the text has to be parsed as a whole.
func (t *Text) ParseLong(prepare func(*yaml.Node)) *Tree {
	t.found = nil
	if t.json {
		tree := t.parseJSON(prepare)
		if g := new(guard); !g.passes(document{root: tree.Roots[0]}, 1) {
			return nil
		}
		return tree
	}
	segments := split(t.data)
	if len(segments) < 2 {
		return nil
	}
	tree, err := parseSegments(t.data, segments, prepare)
	if err != nil {
		return nil
	}
	return tree
}

func (t *Text) decode() ([]*yaml.Node, error) {
	if t.json {
		return t.parseJSON(nil).Roots, nil
	}
	return decode(t.data)
}

// decode returns the roots of the documents, without those of comments alone.
// On an error they are the ones before it.
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
	decoder  *yaml.Decoder
	segments []segment
	at       int // the segment of the last document
	begins   int // the line that it begins at in what the decoder reads
}

func newDocuments(text []byte, segments []segment) *documents {
	return &documents{decoder: yaml.NewDecoder(&joined{text: text, segments: segments}), segments: segments, begins: 1}
}

// document is a document as it was decoded.
type document struct {
	root    *yaml.Node
	segment int
	// continues is set if it is part of the same document of the file as the one
	// before it.
	continues bool
}

// next returns the next document, passing over those of comments alone. Its
// lines are those of the file. Behind the last one the error is io.EOF.
func (d *documents) next() (next document, err error) {
	// The parser panics on input that it does not expect.
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
			moveLines(root, d.segments[d.at].line-d.begins)
			return document{root, d.at, d.at > before && hasSeparator(d.segments, d.at)}, nil
		}
	}
}

// advance finds the segment that a line of the decoder's is in.
func (d *documents) advance(line int) {
	for d.at+1 < len(d.segments) {
		begins := d.begins + d.segments[d.at].lines
		if hasSeparator(d.segments, d.at+1) {
			begins++
		}
		if line < begins {
			return
		}
		d.at, d.begins = d.at+1, begins
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
