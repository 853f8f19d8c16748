package cli

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	urfave "github.com/urfave/cli/v2"
	"pgregory.net/rapid"
)

// permutableFlags returns a flag of each type.
func permutableFlags() []Flag {
	return []Flag{
		{Name: "quiet", Short: "q", To: Bool(new(bool))},
		{Name: "file", Short: "f", To: Strings(new([]string))},
		{Name: "retries", To: Int(new(int))},
		helpFlag(new(bool)),
	}
}

func TestPermuted(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ line, want string }{
		"nothing":                        {"", "--"},
		"flags first":                    {"--quiet --file a b", "--quiet --file a -- b"},
		"flags last":                     {"b --quiet --file a", "--quiet --file a -- b"},
		"flags between":                  {"a --quiet b --file c d", "--quiet --file c -- a b d"},
		"one dash is as good as two":     {"a -file b -quiet", "--file b --quiet -- a"},
		"an alias":                       {"a -f b -q", "--file b --quiet -- a"},
		"a value with it":                {"a --file=b -q=false -f=c=d e", "--file=b --quiet=false --file=c=d -- a e"},
		"again, and in order":            {"--file a x --file b y -f c", "--file a --file b --file c -- x y"},
		"a value that looks like a flag": {"a --retries -1", "--retries -1 -- a"},
		"a value for standard input":     {"a -f - b", "--file - -- a b"},
		"an argument for standard input": {"- -q", "--quiet -- -"},
		"no flags behind --":             {"a -q -- -f --retries", "--quiet -- a -f --retries"},
		"-- twice":                       {"a -- -- b", "-- a -- b"},
		"-- as a value":                  {"a --file -- b", "--file -- -- a b"},
		"a value is missing":             {"a b --file", "--file"},
		"a value is missing, too":        {"a -q -f", "--quiet --file"},
		"letters in one word":            {"a -qf b", "--quiet --file b -- a"},
		"letters and a value":            {"a -qfb -fc", "--quiet --file=b --file=c -- a"},
		"letters and an assigned value":  {"a -qf=b", "--quiet --file=b -- a"},
		"letters and a value of words":   {"a -ffile", "--file=file -- a"},
		"letters and help":               {"a -qh b", "--help"},
		"letters and an unknown one":     {"a -qx b", "--quiet -x -- a b"},
		"letters, a value is missing":    {"a -qf", "--quiet --file"},
		"letters, none takes the value":  {"a -qq=b", "--quiet --quiet=b -- a"},
		"no letters, a long flag":        {"a -retries 1", "--retries 1 -- a"},
		"no letters, nobody knows it":    {"a -what", "-what -- a"},
		"unknown":                        {"a --what b -q", "--what --quiet -- a b"},
		"unknown, with a value":          {"a --what=b", "--what=b -- a"},
		"no names":                       {"a -=b ---c", "-=b ---c -- a"},
		"help, and nothing else":         {"a --what -f b -h c", "--help"},
		"help is none":                   {"a --help=false", "--help=false -- a"},
		"help as a value":                {"a --file --help", "--file --help -- a"},
		"help behind --":                 {"-- --help", "-- --help"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := strings.Join(permuted(permutableFlags(), strings.Fields(tt.line)), " ")
			if got != tt.want {
				t.Errorf("%q becomes %q, want %q", tt.line, got, tt.want)
			}
		})
	}
}

func TestFlagsFirst(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ line, want string }{
		"no program":         {"", ""},
		"the program alone":  {"clusterctl", "clusterctl"},
		"a command":          {"clusterctl run a -q", "clusterctl run --quiet -- a"},
		"its other name":     {"clusterctl r a -q", "clusterctl r --quiet -- a"},
		"a flag of the app":  {"clusterctl -x run a -q", "clusterctl -x run --quiet -- a"},
		"an unknown command": {"clusterctl rn a -q", "clusterctl rn a -q"},
		"flags without any":  {"clusterctl -x --y", "clusterctl -x --y"},
		"standard input":     {"clusterctl - run -q", "clusterctl - run -q"},
		"nothing behind it":  {"clusterctl run", "clusterctl run --"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			program := New(Program{Commands: []*Command{{Name: "run", Aliases: []string{"r"}, Flags: permutableFlags()[:3]}}})
			got := strings.Join(program.flagsFirst(strings.Fields(tt.line)), " ")
			if got != tt.want {
				t.Errorf("%q becomes %q, want %q", tt.line, got, tt.want)
			}
		})
	}
}

// TestTheOrderOfFlagsAndArgumentsMeansNothing mixes flags with arguments, each in their
// order, and lets the library read the line.
func TestTheOrderOfFlagsAndArgumentsMeansNothing(t *testing.T) {
	t.Parallel()
	flag := rapid.SampledFrom([][]string{{"-q"}, {"--quiet=true"}, {"--file", "a"}, {"-f", "-"}, {"-f=b"}, {"-file", "--quiet"}, {"--retries", "-2"}})
	argument := rapid.SampledFrom([]string{"x", "-", "", "quiet", "a=b"})
	rapid.Check(t, func(t *rapid.T) {
		var line, flags, arguments []string
		for range rapid.IntRange(0, 8).Draw(t, "words") {
			if rapid.Bool().Draw(t, "is a flag") {
				words := flag.Draw(t, "flag")
				line, flags = append(line, words...), append(flags, words...)
			} else {
				word := argument.Draw(t, "argument")
				line, arguments = append(line, word), append(arguments, word)
			}
		}
		got := permuted(permutableFlags(), line)
		if diff := cmp.Diff(permuted(permutableFlags(), slices.Concat(flags, []string{"--"}, arguments)), got); diff != "" {
			t.Fatal(diff)
		}
		if diff := cmp.Diff(got, permuted(permutableFlags(), got)); diff != "" {
			t.Fatalf("not the same again:\n%s", diff)
		}
		if diff := cmp.Diff(append([]string{}, arguments...), argumentsOf(t, got)); diff != "" {
			t.Fatalf("read otherwise:\n%s", diff)
		}
	})
}

// argumentsOf returns the arguments that the library finds.
func argumentsOf(t *rapid.T, line []string) []string {
	var found []string
	app := &urfave.App{
		Writer: io.Discard,
		Commands: []*urfave.Command{{Name: "run", HideHelp: true, Flags: toLibrary(permutableFlags()), Action: func(c *urfave.Context) error {
			found = c.Args().Slice()
			return nil
		}}},
	}
	if err := app.Run(append([]string{"clusterctl", "run"}, line...)); err != nil {
		t.Fatal(err)
	}
	return found
}

func TestCheckArguments(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ usage, line, want string }{
		"none":                   {"", "", ""},
		"none, but one":          {"", "a", `undo takes no arguments, but got "a" (see clusterctl undo --help)`},
		"none, but several":      {"", "a b", `undo takes no arguments, but got "a" (see clusterctl undo --help)`},
		"one at most":            {"[PLAN]", "a", ""},
		"one at most, and none":  {"[PLAN]", "", ""},
		"one at most, but two":   {"[PLAN]", "a b", `undo takes one PLAN, but also got "b" (see clusterctl undo --help)`},
		"exactly one":            {"RECEIPT", "a", ""},
		"exactly one, but none":  {"RECEIPT", "", "undo needs an argument: RECEIPT (see clusterctl undo --help)"},
		"exactly one, but three": {"RECEIPT", "a b c", `undo takes one RECEIPT, but also got "b" (see clusterctl undo --help)`},
		"one or two, and none":   {"A [B]", "", "undo needs an argument: A (see clusterctl undo --help)"},
		"one or two, and one":    {"A [B]", "a", ""},
		"one or two, and two":    {"A [B]", "a b", ""},
		"one or two, but three":  {"A [B]", "a b c", `undo takes A and B, but also got "c" (see clusterctl undo --help)`},
		"any number, and none":   {"[FILE...]", "", ""},
		"any number, and three":  {"[FILE...]", "a b c", ""},
		"some, and three":        {"NAME...", "a b c", ""},
		"some, but none":         {"NAME...", "", "undo needs an argument: NAME (see clusterctl undo --help)"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ran := false
			program := New(Program{
				Stdout: io.Discard,
				Getenv: func(string) string { return "" },
				Commands: []*Command{{
					Name: "undo", Arguments: tt.usage,
					Run: func(context.Context, Line) error { ran = true; return nil },
				}},
			})
			err := program.Run(t.Context(), append([]string{"clusterctl", "undo"}, strings.Fields(tt.line)...))
			if got := message(err); got != tt.want || ran != (tt.want == "") {
				t.Errorf("%q, ran %t, want %q", got, ran, tt.want)
			}
		})
	}
}

// TestArgumentsAsValues checks that arguments are values of their flag, and take precedence
// over its variable as the flag does.
func TestArgumentsAsValues(t *testing.T) {
	t.Parallel()
	for line, want := range map[string][]string{
		"": {"v"}, "a b": {"a", "b"}, "-f a b": {"a", "b"}, "b --file=a": {"a", "b"}, "-- -x": {"-x"}, "-": {"-"},
	} {
		var files []string
		program := New(Program{
			Stdout: io.Discard,
			Getenv: func(name string) string { return map[string]string{"CLUSTERCTL_FILE": "v"}[name] },
			Commands: []*Command{{
				Name: "plan", Aliases: []string{"diff"}, Arguments: "[FILE...]", ArgumentsTo: "file",
				Flags: []Flag{{Name: "file", Short: "f", To: Strings(&files)}},
				Run:   func(context.Context, Line) error { return nil },
			}},
		})
		if err := program.Run(t.Context(), append([]string{"clusterctl", "diff"}, strings.Fields(line)...)); err != nil || !slices.Equal(files, want) {
			t.Errorf("%q: %q, %v, want %q", line, files, err, want)
		}
	}
}

// TestAFileThatIsAnArgument checks the remedy for a path without its flag.
func TestAFileThatIsAnArgument(t *testing.T) {
	t.Parallel()
	for argument, remedy := range map[string]string{
		"clusters.yaml": "use -f clusters.yaml",
		"my files":      `use -f "my files"`,
		"a\x1b$(b)":     `use -f "a\x1b$(b)"`,
		"-":             "use -f -",
		"--output":      "see clusterctl plan --help",
	} {
		program := New(Program{
			Stdout: io.Discard,
			Getenv: func(string) string { return "" },
			Commands: []*Command{{
				Name: "plan", Flags: []Flag{{Name: "file", Short: "f", To: String(new(string))}},
				Run: func(context.Context, Line) error { return nil },
			}},
		})
		got := message(program.Run(t.Context(), []string{"clusterctl", "plan", "--", argument}))
		if want := fmt.Sprintf("plan takes no arguments, but got %q (%s)", argument, remedy); got != want {
			t.Errorf("%s\nwant %s", got, want)
		}
	}
}

func message(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}
