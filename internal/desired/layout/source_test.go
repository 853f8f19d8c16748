package layout

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// TestReadBlockScalar checks the lines and the header of a block scalar in a block that is
// indented by two, and where both end (at each ^).
func TestReadBlockScalar(t *testing.T) {
	t.Parallel()
	for marked, want := range map[string]string{
		"|^":                              `| "" false []`,
		"|^\n^":                           `| "" false []`,
		">-^ # c\n   a\n^":                `> "-" false ["a"]`,
		"|+^\n   a\n\n^":                  `| "+" false ["a" ""]`,
		"|2^\n     a\n    b\n^   c\n":     `| "" true [" a" "b"]`,
		"|2-^\n    a\n^":                  `| "-" true ["a"]`,
		"|-2^\n    a\n^":                  `| "-" true ["a"]`,
		"|9^\n           a\n^          b": `| "" true ["a"]`,
		"|^\n   a\n     b\n   c\n^  d: e": `| "" false ["a" "  b" "c"]`,
		"|^\n   a\n^\n\n  d: e":           `| "" false ["a"]`,
		"|^\n   a\n\n   b\n^":             `| "" false ["a" "" "b"]`,
		"|^\n\n   a\n^":                   `| "" false ["" "a"]`,
		"|^\n    \n    a\n^":              `| "" false ["" "a"]`,
		"|^\n   a\n     \n^":              `| "" false ["a" "  "]`,
		"|^\n   a\n^   \n":                `| "" false ["a"]`,
		"|^\n   a^":                       `| "" false ["a"]`,
		"|+^\n   a\n^   ":                 `| "+" false ["a"]`,
		"|+^\n   a\n    ^":                `| "+" false ["a" " "]`,
		"|^\n^  a: b":                     `| "" false []`,
		"|+^\n\n^  a: b":                  `| "+" false [""]`,
	} {
		text := "k: " + strings.ReplaceAll(marked, "^", "")
		b := readBlockScalar([]byte(text), len("k: "), 2)
		header := len("k: ") + strings.IndexByte(marked, '^')
		end := len("k: ") + strings.LastIndexByte(marked, '^')
		if end > header {
			end--
		} else {
			end = len(text)
		}
		got := fmt.Sprintf("%c %q %t %q", b.style, b.chomping, b.explicit, b.lines)
		if got != want || b.headerEnd != header || b.end != end {
			t.Errorf("%q: %s, ends %d, %d, want %d, %d", text, got, b.headerEnd, b.end, header, end)
		}
	}
}

// TestReset checks that a reset source keeps nothing, however many entries it was used for.
func TestReset(t *testing.T) {
	t.Parallel()
	text := []byte("# c\n\n---\n\na: [b]\n")
	roots, err := decode(text)
	if err != nil {
		t.Fatal(err)
	}
	s := newSource(text)
	sizes := func() []int { return []int{len(s.text), len(s.places), len(s.blank), len(s.comments), len(s.markers)} }
	if s.scan(wholePart(text), roots...) != nil || slices.Contains(sizes(), 0) {
		t.Errorf("found %v", sizes())
	}
	if s.reset(nil); slices.Max(sizes()) > 0 {
		t.Errorf("kept %v", sizes())
	}
}
