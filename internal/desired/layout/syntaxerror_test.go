package layout

import (
	"errors"
	"fmt"
	"slices"
	"testing"
)

// TestSplitParserError checks that any parser error can be split.
func TestSplitParserError(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"yaml: line 3: did not find": "3 did not find", "line 12: a": "12 a", "yaml: a": "1 a", "a": "1 a", "": "1 ",
		"yaml: line 0: a": "1 a", "line 99999999999999999999: a": "1 a", "yaml: line 2: a\nline 3: b": "2 a\nline 3: b", "yaml: line 1:  a ": "1 a",
		"line x: a": "1 line x: a",
	} {
		line, problem := splitParserError(errors.New(text))
		if got := fmt.Sprint(line, " ", problem); got != want {
			t.Errorf("%q: %q", text, got)
		}
	}
}

// TestOpenBrackets checks the offsets of the brackets that are open at the end of a text.
func TestOpenBrackets(t *testing.T) {
	t.Parallel()
	for text, want := range map[string][]int{
		"": nil, "a": nil, "[": {0}, "a: {": {3}, "[[{": {0, 1, 2}, "[]": {}, "[[]": {0}, "[]]{": nil, "[]] {": {4}, "a[": nil, "[a[": {0, 2},
		"# [\n{": {4}, "a# [": {3}, "# [": nil, "'[' [": {4}, `"\"[" [`: {6}, "a'[": nil, "a 'b": nil, "['": {0}, "a: ['b': {": {3, 9},
	} {
		if got := openBrackets([]byte(text)); !slices.Equal(got, want) {
			t.Errorf("%q: %v", text, got)
		}
	}
}

// TestPlacesOfSyntaxErrors checks the places of syntax errors, also in the first and the
// last character.
func TestPlacesOfSyntaxErrors(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"]": "syntax-error 1:1", "@": "syntax-error 1:1", "a: @": "syntax-error 1:4", "a: b\nc: ]": "syntax-error 2:4", "a: [b": "syntax-error 1:4",
		"a: [b, {c": "syntax-error 1:8", "é: [b}\n": "syntax-error 1:6", "a: [b]\nc: ]\n": "syntax-error 2:4", "a: *x": "unknown-anchor 1:4",
		"a: b\né: *xy\n": "unknown-anchor 2:4",
	} {
		if got := parsed(text); got != want {
			t.Errorf("%q: %s", text, got)
		}
	}
}
