package escape_test

import (
	"bytes"
	"encoding/json"
	"regexp"
	"strings"
	"testing"
	"unicode"

	"pgregory.net/rapid"

	"clusterctl/internal/escape"
)

func TestText(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, in, want string }{
		{"plain", "va-1, zürich 東京 😀", "va-1, zürich 東京 😀"},
		{"GitHub", "::error::x", `\u003a:error::x`},
		{"GitHub behind blanks", "  ::error::x", `  \u003a:error::x`},
		{"GitHub where a line may be wrapped", "a ::error::x", `a \u003a:error::x`},
		{"no command", "std::map [::1]", "std::map [::1]"},
		{"GitHub of old", "a##[add-mask]x", `a\u0023#[add-mask]x`},
		{"Azure", "a##vso[task.prependpath]x", `a\u0023#vso[task.prependpath]x`},
		{"TeamCity", "##teamcity[x]", `\u0023#teamcity[x]`},
		{"more of it", "####[x]", `##\u0023#[x]`},
		{"Azure in disguise", "#\u200b#vso[x]", `#\u200b#vso[x]`},
		{"Azure in another disguise", "#\u034f#vso[x]", `#\u034f#vso[x]`},
		{"GitLab", "section_start:1:x\r\x1b[0Kx", `section_start:1:x\u000d\u001b[0Kx`},
		{"bidirectional", "\u202ea\u2066", `\u202ea\u2066`},
		{"no width", "a\ufe0f\u3164\U000E0041", `a\ufe0f\u3164\U000e0041`},
		{"the last of 16 bits, the first of more", "\uffff\U00010000\U000E0001", "\\uffff\U00010000\\U000e0001"},
		{"no UTF-8", "a\x9b31m", "a\uFFFD31m"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got := escape.Text(tt.in)
			if got != tt.want {
				t.Errorf("%q, want %q", got, tt.want)
			}
			if again := escape.Text(got); again != got {
				t.Errorf("escaped again it is %q", again)
			}
		})
	}
}

func TestJSON(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"":                        "",
		"{\r\n\t\"a\": \"b\"\n}":  "{\r\n\t\"a\": \"b\"\n}",
		"\"\u202ea\u200b\"":       `"\u202ea\u200b"`,
		"\"\uffff\U000E0041\"":    `"\uffff\udb40\udc41"`,
		"\"\x9b\"":                "\"\uFFFD\"",
		`"::a", "b\n::c", "d::e"`: `"\u003a:a", "b\n\u003a:c", "d::e"`,
		`"##[a", "##"`:            `"\u0023#[a", "##"`,
	} {
		if got := string(escape.JSON([]byte(in))); got != want {
			t.Errorf("%q became %q, want %q", in, got, want)
		}
	}
}

func TestQuote(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("ä", 79)
	for _, tt := range []struct{ in, want, inASCII string }{
		{"", `""`, `""`},
		{"va-1", `"va-1"`, `"va-1"`},
		{"a\"b\x1b", `"a\"b\x1b"`, `"a\"b\x1b"`},
		{"é\xff", `"é\xff"`, `"\u00e9\xff"`},
		{long, `"` + long + `"`, `"` + strings.Repeat(`\u00e4`, 79) + `"`},
		{long + "b", `"` + long + `b"`, `"` + strings.Repeat(`\u00e4`, 79) + `b"`},
		{long + "bc", `"` + long + `b…"`, `"` + strings.Repeat(`\u00e4`, 79) + `b\u2026"`},
		{long + "bcd", `"` + long + `b…"`, `"` + strings.Repeat(`\u00e4`, 79) + `b\u2026"`},
	} {
		if got := escape.Quote(tt.in); got != tt.want {
			t.Errorf("%q is quoted as %s, want %s", tt.in, got, tt.want)
		}
		if got := escape.QuoteASCII(tt.in); got != tt.inASCII {
			t.Errorf("%q is quoted in ASCII as %s, want %s", tt.in, got, tt.inASCII)
		}
	}
}

func TestPrintable(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"":                "",
		"a/ö \"b\\c.yaml": "a/ö \"b\\c.yaml",
		"a\x1b[2Kb":       `a\x1b[2Kb`,
		"\u202ea":         `\u202ea`,
		"a\nb":            `a\nb`,
	} {
		if got := escape.Printable(in); got != want {
			t.Errorf("%q became %q, want %q", in, got, want)
		}
	}
}

func TestIsHidden(t *testing.T) {
	t.Parallel()
	for _, r := range "\n\u00a0\u200b\u202e\ufe0f\u034f\u2028\x7f\u115f\U000E0100" {
		if !escape.IsHidden(r) {
			t.Errorf("%U is not hidden", r)
		}
	}
	for _, r := range " a~ä東😀…" {
		if escape.IsHidden(r) {
			t.Errorf("%U is hidden", r)
		}
	}
}

// dangerous matches what some CI system reads as a command.
var dangerous = regexp.MustCompile(`(?m)^\s*::|##[A-Za-z]*\[`)

// JSON keeps the value, and the results of Text and JSON have nothing dangerous.
func TestLaws(t *testing.T) {
	t.Parallel()
	pieces := rapid.SampledFrom([]string{
		"::", ":", "##", "#", "[", "vso[", "teamcity[", "add-mask]", " ", "\n", "\t", "\r", "\\", `"`, "n", "u003a",
		"\u202e", "\u200b", "\u009b", "\x1b", "\ufe0f", "\U000E0041", "\u2028", "a", "é", "😀", "<", "&",
	})
	rapid.Check(t, func(t *rapid.T) {
		s := strings.Join(rapid.SliceOfN(pieces, 0, 12).Draw(t, "pieces"), "")
		if got := escape.Text(s); dangerous.MatchString(got) || strings.ContainsFunc(got, escape.IsHidden) {
			t.Fatalf("text %q", got)
		}
		var document bytes.Buffer
		encoder := json.NewEncoder(&document)
		encoder.SetEscapeHTML(false)
		encoder.SetIndent("", "\t")
		want := map[string]any{s: []any{s, map[string]any{"x": s}}}
		if err := encoder.Encode(want); err != nil {
			t.Fatal(err)
		}
		got := escape.JSON(document.Bytes())
		if dangerous.Match(got) || strings.ContainsFunc(string(got), func(r rune) bool { return escape.IsHidden(r) && !unicode.IsSpace(r) }) {
			t.Fatalf("JSON %s", got)
		}
		var read, original any
		if err := json.Unmarshal(got, &read); err != nil {
			t.Fatalf("%v: %s", err, got)
		}
		if err := json.Unmarshal(document.Bytes(), &original); err != nil {
			t.Fatal(err)
		}
		a, _ := json.Marshal(read)     // they were just decoded
		b, _ := json.Marshal(original) // so they encode
		if !bytes.Equal(a, b) {
			t.Fatalf("%s reads back as %s", b, a)
		}
	})
}
