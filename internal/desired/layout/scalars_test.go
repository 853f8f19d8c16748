package layout

import (
	"slices"
	"strings"
	"testing"

	"gopkg.in/yaml.v3"
)

// TestNeedsQuotes holds which plain strings get quotes on a line of their own.
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

// TestEndOfQuoted holds where a scalar in quotes ends, and that an open one ends with
// the text.
func TestEndOfQuoted(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		text   string
		end    int
		closed bool
	}{
		{`k ""`, 4, true}, {`k "a"`, 5, true}, {`k "a" "b"`, 5, true}, {`k "a\"b"c`, 8, true}, {`k "a\\"b"`, 7, true}, {`k "'"`, 5, true},
		{`k "a""b"`, 5, true}, {"k \"a\nb\"", 7, true}, {`k "`, 3, false}, {`k "a`, 4, false}, {`k "a\`, 5, false}, {`k "a\"`, 6, false}, {`k "a'`, 5, false},
		{`k ''`, 4, true}, {`k 'a'`, 5, true}, {`k 'a''b'c`, 8, true}, {`k 'a\'b'`, 6, true}, {`k ''''`, 6, true}, {`k '"'`, 5, true},
		{`k '`, 3, false}, {`k 'a`, 4, false}, {`k '''`, 5, false}, {`k 'a"`, 5, false},
	} {
		if end, closed := endOfQuoted([]byte(tc.text), 2); end != tc.end || closed != tc.closed {
			t.Errorf("%q: %d, %t", tc.text, end, closed)
		}
	}
}

// TestEndOfPlain holds where a plain scalar ends, or where the text is another one.
func TestEndOfPlain(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		text, value string
		end         int
		ok          bool
	}{
		{"k a", "a", 3, true}, {"k ab c", "ab", 4, true}, {"k a b", "a b", 5, true}, {"k a\n \t b c", "a b", 8, true}, {"k a\n\nb", "a\nb", 6, true},
		{"k ", "", 2, true}, {"k ", "a", 2, false}, {"k b", "a", 2, false}, {"k ab", "ac", 3, false}, {"k a", "ab", 3, false}, {"k a  ", "ab", 5, false},
	} {
		if end, ok := endOfPlain([]byte(tc.text), 2, tc.value); end != tc.end || ok != tc.ok {
			t.Errorf("%q in %q: %d, %t", tc.value, tc.text, end, ok)
		}
	}
}

// TestScalarsAreFound holds that a scalar is laid out only if the text has one like it
// where the parser says.
func TestScalarsAreFound(t *testing.T) {
	t.Parallel()
	styles := map[string]yaml.Node{
		"a": {Kind: yaml.ScalarNode}, "*a": {Kind: yaml.AliasNode}, "'a'": {Kind: yaml.ScalarNode, Style: yaml.SingleQuotedStyle},
		`"a"`:   {Kind: yaml.ScalarNode, Style: yaml.DoubleQuotedStyle},
		"|\n a": {Kind: yaml.ScalarNode, Style: yaml.LiteralStyle}, ">\n a": {Kind: yaml.ScalarNode, Style: yaml.FoldedStyle},
	}
	for written := range styles {
		for expected, n := range styles {
			s := newSource([]byte("- " + written))
			n.Value, n.Line, n.Column = "a", 1, 3
			problem := s.scan(wholePart(s.text), &yaml.Node{Kind: yaml.SequenceNode, Line: 1, Column: 1, Content: []*yaml.Node{&n}})
			areBlocks := isBlockScalar(&n) && (written[0] == '|' || written[0] == '>')
			if found := problem == nil; found != (written == expected || areBlocks) {
				t.Errorf("%q is expected to be like %q, found: %t", written, expected, found)
			} else if !found && (problem.Place != Place{1, 3} || problem.message == "") {
				t.Errorf("%q for %q: %+v", written, expected, problem)
			}
			end := len(s.text)
			if isBlockScalar(&n) {
				end = len("- |")
			}
			if at := s.of(&n).span; problem == nil && at != (span{2, end}) {
				t.Errorf("%q is at %v", written, at)
			}
		}
	}
}

// TestWhatIsMissingIsNoticed holds that a part of a text is not laid out if it lacks
// anything that the parser met.
func TestWhatIsMissingIsNoticed(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"- - b", "k: [ab]", "[[], {}]", "{k: {}}", "- a\n- b", "- &a {a: b}"} {
		roots, err := decode([]byte(text))
		if err != nil {
			t.Fatal(err)
		}
		for end := range text {
			s := newSource([]byte(text))
			isMissing := strings.Trim(text[end:], "b") != "" // a scalar is met where it begins
			if problem := s.scan(part{end: end, line: 1}, roots...); isMissing && problem == nil {
				t.Errorf("%q is laid out as %q", text[:end], text)
			}
		}
		if problem := newSource([]byte(text)).scan(wholePart([]byte(text)), roots...); problem != nil {
			t.Errorf("%q: %+v", text, problem)
		}
	}
}

// TestIsOnlyJSON holds which strings of JSON are written anew, because YAML has no
// such escape or character.
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

// TestReset holds that a source which is used again keeps nothing, however many entries
// it was used for.
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
