package desired

import (
	"fmt"
	"time"

	"gopkg.in/yaml.v3"
)

// reader reads the nodes of one file and collects what is wrong with them.
type reader struct {
	file      string
	least     string // that such a file must hold, where it is not a version
	data      []byte
	json      bool   // the data is JSON
	directive []byte // %YAML, which is a comment in the data
	now       time.Time
	found     Diagnostics

	tables tables

	lineEnds []int // of data, once they are asked for
}

func (r *reader) fail(at *yaml.Node, code Code, message, hint string) {
	r.add(Error, at.Line, at.Column, code, message, hint)
}

func (r *reader) warn(at *yaml.Node, code Code, message, hint string) {
	r.add(Warning, at.Line, at.Column, code, message, hint)
}

func (r *reader) failAt(line, column int, code Code, message, hint string) {
	r.add(Error, line, column, code, message, hint)
}

func (r *reader) add(severity Severity, line, column int, code Code, message, hint string) {
	r.found = append(r.found, Diagnostic{
		File: r.file, Line: line, Column: column, Severity: severity, Code: code, Message: message, Hint: hint,
	})
}

// place names a node as other findings refer to it.
func (r *reader) place(n *yaml.Node) string {
	return r.site(n).String()
}

// site is a place that a finding may be told at once all files are read. It
// outlives the nodes of its file.
type site struct {
	r *reader
	place
}

// place is a line and a column.
type place struct{ line, column int }

func placeOf(n *yaml.Node) place { return place{n.Line, n.Column} }

func (r *reader) site(n *yaml.Node) site { return site{r, placeOf(n)} }

func (s site) isZero() bool { return s.r == nil }

func (s site) fail(code Code, message, hint string) {
	s.r.add(Error, s.line, s.column, code, message, hint)
}

func (s site) warn(code Code, message, hint string) {
	s.r.add(Warning, s.line, s.column, code, message, hint)
}

func (s site) String() string { return fmt.Sprintf("%s:%d:%d", printable(s.r.file), s.line, s.column) }

// value is a node to read and what messages call it.
type value struct {
	label string
	node  *yaml.Node
}

// resolve follows an alias. One step is enough: an anchor cannot stand on an
// alias.
func resolve(n *yaml.Node) *yaml.Node {
	if n.Kind == yaml.AliasNode {
		return n.Alias
	}
	return n
}

// first is the node that stands for a mapping in findings: its first key,
// where it has one.
func first(mapping *yaml.Node) *yaml.Node {
	if len(mapping.Content) > 0 {
		return mapping.Content[0]
	}
	return mapping
}

func (r *reader) wrongType(v value, want string) {
	if v.node.Tag == unresolvedTag {
		return
	}
	hint := ""
	if isNull(v.node) {
		hint = "write a value or leave it out"
	}
	r.fail(v.node, codeWrongType, fmt.Sprintf("%s must be %s, not %s", v.label, want, describe(v.node)), hint)
}

// describe is what a node is, in the words of somebody who writes YAML.
func describe(n *yaml.Node) string {
	switch {
	case n.Kind == yaml.SequenceNode && n.Tag == "!!seq":
		return "a list"
	case n.Kind == yaml.MappingNode && n.Tag == "!!map":
		return "a map"
	}
	switch n.Tag {
	case "!!null":
		return "null"
	case "!!bool":
		return "a boolean"
	case "!!int", "!!float":
		return "a number"
	case "!!timestamp":
		return "a time"
	case "!!str", "!!merge":
		return "a string"
	default:
		return "a value tagged " + quote(n.Tag)
	}
}
