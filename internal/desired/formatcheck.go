package desired

import (
	"maps"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"
)

// checker holds what was printed to what was read.
type checker struct {
	pending         []*yaml.Node // entries that are printed, but not checked
	from            int          // where their text begins
	source, printed []string     // all comments
	again           *source      // what was printed
}

func newChecker() *checker { return &checker{again: newSource(nil)} }

// maxPending is how many entries are checked at once.
const maxPending = 100

// flush checks the entries that are pending.
func (c *checker) flush(p *printer) bool {
	if len(c.pending) == 0 {
		return true
	}
	text := p.out.String()
	entries := &yaml.Node{Kind: yaml.SequenceNode, Tag: "!!seq", Content: c.pending}
	anchors := anchorsFor(entries)
	ok := c.agrees(anchors, text[c.from:], entries)
	c.pending, c.from = c.pending[:0], len(text)
	return ok
}

// anchorsFor is a document with the anchors that aliases refer to.
func anchorsFor(n *yaml.Node) string {
	names := aliases(n, map[string]bool{})
	if len(names) == 0 {
		return ""
	}
	var out strings.Builder
	for _, name := range slices.Sorted(maps.Keys(names)) {
		out.WriteString("- &" + name + " x\n")
	}
	return out.String() + separator
}

func aliases(n *yaml.Node, names map[string]bool) map[string]bool {
	if n.Kind == yaml.AliasNode {
		names[n.Value] = true
	}
	for _, child := range n.Content {
		aliases(child, names)
	}
	return names
}

// agrees reports whether a text has the same values, and notes its comments. In
// front of it is put a document with anchors, or nothing.
func (c *checker) agrees(anchors, text string, roots ...*yaml.Node) bool {
	data := []byte(anchors + text)
	again, err := decode(data)
	if err != nil || !slices.EqualFunc(roots, again[min(len(again), strings.Count(anchors, separator)):], sameNode) {
		return false
	}
	c.again.reset(data)
	if c.again.scan(wholePart(data), again...) != nil {
		return false
	}
	c.printed = append(c.printed, c.again.texts()...)
	return true
}

func (c *checker) sameComments() bool {
	slices.Sort(c.source)
	slices.Sort(c.printed)
	return slices.Equal(c.source, c.printed)
}

// texts are the texts of the comments.
func (s *source) texts() []string {
	var texts []string
	for _, c := range s.comments {
		texts = append(texts, c.text)
	}
	return texts
}
