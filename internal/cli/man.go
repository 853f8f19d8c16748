package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// manCommand writes the man pages, for whoever packs the program.
func (p *Program) manCommand() *Command {
	return &Command{
		Name:       "__man",
		isInternal: true,
		Run: func(_ context.Context, l Line) error {
			if len(l.Arguments) != 1 {
				return errors.New("__man takes one DIR")
			}
			return p.writeManPages(l.Argument())
		},
	}
}

func (p *Program) writeManPages(dir string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil { //nolint:gosec // man pages are for everybody
		return err
	}
	for name, text := range p.ManPages() {
		if err := os.WriteFile(filepath.Join(dir, name+".1"), []byte(text), 0o644); err != nil { //nolint:gosec // man pages are for everybody
			return err
		}
	}
	return nil
}

// ManPages returns a page for the program and one for each command, by their names.
func (p *Program) ManPages() map[string]string {
	pages := map[string]string{name: p.programPage()}
	for _, c := range p.VisibleCommands() {
		pages[name+"-"+c.Name] = p.commandPage(p.Manual(c))
	}
	return pages
}

// manPage is a page in the language of man(7).
type manPage struct{ strings.Builder }

func (p *Program) newManPage(name, usage, synopsis string) *manPage {
	page := new(manPage)
	fmt.Fprintf(page, ".TH %s 1 \"%s\" \"clusterctl %s\"\n", roff(strings.ToUpper(name)), p.Date, roff(p.Version))
	page.line(".nh") // the name of a variable must not be broken
	page.section("NAME")
	page.line(roff(name) + ` \- ` + roff(usage))
	page.section("SYNOPSIS")
	page.line(roff(synopsis))
	return page
}

func (p *Program) commandPage(m Manual) string {
	page := p.newManPage("clusterctl-"+m.Name, m.Usage, m.Synopsis)
	page.paragraphs(m.Paragraphs)
	page.section("OPTIONS")
	for _, section := range m.Sections {
		page.line(".SS " + roff(strings.TrimSuffix(section.Title, ":")))
		page.flags(section.Flags)
	}
	page.exitStatus(m.ExitCodes)
	page.examples(m.Examples)
	page.section("SEE ALSO")
	page.line(`.BR clusterctl (1)`)
	return page.String()
}

func (p *Program) programPage() string {
	page := p.newManPage("clusterctl", p.Usage, "clusterctl COMMAND [flags]")
	page.paragraphs(paragraphs(p.Description))
	page.section("COMMANDS")
	for _, command := range p.VisibleCommands() {
		page.item(`.BR clusterctl\-`+roff(command.Name)+" (1)", command.Usage)
	}
	page.section("ENVIRONMENT")
	page.verbatim(p.Environment)
	page.exitStatus(p.ExitCodes)
	page.examples(p.Examples)
	return page.String()
}

// line writes one that is in the language already.
func (p *manPage) line(text string) { fmt.Fprintln(p, text) }

func (p *manPage) section(title string) { p.line(".SH " + title) }

func (p *manPage) paragraphs(paragraphs []string) {
	for i, text := range paragraphs {
		if i == 0 {
			p.section("DESCRIPTION")
		} else {
			p.line(".PP")
		}
		if strings.Contains(text, "\n") {
			p.verbatim(strings.Split(text, "\n"))
		} else {
			p.line(roff(text))
		}
	}
}

func (p *manPage) verbatim(lines []string) {
	p.line(".nf")
	for _, line := range lines {
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

func (p *manPage) flags(flags []FlagManual) {
	for _, f := range flags {
		text := f.purpose()
		if f.Variable != "" {
			text += ". Else from " + f.Variable
		}
		p.item(`\fB`+roff(f.Spelled)+`\fR`, text)
	}
}

func (p *manPage) exitStatus(codes []ExitCode) {
	p.section("EXIT STATUS")
	for _, c := range codes {
		p.item(fmt.Sprint(c.Code), c.Meaning)
	}
}

func (p *manPage) examples(lines []string) {
	if len(lines) == 0 {
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
