package html

// kind is what an item is one of: an action, a finding, a way to drift or an
// outcome. Its word may be anything, in a plan that somebody made up.
type kind struct{ word string }

// Kind is the word as it is shown.
func (k kind) Kind() shown { return show(k.word) }

// Sign marks the kind for whoever does not see colours. There is none for a
// word that nobody knows.
func (k kind) Sign() string {
	switch k.word {
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

// Class is the word where it is one that is known. It alone stands in
// attributes.
func (k kind) Class() string {
	if k.Sign() == "" {
		return "other"
	}
	return k.word
}
