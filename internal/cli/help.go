package cli

import (
	"context"
	"fmt"
	"io"
	"strings"
)

const (
	helpColumns  = 80
	helpIndent   = "   " // of the parts of a section
	flagColumn   = 34    // where the purposes of flags begin
	commandWidth = 14    // of the names of commands
)

// helpCommand shows the help of a command, or of the program.
func (p *Program) helpCommand() *Command {
	return &Command{
		Name: "help", Aliases: []string{"h"},
		Usage:     "show help for clusterctl or a command",
		Arguments: "[COMMAND]",
		Examples:  []string{"clusterctl help       # list all commands", "clusterctl help plan  # list the flags of plan"},
		Run:       func(_ context.Context, l Line) error { return p.writeHelp(l.Argument()) },
	}
}

// writeHelp writes the help of a command, or of the program if none is named.
func (p *Program) writeHelp(command string) error {
	text := p.help()
	if command != "" {
		c := p.Command(command)
		if c == nil {
			return p.unknownCommand(command)
		}
		text = p.helpOf(c)
	}
	_, err := io.WriteString(p.Stdout, text)
	return err
}

func (p *Program) help() string {
	var b strings.Builder
	fmt.Fprintf(&b, "clusterctl - %s\n\nUsage:\n%sclusterctl COMMAND [flags]\n\n%s\nCommands:\n", p.Usage, helpIndent, laidOut(p.Description, p.Examples))
	for _, c := range p.VisibleCommands() {
		fmt.Fprintf(&b, "%s%-*s  %s\n", helpIndent, commandWidth, strings.Join(append([]string{c.Name}, c.Aliases...), ", "), c.Usage)
	}
	b.WriteString("\nclusterctl COMMAND --help lists the flags of a command. Flags can come before or\nafter arguments.\n")
	b.WriteString("\nEnvironment:\n" + indented(p.Environment) + "\nExit codes:\n")
	for _, e := range p.ExitCodes {
		fmt.Fprintf(&b, "%s%d  %s\n", helpIndent, e.Code, e.Meaning)
	}
	return b.String()
}

func (p *Program) helpOf(c *Command) string {
	var b strings.Builder
	fmt.Fprintf(&b, "clusterctl %s - %s\n\nUsage:\n%s%s\n\n", c.Name, c.Usage, helpIndent, c.Synopsis())
	if len(c.Aliases) > 0 {
		fmt.Fprintf(&b, "Aliases:\n%s%s\n\n", helpIndent, strings.Join(c.Aliases, ", "))
	}
	b.WriteString(laidOut(c.Description, c.Examples))
	for _, section := range p.SectionsOf(c) {
		b.WriteString("\n" + section.Title + "\n")
		for _, f := range section.Flags {
			b.WriteString(f.help())
		}
	}
	b.WriteString("\n" + folded("Every flag can also be set in the environment: CLUSTERCTL_SOME_FLAG sets --some-flag. The flag takes precedence; an empty variable is ignored.", "") + "\n")
	return b.String()
}

// help returns the flag and its purpose, which is on the next line if the flag is long.
func (f *Flag) help() string {
	spelled := helpIndent + f.Spelled()
	if f.Short == "" {
		spelled = helpIndent + "    " + f.Spelled()
	}
	margin := strings.Repeat(" ", flagColumn)
	purpose := folded(f.purposeAndPreset(), margin)
	if len(spelled) < flagColumn-1 {
		return fmt.Sprintf("%-*s%s\n", flagColumn, spelled, purpose)
	}
	return spelled + "\n" + margin + purpose + "\n"
}

// laidOut wraps the paragraphs of a description, except those laid out by hand, and adds
// the examples.
func laidOut(description string, examples []string) string {
	var parts []string
	for _, paragraph := range Paragraphs(description) {
		if !strings.Contains(paragraph, "\n") {
			paragraph = folded(paragraph, "")
		}
		parts = append(parts, paragraph+"\n")
	}
	if len(examples) > 0 {
		parts = append(parts, "Examples:\n"+indented(examples))
	}
	return strings.Join(parts, "\n")
}

func indented(lines []string) string {
	return helpIndent + strings.Join(lines, "\n"+helpIndent) + "\n"
}

// folded wraps a text. front indents every line but the first.
func folded(text, front string) string {
	var b strings.Builder
	at := len(front)
	for i, word := range strings.Fields(text) {
		wide := len([]rune(word))
		switch {
		case i == 0:
			at += wide
		case at+1+wide > helpColumns:
			b.WriteString("\n" + front)
			at = len(front) + wide
		default:
			b.WriteByte(' ')
			at += 1 + wide
		}
		b.WriteString(word)
	}
	return b.String()
}
