package command

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// completed returns the directive and the completions of the last word, one per line.
func completed(t testing.TB, getenv func(string) string, words ...string) string {
	t.Helper()
	var stdout, stderr strings.Builder
	e := Env{Stdin: strings.NewReader("version: 1"), Stdout: &stdout, Stderr: &stderr, Getenv: getenv, Now: time.Now}
	if code := Run(append([]string{"clusterctl", "__complete", "--"}, words...), e); code != exitDone || stderr.Len() > 0 {
		t.Errorf("%q: exit code %d, standard error %q", words, code, stderr.String())
	}
	return stdout.String()
}

// wordsOf returns the words of an answer, without their descriptions.
func wordsOf(answer string) string {
	var words []string
	for line := range strings.Lines(answer) {
		word, _, _ := strings.Cut(strings.TrimSuffix(line, "\n"), "\t")
		words = append(words, word)
	}
	return strings.Join(words, " ")
}

func TestComplete(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	file := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	a := file("a.yaml", "version: 1\nclusters:\n  - name: va-b\n  - name: va-a\n  - name: db[1]\n  - name: va-${SITE}\n")
	b := file("b.yaml", "version: 1\nclusters: [{name: va-a}, {name: \"x\\ty\"}, {name: two words}]\n")
	wrong := file("wrong.yaml", "version: 1\nclusters:\n  - name: va-right\n    descripton: x\n")
	broken := file("broken.yaml", "version: 1\nclusters: [")

	for name, tc := range map[string]struct {
		words []string
		want  string
	}{
		"no word":                        {nil, ":"},
		"the commands of a beginning":    {[]string{"s"}, ": show status schema sandbox"},
		"no hidden command":              {[]string{"__"}, ":"},
		"nor its words":                  {[]string{"__complete", ""}, ":"},
		"no such command":                {[]string{"plam", ""}, ":"},
		"a flag of the program":          {[]string{"-"}, ": --help"},
		"flags":                          {[]string{"plan", "--o"}, ": --output --out"},
		"one that is given already":      {[]string{"plan", "--out", "x", "--o"}, ": --output"},
		"one that may be repeated":       {[]string{"plan", "--output=json", "--out"}, ": --output --out"},
		"formats":                        {[]string{"plan", "--output", "j"}, ": json junit"},
		"by the short name":              {[]string{"plan", "-o", "j"}, ": json junit"},
		"formats of another command":     {[]string{"drift", "-o", "s"}, ": sarif"},
		"in the word of the flag":        {[]string{"plan", "--output=j"}, ": --output=json --output=junit"},
		"the file of a format":           {[]string{"plan", "--output", "json=x"}, ":files json="},
		"the file in the word":           {[]string{"plan", "--output=json=x"}, ":files --output=json="},
		"no file for standard output":    {[]string{"plan", "--output", "json=-"}, ":"},
		"a flag nobody knows":            {[]string{"plan", "--nope="}, ":"},
		"a value that has to be thought": {[]string{"plan", "--parallelism", ""}, ":"},
		"colours":                        {[]string{"plan", "--color", "a"}, ": auto always"},
		"on errors":                      {[]string{"apply", "--on-error", ""}, ": continue stop"},
		"versions":                       {[]string{"plan", "--api-version", "v202"}, ": v2024 v2025 v2026"},
		"schemas":                        {[]string{"schema", "--of", ""}, ": files project plan receipt"},
		"files":                          {[]string{"plan", "-f", ""}, ":files"},
		"a file in the word":             {[]string{"plan", "--file=x"}, ":files --file="},
		"directories":                    {[]string{"plan", "--sandbox", ""}, ":directories"},
		"the argument":                   {[]string{"show", ""}, ":files"},
		"no second one":                  {[]string{"undo", "receipt.jsonl", ""}, ":"},
		"flags behind it":                {[]string{"show", "plan.json", "--col"}, ": --color"},
		"no flags behind --":             {[]string{"show", "--", "--col"}, ":files"},
		"files as arguments":             {[]string{"plan", "a.yaml", ""}, ":files"},
		"no argument":                    {[]string{"ping", ""}, ":"},
		"shells":                         {[]string{"completion", ""}, ": bash zsh fish powershell"},
		"a command to be explained":      {[]string{"help", "dr"}, ": drift"},
		"names":                          {[]string{"plan", "-f", a, "--target", ""}, ": db[[]1] va-a va-b"},
		"names of a beginning":           {[]string{"plan", "-f", a, "--exclude", "va"}, ": va-a va-b"},
		"names in the word":              {[]string{"plan", "--file=" + a, "--target=va-"}, ": --target=va-a --target=va-b"},
		"names with a variable":          {[]string{"plan", "-f", a, "--var", "SITE=c", "--target", "va-c"}, ": va-c"},
		"names of several files, once":   {[]string{"plan", "-f", a, "-f", b, "--target", ""}, ": db[[]1] two words va-a va-b"},
		"names next to a mistake":        {[]string{"plan", "-f", wrong, "--target", ""}, ": va-right"},
		"no names of a broken file":      {[]string{"plan", "-f", broken, "--target", ""}, ":"},
		"nor of one that is missing":     {[]string{"plan", "-f", filepath.Join(dir, "none"), "--target", ""}, ":"},
		"nor of standard input":          {[]string{"plan", "-f", "-", "--target", ""}, ":"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := wordsOf(completed(t, func(string) string { return "" }, tc.words...)); got != tc.want {
				t.Errorf("%q: %s, want %s", tc.words, got, tc.want)
			}
		})
	}
	t.Run("names of the file in the environment", func(t *testing.T) {
		t.Parallel()
		named := func(name string) string { return map[string]string{"CLUSTERCTL_FILE": b}[name] }
		if got := wordsOf(completed(t, named, "plan", "--target", "va")); got != ": va-a" {
			t.Errorf("got %s", got)
		}
	})
}

// TestChoicesAreThoseOfHelp compares the completions of each flag with the values in its
// help.
func TestChoicesAreThoseOfHelp(t *testing.T) {
	t.Parallel()
	offered := 0
	for _, command := range newApp(env{}).VisibleCommands() {
		for _, flag := range command.Flags {
			for _, choice := range flag.Choices() {
				offered++
				if !strings.Contains(flag.Usage, choice) {
					t.Errorf("%s --%s: offers %s, but help says %q", command.Name, flag.Name, choice, flag.Usage)
				}
			}
			if words := flag.Choices(); flag.Name == "output" && !strings.Contains(flag.Usage, oneOf(words)) {
				t.Errorf("%s --output: offers %s, but help says %q", command.Name, oneOf(words), flag.Usage)
			}
		}
	}
	if offered == 0 {
		t.Error("nothing is offered")
	}
}

// TestCompleteNeverFails checks that any line gets a complete answer, and nothing on
// standard error.
func TestCompleteNeverFails(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(r *rapid.T) {
		word := rapid.OneOf(
			rapid.SampledFrom([]string{"plan", "show", "help", "--", "-", "", "=", "--=", "--output", "--output=json=", "-o", "--target", "-ftext", "__complete"}),
			rapid.String())
		words := rapid.SliceOf(word).Draw(r, "words")
		if answer := completed(t, func(string) string { return "" }, words...); !strings.HasPrefix(answer, ":") || !strings.HasSuffix(answer, "\n") {
			r.Errorf("%q", answer)
		}
	})
}
