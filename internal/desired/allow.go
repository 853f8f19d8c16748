package desired

import (
	"slices"

	"clusterctl/internal/escape"
	"clusterctl/internal/policy"
)

// allowedCodes returns the codes that policy.allow accepts: those of all warnings.
func allowedCodes() []string {
	codes := policy.PlanCodes()
	for _, rule := range Rules() {
		if rule.Severity == Warning {
			codes = append(codes, string(rule.Code))
		}
	}
	slices.Sort(codes)
	return codes
}

// warningCode reads the code of a warning.
func (r *reader) warningCode(v value) (string, bool) {
	code, ok := r.text(v)
	isError := func(rule Rule) bool { return string(rule.Code) == code && rule.Severity == Error }
	switch {
	case !ok || slices.Contains(allowedCodes(), code):
		return code, ok
	case slices.ContainsFunc(Rules(), isError):
		r.fail(v.node, codeUnknownCode, escape.Quote(code)+" is the code of an error, which cannot be allowed", "list only codes of warnings")
	default:
		r.fail(v.node, codeUnknownCode, "unknown code "+escape.Quote(code), suggest(code, allowedCodes()))
	}
	return "", false
}
