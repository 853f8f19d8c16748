package desired

import (
	"fmt"
	"time"

	"gopkg.in/yaml.v3"

	"clusterctl/internal/cluster"
	"clusterctl/internal/desired/layout"
	"clusterctl/internal/escape"
)

// reader reads the nodes of one file and collects what is wrong with them.
type reader struct {
	file   string
	source *layout.Text
	now    time.Time
	found  Diagnostics

	tables tables
}

func newReader(input Input, now time.Time) *reader {
	return &reader{file: input.Name, source: layout.NewText(input.Data), now: now, tables: tables{
		cluster: clusterFields(), logConfig: logConfigFields(), preferences: updatePreferenceFields(),
	}}
}

// tables are the tables of the objects that are written once for each cluster.
// They are made once for each file.
type tables struct {
	cluster     []field[cluster.Cluster]
	logConfig   []field[cluster.LogConfig]
	preferences []field[cluster.Settings]
}

func (r *reader) fail(at *yaml.Node, code Code, message, hint string) {
	r.add(Error, layout.PlaceOf(at), code, message, hint)
}

func (r *reader) warn(at *yaml.Node, code Code, message, hint string) {
	r.add(Warning, layout.PlaceOf(at), code, message, hint)
}

func (r *reader) add(severity Severity, at layout.Place, code Code, message, hint string) {
	r.found = append(r.found, Diagnostic{
		File: r.file, Line: at.Line, Column: at.Column, Severity: severity, Code: code, Message: message, Hint: hint,
	})
}

// findings are those of the text, too, in order.
func (r *reader) findings() Diagnostics {
	for _, f := range r.source.Findings() {
		r.add(Error, f.Place, f.Code, f.Message, f.Hint)
	}
	return r.found.inOrder()
}

// site is a place that a finding may refer to once all files are read. It
// outlives the nodes of its file.
type site struct {
	r *reader
	layout.Place
}

func (r *reader) site(n *yaml.Node) site { return site{r, layout.PlaceOf(n)} }

func (s site) isZero() bool { return s.r == nil }

func (s site) fail(code Code, message, hint string) { s.r.add(Error, s.Place, code, message, hint) }

func (s site) warn(code Code, message, hint string) { s.r.add(Warning, s.Place, code, message, hint) }

func (s site) String() string {
	return fmt.Sprintf("%s:%d:%d", escape.Printable(s.r.file), s.Line, s.Column)
}

// value is a node to read and what messages call it.
type value struct {
	label string
	node  *yaml.Node
}

// first is the node that stands for a mapping in findings: its first key,
// if it has one.
func first(mapping *yaml.Node) *yaml.Node {
	if len(mapping.Content) > 0 {
		return mapping.Content[0]
	}
	return mapping
}

func (r *reader) wrongType(v value, want string) {
	if v.node.Tag == layout.UnresolvedTag {
		return
	}
	message, hint := layout.MustBe(v.label, want, v.node)
	r.fail(v.node, layout.WrongType, message, hint)
}
