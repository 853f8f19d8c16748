package spelling_test

import (
	"strings"
	"testing"

	"clusterctl/internal/spelling"
)

// TestNearestAtTheEdges has a word on either side of each limit.
func TestNearestAtTheEdges(t *testing.T) {
	t.Parallel()
	forty := strings.Repeat("abcd", 10)
	tests := map[string]struct{ word, known, want string }{
		"three letters, one wrong":             {"adx", "add", "add"},
		"two letters, one wrong":               {"ad", "ab", ""},
		"five letters, two wrong":              {"abxyz", "abcde", ""},
		"six letters, two wrong":               {"abcdxy", "abcdef", "abcdef"},
		"six letters, three wrong":             {"abcxyz", "abcdef", ""},
		"the first two swapped":                {"lpan", "plan", "plan"},
		"the last two swapped":                 {"plna", "plan", "plan"},
		"two pairs swapped":                    {"badc", "abcd", ""},
		"two pairs of six letters swapped":     {"bacdfe", "abcdef", "abcdef"},
		"three pairs of six letters swapped":   {"badcfe", "abcdef", ""},
		"five letters, two more in front":      {"xxabc", "abc", ""},
		"five letters, two more behind":        {"abcxx", "abc", ""},
		"three letters of five":                {"abc", "abcxx", ""},
		"three letters of five, at the end":    {"abc", "xxabc", ""},
		"one more in front":                    {"xabc", "abc", "abc"},
		"one more within":                      {"abxc", "abc", "abc"},
		"one less in front":                    {"bcd", "abcd", "abcd"},
		"one less within":                      {"abd", "abcd", "abcd"},
		"known word of four letters in front":  {"warnings", "warn", "warn"},
		"known word of three letters in front": {"offline", "off", ""},
		"as long as is compared":               {forty, forty, forty},
		"longer than is compared":              {forty + "a", forty + "a", ""},
		"counted in letters, not in bytes":     {strings.Repeat("é", 40), strings.Repeat("é", 40), strings.Repeat("é", 40)},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, ok := spelling.Nearest(tt.word, []string{tt.known})
			if got != tt.want || ok != (tt.want != "") {
				t.Errorf("nearest to %q is %q, %t, want %q", tt.word, got, ok, tt.want)
			}
		})
	}
}

// TestNearestOfSeveral has the nearest word in every position of the list.
func TestNearestOfSeveral(t *testing.T) {
	t.Parallel()
	others := []string{"abcdxy", "abcdxx", "abcxxx"}
	for place := range len(others) + 1 {
		known := append(append(append([]string{}, others[:place]...), "abcdeX"), others[place:]...)
		if got, ok := spelling.Nearest("abcdef", known); got != "abcdeX" || !ok {
			t.Errorf("nearest of %q is %q", known, got)
		}
	}
	if got, _ := spelling.Nearest("warnings", []string{"warnxngx", "warn"}); got != "warn" {
		t.Errorf("%q has two letters wrong, and warn is in front", got)
	}
	if got, ok := spelling.Nearest("abcdef", nil); got != "" || ok {
		t.Errorf("nearest of none is %q", got)
	}
}
