package desired

import (
	"cmp"
	"fmt"
	"slices"

	"clusterctl/internal/escape"
)

// Severity says whether a finding stops a file from being used.
type Severity string

// The severities of a diagnostic.
const (
	Error   Severity = "error"
	Warning Severity = "warning"
)

// Diagnostic is one finding. Line and Column, in characters, count from 1. Code is
// stable; Message and Hint are one printable line each.
type Diagnostic struct {
	File     string   `json:"file"`
	Line     int      `json:"line"`
	Column   int      `json:"column"`
	Severity Severity `json:"severity"`
	Code     Code     `json:"code"`
	Message  string   `json:"message"`
	Hint     string   `json:"hint,omitempty"`
}

// String is file:line:column: message (hint).
func (d Diagnostic) String() string {
	s := fmt.Sprintf("%s:%d:%d: %s", escape.Printable(d.File), d.Line, d.Column, d.Message)
	if d.Hint == "" {
		return s
	}
	return s + " (" + d.Hint + ")"
}

// Diagnostics are findings in the order they are reported in.
type Diagnostics []Diagnostic

// Errors are the findings that stop a file from being used.
func (ds Diagnostics) Errors() Diagnostics { return ds.of(Error) }

// Warnings are the findings that do not.
func (ds Diagnostics) Warnings() Diagnostics { return ds.of(Warning) }

// HasErrors reports whether any finding is an error.
func (ds Diagnostics) HasErrors() bool { return len(ds.Errors()) > 0 }

func (ds Diagnostics) of(severity Severity) Diagnostics {
	return slices.DeleteFunc(slices.Clone(ds), func(d Diagnostic) bool { return d.Severity != severity })
}

// inOrder sorts one file's findings by position and drops those that are found
// twice: what an alias points to is read wherever the alias stands.
func (ds Diagnostics) inOrder() Diagnostics {
	slices.SortStableFunc(ds, func(a, b Diagnostic) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column),
			cmp.Compare(a.Code, b.Code), cmp.Compare(a.Message, b.Message), cmp.Compare(a.Hint, b.Hint))
	})
	return slices.Compact(ds)
}
