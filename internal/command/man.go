package command

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/urfave/cli/v2"

	"clusterctl/internal/atomicfile"
)

// manCommand writes the man pages, for whoever packs the program.
func manCommand() *cli.Command {
	return &cli.Command{
		Name:     "__man",
		HideHelp: true,
		Hidden:   true,
		Action: func(c *cli.Context) error {
			if c.NArg() != 1 {
				return usageErrorf("__man takes one DIR")
			}
			return writeManPages(c.Args().First(), c.App)
		},
	}
}

// writeManPages writes a page for the program, and one for each command.
func writeManPages(dir string, app *cli.App) error {
	if err := os.MkdirAll(dir, 0o755); err != nil { //nolint:gosec // man pages are for everybody
		return err
	}
	pages := map[string]string{"clusterctl": programPage(app)}
	for _, command := range app.VisibleCommands() {
		pages["clusterctl-"+command.Name] = commandPage(manualOf(command))
	}
	for name, text := range pages {
		if err := atomicfile.Write(filepath.Join(dir, name+".1"), []byte(text)); err != nil {
			return err
		}
	}
	return nil
}

// manPage is a page in the language of man(7).
type manPage struct{ strings.Builder }

func newManPage(name, usage, synopsis string) *manPage {
	p := new(manPage)
	day, _, _ := strings.Cut(thisBuild().CommitTime, "T")
	fmt.Fprintf(p, ".TH %s 1 \"%s\" \"clusterctl %s\"\n", roff(strings.ToUpper(name)), day, roff(version()))
	p.line(".nh") // the name of a variable must not be broken
	p.section("NAME")
	p.line(roff(name) + ` \- ` + roff(usage))
	p.section("SYNOPSIS")
	p.line(roff(synopsis))
	return p
}

func commandPage(m manual) string {
	p := newManPage("clusterctl-"+m.name, m.usage, m.synopsis)
	if len(m.paragraphs) > 0 {
		p.section("DESCRIPTION")
		p.paragraphs(m.paragraphs)
	}
	p.section("OPTIONS")
	for _, section := range m.sections {
		p.line(".SS " + roff(strings.TrimSuffix(section.title, ":")))
		p.flags(section.flags)
	}
	p.exitStatus(m.codes)
	p.examples(m.examples)
	p.section("SEE ALSO")
	p.line(`.BR clusterctl (1)`)
	return p.String()
}

func programPage(app *cli.App) string {
	p := newManPage("clusterctl", app.Usage, "clusterctl COMMAND [flags]")
	paragraphs, examples := readDescription(app.Description)
	p.section("DESCRIPTION")
	p.paragraphs(paragraphs)
	p.section("COMMANDS")
	for _, command := range app.VisibleCommands() {
		p.item(`.BR clusterctl\-`+roff(command.Name)+" (1)", command.Usage)
	}
	p.section("ENVIRONMENT")
	p.verbatim(unindented(environment))
	p.exitStatus(exitMeanings(""))
	p.examples(examples)
	return p.String()
}

// line writes one that is in the language already.
func (p *manPage) line(text string) { fmt.Fprintln(p, text) }

func (p *manPage) section(title string) { p.line(".SH " + title) }

func (p *manPage) paragraphs(paragraphs []string) {
	for i, text := range paragraphs {
		if i > 0 {
			p.line(".PP")
		}
		if strings.Contains(text, "\n") {
			p.verbatim(text)
		} else {
			p.line(roff(text))
		}
	}
}

func (p *manPage) verbatim(text string) {
	p.line(".nf")
	for line := range strings.SplitSeq(strings.TrimSuffix(text, "\n"), "\n") {
		p.line(roff(line))
	}
	p.line(".fi")
}

// item is a term, with what it means beneath it.
func (p *manPage) item(term, meaning string) {
	p.line(".TP")
	p.line(term)
	p.line(roff(meaning))
}

func (p *manPage) flags(flags []flagManual) {
	for _, f := range flags {
		text := f.purpose
		if f.preset != "" {
			text += " (default: " + f.preset + ")"
		}
		if f.variable != "" {
			text += ". Else from " + f.variable
		}
		p.item(`\fB`+roff(f.spelled)+`\fR`, text)
	}
}

func (p *manPage) exitStatus(codes []exitMeaning) {
	p.section("EXIT STATUS")
	for _, c := range codes {
		p.item(fmt.Sprint(c.code), c.meaning)
	}
}

func (p *manPage) examples(lines string) {
	if lines == "" {
		return
	}
	p.section("EXAMPLES")
	p.verbatim(lines)
}

// roff escapes a text: a backslash, a hyphen, which would else become a dash, and
// a line that would else be a request.
func roff(text string) string {
	text = strings.NewReplacer(`\`, `\e`, "-", `\-`, "…", `\&...`, "→", `\(->`).Replace(text)
	if strings.HasPrefix(text, ".") || strings.HasPrefix(text, "'") {
		return `\&` + text
	}
	return text
}
