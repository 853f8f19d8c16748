package html

// sign marks a kind for whoever does not see colours: an action, a finding, a way to
// drift or an outcome. There is none for a word that nobody knows, which may be
// anything in a plan that somebody made up.
func sign(kind string) string {
	switch kind {
	case "create":
		return "+"
	case "delete", "missing":
		return "−"
	case "update", "set-log", "changed":
		return "~"
	case "blocked", "irreversible", "warning", "conflict", "failed", "not-applied", "unverified", "unknown", "in-doubt":
		return "!"
	case "applied", "satisfied":
		return "✓"
	case "unchanged":
		return "="
	case "unmanaged", "lapsed":
		return "?"
	case "ignored", "skipped", "not-attempted", "known":
		return "·"
	default:
		return ""
	}
}

// class is the word of a kind that is known. It alone stands in attributes.
func class(kind string) string {
	if sign(kind) == "" {
		return "other"
	}
	return kind
}
