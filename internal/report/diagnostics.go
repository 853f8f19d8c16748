package report

import (
	"fmt"
	"io"

	"clusterctl/internal/desired"
	"clusterctl/internal/planner"
)

// Diagnostics is the document of validate.
type Diagnostics struct {
	FormatVersion string              `json:"formatVersion"`
	Tool          string              `json:"tool"`
	Diagnostics   desired.Diagnostics `json:"diagnostics"`

	// Strict is whether warnings count.
	Strict bool `json:"-"`
}

// DiagnosticsDocument makes the document of validate.
func DiagnosticsDocument(tool string, found desired.Diagnostics) Diagnostics {
	if found == nil {
		found = desired.Diagnostics{}
	}
	return Diagnostics{FormatVersion: planner.FormatVersion, Tool: tool, Diagnostics: found}
}

// DiagnosticsVerdict counts the findings.
func DiagnosticsVerdict(d Diagnostics) string {
	if len(d.Diagnostics) == 0 {
		return "No findings."
	}
	return fmt.Sprintf("Findings: %s, %s.", Count(len(d.Diagnostics.Errors()), "error"), Count(len(d.Diagnostics.Warnings()), "warning"))
}

// Diagnostics writes findings, one a line.
func (t Text) Diagnostics(w io.Writer, d Diagnostics) error {
	out := &document{to: w}
	for _, found := range d.Diagnostics {
		fmt.Fprintf(out, "%s: %s\n", found.Severity, Printable(found.String()))
	}
	fmt.Fprintln(out, DiagnosticsVerdict(d))
	return out.flush()
}

// withHint is what a finding says, without its place.
func withHint(d desired.Diagnostic) string {
	if d.Hint == "" {
		return d.Message
	}
	return d.Message + " (" + d.Hint + ")"
}
