package spelling_test

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"clusterctl/internal/spelling"
)

func TestNearest(t *testing.T) {
	t.Parallel()
	known := []string{"plan", "apply", "drift", "validate", "max-deletes", "WARN", "id"}
	tests := map[string]struct{ word, want string }{
		"a letter missing":         {"pln", "plan"},
		"a letter too many":        {"plann", "plan"},
		"another letter":           {"plen", "plan"},
		"two letters swapped":      {"paln", "plan"},
		"upper case":               {"DRIFT", "drift"},
		"known in upper case":      {"warn", "WARN"},
		"known, and more":          {"warning", "WARN"},
		"several letters":          {"maxdelete", "max-deletes"},
		"nothing of it":            {"xqzt", ""},
		"short, and one letter":    {"ip", ""},
		"short, and at the front":  {"idea", ""},
		"no word":                  {"", ""},
		"longer than any":          {strings.Repeat("plan", 11), ""},
		"as it is":                 {"id", "id"},
		"two thirds of it another": {"apxxx", ""},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, ok := spelling.Nearest(tt.word, known)
			if got != tt.want || ok != (tt.want != "") {
				t.Errorf("nearest to %q is %q, %t, want %q", tt.word, got, ok, tt.want)
			}
		})
	}
}

func TestOfTwoAsNearTheFirstCounts(t *testing.T) {
	t.Parallel()
	for _, known := range [][]string{{"plan", "plat"}, {"plat", "plan"}} {
		if got, _ := spelling.Nearest("plas", known); got != known[0] {
			t.Errorf("of %q it is %q", known, got)
		}
	}
}

// TestNearestIsOneOfTheKnown checks that the result is known, and is the word itself if
// that is known.
func TestNearestIsOneOfTheKnown(t *testing.T) {
	t.Parallel()
	word := rapid.StringMatching(`[a-e-]{0,12}`)
	rapid.Check(t, func(t *rapid.T) {
		w, known := word.Draw(t, "word"), rapid.SliceOf(word).Draw(t, "known")
		got, ok := spelling.Nearest(w, known)
		if ok && !slices.Contains(known, got) {
			t.Fatalf("%q is not known", got)
		}
		if slices.Contains(known, w) && got != w {
			t.Fatalf("%q is known, but %q is nearer", w, got)
		}
	})
}
