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

// TestSyntaxHints checks that common syntax errors come with a remedy.
func TestSyntaxHints(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"a: b: c\n":                           `put a value that contains ": " in quotes, or check the indentation`,
		"a: - b\n":                            "check the indentation",
		"a: 1\nb\nc: 2\n":                     "write a colon and a space after the key",
		"a: [b\nc: d\n":                       "add a comma, or close the list with ]",
		"a: {b: c\nd: e\n":                    "add a comma, or close the map with }",
		"- a\nb: c\n":                         "check the indentation",
		"a: b\n c\n- d\n":                     "check the indentation and the brackets",
		"a: \"b\n\tc: d\n":                    "close the quote",
		"a: `b\n":                             "indent with spaces, not tabs, and put a value that starts with @, % or a backquote in quotes",
		"a: \"b\\q\"\n":                       `write \\ for a backslash in double quotes`,
		"a: 1\n<<<<<<< ours\nb: 2\n=======\n": "resolve the merge conflict",
		"l:\n- a: 1\n<<<<<<< ours\n  b: 2\n":  "resolve the merge conflict",
		"l:\n  - a: 1\n=======\n  - b: 2\nc: 2\n": "resolve the merge conflict",
		"a: ]\n": "",
	} {
		text := NewText([]byte(text))
		text.Parse("")
		found := text.Findings()
		if len(found) != 1 || found[0].Code != SyntaxError || found[0].Hint != want {
			t.Errorf("%q: %+v, want %q", text.data, found, want)
		}
	}
}
