package desired

import (
	"fmt"

	"gopkg.in/yaml.v3"
)

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

// isNothing reports whether a document's root is only implied.
func isNothing(n *yaml.Node) bool { return isNull(n) && n.Value == "" && n.Anchor == "" }
