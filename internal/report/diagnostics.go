package report

import (
	"fmt"

	"clusterctl/internal/desired"
	"clusterctl/internal/planner"
)

// diagnosticsDocument is the JSON report of validate.
type diagnosticsDocument struct {
	FormatVersion string              `json:"formatVersion"`
	Tool          string              `json:"tool"`
	Diagnostics   desired.Diagnostics `json:"diagnostics"`
}

// OfDiagnostics returns the report of validate. With isStrict, warnings fail it.
func OfDiagnostics(tool string, found desired.Diagnostics, isStrict bool) Document {
	if found == nil {
		found = desired.Diagnostics{}
	}
	d := Document{
		Kind: "validate", Nothing: "no findings", Tool: tool, Data: diagnosticsDocument{planner.FormatVersion, tool, found}, Verdict: diagnosticsVerdict(found),
		Groups:  []Group{{Kind: string(desired.Error), Title: "error", Plural: "errors"}, warningGroup()},
		Comment: Comment{Whole: "the JSON report"}, Rendering: Rendering{Strict: isStrict},
	}
	for _, r := range desired.Rules() {
		d.Rules = append(d.Rules, Rule{string(r.Code), r.Summary, diagnosticLevel(r.Severity)})
	}
	for _, f := range found {
		d.Items = append(d.Items, diagnosticItem(f, isStrict))
	}
	return d.printable()
}

func diagnosticsVerdict(found desired.Diagnostics) string {
	if len(found) == 0 {
		return "No findings."
	}
	return fmt.Sprintf("Findings: %s, %s.", Count(len(found.Errors()), "error"), Count(len(found.Warnings()), "warning"))
}

func diagnosticItem(f desired.Diagnostic, isStrict bool) Item {
	message := f.Message + Remark(f.Hint)
	i := Item{
		Kind: string(f.Severity), What: string(f.Code), Rule: string(f.Code), Source: f.Source(),
		Message: message, Line: fmt.Sprintf("%s: %s", f.Severity, f), Identity: []string{f.Message},
		Level: diagnosticLevel(f.Severity), Test: Test{Result: Fails, Reason: message},
	}
	if f.Rule != "" { // SARIF takes it for a part of the code
		i.Rule += "/" + f.Rule
	}
	if f.Severity == desired.Warning && !isStrict {
		i.Test.Result = Skips
	}
	return i
}

func diagnosticLevel(s desired.Severity) Level {
	if s == desired.Warning {
		return Suspect
	}
	return Serious
}
