package layout

import (
	"strings"
	"testing"
)

// TestSplit checks where a text is cut (at each |), and that it is not cut if the starts of
// lines do not show where entries are.
func TestSplit(t *testing.T) {
	t.Parallel()
	for name, cut := range map[string]string{
		"nothing":                       "",
		"no list":                       "version: 1\n",
		"no entry":                      "clusters:\nversion: 1\n",
		"an entry":                      "clusters:\n|- a",
		"three entries":                 "clusters:\n|- a\n|- b\n|- c\n",
		"indented":                      "clusters:\n|  - a\n    b\n|  - c\n",
		"quoted":                        "'clusters': # c\n|- a\n",
		"a key behind them":             "clusters:\n|- a\n|version: 1\n",
		"a list behind them":            "clusters:\n|- a\n|others:\n- b\n",
		"a list within":                 "clusters:\n|- a:\n  - b\n|- c\n",
		"comments and blank lines":      "# a\nclusters:\n# b\n\n|- a\n\n# c\n|- b\n# d\n",
		"a document behind them":        "clusters:\n|- a\n|---\nversion: 1\n",
		"an end behind them":            "clusters:\n|- a\n|...\n",
		"a list in each document":       "clusters:\n|- a\n|---\nclusters:\n|- b\n|...\n---\nclusters:\n|- c\n",
		"a list in the second document": "a: b\n---\nclusters:\n|- b\n",
		"a value":                       "clusters: all\n- a\n",
		"a value that begins with #":    "clusters:#\n- a\n",
		"another key":                   "clusters2:\n- a\n",
		"a key within":                  "x:\n  clusters:\n  - a\n",
		"two lists":                     "clusters:\n- a\nclusters:\n- b\n",
		"two lists, one of them empty":  "clusters:\nclusters:\n- b\n",
		"a directive":                   "%YAML 1.1\n---\nclusters:\n- a\n",
		"a directive behind them":       "clusters:\n- a\n%TAG\n",
		"less indented":                 "clusters:\n  - a\n - b\n",
		"a tab":                         "clusters:\n- a\n\tb\n",
		"no entry first":                "clusters:\n  a\n- b\n",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			text := strings.ReplaceAll(cut, "|", "")
			var parts []string
			line := 1
			for _, s := range split([]byte(text)) {
				part := text[s.start:s.end]
				if s.line != line || s.marked != (strings.HasPrefix(part, "---") || strings.HasPrefix(part, "...")) {
					t.Errorf("%q: %+v", part, s)
				}
				parts, line = append(parts, part), line+strings.Count(part, "\n")
			}
			if got := strings.Join(parts, "|"); got != cut {
				t.Errorf("cut as %q", got)
			}
		})
	}
}
