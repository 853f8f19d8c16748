package cli

import (
	"slices"
	"strings"
)

// Help, the man pages and the reference share this file.

// Section holds the flags under a heading.
type Section struct {
	Title string
	Flags []*Flag
}

// SectionsOf returns the flags of a command, section by section.
func (p *Program) SectionsOf(c *Command) []Section {
	var sections []Section
	for _, title := range append(slices.Clone(p.Sections), "Flags:") {
		sections = append(sections, Section{Title: title})
	}
	for i := range c.Flags {
		at := slices.Index(p.Sections, c.Flags[i].Section)
		if at < 0 {
			at = len(p.Sections)
		}
		sections[at].Flags = append(sections[at].Flags, &c.Flags[i])
	}
	return slices.DeleteFunc(sections, func(s Section) bool { return s.Flags == nil })
}

// ExitCodesOf returns the exit codes of a command.
func (p *Program) ExitCodesOf(c *Command) []ExitCode {
	return slices.DeleteFunc(slices.Clone(p.ExitCodes), func(e ExitCode) bool {
		return e.Code > 1 && !slices.Contains(c.ExitCodes, e.Code)
	})
}

// Synopsis returns the usage line of the command.
func (c *Command) Synopsis() string {
	return strings.TrimSpace(name + " " + c.Name + " [flags] " + c.Arguments)
}

// Paragraphs returns the paragraphs of a description. One that still has line breaks is
// laid out by hand.
func Paragraphs(description string) []string {
	if description == "" {
		return nil
	}
	paragraphs := strings.Split(description, "\n\n")
	for i, paragraph := range paragraphs {
		if !strings.Contains(paragraph, "\n ") {
			paragraphs[i] = strings.ReplaceAll(paragraph, "\n", " ")
		}
	}
	return paragraphs
}

// Spelled returns the flag as it is typed, such as -f, --file PATH.
func (f *Flag) Spelled() string {
	spelled := strings.TrimSpace("--" + f.Name + " " + f.noun())
	if f.Short != "" {
		return "-" + f.Short + ", " + spelled
	}
	return spelled
}

// Purpose returns the summary of the flag, without its default.
func (f *Flag) Purpose() string { return strings.ReplaceAll(f.Usage, "`", "") }

// Preset returns the default as help shows it, or "".
func (f *Flag) Preset() string { return f.Default + f.DefaultText }

// Variable returns the environment variable of the flag, or "" for --help.
func (f *Flag) Variable() string {
	if f.Name == "help" {
		return ""
	}
	return Variable(f.Name)
}

func (f *Flag) purposeAndPreset() string {
	if f.Preset() == "" {
		return f.Purpose()
	}
	return f.Purpose() + " (default: " + f.Preset() + ")"
}

// noun returns the name of the value: from the usage, or else from the type.
func (f *Flag) noun() string {
	_, rest, isNamed := strings.Cut(f.Usage, "`")
	if !isNamed {
		return f.To.noun
	}
	noun, _, _ := strings.Cut(rest, "`")
	return noun
}
