package cli

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"unicode"
)

// completeCommand answers the scripts: what could the last of these words be? Where a
// shell cannot pass an empty word, --new stands for it.
//
// The first line of the answer is what the shell has to add. After : it is nothing, after
// :files PREFIX and :directories PREFIX the paths that may follow that beginning of the
// word. Each line behind it is a word, and after a tab what it is for.
//
// Errors are not reported: somebody is in the middle of a line.
func (p *Program) completeCommand() *Command {
	var isNew bool
	return &Command{
		Name:       "__complete",
		isInternal: true,
		Flags:      []Flag{{Name: "new", To: Bool(&isNew)}},
		Run: func(ctx context.Context, l Line) error {
			words := l.Arguments
			if isNew {
				words = append(words, "")
			}
			fmt.Fprintln(p.Stdout, strings.Join(p.complete(ctx, words).lines(), "\n"))
			return nil
		},
	}
}

// completion is what could come next.
type completion struct {
	words  []string // each perhaps with a tab and what it is for
	paths  Paths    // what could come next as well
	prefix string   // what of the last word stands before them
}

// Paths are those that a shell is to complete; none if empty.
type Paths string

// The paths that a shell completes.
const (
	Files       Paths = "files"
	Directories Paths = "directories"
)

func (c completion) lines() []string {
	first := ":" + string(c.paths)
	if c.paths != "" && c.prefix != "" {
		first += " " + c.prefix
	}
	return append([]string{first}, c.words...)
}

// complete returns what the last word of a line, without the program, could be.
func (p *Program) complete(ctx context.Context, words []string) completion {
	if len(words) == 0 {
		return completion{}
	}
	before, begun := words[:len(words)-1], words[len(words)-1]
	next := p.next(ctx, before, begun)
	next.words = slices.DeleteFunc(next.words, func(word string) bool { return !strings.HasPrefix(word, begun) })
	return next
}

// next returns what could stand behind words, given what the next one begins with.
func (p *Program) next(ctx context.Context, before []string, begun string) completion {
	at := slices.IndexFunc(before, isArgument)
	if at < 0 && strings.HasPrefix(begun, "-") {
		return completion{words: []string{"--help\tshow this help"}}
	}
	if at < 0 {
		return completion{words: p.commandNames()}
	}
	c := p.Command(before[at])
	if c == nil || c.isInternal {
		return completion{}
	}
	s := scan{flags: c.Flags}
	for _, word := range before[at+1:] {
		s.read(word)
	}
	for _, v := range s.values {
		_ = v.flag.Set(v.value) // never fails
	}
	assignment, value, assigned := strings.Cut(begun, "=")
	switch {
	case s.waiting != nil:
		return p.nextValue(ctx, c, s.waiting, "", begun)
	case s.ended || isArgument(begun) && begun != "-":
		return p.nextArgument(c, s.arguments)
	case !assigned:
		return completion{words: c.flagNames()}
	}
	if flag := FlagNamed(c.Flags, strings.TrimLeft(assignment, "-")); flag != nil {
		return p.nextValue(ctx, c, flag, assignment+"=", value)
	}
	return completion{}
}

func (p *Program) commandNames() (names []string) {
	for _, c := range p.VisibleCommands() {
		names = append(names, c.Name+"\t"+c.Usage)
	}
	return names
}

// flagNames are those that are not given yet, or may be again.
func (c *Command) flagNames() (names []string) {
	for _, f := range c.Flags {
		if len(f.given) == 0 || f.To.repeatable {
			names = append(names, "--"+f.Name+"\t"+f.Purpose())
		}
	}
	return names
}

// nextArgument is a command, one of several words, or a file.
func (p *Program) nextArgument(c *Command, before []string) completion {
	noun := strings.Trim(c.Arguments, "[]")
	switch {
	case noun == "" || len(before) > 0:
		return completion{}
	case noun == "COMMAND":
		return completion{words: p.commandNames()}
	case strings.Contains(noun, "|"):
		return completion{words: strings.Split(noun, "|")}
	default:
		return completion{paths: Files}
	}
}

// nextValue is a value of a flag, behind what of the word belongs to the flag itself.
func (p *Program) nextValue(ctx context.Context, c *Command, flag *Flag, prefix, begun string) completion {
	words := flag.Choices()
	if flag.Names != nil {
		for i := range c.Flags {
			_ = c.Flags[i].read(p.variable(c, &c.Flags[i]), "") // as far as it can be
		}
		words = printable(flag.Names(ctx))
	}
	format, path, toFile := strings.Cut(begun, "=")
	switch {
	case flag.Name == "output" && toFile && path != "-":
		return completion{paths: Files, prefix: prefix + format + "="}
	case len(words) == 0:
		return completion{paths: PathsOf(flag), prefix: prefix}
	}
	for i := range words {
		words[i] = prefix + words[i]
	}
	return completion{words: words}
}

// printable leaves out what would not be a line to a shell and harmless on a terminal.
func printable(words []string) []string {
	return slices.DeleteFunc(words, func(word string) bool {
		return word == "" || strings.ContainsFunc(word, func(r rune) bool { return !unicode.IsPrint(r) })
	})
}

// PathsOf returns the paths that the value of a flag could be, by its name in help.
func PathsOf(flag *Flag) Paths {
	switch flag.noun() {
	case "FILE", "PATH", "RECEIPT":
		return Files
	case "DIR":
		return Directories
	default:
		return ""
	}
}
