package command

import (
	"bytes"
	"maps"
	"slices"
	"strings"
	"testing"

	"clusterctl/internal/cli"
	"clusterctl/internal/testkit/sample"
)

// TestEmptyValuesAreRefused gives an empty value to every flag of every command, by each of
// its names: exit code 1 and one line that names the flag, before anything is read or sent.
func TestEmptyValuesAreRefused(t *testing.T) {
	t.Parallel()
	var grid []emptyValue
	for _, command := range newApp(env{}).VisibleCommands() {
		for _, flag := range command.Flags {
			for _, name := range []string{flag.Name, flag.Short} {
				forms := emptyForms(&flag, name)
				for _, form := range slices.Sorted(maps.Keys(forms)) {
					grid = append(grid, emptyValue{command.Name, form, append(argumentsFor(command), forms[form]...), cli.Dashed(flag.Name)})
				}
			}
		}
	}
	for _, v := range sample.Covering(grid, 160, emptyValue.values) {
		t.Run(v.command+" "+v.form, func(t *testing.T) {
			t.Parallel()
			expectUsageError(t, v.line, v.flag)
		})
	}
}

// emptyValue returns a command line that gives a flag an empty value.
type emptyValue struct {
	command, form string
	line          []string
	flag          string
}

func (v emptyValue) values() []string { return []string{v.command, v.form} }

// TestEmptyArgumentsAreRefused does the same with arguments: apply "" must not make a plan,
// as apply without an argument does.
func TestEmptyArgumentsAreRefused(t *testing.T) {
	t.Parallel()
	for _, command := range newApp(env{}).VisibleCommands() {
		t.Run(command.Name, func(t *testing.T) {
			t.Parallel()
			expectUsageError(t, []string{command.Name, ""}, "empty argument")
		})
	}
}

// emptyForms returns the ways to type an empty value.
func emptyForms(flag *cli.Flag, name string) map[string][]string {
	if flag.Name == "help" || name == "" {
		return nil
	}
	typed := cli.Dashed(name)
	forms := map[string][]string{typed + "=": {typed + "="}}
	if flag.TakesValue() {
		forms[typed+` ""`] = []string{typed, ""}
	}
	if flag.IsRepeatable() {
		forms[typed+` x `+typed+` ""`] = []string{typed, "x", typed, ""}
	}
	return forms
}

// argumentsFor returns a command with the arguments that it requires.
func argumentsFor(command *cli.Command) []string {
	if command.Arguments == "" || strings.HasPrefix(command.Arguments, "[") {
		return []string{command.Name}
	}
	return []string{command.Name, "nothing-of-this-name"}
}

func expectUsageError(t *testing.T, args []string, want string) {
	t.Helper()
	var stdout, stderr bytes.Buffer
	code := Run(append([]string{"clusterctl"}, args...), Env{
		Stdin: strings.NewReader(""), Stdout: &stdout, Stderr: &stderr, Getenv: func(string) string { return "" }, Now: noon,
	})
	line, rest, ended := strings.Cut(stderr.String(), "\n")
	if code != exitError || stdout.Len() > 0 || !strings.HasPrefix(line, "error: ") || !ended || rest != "" || !strings.Contains(line, want) {
		t.Errorf("%q: exit code %d, standard output %q, standard error %q, want one line with %q", args, code, stdout.String(), stderr.String(), want)
	}
}
