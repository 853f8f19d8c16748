package desired

import (
	"strings"

	"clusterctl/internal/escape"
	"clusterctl/internal/spelling"
)

// suggest is the hint for a word that is not known: the nearest of the known
// ones or, where none is near, all of them.
func suggest(word string, known []string) string {
	if near, ok := spelling.Nearest(word, known); ok {
		return "did you mean " + escape.Quote(near) + "?"
	}
	return oneOf(known)
}

func oneOf(known []string) string { return "one of " + strings.Join(known, ", ") }
