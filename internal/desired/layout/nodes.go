package layout

import (
	"fmt"

	"gopkg.in/yaml.v3"

	"clusterctl/internal/escape"
)

// IsNull reports whether a node is null, explicitly or because nothing is written.
func IsNull(n *yaml.Node) bool { return n.Kind == yaml.ScalarNode && n.Tag == "!!null" }

// isNothing reports whether nothing is written for a value.
func isNothing(n *yaml.Node) bool { return IsNull(n) && n.Value == "" && n.Anchor == "" }

// isImplied reports whether a scalar has no text.
func isImplied(n *yaml.Node) bool {
	return n.Kind == yaml.ScalarNode && n.Value == "" && isPlain(n)
}

// hasProperties reports whether a value has an anchor or a tag.
func hasProperties(n *yaml.Node) bool { return n.Anchor != "" || n.Style&yaml.TaggedStyle != 0 }

func isPlain(n *yaml.Node) bool {
	return n.Style&(yaml.DoubleQuotedStyle|yaml.SingleQuotedStyle|yaml.LiteralStyle|yaml.FoldedStyle) == 0
}

func isBlockScalar(n *yaml.Node) bool {
	return n.Kind == yaml.ScalarNode && n.Style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0
}

func isCollection(n *yaml.Node) bool {
	return n.Kind == yaml.MappingNode || n.Kind == yaml.SequenceNode
}

func isFlow(n *yaml.Node) bool { return n.Style&yaml.FlowStyle != 0 }

// isPlainMap reports whether a document is a block of unindented keys.
func isPlainMap(root *yaml.Node) bool {
	return root.Kind == yaml.MappingNode && !isFlow(root) && root.Column == 1 && !hasProperties(root)
}

func isMerge(key *yaml.Node) bool { return key.Kind == yaml.ScalarNode && key.Tag == "!!merge" }

// Resolve follows an alias. One step is enough, because an alias cannot have an anchor.
func Resolve(n *yaml.Node) *yaml.Node {
	if n.Kind == yaml.AliasNode {
		return n.Alias
	}
	return n
}

// Describe returns the type of a node in words for users of YAML.
func Describe(n *yaml.Node) string {
	words := map[string]string{
		"!!null": "null", "!!bool": "a boolean", "!!int": "a number", "!!float": "a number",
		"!!timestamp": "a time", "!!str": "a string", "!!merge": "a string",
	}
	switch word, ok := words[n.Tag]; {
	case n.Kind == yaml.SequenceNode && n.Tag == "!!seq":
		return "a list"
	case n.Kind == yaml.MappingNode && n.Tag == "!!map":
		return "a map"
	case ok:
		return word
	default:
		return "a value tagged " + escape.Quote(n.Tag)
	}
}

const (
	// MaxDepth is how deep a document may be nested, aliases followed.
	MaxDepth = 100
	// maxExpansion is the number of nodes that the aliases of a file may expand to.
	maxExpansion = 1_000_000
)

// guard checks that the documents of a file are safe to walk with aliases followed:
// the walk ends, is at most MaxDepth deep, and visits at most maxExpansion nodes more
// than the file has.
//
// One pass in the order of the text is enough: an alias refers to a node that is
// weighed already, or to one around it, which is a cycle.
type guard struct {
	report   func(at Place, code Code, message, hint string) bool // nil: report nothing
	expanded int
	weighed  map[*yaml.Node]weight
	open     map[*yaml.Node]bool
}

// weight is the size of a node with aliases followed.
type weight struct{ nodes, depth int }

// passes reports whether a document, or a part of one at the given depth, is safe to
// walk.
func (g *guard) passes(d document, depth int) bool {
	if !d.continues || g.weighed == nil {
		g.weighed, g.open = map[*yaml.Node]weight{}, map[*yaml.Node]bool{}
	}
	_, ok := g.weigh(d.root, depth)
	return ok
}

func (g *guard) weigh(n *yaml.Node, depth int) (weight, bool) {
	if depth > MaxDepth {
		return g.refuse(n, TooDeep, fmt.Sprintf("nested more than %d levels deep", MaxDepth), "")
	}
	if n.Kind == yaml.AliasNode {
		return g.weighAlias(n, depth)
	}
	if n.Anchor != "" {
		g.open[n] = true
		defer delete(g.open, n)
	}
	w := weight{nodes: 1, depth: 1}
	for _, child := range n.Content {
		c, ok := g.weigh(child, depth+1)
		if !ok {
			return weight{}, false
		}
		w.nodes = min(w.nodes+c.nodes, maxExpansion+1)
		w.depth = max(w.depth, c.depth+1)
	}
	if n.Anchor != "" {
		g.weighed[n] = w
	}
	return w, true
}

func (g *guard) weighAlias(n *yaml.Node, depth int) (weight, bool) {
	if g.open[n.Alias] {
		return g.refuse(n, AliasCycle, fmt.Sprintf("alias %s is inside the value it refers to", escape.Quote("*"+n.Value)), "remove it or move it out of that value")
	}
	w, ok := g.weighed[n.Alias]
	if !ok {
		// The parser keeps the anchors of earlier documents. YAML does not.
		return g.refuse(n, UnknownAnchor, fmt.Sprintf("alias %s has no anchor in this document", escape.Quote("*"+n.Value)),
			"define "+escape.Quote("&"+n.Value)+" before it; the anchors of other documents do not count")
	}
	if g.expanded += w.nodes; g.expanded > maxExpansion {
		return g.refuse(n, AliasExpansion, fmt.Sprintf("aliases expand to more than %d values", maxExpansion), "use fewer of them")
	}
	if depth+w.depth-1 > MaxDepth {
		return g.refuse(n, TooDeep, fmt.Sprintf("nested more than %d levels deep", MaxDepth), "")
	}
	return w, true
}

func (g *guard) refuse(n *yaml.Node, code Code, message, hint string) (weight, bool) {
	if g.report != nil {
		g.report(PlaceOf(n), code, message, hint)
	}
	return weight{}, false
}
