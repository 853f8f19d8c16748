package desired

import (
	"bytes"

	"gopkg.in/yaml.v3"
)

// longList passes an array. Its items are read by a parser that goes back to it.
func (j *jsonParser) longList() *yaml.Node {
	n := j.node(yaml.SequenceNode, yaml.FlowStyle, "!!seq")
	again := *j
	segments := again.cut(j.pass())
	const depth = 2
	g := newGuard(j.r)
	j.tree.long[n] = longList{segments: segments, items: func(yield func(*yaml.Node) bool) {
		for item := range again.items(depth) {
			if !g.passesPart(document{root: item}, depth+1) {
				return
			}
			j.prepare(item)
			if !yield(item) {
				return
			}
		}
	}}
	return n
}

// pass passes an array. It returns where its items begin, and where the last ends.
func (j *jsonParser) pass() (starts []int, end int) {
	begins := false // an item may begin here
	for open := 0; ; {
		c := j.r.data[j.at]
		if begins && open == 1 && !isSpace(c) && c != ']' {
			starts, begins = append(starts, j.at), false
		}
		switch c {
		case '[', '{':
			begins = open == 0
			open++
		case ',':
			begins = open == 1
		case ']', '}':
			open--
		case '"':
			past, _ := endOfDoubleQuoted(j.r.data, j.at)
			j.at = past - 1
		}
		if j.at++; open == 0 {
			return starts, len(bytes.TrimRight(j.r.data[:j.at-1], " \t\n"))
		}
	}
}

// cut cuts an array that begins here in front of the lines of its items. It
// returns nil where not every item begins a line.
func (j *jsonParser) cut(starts []int, end int) []segment {
	var segments []segment
	line, counted := j.line, j.at
	for i, start := range starts {
		begin := len(bytes.TrimRight(j.r.data[:start], " \t"))
		if j.r.data[begin-1] != '\n' {
			return nil
		}
		if i > 0 {
			segments[i-1].end = begin
		}
		line, counted = line+bytes.Count(j.r.data[counted:start], []byte("\n")), start
		segments = append(segments, segment{start: begin, end: end, line: line, entry: true, indent: start - begin})
	}
	return segments
}
