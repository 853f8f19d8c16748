package text

import (
	"strings"
	"testing"

	"clusterctl/internal/report"

	"github.com/google/go-cmp/cmp"
)

func TestCells(t *testing.T) {
	t.Parallel()
	tests := map[string]int{
		"":              0,
		"va-austin":     9,
		"ドイツ-クラスタ":      15,
		"va-é":          4, // composed
		"va-e\u0301":    4, // and not
		"🚀":             2,
		"🇩🇪":            2,
		"서울":            4,
		"\\u001b":       6, // what Printable makes of it
		"\u0e01\u0e34x": 2, // Thai, with a vowel above
	}
	for text, want := range tests {
		if got := cells(text); got != want {
			t.Errorf("%q takes %d cells, want %d", text, got, want)
		}
		if got := cells(padded(text, 20)); got != 20 {
			t.Errorf("%q, padded, takes %d cells, want 20", text, got)
		}
	}
}

func TestShortened(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		text string
		room int
		want string
	}{
		"fits":                     {"abcdef", 6, "abcdef"},
		"odd":                      {"abcdefgh", 5, "ab…gh"},
		"even":                     {"abcdefgh", 6, "abc…gh"},
		"wide":                     {"ドイツ-クラスタ", 9, "ドイ…スタ"},
		"never half of a wide one": {"ドイツ-クラスタ", 8, "ドイ…タ"},
		"a mark stays":             {"e\u0301e\u0301e\u0301e\u0301", 3, "e\u0301…e\u0301"},
		"nothing but the sign":     {"abc", 1, "…"},
		"no room at all":           {"abc", 0, "…"},
	}
	for name, tt := range tests {
		if got := shortened(tt.text, tt.room); got != tt.want {
			t.Errorf("%s: %q, want %q", name, got, tt.want)
		}
	}
}

func TestEntries(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		width int
		entry entry
		want  string
	}{
		"no terminal": {0, entry{"!", "blocked va", strings.Repeat("so ", 40) + "on", "c.yaml:1:2"},
			"! blocked va: " + strings.Repeat("so ", 40) + "on  c.yaml:1:2\n"},
		"it fits":                {30, entry{"!", "blocked va", "so", "c.yaml:1:2"}, "! blocked va: so  c.yaml:1:2\n"},
		"it does not":            {24, entry{"!", "blocked va", "so it is, as it is", "c.yaml:1:2"}, "! blocked va:\n    so it is, as it is\n    c.yaml:1:2\n"},
		"the origin fits behind": {36, entry{"!", "blocked va", "so it is, as it is", "c.yaml:1:2"}, "! blocked va:\n    so it is, as it is  c.yaml:1:2\n"},
		"no message":             {20, entry{"!", "blocked va-austin", "", "c.yaml:1:2"}, "! blocked va-austin\n    c.yaml:1:2\n"},
		"a long message":         {16, entry{"!", "va", "one two three four", ""}, "! va:\n    one two\n    three four\n"},
		"a word too long":        {12, entry{"!", "va", "one twothreefour five", ""}, "! va:\n    one\n    twothreefour\n    five\n"},
		"a subject of many":      {12, entry{" ", "unmanaged ドイツ クラスタ", "", ""}, "  unmanaged\n    ドイツ\n    クラスタ\n"},
	}
	for name, tt := range tests {
		var b strings.Builder
		Format{Width: tt.width}.entry(&b, tt.entry)
		if diff := cmp.Diff(tt.want, b.String()); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

// A text that just fits does not change.
func TestWrappedFits(t *testing.T) {
	t.Parallel()
	for width, want := range map[int]string{0: "one two three", 15: "one two three", 14: "one two\n    three", 9: "one two\n    three", 8: "one\n    two\n    three"} {
		if got := (Format{Width: width}).wrapped("one two three", 2); got != want {
			t.Errorf("%d cells: %q, want %q", width, got, want)
		}
	}
}

// A spare column is left out only if the others do not fit. A column narrower than its least
// width does not shrink.
func TestSpareColumns(t *testing.T) {
	t.Parallel()
	table := report.Table{
		Columns: []report.Column{{Title: "NAME", Least: 2}, {Title: "KIND", Least: 6}, {Title: "LONG", Least: 5}, {Title: "MORE", Spare: 1}},
		Rows:    [][]report.Cell{{{Text: "va"}, {Text: "idn"}, {Text: "0123456789"}, {Text: "x"}}},
	}
	for width, want := range map[int]string{
		0:  "NAME  KIND  LONG        MORE\nva    idn   0123456789  x\n",
		28: "NAME  KIND  LONG        MORE\nva    idn   0123456789  x\n",
		23: "NAME  KIND  LONG   MORE\nva    idn   01…89  x\n",
		22: "NAME  KIND  LONG\nva    idn   0123456789\n",
		17: "NAME  KIND  LONG\nva    idn   01…89\n",
		16: "N…E  KIND  LONG\nva   idn   01…89\n",
	} {
		var b strings.Builder
		Format{Width: width}.table(&b, table)
		if diff := cmp.Diff(want, b.String()); diff != "" {
			t.Errorf("%d cells (-want +got):\n%s", width, diff)
		}
	}
}

func TestFieldsStandInColumns(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("x", widestColumn+1)
	fields := []field{
		{mark: report.MarkAdd, path: "/ドイツ", first: "1"},
		{mark: report.MarkChange, path: "/a", first: strings.Repeat("a", 50), between: " → ", second: strings.Repeat("a", 49) + "b", marks: [2]string{"- ", "+ "}},
		{mark: report.MarkRemove, path: long, first: "2"},
	}
	const want = `    + /ドイツ: 1
    ~ /a:
        - aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
        + aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab
    - xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx: 2
`
	var b strings.Builder
	Format{Width: 60}.fields(&b, fields)
	if diff := cmp.Diff(want, b.String()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// The widest column shrinks first, wherever it is.
func TestWidestColumnShrinks(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct{ before, after string }{
		"the first":  {"0123456789", "01234"},
		"the second": {"01234", "0123456789"},
	} {
		table := report.Table{
			Columns: []report.Column{{Title: "N"}, {Title: "A", Least: 3}, {Title: "B", Least: 3}},
			Rows:    [][]report.Cell{{{Text: "n"}, {Text: tt.before}, {Text: tt.after}}},
		}
		var b strings.Builder
		Format{Width: 1 + 2 + 5 + 2 + 7}.table(&b, table)
		want := strings.ReplaceAll("n  "+tt.before+"  "+tt.after+"\n", "0123456789", "012…789")
		if !strings.HasSuffix(b.String(), want) {
			t.Errorf("%s: %q, want %q", name, b.String(), want)
		}
	}
}
