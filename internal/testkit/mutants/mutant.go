package main

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
)

// mutant is a package in which one file has one change.
type mutant struct {
	kind   kind
	path   string // of the file
	file   int    // its index in the package
	line   int
	source []byte // all of the file, unchanged
	shown  edit
	made   edit // the same as shown, but no import or variable becomes unused
}

// edit replaces the bytes from start to end.
type edit struct {
	start, end int
	by         string
}

// kind is the kind of a change.
type kind string

const (
	condition kind = "condition" // negated
	operator  kind = "operator"  // swapped for a similar one
	constant  kind = "constant"  // one more
	statement kind = "statement" // dropped
	result    kind = "result"    // replaced by its zero value
)

// text returns the changed file.
func (m mutant) text() []byte {
	return slices.Concat(m.source[:m.made.start], []byte(m.made.by), m.source[m.made.end:])
}

// String shows the lines that are changed, before and after.
func (m mutant) String() string {
	start := bytes.LastIndexByte(m.source[:m.shown.start], '\n') + 1
	end := len(m.source)
	if i := bytes.IndexByte(m.source[m.shown.end:], '\n'); i >= 0 {
		end = m.shown.end + i
	}
	before := oneLine(m.source[start:end])
	after := oneLine(slices.Concat(m.source[start:m.shown.start], []byte(m.shown.by), m.source[m.shown.end:end]))
	if after == "" {
		after = "(dropped)"
	}
	return fmt.Sprintf("%s → %s", before, after)
}

func oneLine(text []byte) string { return strings.Join(strings.Fields(string(text)), " ") }
