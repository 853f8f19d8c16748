package cli

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// sample is a program with a flag of each type.
type sample struct {
	*Program
	out bytes.Buffer
	ran string // the command that ran, with its argument

	quiet   bool
	format  string
	retries int
	limit   *int
	seed    uint64
	timeout time.Duration
	files   []string
	rate    float64
	globs   []string
	dir     string
	form    string
}

func newSample(environment map[string]string) *sample {
	s := new(sample)
	upper := func(text string) (string, error) {
		if strings.ToUpper(text) != text {
			return "", errors.New("not upper case")
		}
		return text, nil
	}
	ratio := func(text string) (rate float64, err error) {
		if _, err = fmt.Sscanf(text, "%g", &rate); err != nil {
			err = errors.New("not a number")
		}
		return rate, err
	}
	run := func(_ context.Context, l Line) error {
		s.ran = strings.TrimSpace(l.Command() + " " + l.Argument())
		return l.Check()
	}
	s.Program = New(Program{
		Usage: "do this and that", Description: "It does this, or that.\n\nAnd this:\n   by hand", Examples: []string{"clusterctl this", "clusterctl that"},
		Environment: []string{"HOME  where you live"}, Version: "1.2.3-rc", Date: "2026-11-25",
		Sections:  []string{"Files:", "Work:"},
		ExitCodes: []ExitCode{{0, "done"}, {1, "error"}, {2, "pending"}, {3, "incomplete"}},
		Stdout:    &s.out,
		Getenv:    func(name string) string { return environment[name] },
		Flags:     []Flag{{Name: "form", Section: "Work:", To: OneOf(&s.form, "plain", "json"), Default: "plain", Usage: "`FORM` of errors"}},
		Commands: []*Command{
			{
				Name: "this", Usage: "do this", Arguments: "[PLAN]", Description: "Does this,\nand does it well, whatever else there is to be said of that which it does not do here.\n\nLike so:\n   by hand", Examples: []string{"clusterctl this x"}, ExitCodes: []int{2}, Run: run,
				Flags: []Flag{
					{Name: "file", Short: "f", Section: "Files:", To: Strings(&s.files), Usage: "read `PATH`; repeatable"},
					{Name: "dir", Section: "Files:", To: String(&s.dir), Usage: "work in `DIR`"},
					{Name: "output", Short: "o", Section: "Elsewhere:", To: OneOf(&s.format, "text", "json", "html"), Default: "text", Usage: "format of the report"},
					{Name: "quiet", Short: "q", To: Bool(&s.quiet), Usage: "say nothing"},
					{Name: "retries", Section: "Work:", To: Int(&s.retries), Default: "4", Usage: "how often a request that has failed is sent again, which takes its time"},
					{Name: "just-fits-beside-", Section: "Work:", To: String(new(string)), Usage: "beside it"},
					{Name: "does-not-fit-there", Section: "Work:", To: String(new(string)), Usage: "beneath it"},
					{Name: "limit", Section: "Work:", To: OptionalInt(&s.limit), Usage: "at most"},
					{Name: "seed", Section: "Work:", To: Uint64(&s.seed), Usage: "of chance"},
					{Name: "timeout", Section: "Work:", To: Duration(&s.timeout), DefaultText: "none", Usage: "time for a request"},
					{Name: "rate", Section: "Work:", To: Parsed(&s.rate, ratio), Default: "0.5", Usage: "a share"},
					{Name: "glob", Section: "Work:", To: EachParsed(&s.globs, upper), Usage: "`GLOB` of names", Names: func(context.Context) []string {
						return append([]string{"GAMMA", "DEL\tTA", ""}, s.files...)
					}},
				},
			},
			{
				Name: "that", Usage: "do that", Arguments: "RECEIPT", Run: run,
				Flags: []Flag{{Name: "output", To: OneOf(&s.format, "text", "xml"), Words: []string{"yaml"}, Usage: "of that"}},
			},
			CompletionCommand(&s.out),
			{Name: "version", Usage: "print the version", Run: run},
		},
	})
	return s
}

func (s *sample) run(t *testing.T, words ...string) string {
	t.Helper()
	return message(s.Run(t.Context(), append([]string{"clusterctl"}, words...)))
}

// TestValues checks that a flag is set from the command line, or else its variable, or else
// its default.
func TestValues(t *testing.T) {
	t.Parallel()
	two := 2
	presets := sample{format: "text", form: "plain", retries: 4, rate: 0.5}
	tests := map[string]struct {
		line        string
		environment map[string]string
		want        func(*sample)
	}{
		"nothing": {"", nil, func(*sample) {}},
		"the line": {
			"-q -o json --retries -1 --limit 2 --seed 0x10 --timeout 3s --rate 0.25 --glob A --glob B -f a -f b --dir d --form json", nil,
			func(s *sample) {
				*s = sample{quiet: true, format: "json", form: "json", retries: -1, limit: &two, seed: 16, timeout: 3 * time.Second, rate: 0.25, globs: []string{"A", "B"}, files: []string{"a", "b"}, dir: "d"}
			},
		},
		"the environment": {
			"", map[string]string{"CLUSTERCTL_QUIET": "true", "CLUSTERCTL_OUTPUT": "html", "CLUSTERCTL_RETRIES": "1", "CLUSTERCTL_LIMIT": "2", "CLUSTERCTL_FILE": "a,b", "CLUSTERCTL_GLOB": "A\nB,C", "CLUSTERCTL_DIR": "d,e", "CLUSTERCTL_HELP": "true"},
			func(s *sample) {
				s.quiet, s.format, s.retries, s.limit, s.files, s.globs, s.dir = true, "html", 1, &two, []string{"a", "b"}, []string{"A", "B,C"}, "d,e"
			},
		},
		"the line before the environment": {
			"--quiet=false -f c --retries 7", map[string]string{"CLUSTERCTL_QUIET": "true", "CLUSTERCTL_RETRIES": "x", "CLUSTERCTL_FILE": "a,b"},
			func(s *sample) { s.retries, s.files = 7, []string{"c"} },
		},
		"the last of several":                         {"--retries 1 --retries 2", nil, func(s *sample) { s.retries = 2 }},
		"a format of another command":                 {"", map[string]string{"CLUSTERCTL_OUTPUT": "xml"}, func(*sample) {}},
		"a format of another command, into a file":    {"", map[string]string{"CLUSTERCTL_OUTPUT": "yaml=x"}, func(*sample) {}},
		"no format of another command in other flags": {"--dir xml", map[string]string{"CLUSTERCTL_DIR": "y"}, func(s *sample) { s.dir = "xml" }},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newSample(tt.environment)
			if got := s.run(t, append([]string{"this"}, strings.Fields(tt.line)...)...); got != "" || s.ran != "this" {
				t.Fatalf("error %q, ran %q", got, s.ran)
			}
			want := presets
			tt.want(&want)
			want.ran = s.ran
			got := fmt.Sprint(s.quiet, s.format, s.retries, s.limit != nil && *s.limit == 2, s.seed, s.timeout, s.files, s.rate, s.globs, s.dir, s.form)
			expected := fmt.Sprint(want.quiet, want.format, want.retries, want.limit != nil && *want.limit == 2, want.seed, want.timeout, want.files, want.rate, want.globs, want.dir, want.form)
			if got != expected {
				t.Errorf("%s, want %s", got, expected)
			}
		})
	}
}

func TestMistakes(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		line, environment, want string
	}{
		"unknown command":               {"frobnicate", "", `unknown command "frobnicate" (see clusterctl help)`},
		"mistyped command":              {"thiss", "", `unknown command "thiss" (did you mean "this"?)`},
		"internal command":              {"__comple", "", `unknown command "__comple" (see clusterctl help)`},
		"help on no command":            {"help frobnicate", "", `unknown command "frobnicate" (see clusterctl help)`},
		"unknown flag before":           {"-x this", "", "unknown flag -x (see clusterctl help)"},
		"unknown flag":                  {"this --frobnicate", "", "unknown flag --frobnicate (see clusterctl this --help)"},
		"mistyped flag":                 {"this --retrys 4", "", "unknown flag --retrys (did you mean --retries?)"},
		"no flag at all":                {"this ---x", "", "bad flag syntax: ---x (see clusterctl this --help)"},
		"a value is missing":            {"this x --retries", "", "--retries needs a value (see clusterctl this --help)"},
		"a value is missing, short":     {"this -f", "", "--file needs a value (see clusterctl this --help)"},
		"no truth":                      {"this --quiet=x", "", `--quiet "x": expected true or false (see clusterctl this --help)`},
		"no truth of help":              {"this --help=x", "", `--help "x": expected true or false (see clusterctl this --help)`},
		"no truth of help before":       {"--help=x", "", `--help "x": expected true or false (see clusterctl help)`},
		"no number":                     {"this --retries 1.5", "", `--retries "1.5": expected a whole number (see clusterctl this --help)`},
		"no optional number":            {"this --limit x", "", `--limit "x": expected a whole number (see clusterctl this --help)`},
		"a negative number":             {"this --seed -1", "", `--seed "-1": expected a whole number, 0 or more (see clusterctl this --help)`},
		"no duration":                   {"this --timeout 5", "", `--timeout "5": expected a duration such as 30s (see clusterctl this --help)`},
		"the first of two is wrong":     {"this --retries x --retries 1", "", `--retries "x": expected a whole number (see clusterctl this --help)`},
		"one of three":                  {"this -o x", "", `--output "x": expected text, json or html`},
		"one of two":                    {"this --form x", "", `--form "x": expected plain or json`},
		"one of two, where none checks": {"version --form x", "", `--form "x": expected plain or json`},
		"not parsed":                    {"this --rate x", "", `--rate "x": not a number`},
		"one is not parsed":             {"this --glob A --glob b", "", `--glob "b": not upper case`},
		"empty":                         {"this --dir=", "", "--dir is empty (give it a value or remove it; check that the shell variable is set)"},
		"one of two is empty":           {"this -f a -f=", "", "--file is empty (give it a value or remove it; check that the shell variable is set)"},
		"an empty number":               {"this --retries=", "", `--retries "": expected a whole number (see clusterctl this --help)`},
		"no number in the environment":  {"this", "CLUSTERCTL_RETRIES=x", `CLUSTERCTL_RETRIES="x": expected a whole number`},
		"no format of anybody":          {"this", "CLUSTERCTL_OUTPUT=x", `--output "x": expected text, json or html`},
		"no shell":                      {"completion csh", "", `completion "csh": expected bash, zsh, fish or powershell`},
		"man pages nowhere":             {"__man", "", "__man takes one DIR"},
		"man pages in two places":       {"__man a b", "", "__man takes one DIR"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			variable, value, _ := strings.Cut(tt.environment, "=")
			s := newSample(map[string]string{variable: value})
			if got := s.run(t, strings.Fields(tt.line)...); got != tt.want || s.out.Len() > 0 {
				t.Errorf("%s, want %s\nstandard output: %s", got, tt.want, s.out.String())
			}
		})
	}
}

// TestBlanks checks that blanks around a value are kept, except for repeatable flags.
func TestBlanks(t *testing.T) {
	t.Parallel()
	s := newSample(nil)
	if got := s.run(t, "this", "-f", " a ", "--dir", " d "); got != "" || s.files[0] != "a" || s.dir != " d " {
		t.Errorf("%s, %q, %q", got, s.files, s.dir)
	}
	if got := s.run(t, "this", "-f", " "); !strings.HasPrefix(got, "--file is empty") {
		t.Errorf("%s", got)
	}
}

func TestLine(t *testing.T) {
	t.Parallel()
	s := newSample(map[string]string{"CLUSTERCTL_GLOB": "A,B"})
	ran := false
	s.Command("this").Run = func(_ context.Context, l Line) error {
		ran = true
		got := fmt.Sprint(l.Command(), l.Arguments, l.Argument(), l.IsGiven("file"), l.IsGiven("glob"), l.IsGiven("dir"), l.IsGiven("quiet"),
			l.IsSet("file"), l.IsSet("glob"), l.IsSet("retries"), l.IsSet("nothing"), l.Values("glob"), l.Value("file"), l.Value("glob"), l.Value("retries"))
		if want := "this[x]xtrue false true falsetrue true false false[A B]b B "; strings.ReplaceAll(got, " ", "") != strings.ReplaceAll(want, " ", "") {
			t.Errorf("%s, want %s", got, want)
		}
		return nil
	}
	if got := s.run(t, "this", "x", "-f", "a", "-f", "b", "--dir", "d"); got != "" || !ran {
		t.Errorf("%s, ran %t", got, ran)
	}
	if (Line{}).Argument() != "" {
		t.Error("no argument is one")
	}
}

func TestComplete(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		words []string
		want  string
	}{
		"nothing":                      {nil, ":"},
		"commands":                     {[]string{""}, ":\nthis\tdo this\nthat\tdo that\ncompletion\tprint a shell completion script\nversion\tprint the version\nhelp\tshow help for clusterctl or a command\nh\talias of help"},
		"commands of a beginning":      {[]string{"thi"}, ":\nthis\tdo this"},
		"a flag of the program":        {[]string{"--h"}, ":\n--help\tshow this help"},
		"no flag of the program":       {[]string{"--x"}, ":"},
		"behind a flag of the program": {[]string{"-x", "thi"}, ":\nthis\tdo this"},
		"no command":                   {[]string{"these", ""}, ":"},
		"internal":                     {[]string{"__man", ""}, ":"},
		"flags":                        {[]string{"this", "--re"}, ":\n--retries\thow often a request that has failed is sent again, which takes its time"},
		"flags with a name for it":     {[]string{"this", "--fi"}, ":\n--file\tread PATH; repeatable"},
		"not what is given":            {[]string{"this", "--quiet", "--q"}, ":"},
		"not what is given, short":     {[]string{"this", "-q", "--q"}, ":"},
		"what may be given again":      {[]string{"this", "-f", "x", "--fi"}, ":\n--file\tread PATH; repeatable"},
		"a lone dash":                  {[]string{"that", "-"}, ":\n--output\tof that\n--form\tFORM of errors\n--help\tshow this help"},
		"files":                        {[]string{"this", "-f", ""}, ":files"},
		"files in the word":            {[]string{"this", "--file="}, ":files --file="},
		"directories":                  {[]string{"this", "--dir", "x"}, ":directories"},
		"nothing to offer":             {[]string{"this", "--retries", ""}, ":"},
		"words":                        {[]string{"this", "--output", ""}, ":\ntext\njson\nhtml"},
		"words, and more":              {[]string{"that", "--output", ""}, ":\ntext\nxml\nyaml"},
		"words of a beginning":         {[]string{"this", "-o", "t"}, ":\ntext"},
		"words in the word":            {[]string{"this", "--output=t"}, ":\n--output=text"},
		"a file for a format":          {[]string{"this", "-o", "json="}, ":files json="},
		"a file for a format, in it":   {[]string{"this", "--output=json=x"}, ":files --output=json="},
		"standard output":              {[]string{"this", "-o", "json=-"}, ":"},
		"no file for another flag":     {[]string{"this", "--form", "json="}, ":"},
		"in a flag that is unknown":    {[]string{"this", "--nothing=x"}, ":"},
		"a name":                       {[]string{"this", "--glob", ""}, ":\nGAMMA"},
		"a name of a beginning":        {[]string{"this", "--glob", "X"}, ":"},
		"names by the line so far":     {[]string{"this", "-f", "a", "--file=b", "--glob", ""}, ":\nGAMMA\na\nb"},
		"a name next to mistakes":      {[]string{"this", "--retries", "x", "--nothing", "--glob="}, ":\n--glob=GAMMA"},
		"the argument":                 {[]string{"this", ""}, ":files"},
		"the argument behind flags":    {[]string{"this", "-f", "a", "-q", ""}, ":files"},
		"no second argument":           {[]string{"this", "x", ""}, ":"},
		"no argument":                  {[]string{"version", ""}, ":"},
		"one of several arguments":     {[]string{"completion", "z"}, ":\nzsh"},
		"a command for an argument":    {[]string{"help", "th"}, ":\nthis\tdo this\nthat\tdo that"},
		"no flags any more":            {[]string{"this", "--", "--fi"}, ":files"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newSample(nil)
			got := s.run(t, append([]string{"__complete", "--"}, tt.words...)...)
			if diff := cmp.Diff(tt.want+"\n", s.out.String()); diff != "" || got != "" {
				t.Errorf("%s\n%s", got, diff)
			}
		})
	}
	s := newSample(nil)
	if s.run(t, "__complete", "--new", "--", "that"); s.out.String() != ":files\n" {
		t.Errorf("a word that is still to begin: %s", s.out.String())
	}
}
