package desired

import (
	"strings"

	"gopkg.in/yaml.v3"

	"clusterctl/internal/desired/layout"
	"clusterctl/internal/escape"
)

// openVariable starts a variable. With another $ before it, it is literal text.
const openVariable = "${"

// substitute replaces the variables in the values of a document, each node once. The
// result is text, or a number or boolean where one is expected. It is never null, an
// alias, a list or a map.
func (r *reader) substitute(n *yaml.Node, variables Variables) {
	switch n.Kind {
	case yaml.ScalarNode:
		if strings.Contains(n.Value, openVariable) {
			r.substituteScalar(n, variables)
		}
	case yaml.MappingNode:
		for i := 1; i < len(n.Content); i += 2 {
			r.substitute(n.Content[i], variables)
		}
	default: // an alias node has no content, so its target is not replaced twice
		for _, child := range n.Content {
			r.substitute(child, variables)
		}
	}
}

func (r *reader) substituteScalar(n *yaml.Node, variables Variables) {
	e := expansion{r: r, n: n, variables: variables, total: strings.Count(n.Value, openVariable)}
	n.Value = e.expand(n.Value)
	switch {
	case e.failed:
		n.Tag = layout.UnresolvedTag
	case e.replaced && n.Style&yaml.TaggedStyle == 0:
		n.Tag = resolvedTag(n.Value)
	}
}

// resolvedTag returns the YAML tag of a value with replaced variables.
func resolvedTag(s string) string {
	n := yaml.Node{Kind: yaml.ScalarNode, Value: s}
	switch tag := n.ShortTag(); tag {
	case "!!int", "!!float", "!!bool":
		return tag
	default:
		return "!!str"
	}
}

// expansion replaces the variables of one scalar.
type expansion struct {
	r         *reader
	n         *yaml.Node
	variables Variables
	replaced  bool
	failed    bool
	total     int // number of ${ in the scalar
	met       int // number of ${ so far
	places    []layout.Place
}

func (e *expansion) expand(s string) string {
	var out strings.Builder
	for {
		before, rest, found := strings.Cut(s, openVariable)
		if !found {
			out.WriteString(s)
			return out.String()
		}
		if escaped, ok := strings.CutSuffix(before, "$"); ok {
			out.WriteString(escaped + openVariable)
			e.met++
			s = rest
			continue
		}
		out.WriteString(before)
		var text string
		text, s = e.variable(rest)
		out.WriteString(text)
		e.met++
	}
}

// variable parses the text after ${. It returns the value of the variable and the text
// after it.
func (e *expansion) variable(s string) (text, rest string) {
	inner, rest, closed := strings.Cut(s, "}")
	if !closed {
		e.fail(codeBadVariable, "${ without }", "close the variable, or write $${ for a literal ${")
		return "", ""
	}
	name, fallback, hasFallback := strings.Cut(inner, ":-")
	if !isVariableName(name) {
		e.fail(codeBadVariable, escape.Quote(openVariable+inner+"}")+" is not a valid variable", "write ${NAME} or ${NAME:-default}, or $${ for a literal ${")
		return "", rest
	}
	e.replaced, e.r.used[name] = true, true
	value, defined := e.variables.lookup(name)
	switch {
	case hasFallback && value == "":
		return fallback, rest
	case !defined:
		e.fail(codeUndefinedVariable, "variable "+escape.Quote(name)+" is not defined", e.variables.hint(name))
	}
	return value, rest
}

func (e *expansion) fail(code Code, message, hint string) {
	e.failed = true
	if e.places == nil {
		e.places = e.r.source.Occurrences(e.n, openVariable, e.total)
	}
	// A ${ that is written as an escape in double quotes is not found in the text.
	at := layout.PlaceOf(e.n)
	if e.met < len(e.places) {
		at = e.places[e.met]
	}
	site{e.r, at}.fail(code, message, hint)
}
