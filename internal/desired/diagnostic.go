package desired

import (
	"cmp"
	"fmt"
	"slices"

	"clusterctl/internal/cluster"
	"clusterctl/internal/escape"
)

// Severity determines whether a finding prevents the use of a file.
type Severity string

// The severities of a diagnostic.
const (
	Error   Severity = "error"
	Warning Severity = "warning"
)

// Diagnostic is one finding. Line and Column count from 1, columns in characters. One that
// is about a flag has no place: File is empty.
// Message and Hint are one printable line each.
type Diagnostic struct {
	File     string   `json:"file"`
	Line     int      `json:"line"`
	Column   int      `json:"column"`
	Severity Severity `json:"severity"`
	Code     Code     `json:"code"`
	// Rule is the name of the rule of the policy that denies a cluster.
	Rule    string `json:"rule,omitempty"`
	Message string `json:"message"`
	Hint    string `json:"hint,omitempty"`
}

// Source returns the place, nil if there is none.
func (d Diagnostic) Source() *cluster.Source {
	if d.File == "" {
		return nil
	}
	return &cluster.Source{File: d.File, Line: d.Line, Column: d.Column}
}

// String returns file:line:column: message (hint).
func (d Diagnostic) String() string {
	s := d.Message
	if d.File != "" {
		s = fmt.Sprintf("%s:%d:%d: %s", escape.Printable(d.File), d.Line, d.Column, s)
	}
	if d.Hint == "" {
		return s
	}
	return s + " (" + d.Hint + ")"
}

// Diagnostics are findings in the order in which they are reported.
type Diagnostics []Diagnostic

// Errors returns the findings that prevent the use of a file.
func (ds Diagnostics) Errors() Diagnostics { return ds.of(Error) }

// Warnings returns the findings that do not prevent the use of a file.
func (ds Diagnostics) Warnings() Diagnostics { return ds.of(Warning) }

// HasErrors reports whether any finding is an error.
func (ds Diagnostics) HasErrors() bool { return len(ds.Errors()) > 0 }

func (ds Diagnostics) of(severity Severity) Diagnostics {
	return slices.DeleteFunc(slices.Clone(ds), func(d Diagnostic) bool { return d.Severity != severity })
}

// inOrder sorts the findings of one file by position and removes duplicates: a value
// with an anchor is read once for each of its aliases.
func (ds Diagnostics) inOrder() Diagnostics {
	ds = slices.Clone(ds)
	slices.SortStableFunc(ds, func(a, b Diagnostic) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column),
			cmp.Compare(a.Code, b.Code), cmp.Compare(a.Message, b.Message), cmp.Compare(a.Hint, b.Hint))
	})
	return slices.Compact(ds)
}
