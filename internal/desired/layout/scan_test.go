package layout

import (
	"strings"
	"testing"

	"gopkg.in/yaml.v3"
)

// TestScalarsAreFound checks that a scalar is formatted only if the text has it where the
// parser reports it.
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

// TestWhatIsMissingIsNoticed checks that a part of a text is not formatted if it lacks
// anything that the parser found.
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
