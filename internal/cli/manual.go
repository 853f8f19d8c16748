package cli

import "strings"

// Manual is what a manual tells of a command, whatever it is printed as. It is
// made of what help is made of.
type Manual struct {
	Name     string
	Usage    string // in a line
	Synopsis string
	// Paragraphs describe it. One that holds line breaks is laid out by hand.
	Paragraphs []string
	Examples   string // lines
	Sections   []FlagSection
	ExitCodes  []ExitCode
}

// FlagSection is the flags of a category.
type FlagSection struct {
	Title string
	Flags []FlagManual
}

// FlagManual is what a manual says of a flag.
type FlagManual struct {
	Spelled  string // such as -f, --file PATH
	Purpose  string
	Preset   string // empty: none worth a word
	Variable string // of the environment; empty: none
}

// Manual returns the manual of a command.
func (p *Program) Manual(c *Command) Manual {
	m := Manual{Name: c.Name, Usage: c.Usage, Synopsis: usageLine(c), ExitCodes: p.ExitCodes(c.Name)}
	m.Paragraphs, m.Examples = readDescription(c.Description)
	for _, title := range flagSections() {
		if flags := flagsIn(title, c.VisibleFlags()); len(flags) > 0 {
			m.Sections = append(m.Sections, FlagSection{titleOf(title), flags})
		}
	}
	return m
}

// readDescription takes a description apart: its paragraphs, and the examples at
// its end.
func readDescription(text string) (paragraphs []string, examples string) {
	for paragraph := range strings.SplitSeq(text, "\n\n") {
		if lines, ok := strings.CutPrefix(paragraph, "Examples:\n"); ok {
			examples = unindented(lines)
			continue
		}
		if !strings.Contains(paragraph, "\n ") {
			paragraph = strings.ReplaceAll(paragraph, "\n", " ")
		}
		paragraphs = append(paragraphs, paragraph)
	}
	return paragraphs, examples
}

func unindented(lines string) string {
	return strings.ReplaceAll(strings.TrimPrefix(lines, helpIndent), "\n"+helpIndent, "\n")
}

func flagsIn(section string, flags []Flag) []FlagManual {
	var manuals []FlagManual
	for _, flag := range flags {
		if sectionOf(flag) != section {
			continue
		}
		spelled, purpose := spec(flag)
		f := FlagManual{Spelled: strings.TrimSpace(spelled), Preset: presetOf(flag), Variable: Variable(flag.Names()[0])}
		f.Purpose = strings.TrimSuffix(purpose, " (default: "+f.Preset+")")
		if flag.Names()[0] == "help" {
			f.Variable = ""
		}
		manuals = append(manuals, f)
	}
	return manuals
}
