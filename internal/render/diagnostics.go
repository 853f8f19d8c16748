package render

import (
	"clusterctl/internal/desired"
	"clusterctl/internal/planner"
)

// Diagnostics is the document of validate.
type Diagnostics struct {
	FormatVersion string              `json:"formatVersion"`
	Tool          string              `json:"tool"`
	Diagnostics   desired.Diagnostics `json:"diagnostics"`
}

// DiagnosticsDocument makes the document of validate.
func DiagnosticsDocument(tool string, found desired.Diagnostics) Diagnostics {
	if found == nil {
		found = desired.Diagnostics{}
	}
	return Diagnostics{FormatVersion: planner.FormatVersion, Tool: tool, Diagnostics: found}
}
