package layout

import (
	"strconv"
	"strings"
	"testing"

	"gopkg.in/yaml.v3"
)

// TestParse checks which documents are returned, and whether these are all.
func TestParse(t *testing.T) {
	t.Parallel()
	const cycle, next = "a: &a [*a]\n", "\n---\n"
	for name, tc := range map[string]struct {
		text, roots string
		complete    bool
	}{
		"one":                          {"a: 1", "1", true},
		"three":                        {"a: 1\n---\nb: 2\n---\nc: 3", "1 3 5", true},
		"comments between":             {"a: 1\n---\n# c\n---\nc: 3", "1 5", true},
		"JSON":                         {`{"a": 1}`, "1", true},
		"the only one is unsafe":       {cycle, "", false},
		"the first is unsafe":          {cycle + next + "b: 1", "4", false},
		"the last is unsafe":           {"b: 1" + next + cycle, "1", false},
		"one of three is unsafe":       {"b: 1" + next + cycle + next + "c: 1", "1 6", false},
		"unsafe JSON":                  {strings.Repeat("[", MaxDepth+1) + strings.Repeat("]", MaxDepth+1), "", false},
		"no YAML":                      {"a: ]", "", false},
		"no YAML behind one":           {"a: 1\n---\na: ]", "1", false},
		"no YAML behind an unsafe one": {cycle + next + "a: ]", "", false},
		"no YAML behind one of each":   {"b: 1" + next + cycle + next + "a: ]", "1", false},
		"nothing":                      {"", "", false},
		"only comments":                {"# c\n---\n# d", "", false},
		"a character that is no text":  {"a: \x00", "", false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			text := NewText([]byte(tc.text))
			roots, complete := text.Parse("")
			if got := linesOf(roots); got != tc.roots || complete != tc.complete {
				t.Errorf("documents at %q, complete: %t", got, complete)
			}
			if found := text.Findings(); (len(found) == 0) != tc.complete {
				t.Errorf("found %v", found)
			}
		})
	}
}

func linesOf(roots []*yaml.Node) string {
	var lines []string
	for _, root := range roots {
		lines = append(lines, strconv.Itoa(root.Line))
	}
	return strings.Join(lines, " ")
}
