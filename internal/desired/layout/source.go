package layout

import (
	"bytes"
	"strings"

	"gopkg.in/yaml.v3"
)

// source is a text with the positions of everything in it, or in a part of it. The
// parser reports where values start; scan finds the white space, comments and
// punctuation between them. All offsets refer to the whole text.
type source struct {
	text     []byte
	json     bool                     // the text is JSON
	long     map[*yaml.Node][]segment // of the entries of long lists
	places   map[*yaml.Node]*placement
	comments []comment
	blank    map[int]bool // start offsets of lines after a blank line
	markers  []int        // offsets of ---
}

// placement is the position of a value. Fields that are not known yet are zero.
type placement struct {
	start  int  // of the value, anchor and tag included
	span   span // of a scalar, alias or flow collection, without anchor and tag
	dashes []int
	body   *blockScalar // nil unless it is a block scalar
}

type span struct{ start, end int }

type comment struct {
	offset, column int
	text           string
	alone          bool // nothing else is on its line
}

func newSource(text []byte) *source {
	return &source{text: text, places: map[*yaml.Node]*placement{}, blank: map[int]bool{}}
}

// reset prepares the source for another text, or another part of the same one.
func (s *source) reset(text []byte) {
	s.text = text
	clear(s.places)
	clear(s.blank)
	s.comments, s.markers = s.comments[:0], s.markers[:0]
}

// of returns the position of a value.
func (s *source) of(n *yaml.Node) *placement {
	at := s.places[n]
	if at == nil {
		at = &placement{}
		s.places[n] = at
	}
	return at
}

// properties returns the anchor and the tag of a value as written.
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

// written returns a scalar as written in the text.
func (s *source) written(n *yaml.Node) string {
	at := s.of(n).span
	return string(s.text[at.start:at.end])
}

// commentTexts returns the texts of the comments.
func (s *source) commentTexts() []string {
	var texts []string
	for _, c := range s.comments {
		texts = append(texts, c.text)
	}
	return texts
}

// blockScalar is the text of a scalar after | or >.
type blockScalar struct {
	style          byte
	explicit       bool   // the header has an indentation indicator
	chomping       string // "", - or +
	lines          []string
	headerEnd, end int // offsets after the header (such as |2-) and after the body
}

// readBlockScalar reads the block scalar at i, in a block with the given indentation.
func readBlockScalar(text []byte, i, indent int) *blockScalar {
	b := &blockScalar{style: text[i]}
	stated := 0
	for i++; i < len(text) && strings.IndexByte("+-0123456789", text[i]) >= 0; i++ {
		if c := text[i]; c == '+' || c == '-' {
			b.chomping = string(c)
		} else {
			stated = int(c - '0') // YAML has one digit
			b.explicit = true
		}
	}
	b.headerEnd = i
	rest := text[min(endOfLine(text, i)+1, len(text)):]
	content := indent + stated
	if !b.explicit {
		content = max(indent+1, firstIndent(rest))
	}
	b.lines, b.end = bodyLines(rest, content, b.chomping == "+")
	b.end += len(text) - len(rest)
	return b
}

// firstIndent returns the indentation of the first line that is not blank, or of a
// deeper blank line before it.
func firstIndent(text []byte) int {
	deepest := 0
	for line := range bytes.Lines(text) {
		line = bytes.TrimRight(line, "\n")
		spaces := leadingSpaces(line)
		deepest = max(deepest, spaces)
		if spaces < len(line) {
			break
		}
	}
	return deepest
}

func leadingSpaces(line []byte) int { return len(line) - len(bytes.TrimLeft(line, " ")) }

// bodyLines returns the lines that are indented enough, without that indentation, and
// the offset after them. Blank lines at the end are included only with keep.
func bodyLines(text []byte, indent int, keep bool) (lines []string, end int) {
	at, filled, filledEnd := 0, 0, 0
	for line := range bytes.Lines(text) {
		content := bytes.TrimRight(line, "\n")
		spaces := leadingSpaces(content)
		isBlank := spaces == len(content)
		if !isBlank && spaces < indent {
			break
		}
		if isBlank && spaces <= indent && len(content) == len(line) {
			break // the end of the file, which is not a line
		}
		at += len(line)
		lines = append(lines, string(content[min(indent, len(content)):]))
		if !isBlank || spaces > indent {
			filled, filledEnd = len(lines), at
		}
	}
	if keep {
		return lines, at
	}
	return lines[:filled], filledEnd
}
