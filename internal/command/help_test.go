package command

import (
	"io"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"
)

// helped is what the program says of itself or of a command.
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

// widestHelp is what no line of help exceeds, be it an example that cannot be
// broken.
const widestHelp = 100

func expectNarrow(t *testing.T, text string) {
	t.Helper()
	for i, line := range strings.Split(text, "\n") {
		if n := utf8.RuneCountInString(line); n > widestHelp || line != strings.TrimRight(line, " ") {
			t.Errorf("line %d has %d columns, or blanks at its end: %q", i+1, n, line)
		}
	}
}
