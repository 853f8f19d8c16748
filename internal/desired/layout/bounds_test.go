package layout

import (
	"fmt"
	"strings"
	"testing"

	"gopkg.in/yaml.v3"
)

// parsed returns the codes and places of the findings in a text.
func parsed(text string) string {
	t := NewText([]byte(text))
	t.Parse("")
	var found []string
	for _, f := range t.Findings() {
		found = append(found, fmt.Sprintf("%s %d:%d", f.Code, f.Line, f.Column))
	}
	return strings.Join(found, ", ")
}

// TestLimits checks texts at each limit, and just above it.
func TestLimits(t *testing.T) {
	t.Parallel()
	nested := func(depth int) string { return strings.Repeat("[", depth) + strings.Repeat("]", depth) }
	thousand := "a: &a [" + strings.Repeat("x, ", 999) + "]\nb: &b x\nc: [" + strings.Repeat("*a, ", maxExpansion/1000)
	broken := func(size int) string {
		const end = "\na: ]"
		return "#" + strings.Repeat("x", size-1-len(end)) + end
	}
	for _, tc := range []struct{ name, text, want string }{
		{"depth", "a: " + nested(MaxDepth-1), ""},
		{"depth, more", "a: " + nested(MaxDepth), "too-deep 1:103"},
		{"depth of an alias", "a: &a " + nested(MaxDepth-2) + "\nb: [*a]", ""},
		{"depth of an alias, more", "a: &a " + nested(MaxDepth-1) + "\nb: [*a]", "too-deep 2:5"},
		{"expansion", thousand + "]", ""},
		{"expansion, more", thousand + "*b]", "alias-expansion 3:4005"},
		{"expansion in two documents", thousand + "]\n---\na: &a x\nb: *a", "alias-expansion 6:4"},
		{"a searched syntax error", broken(maxSearched), "syntax-error 2:4"},
		{"a syntax error in a larger text", broken(maxSearched + 1), "syntax-error 1:1"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			if got := parsed(tc.text); got != tc.want {
				t.Errorf("got %q, want %q", got, tc.want)
			}
		})
	}
}

func TestIsText(t *testing.T) {
	t.Parallel()
	const allowed = "\t\n\r ~\u00A0é\uD7FF\uE000\uFFFD\U00010000\U0010FFFF"
	for _, c := range allowed {
		if !isText(c) {
			t.Errorf("%U is refused", c)
		}
	}
	for _, c := range []rune{0, 8, 0xB, 0x1F, 0x7F, 0x80, 0x85, 0x9F, 0x2028, 0x2029, 0xFEFF, 0xFFFE, 0xFFFF} {
		if isText(c) {
			t.Errorf("%U is allowed", c)
		}
	}
}

func TestLineEnding(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"": "\n", "a": "\n", "a\nb\r\n": "\n", "a\r\nb\n": "\r\n", "a\rb\n": "\r", "\r": "\r", "\r\n": "\r\n", "\n\r": "\n",
	} {
		if got := lineEnding([]byte(text)); got != want {
			t.Errorf("%q: %q", text, got)
		}
	}
}

// TestWordsInQuotes checks which texts are written without quotes.
func TestWordsInQuotes(t *testing.T) {
	t.Parallel()
	for word, isPlain := range map[string]bool{
		"a": true, "va-1": true, "O'Hara (Jr.) & sons, a_b/c@d+e; f": true, "東京": true, "7b": true,
		"": false, " a": false, "a ": false, "-a": false, "(a": false, "a:b": false, "a#": false, "a\u200b": false,
		"yes": false, "OFF": false, "n": false, "null": false, "1": false, "1.5": false, "2026-11-22": false, "true": false,
	} {
		n := &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: word}
		if got := yamlWord(n); (got == word) != isPlain || !isPlain && !strings.HasPrefix(got, `"`) {
			t.Errorf("%q is written as %s", word, got)
		}
	}
}
