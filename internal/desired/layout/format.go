package layout

import (
	"maps"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"
)

// Format returns the text in the canonical layout: keys in the order of the form, two
// spaces for each level, quotes around strings that YAML would read as another type.
// Collections on one line stay on one line; flow collections on several lines become
// blocks. Quotes, block scalars and comments stay. All lines end as the first one did.
//
// It returns nil and adds findings if the text is not valid YAML, if it has something
// that cannot be formatted, or if the result would not mean the same, which is a defect.
func (t *Text) Format(form Form, least string) []byte {
	out, ok := t.FormatLong(form)
	if !ok {
		out = t.FormatWhole(form, least)
	}
	if out == nil {
		return nil
	}
	return t.restored(out)
}

// FormatWhole parses a text as a whole and returns it in the canonical layout, with
// line feeds. If it cannot, it returns nil and adds findings.
func (t *Text) FormatWhole(form Form, least string) []byte {
	roots, complete := t.Parse(least)
	for _, root := range roots {
		if complete && root.Kind != yaml.MappingNode {
			message, hint := MustBe("a desired-state file", AMap, root)
			t.fail(PlaceOf(root), WrongType, message, hint)
		}
	}
	if len(t.found) > 0 {
		return nil
	}
	out, problem := t.layout(form, roots, nil)
	if problem != nil {
		t.fail(problem.Place, Unformattable, problem.message, problem.hint)
	}
	return out
}

// reportBug is the hint of findings that only a defect in this package can cause.
const reportBug = "this is a bug; please report it together with the file"

// layout formats documents, and the entries of long lists, which are not in them.
func (t *Text) layout(form Form, roots []*yaml.Node, long map[*yaml.Node][]segment) ([]byte, *problem) {
	s := newSource(t.data)
	s.json, s.long = t.json, long
	if problem := s.scan(skeleton(t.data, long), roots...); problem != nil {
		return nil, problem
	}
	parts, c := outlined(s, roots, form), newChecker()
	c.source = s.commentTexts()
	ok := t.printEntries(parts, c)
	arrange(parts)
	for list := range long { // their entries are checked already
		*list = yaml.Node{Kind: yaml.ScalarNode, Tag: "!!null"}
	}
	if !ok || !c.agrees("", printed(parts, false), roots...) || !c.sameComments() {
		return nil, &problem{Place{1, 1}, "formatting would change what the file means; the file was not changed", reportBug}
	}
	return printed(parts, true), nil
}

// checker compares the formatted text with the original.
type checker struct {
	pending         []*yaml.Node // entries that are printed, but not checked
	from            int          // where their text begins
	source, printed []string     // the comments before and after formatting
	again           *source      // the formatted text
}

func newChecker() *checker { return &checker{again: newSource(nil)} }

// Batch is the number of entries of a long list that are checked at once.
const Batch = 100

// add notes a printed entry and its comments.
func (c *checker) add(n *yaml.Node, p *printer) bool {
	c.source, c.pending = append(c.source, p.source.commentTexts()...), append(c.pending, n)
	return len(c.pending) < Batch || c.flush(p)
}

// flush checks the entries that are pending.
func (c *checker) flush(p *printer) bool {
	if len(c.pending) == 0 {
		return true
	}
	text := p.out.Bytes()
	entries := &yaml.Node{Kind: yaml.SequenceNode, Tag: "!!seq", Content: c.pending}
	ok := c.agrees(anchorsFor(entries), text[c.from:], entries)
	c.pending, c.from = c.pending[:0], len(text)
	return ok
}

// anchorsFor returns a document with the anchors that the aliases in n refer to.
func anchorsFor(n *yaml.Node) string {
	names := map[string]bool{}
	addAliases(names, n)
	if len(names) == 0 {
		return ""
	}
	return "- &" + strings.Join(slices.Sorted(maps.Keys(names)), " x\n- &") + " x\n" + separator
}

func addAliases(names map[string]bool, n *yaml.Node) {
	if n.Kind == yaml.AliasNode {
		names[n.Value] = true
	}
	for _, child := range n.Content {
		addAliases(names, child)
	}
}

// agrees reports whether a text has the same values as roots, and notes its comments.
// The document of anchors, if any, is parsed before it.
func (c *checker) agrees(anchors string, text []byte, roots ...*yaml.Node) bool {
	data := append([]byte(anchors), text...)
	again, err := decode(data)
	if err != nil || !slices.EqualFunc(roots, again[min(len(again), strings.Count(anchors, separator)):], sameNode) {
		return false
	}
	c.again.reset(data)
	if c.again.scan(wholePart(data), again...) != nil {
		return false
	}
	c.printed = append(c.printed, c.again.commentTexts()...)
	return true
}

func (c *checker) sameComments() bool {
	slices.Sort(c.source)
	slices.Sort(c.printed)
	return slices.Equal(c.source, c.printed)
}

// sameNode reports whether two values mean the same. It does not follow aliases,
// because arrange never moves one past an anchor.
func sameNode(a, b *yaml.Node) bool {
	if a.Kind != b.Kind || a.Anchor != b.Anchor || len(a.Content) != len(b.Content) {
		return false
	}
	switch a.Kind {
	case yaml.ScalarNode:
		return sameScalar(a, b)
	case yaml.AliasNode:
		return a.Value == b.Value
	case yaml.MappingNode:
		return a.Tag == b.Tag && slices.EqualFunc(byKey(a), byKey(b), func(x, y [2]*yaml.Node) bool {
			return x[0].Value == y[0].Value && sameNode(x[0], y[0]) && sameNode(x[1], y[1])
		})
	default:
		return a.Tag == b.Tag && slices.EqualFunc(a.Content, b.Content, sameNode)
	}
}

func sameScalar(a, b *yaml.Node) bool {
	if IsNull(a) || IsNull(b) {
		return IsNull(a) && IsNull(b)
	}
	return a.Value == b.Value && sameTag(a.Tag, b.Tag)
}

// sameTag also accepts a value that became a quoted string: only values of Textual
// forms are quoted, and they are read as strings anyway.
func sameTag(a, b string) bool {
	return a == b || b == "!!str" && slices.Contains([]string{"!!int", "!!float", "!!bool", "!!timestamp", "!!merge"}, a)
}

// byKey returns the pairs of a mapping, stably sorted by key.
func byKey(mapping *yaml.Node) [][2]*yaml.Node {
	pairs := make([][2]*yaml.Node, 0, len(mapping.Content)/2)
	for pair := range slices.Chunk(mapping.Content, 2) {
		pairs = append(pairs, [2]*yaml.Node(pair))
	}
	slices.SortStableFunc(pairs, func(x, y [2]*yaml.Node) int {
		return strings.Compare(x[0].Value, y[0].Value)
	})
	return pairs
}
