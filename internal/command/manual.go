package command

import (
	"slices"
	"strings"

	"github.com/urfave/cli/v2"
)

// manual is what a manual tells of a command, whatever it is printed as. It is
// made of what help is made of.
type manual struct {
	name     string
	usage    string // in a line
	synopsis string
	// paragraphs describe it. One that holds line breaks is laid out by hand.
	paragraphs []string
	examples   string // lines
	sections   []flagSection
	codes      []exitMeaning
}

// flagSection is the flags of a category.
type flagSection struct {
	title string
	flags []flagManual
}

type flagManual struct {
	spelled  string // such as -f, --file PATH
	purpose  string
	preset   string // empty: none worth a word
	variable string // of the environment; empty: none
}

type exitMeaning struct {
	code    int
	meaning string
}

func manualOf(c *cli.Command) manual {
	m := manual{name: c.Name, usage: c.Usage, synopsis: usageLine(c), codes: exitMeanings(c.Name)}
	m.paragraphs, m.examples = readDescription(c.Description)
	for _, title := range flagSections() {
		if flags := flagsIn(title, c.VisibleFlags()); len(flags) > 0 {
			m.sections = append(m.sections, flagSection{titleOf(title), flags})
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

func flagsIn(section string, flags []cli.Flag) []flagManual {
	var manuals []flagManual
	for _, flag := range flags {
		if sectionOf(flag) != section {
			continue
		}
		spelled, purpose := spec(flag)
		f := flagManual{spelled: strings.TrimSpace(spelled), preset: presetOf(flag), variable: variable(flag.Names()[0])}
		f.purpose = strings.TrimSuffix(purpose, " (default: "+f.preset+")")
		if flag.Names()[0] == "help" {
			f.variable = ""
		}
		manuals = append(manuals, f)
	}
	return manuals
}

// exitMeanings are the exit codes of a command, or with no name those of any.
func exitMeanings(command string) []exitMeaning {
	all := []exitMeaning{
		{exitDone, "done"},
		{exitError, "error: bad usage, bad file, no access, tenant unreachable"},
		{exitPending, "changes are pending, drift was found, or files are not canonical"},
		{exitIncomplete, "an apply that is incomplete"},
		{exitRefused, "refused, nothing written; in plan too, if apply would refuse"},
	}
	codes := []int{exitDone, exitError}
	switch command {
	case "":
		return all
	case "plan", "drift":
		codes = append(codes, exitPending, exitRefused)
	case "apply":
		codes = append(codes, exitIncomplete, exitRefused)
	case "undo":
		codes = append(codes, exitPending, exitIncomplete, exitRefused)
	case "fmt":
		codes = append(codes, exitPending)
	}
	return slices.DeleteFunc(all, func(m exitMeaning) bool { return !slices.Contains(codes, m.code) })
}
