package cli

import (
	"slices"
	"strings"
)

// Manual is what help, a man page and the reference say of a command.
type Manual struct {
	Name, Usage, Synopsis string
	// Paragraphs describe it. One that holds line breaks is laid out by hand.
	Paragraphs []string
	Examples   []string
	Sections   []FlagSection
	ExitCodes  []ExitCode
}

// FlagSection is the flags under a heading.
type FlagSection struct {
	Title string
	Flags []FlagManual
}

// FlagManual is what a manual says of a flag.
type FlagManual struct {
	Spelled  string // such as -f, --file PATH
	Purpose  string
	Default  string // empty: none worth a word
	Variable string // of the environment; empty: none
}

// purpose is what the flag is for, with its default.
func (f FlagManual) purpose() string {
	if f.Default == "" {
		return f.Purpose
	}
	return f.Purpose + " (default: " + f.Default + ")"
}

// Manual returns the manual of a command.
func (p *Program) Manual(c *Command) Manual {
	m := Manual{
		Name:       c.Name,
		Usage:      c.Usage,
		Synopsis:   strings.TrimSpace(name + " " + c.Name + " [flags] " + c.Arguments),
		Paragraphs: paragraphs(c.Description),
		Examples:   c.Examples,
	}
	for _, title := range append(slices.Clone(p.Sections), "Flags:") {
		if flags := p.flagsIn(title, c.Flags); len(flags) > 0 {
			m.Sections = append(m.Sections, FlagSection{title, flags})
		}
	}
	for _, code := range p.ExitCodes {
		if code.Code < 2 || slices.Contains(c.ExitCodes, code.Code) {
			m.ExitCodes = append(m.ExitCodes, code)
		}
	}
	return m
}

// paragraphs are those of a description.
func paragraphs(description string) []string {
	if description == "" {
		return nil
	}
	all := strings.Split(description, "\n\n")
	for i, paragraph := range all {
		if !strings.Contains(paragraph, "\n ") {
			all[i] = strings.ReplaceAll(paragraph, "\n", " ")
		}
	}
	return all
}

// flagsIn are the flags of a section. The last one has those of no other.
func (p *Program) flagsIn(title string, flags []Flag) []FlagManual {
	var manuals []FlagManual
	for _, f := range flags {
		if f.Section == title || !slices.Contains(p.Sections, f.Section) && !slices.Contains(p.Sections, title) {
			manuals = append(manuals, f.manual())
		}
	}
	return manuals
}

func (f *Flag) manual() FlagManual {
	m := FlagManual{Spelled: "--" + f.Name, Purpose: f.purpose(), Default: f.Default + f.DefaultText}
	if f.Short != "" {
		m.Spelled = "-" + f.Short + ", " + m.Spelled
	}
	if noun := f.noun(); noun != "" {
		m.Spelled += " " + noun
	}
	if f.Name != "help" {
		m.Variable = Variable(f.Name)
	}
	return m
}

// purpose is what the flag is for.
func (f *Flag) purpose() string { return strings.ReplaceAll(f.Usage, "`", "") }

// noun is the name of the value: that in the usage, or that of all values of its kind.
func (f *Flag) noun() string {
	if parts := strings.Split(f.Usage, "`"); len(parts) > 2 {
		return parts[1]
	}
	return f.To.noun
}
