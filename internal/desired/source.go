package desired

import (
	"bytes"
	"strings"

	"gopkg.in/yaml.v3"
)

// source is a part of a file's text together with where everything in it is.
// The parser reports where values begin; the rest is found by going over what is
// between them, which can only be white space, comments and punctuation. All
// offsets are those of the whole text.
type source struct {
	text     []byte
	json     bool // the text is JSON
	long     map[*yaml.Node]longList
	places   map[*yaml.Node]*placement
	free     []placement
	comments []comment
	blank    map[int]bool // the lines, by the offset they begin at, that a blank line is above
	markers  []int        // offsets of ---
}

// placement is where a value is.
type placement struct {
	start  int  // with its anchor and tag
	span   span // of a scalar, an alias or a flow collection, without those
	dashes []int
	body   *blockScalar // nil of all else
}

type span struct{ start, end int }

type comment struct {
	offset, column int
	text           string
	alone          bool // on its line
}

func newSource(text []byte) *source {
	return &source{text: text, places: map[*yaml.Node]*placement{}, blank: map[int]bool{}}
}

// reset makes a source ready for another text, or another part of it.
func (s *source) reset(text []byte) {
	s.text = text
	clear(s.places)
	clear(s.blank)
	clear(s.free[:cap(s.free)])
	s.free, s.comments, s.markers = s.free[:0], s.comments[:0], s.markers[:0]
}

// of is where a value is. What is not known of it yet is zero.
func (s *source) of(n *yaml.Node) *placement {
	at := s.places[n]
	if at == nil {
		if len(s.free) == cap(s.free) {
			s.free = make([]placement, 0, 2*cap(s.free)+16)
		}
		s.free = s.free[:len(s.free)+1]
		at = &s.free[len(s.free)-1]
		s.places[n] = at
	}
	return at
}

// properties is the anchor and the tag of a value, as they are written.
func (s *source) properties(n *yaml.Node) string {
	if n.Kind == yaml.AliasNode || !hasProperties(n) {
		return ""
	}
	var words []string
	for i := s.of(n).start; i < len(s.text) && (s.text[i] == '&' || s.text[i] == '!'); {
		end := endOfWord(s.text, i)
		words = append(words, string(s.text[i:end]))
		i = len(s.text) - len(bytes.TrimLeft(s.text[end:], " \t\n"))
	}
	return strings.Join(words, " ")
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
