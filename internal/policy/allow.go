package policy

import "slices"

// The codes of the warnings that planning adds to those about the files.
const (
	CodeNotText      = "value-not-text"         // values that are not strings
	CodeNoFormerName = "renamed-from-unmatched" // a create with a former name that no cluster has
)

// PlanCodes returns the codes of the warnings that planning adds.
func PlanCodes() []string { return []string{CodeNoFormerName, CodeNotText} }

// Allows reports whether warnings with a code are silenced.
func (p Policy) Allows(code string) bool { return slices.Contains(p.Allow, code) }
