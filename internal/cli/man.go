package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// manCommand writes the man pages, for packagers.
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
	if err := os.MkdirAll(dir, 0o755); err != nil { //nolint:gosec // man pages are for everyone
		return err
	}
	for name, text := range p.ManPages() {
		if err := os.WriteFile(filepath.Join(dir, name+".1"), []byte(text), 0o644); err != nil { //nolint:gosec // man pages are for everyone
			return err
		}
	}
	return nil
}

// ManPages returns the page of the program and of each command, by name.
func (p *Program) ManPages() map[string]string {
	pages := map[string]string{name: p.programPage()}
	for _, c := range p.VisibleCommands() {
		pages[name+"-"+c.Name] = p.commandPage(c)
	}
	return pages
}

func (p *Program) commandPage(c *Command) string {
	page := p.newManPage(name+"-"+c.Name, c.Usage, c.Synopsis(), c.Description)
	if len(c.Aliases) > 0 {
		page.section("ALIASES")
		page.line(roff(strings.Join(c.Aliases, ", ")))
	}
	page.section("OPTIONS")
	for _, section := range p.SectionsOf(c) {
		page.line(".SS " + roff(strings.TrimSuffix(section.Title, ":")))
		for _, f := range section.Flags {
			purpose := f.purposeAndPreset()
			if f.Variable() != "" {
				purpose += ". Environment variable: " + f.Variable()
			}
			page.item(`\fB`+roff(f.Spelled())+`\fR`, purpose)
		}
	}
	page.ending(p.ExitCodesOf(c), c.Examples)
	page.section("SEE ALSO")
	page.line(`.BR clusterctl (1)`)
	return page.String()
}

func (p *Program) programPage() string {
	page := p.newManPage(name, p.Usage, "clusterctl COMMAND [flags]", p.Description)
	page.section("COMMANDS")
	for _, c := range p.VisibleCommands() {
		page.item(`.BR clusterctl\-`+roff(c.Name)+" (1)", c.Usage)
	}
	page.section("ENVIRONMENT")
	page.verbatim(p.Environment)
	page.ending(p.ExitCodes, p.Examples)
	return page.String()
}

// manPage is a page in the format of man(7).
type manPage struct{ strings.Builder }

func (p *Program) newManPage(name, usage, synopsis, description string) *manPage {
	page := new(manPage)
	page.line(fmt.Sprintf(`.TH %s 1 "%s" "clusterctl %s"`, roff(strings.ToUpper(name)), p.Date, roff(p.Version)))
	page.line(".nh") // the name of a variable must not be broken
	page.section("NAME")
	page.line(roff(name) + ` \- ` + roff(usage))
	page.section("SYNOPSIS")
	page.line(roff(synopsis))
	heading := ".SH DESCRIPTION"
	for _, paragraph := range Paragraphs(description) {
		page.line(heading)
		heading = ".PP"
		if lines := strings.Split(paragraph, "\n"); len(lines) > 1 {
			page.verbatim(lines)
		} else {
			page.line(roff(paragraph))
		}
	}
	return page
}

// line writes a line of roff.
func (p *manPage) line(text string) { fmt.Fprintln(p, text) }

func (p *manPage) section(title string) { p.line(".SH " + title) }

func (p *manPage) verbatim(lines []string) {
	p.line(".nf")
	for _, line := range lines {
		p.line(roff(line))
	}
	p.line(".fi")
}

// item writes a term and its meaning.
func (p *manPage) item(term, meaning string) {
	p.line(".TP\n" + term)
	p.line(roff(meaning))
}

// ending writes the sections that end every page.
func (p *manPage) ending(codes []ExitCode, examples []string) {
	p.section("EXIT STATUS")
	for _, c := range codes {
		p.item(strconv.Itoa(c.Code), c.Meaning)
	}
	if len(examples) > 0 {
		p.section("EXAMPLES")
		p.verbatim(examples)
	}
}

// roff escapes a text: backslashes, hyphens, and what would start a request.
func roff(text string) string {
	text = strings.NewReplacer(`\`, `\e`, "-", `\-`, "…", `\&...`, "→", `\(->`).Replace(text)
	if strings.HasPrefix(text, ".") || strings.HasPrefix(text, "'") {
		return `\&` + text
	}
	return text
}
