package layout

import (
	"testing"

	"gopkg.in/yaml.v3"
)

// TestNeedsQuotes checks which plain strings get quotes on a line of their own.
func TestNeedsQuotes(t *testing.T) {
	t.Parallel()
	for s, want := range map[string]bool{
		"-": true, "?": true, ":": true, "---": true, "--- a": true, "---a": true, "...": true, "- a": true, "? a": true, ": a": true,
		"a:": true, "a: b": true, "a #b": true, "a\nb": true,
		"": false, "a": false, "--": false, "..": false, "-a": false, "?a": false, ":a": false, "a-": false, "a?": false,
		"a -": false, "a---": false, "a:b": false, "a#b": false, "a# b": false, "a b": false,
	} {
		if got := needsQuotes(s); got != want {
			t.Errorf("%q: %t", s, got)
		}
	}
}

// TestIsOnlyJSON checks which JSON strings are rewritten, because YAML has no such escape
// or character.
func TestIsOnlyJSON(t *testing.T) {
	t.Parallel()
	for written, want := range map[string]bool{
		`"a\/b"`: true, `"\ud83d\ude80"`: true, `"\uD83D"`: true, "\"\u007f\"": true, "\"\u2028\"": true,
		`""`: false, `"a"`: false, `"a/b"`: false, `"\\ \" \n"`: false, `"\u00e9 \u0000"`: false, `"é🚀"`: false,
	} {
		if got := isOnlyJSON(written); got != want {
			t.Errorf("%s: %t", written, got)
		}
	}
}

// TestIsAmbiguous checks which plain scalars need quotes to be text.
func TestIsAmbiguous(t *testing.T) {
	t.Parallel()
	for value, want := range map[string]bool{
		"y": true, "N": true, "yes": true, "NO": true, "on": true, "Off": true, "true": true, "False": true, "=": true, "~": true, "1": true, "1.5": true,
		"1:30": true, "-1:3": true, "+1_0:59:01.5_": true, "12:05": true, "0:0": true,
		"a": false, "yess": false, "==": false, "1:60": false, "1:": false, ":30": false, "_1:30": false, "1:300": false, "a1:30": false, "1:30a": false,
	} {
		n := &yaml.Node{Kind: yaml.ScalarNode, Value: value}
		n.Tag = n.ShortTag()
		if got := isAmbiguous(n); got != want {
			t.Errorf("%q: %t", value, got)
		}
		if n.Style = yaml.TaggedStyle; isAmbiguous(n) {
			t.Errorf("%q with a tag", value)
		}
	}
}
