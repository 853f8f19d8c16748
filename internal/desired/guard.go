package desired

import (
	"fmt"

	"gopkg.in/yaml.v3"
)

const (
	// maxDepth is how deep a document may be nested, aliases followed.
	maxDepth = 100
	// maxExpansion is how many nodes the aliases of a file may stand for.
	maxExpansion = 1_000_000
)

// guard makes the documents of a file safe to walk with aliases followed: once
// it has passed one, the walk ends, is no deeper than maxDepth, and costs no
// more than the file's own nodes and maxExpansion.
//
// One pass in the order of the text is enough, because an alias can only point
// back: what it stands for has been weighed, or is still open around it, which
// is a cycle.
type guard struct {
	r        *reader
	expanded int
	weighed  map[*yaml.Node]weight
	open     map[*yaml.Node]bool
}

// weight is the size of a node with aliases followed.
type weight struct{ nodes, depth int }

func newGuard(r *reader) *guard { return &guard{r: r} }

// passes reports whether a document is safe to walk.
func (g *guard) passes(root *yaml.Node) bool {
	return g.passesPart(document{root: root}, 1)
}

// passesPart reports the same of a part of a document, at some depth in it.
func (g *guard) passesPart(d document, depth int) bool {
	if !d.continues {
		g.weighed, g.open = map[*yaml.Node]weight{}, map[*yaml.Node]bool{}
	}
	_, ok := g.weigh(d.root, depth)
	return ok
}

func (g *guard) weigh(n *yaml.Node, depth int) (weight, bool) {
	if depth > maxDepth {
		return weight{}, g.refuse(n, codeTooDeep, fmt.Sprintf("nested deeper than %d levels", maxDepth))
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
		return weight{}, g.refuse(n, codeAliasCycle, fmt.Sprintf("alias %s stands inside what it points to", quote("*"+n.Value)))
	}
	w, ok := g.weighed[n.Alias]
	if !ok {
		// The parser remembers the anchors of the documents before; YAML does not.
		return weight{}, g.refuse(n, codeUnknownAnchor, fmt.Sprintf("alias %s has no anchor in this document", quote("*"+n.Value)))
	}
	if g.expanded += w.nodes; g.expanded > maxExpansion {
		return weight{}, g.refuse(n, codeAliasExpansion, fmt.Sprintf("aliases stand for more than %d values", maxExpansion))
	}
	if depth+w.depth-1 > maxDepth {
		return weight{}, g.refuse(n, codeTooDeep, fmt.Sprintf("nested deeper than %d levels", maxDepth))
	}
	return w, true
}

func (g *guard) refuse(n *yaml.Node, code Code, message string) bool {
	g.r.fail(n, code, message, "")
	return false
}
