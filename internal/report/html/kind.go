package html

import "strings"

// sign marks a kind for readers who do not see colours: an action, a finding, a kind of drift
// or an outcome. An unknown kind has none: in a forged plan it could be anything.
func sign(kind string) string {
	switch kind {
	case "create", "only-in-b":
		return "+"
	case "delete", "missing", "only-in-a":
		return "−"
	case "update", "set-log", "changed":
		return "~"
	case "denied", "blocked", "irreversible", "warning", "conflict", "failed", "not-applied", "unverified", "unknown", "in-doubt", "rehearsal-failed":
		return "!"
	case "applied", "satisfied", "rehearsal":
		return "✓"
	case "unchanged":
		return "="
	case "unmanaged", "lapsed", "waived":
		return "?"
	case "ignored", "skipped", "not-attempted", "known":
		return "·"
	default:
		return ""
	}
}

// label returns a known kind in words, and any other as it is.
func label(kind string) string {
	switch {
	case kind == "set-log":
		return "set log config"
	case kind == "in-doubt":
		return "unknown outcome"
	case sign(kind) == "":
		return kind
	}
	return strings.ReplaceAll(kind, "-", " ")
}

// class returns a known kind, or other. No other text gets into attributes.
func class(kind string) string {
	if sign(kind) == "" {
		return "other"
	}
	return kind
}
