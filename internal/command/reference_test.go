package command

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"clusterctl/internal/cli"
)

var update = flag.Bool("update", false, "rewrite the generated pages and the outputs in all pages")

const reference = "docs/reference/commands.md"

// TestReference holds that the reference of commands is what the program says of
// itself.
func TestReference(t *testing.T) {
	t.Parallel()
	want := referencePage()
	if *update {
		if err := os.WriteFile(filepath.Join(docs, reference), []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if got := read(t, reference); got != want {
		t.Errorf("%s is not what the program says (make docs writes it anew)", reference)
	}
}

// TestReadmeListsTheCommands holds its table against the commands that there are.
func TestReadmeListsTheCommands(t *testing.T) {
	t.Parallel()
	_, table, _ := strings.Cut(read(t, "README.md"), "\n## Commands\n")
	table, _, _ = strings.Cut(table, "\n## ")
	var listed, known []string
	for _, row := range regexp.MustCompile("(?m)^\\| `([a-z]+)[ `]").FindAllStringSubmatch(table, -1) {
		listed = append(listed, row[1])
	}
	for _, command := range newApp(env{}).VisibleCommands() {
		if command.Name != "help" { // which the line below the table tells
			known = append(known, command.Name)
		}
	}
	slices.Sort(listed)
	slices.Sort(known)
	if !slices.Equal(listed, known) {
		t.Errorf("the README lists\n%q, but there are\n%q", listed, known)
	}
	for _, m := range newApp(env{}).ExitCodes {
		if row := fmt.Sprintf("\n| %d | ", m.Code); !strings.Contains(table, row) {
			t.Errorf("the README does not tell exit code %d", m.Code)
		}
	}
}

func referencePage() string {
	app := newApp(env{})
	var b strings.Builder
	b.WriteString("# Commands\n\n<!-- Written by make docs, from what the program says of itself. -->\n\n" +
		"What `clusterctl COMMAND --help` tells, of every command. Flags count before and after arguments. One that is not given\n" +
		"is taken from its variable of the environment, where that is not empty.\n\n| command | does |\n| --- | --- |\n")
	for _, command := range app.VisibleCommands() {
		fmt.Fprintf(&b, "| [`%s`](#%s) | %s |\n", command.Name, command.Name, cell(command.Usage))
	}
	b.WriteString("\n| exit code | meaning |\n| --- | --- |\n")
	for _, m := range app.ExitCodes {
		fmt.Fprintf(&b, "| %d | %s |\n", m.Code, m.Meaning)
	}
	for _, command := range app.VisibleCommands() {
		writeReference(&b, app, command)
	}
	return b.String()
}

func writeReference(b *strings.Builder, app *cli.Program, c *cli.Command) {
	fmt.Fprintf(b, "\n## %s\n\n%s.\n\n```text\n%s\n```\n", c.Name, sentence(c.Usage), c.Synopsis())
	for _, paragraph := range cli.Paragraphs(c.Description) {
		if strings.Contains(paragraph, "\n") {
			paragraph = "```text\n" + paragraph + "\n```"
		}
		b.WriteString("\n" + paragraph + "\n")
	}
	if len(c.Examples) > 0 {
		b.WriteString("\nExamples:\n\n```text\n" + strings.Join(c.Examples, "\n") + "\n```\n")
	}
	b.WriteString("\n| flag | default | variable | |\n| --- | --- | --- | --- |\n")
	for _, section := range app.SectionsOf(c) {
		for _, f := range section.Flags {
			fmt.Fprintf(b, "| `%s` | %s | %s | %s |\n", f.Spelled(), quotedCell(f.Preset()), quotedCell(f.Variable()), cell(f.Purpose()))
		}
	}
	var codes []string
	for _, code := range app.ExitCodesOf(c) {
		codes = append(codes, fmt.Sprint(code.Code))
	}
	fmt.Fprintf(b, "\nExit codes: %s.\n", strings.Join(codes, ", "))
}

func sentence(text string) string { return strings.ToUpper(text[:1]) + text[1:] }

// cell is a text that a cell of a table can hold, with nothing in it that would
// be Markdown.
func cell(text string) string {
	return strings.NewReplacer("|", `\|`, "*", `\*`, "[", `\[`, "<", `\<`, "_", `\_`, "$", `\$`).Replace(text)
}

func quotedCell(text string) string {
	if text == "" {
		return ""
	}
	return "`" + strings.ReplaceAll(text, "|", `\|`) + "`"
}
