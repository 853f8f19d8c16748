package cli

import (
	"strings"
	"testing"
)

func TestFolded(t *testing.T) {
	t.Parallel()
	eighty := strings.Repeat("x", 80)
	tests := map[string]struct{ text, front, want string }{
		"nothing":       {"", "", ""},
		"fits":          {"a  b\nc", "", "a b c"},
		"to the limit":  {eighty[:78] + " y", "", eighty[:78] + " y"},
		"one too many":  {eighty[:79] + " y", "  ", eighty[:79] + "\n  y"},
		"no way around": {"a " + eighty + "z b", "", "a\n" + eighty + "z\nb"},
	}
	for name, tt := range tests {
		if got := folded(tt.text, tt.front); got != tt.want {
			t.Errorf("%s: %q, want %q", name, got, tt.want)
		}
	}
}
