package planner

import (
	"cmp"
	"fmt"
	"slices"

	"clusterctl/internal/cluster"
)

// Warning is something about the files or the tenant as a whole that a reviewer
// should know.
type Warning struct {
	// Code names the kind of warning.
	Code    string          `json:"code"`
	Message string          `json:"message"`
	Source  *cluster.Source `json:"source,omitempty"`
}

// codeNotText is of values that are numbers or booleans where the API documents
// texts.
const codeNotText = "value-not-text"

// CodeUnanswered is of a cluster whose creation got no answer and that is not listed.
const CodeUnanswered = "creation-unanswered"

// scalar is a served value that matches only as text.
type scalar struct{ cluster, path, value string }

// warnings says once, of however many values, that they are not text.
func (b *builder) warnings() []Warning {
	if len(b.scalars) == 0 {
		return []Warning{}
	}
	first := slices.MinFunc(b.scalars, func(x, y scalar) int {
		return cmp.Or(cmp.Compare(x.cluster, y.cluster), cmp.Compare(x.path, y.path), cmp.Compare(x.value, y.value))
	})
	more := ""
	if n := len(b.scalars) - 1; n > 0 {
		more = fmt.Sprintf(", and %d more values like it", n)
	}
	return []Warning{{Code: codeNotText, Message: fmt.Sprintf(
		"the tenant returned %s of %q as %s, not as text%s; a value is compared by its text", first.path, first.cluster, first.value, more)}}
}
