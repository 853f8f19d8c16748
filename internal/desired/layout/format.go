package layout

import (
	"maps"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"
)

// Format lays a text out in the canonical way: keys in the order of the form, two
// spaces for each level, strings quoted where YAML takes them for something else.
// Collections on one line stay on one; flow collections on several become blocks.
// Quotes, block scalars and comments stay. All lines end as the first one did.
//
// It returns nil and has findings if the text is no YAML, or if the result would not
// mean the same, which would be a defect.
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

// FormatWhole lays out a text that is parsed as a whole, with line feeds. It
// returns nil if that cannot be done, and finds why.
func (t *Text) FormatWhole(form Form, least string) []byte {
	roots, complete := t.Parse(least)
	for _, root := range roots {
		if complete && root.Kind != yaml.MappingNode {
			message, hint := MustBe("a desired-state file", "a map", root)
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

// reportBug is the hint of what only a defect of this package can cause.
const reportBug = "this is a bug; please report it together with the file"

// layout lays out documents, and the entries that are not in them.
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
	for list := range long { // its entries are checked already
		*list = yaml.Node{Kind: yaml.ScalarNode, Tag: "!!null"}
	}
	if !ok || !c.agrees("", printed(parts, false), roots...) || !c.sameComments() {
		return nil, &problem{Place{1, 1}, "formatting would change what the file means; the file was not changed", reportBug}
	}
	return printed(parts, true), nil
}

// checker compares what was printed with what was read.
type checker struct {
	pending         []*yaml.Node // entries that are printed, but not checked
	from            int          // where their text begins
	source, printed []string     // all comments
	again           *source      // what was printed
}

func newChecker() *checker { return &checker{again: newSource(nil)} }

// Batch is how many entries of a long list are checked at once.
const Batch = 100

// add notes an entry that was printed, with its comments.
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

// anchorsFor is a document with the anchors that aliases refer to.
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

// agrees reports whether a text has the same values, and notes its comments. In
// front of it is put a document with anchors, or nothing.
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

// sameNode reports whether two values mean the same. It follows no aliases: they
// cannot have moved past an anchor.
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

// sameTag takes what YAML resolved to a number for the string that it is quoted
// to be: what must be no string is not quoted.
func sameTag(a, b string) bool {
	return a == b || b == "!!str" && slices.Contains([]string{"!!int", "!!float", "!!bool", "!!timestamp", "!!merge"}, a)
}

// byKey lists the pairs of a mapping sorted by key, equal ones in their order.
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
