package cli

import (
	"fmt"
	"slices"
	"strings"

	urfave "github.com/urfave/cli/v2"
)

const (
	// helpColumns is what help is laid out for.
	helpColumns = 80
	// helpIndent is how far the parts of a section stand in.
	helpIndent = "   "
	// flagColumn is where the texts of flags begin.
	flagColumn = 34
)

// flagSections is the order of the categories of flags.
func flagSections() []string {
	return []string{"Files:", "Choice:", "Tenant:", "Work:", "Apply:", "Output:", ""}
}

// helpTemplate is a text as a template that gives just that: the library takes
// help in no other form.
func helpTemplate(text string) string { return fmt.Sprintf("{{%q}}", text) }

// commandHelp is the help of a command.
func commandHelp(c *Command) string {
	var b strings.Builder
	fmt.Fprintf(&b, "clusterctl %s - %s\n\nUsage:\n%s%s\n\n", c.Name, c.Usage, helpIndent, usageLine(c))
	b.WriteString(description(c.Description))
	for _, section := range flagSections() {
		writeFlags(&b, section, c.VisibleFlags())
	}
	if len(c.Flags) > 1 { // --help is one of them
		b.WriteString("\n" + folded("A flag that is not given is taken from the environment: --some-flag from CLUSTERCTL_SOME_FLAG, where that is not empty.", "") + "\n")
	}
	return b.String()
}

func usageLine(c *Command) string {
	line := "clusterctl " + c.Name + " [flags]"
	if c.ArgsUsage != "" {
		line += " " + c.ArgsUsage
	}
	return line
}

// help is the help of the program.
func (p *Program) help(app *urfave.App) string {
	var b strings.Builder
	fmt.Fprintf(&b, "clusterctl - %s\n\nUsage:\n%sclusterctl COMMAND [flags]\n\n%s\nCommands:\n", app.Usage, helpIndent, description(app.Description))
	widest := 0
	for _, c := range app.Commands {
		widest = max(widest, len(strings.Join(c.Names(), ", ")))
	}
	for _, c := range app.Commands {
		if !c.Hidden {
			fmt.Fprintf(&b, "%s%-*s  %s\n", helpIndent, widest, strings.Join(c.Names(), ", "), c.Usage)
		}
	}
	b.WriteString("\nclusterctl COMMAND --help tells the flags of a command. They count before and\nafter arguments.\n" + p.surroundings())
	return b.String()
}

// surroundings is what holds for every command.
func (p *Program) surroundings() string {
	var b strings.Builder
	b.WriteString("\nEnvironment:\n" + p.Environment + "\nExit codes:\n")
	for _, m := range p.ExitCodes("") {
		fmt.Fprintf(&b, "%s%d  %s\n", helpIndent, m.Code, m.Meaning)
	}
	return b.String()
}

// description folds the paragraphs of a description, but for those that are
// laid out by hand.
func description(text string) string {
	var b strings.Builder
	for paragraph := range strings.SplitSeq(text, "\n\n") {
		if !strings.Contains(paragraph, "\n ") {
			paragraph = folded(strings.ReplaceAll(paragraph, "\n", " "), "")
		}
		b.WriteString(paragraph + "\n\n")
	}
	return strings.TrimSuffix(b.String(), "\n")
}

// writeFlags writes the flags of one section, if there are any.
func writeFlags(b *strings.Builder, section string, flags []Flag) {
	flags = slices.DeleteFunc(slices.Clone(flags), func(f Flag) bool { return sectionOf(f) != section })
	if len(flags) == 0 {
		return
	}
	b.WriteString("\n" + titleOf(section) + "\n")
	for _, flag := range flags {
		name, text := spec(flag)
		if len(name) < flagColumn-1 {
			name += strings.Repeat(" ", flagColumn-len(name))
		} else {
			name += "\n" + strings.Repeat(" ", flagColumn)
		}
		b.WriteString(name + folded(text, strings.Repeat(" ", flagColumn)) + "\n")
	}
}

func titleOf(section string) string {
	if section == "" {
		return "Flags:"
	}
	return section
}

// sectionOf is the section that a flag stands in: its category, if that is one
// of the sections.
func sectionOf(flag Flag) string {
	if f, ok := flag.(urfave.CategorizableFlag); ok && slices.Contains(flagSections(), f.GetCategory()) {
		return f.GetCategory()
	}
	return ""
}

// spec is a flag with its short name and the name of its value, and what it is
// for with its default.
func spec(flag Flag) (name, text string) {
	name = helpIndent + "    --" + flag.Names()[0]
	if names := flag.Names(); len(names) > 1 {
		name = helpIndent + "-" + names[1] + ", --" + names[0]
	}
	documented, ok := flag.(DocGenerationFlag)
	if !ok {
		return name, ""
	}
	text = documented.GetUsage()
	before, value, quoted := strings.Cut(text, "`")
	if word, after, ok := strings.Cut(value, "`"); quoted && ok {
		text, value = before+word+strings.ReplaceAll(after, "`", ""), word
	} else {
		value = valueOf(flag)
	}
	if value != "" {
		name += " " + value
	}
	if preset := presetOf(flag); preset != "" {
		text += " (default: " + preset + ")"
	}
	return name, text
}

// valueOf names the value of a flag whose usage does not.
func valueOf(flag Flag) string {
	switch flag.(type) {
	case *BoolFlag:
		return ""
	case *DurationFlag:
		return "TIME"
	case *IntFlag, *Uint64Flag:
		return "N"
	default:
		return "VALUE"
	}
}

// presetOf is the default of a flag, where it is worth a word.
func presetOf(flag Flag) string {
	switch f := flag.(type) {
	case *StringFlag:
		return f.Value
	case *DurationFlag:
		if f.Value != 0 {
			return strings.Replace(f.Value.String(), "m0s", "m", 1)
		}
		return f.DefaultText
	case *IntFlag:
		if f.Value != 0 {
			return fmt.Sprint(f.Value)
		}
	}
	return ""
}

// folded breaks a text between words. The lines after the first begin with
// front, which is how far the first one stands in, too.
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
