package command

import (
	"io"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"
)

// helped returns the help of the program or of a command.
func helped(t *testing.T, args ...string) string {
	t.Helper()
	var out strings.Builder
	silent := func(string) string { return "" }
	if code := Run(append([]string{"clusterctl"}, args...), Env{Stdout: &out, Stderr: io.Discard, Getenv: silent}); code != exitDone {
		t.Fatalf("exit code %d", code)
	}
	return out.String()
}

func TestEveryCommandIsExplained(t *testing.T) {
	t.Parallel()
	for _, c := range newApp(env{}).VisibleCommands() {
		t.Run(c.Name, func(t *testing.T) {
			t.Parallel()
			text := helped(t, "help", c.Name)
			expectNarrow(t, text)
			for _, want := range []string{"clusterctl " + c.Name + " - " + c.Usage + "\n", "\nUsage:\n", "\nExamples:\n   clusterctl "} {
				if !strings.Contains(text, want) {
					t.Errorf("%q is missing in:\n%s", want, text)
				}
			}
			for _, f := range c.Flags {
				if !regexp.MustCompile(`(?m)^   .*--` + f.Name + `( |$)`).MatchString(text) {
					t.Errorf("--%s is missing", f.Name)
				}
				if f.Usage == "" {
					t.Errorf("--%s is not explained", f.Name)
				}
			}
			if help := helped(t, c.Name, "--help"); help != text && c.Name != "help" { // where it is the program's
				t.Errorf("--help says something else:\n%s", help)
			}
		})
	}
}

// TestHelpIsPlain checks summaries and the words of all help texts.
func TestHelpIsPlain(t *testing.T) {
	t.Parallel()
	app := newApp(env{})
	expectSummary(t, "clusterctl", app.Usage)
	for _, c := range app.VisibleCommands() {
		expectSummary(t, c.Name, c.Usage)
		for _, f := range c.Flags {
			expectSummary(t, c.Name+" --"+f.Name, firstClause(f.Purpose()))
		}
		expectPlainWords(t, c.Name, helped(t, "help", c.Name))
	}
	expectPlainWords(t, "clusterctl", helped(t, "help"))
}

// firstClause returns the part of a flag's purpose that says what the flag does.
func firstClause(purpose string) string {
	return strings.TrimSpace(regexp.MustCompile(`[,;:(] | \(`).Split(purpose, 2)[0])
}

// expectSummary expects an imperative of at most eight words, without a period.
func expectSummary(t *testing.T, what, summary string) {
	t.Helper()
	words := strings.Fields(summary)
	if len(words) == 0 || len(words) > 8 {
		t.Errorf("%s: %d words: %q", what, len(words), summary)
		return
	}
	if !regexp.MustCompile(`^[a-z]+$`).MatchString(words[0]) || strings.HasSuffix(summary, ".") {
		t.Errorf("%s: no lower-case verb first, or a period last: %q", what, summary)
	}
	notVerb := regexp.MustCompile(`^(an?|the|not?|none|only|also|how|what|when|where|with|without|after|before|if|for|instead|never|time)$|([^s]s|[^e]ed|ing)$`)
	if notVerb.MatchString(words[0]) {
		t.Errorf("%s: begins with %q, which is not an imperative", what, words[0])
	}
}

// expectPlainWords refuses words and constructions that need a second reading.
func expectPlainWords(t *testing.T, what, text string) {
	t.Helper()
	odd := regexp.MustCompile(`(?i)\b(tells?|told|anew|meanwhile|mend|lest|where(of|as|by|upon)|there(of|in|upon)|beside|none of|no longer so|is there already|what is|that which|where it is not|the way (to|back)|counts|as many as|somebody)\b`)
	for _, match := range odd.FindAllString(strings.Join(strings.Fields(text), " "), -1) {
		t.Errorf("%s: %q in:\n%s", what, match, text)
	}
}

func TestTheProgramIsExplained(t *testing.T) {
	t.Parallel()
	text := helped(t, "--help")
	expectNarrow(t, text)
	for _, want := range []string{"\nExamples:\n", "\nCommands:\n", "\nEnvironment:\n", "\nExit codes:\n"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is missing in:\n%s", want, text)
		}
	}
}

// widestHelp is the width that no line of help exceeds, not even an example that cannot be
// wrapped.
const widestHelp = 100

func expectNarrow(t *testing.T, text string) {
	t.Helper()
	for i, line := range strings.Split(text, "\n") {
		if n := utf8.RuneCountInString(line); n > widestHelp || line != strings.TrimRight(line, " ") {
			t.Errorf("line %d has %d columns, or blanks at its end: %q", i+1, n, line)
		}
	}
}
