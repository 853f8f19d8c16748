package cli

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"unicode"
)

// completeCommand prints completions of the last word, for the shell scripts. --new stands
// for an empty last word, which some shells cannot pass.
//
// The first line is a directive. With : the shell adds nothing; with :files PREFIX or
// :directories PREFIX it adds paths, with PREFIX before each. Every other line is a word
// and, after a tab, its description.
//
// Errors are not reported, because they would garble the line that is being typed.
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

// completion holds what can come next.
type completion struct {
	words  []string // optionally with a tab and a description
	paths  Paths    // paths to offer, too
	prefix string   // the part of the last word before the path
}

// Paths is the kind of paths that a shell completes, or empty for none.
type Paths string

// The kinds of paths.
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

// complete returns completions of the last word. The words do not include the program.
func (p *Program) complete(ctx context.Context, words []string) completion {
	if len(words) == 0 {
		return completion{}
	}
	before, begun := words[:len(words)-1], words[len(words)-1]
	next := p.next(ctx, before, begun)
	next.words = slices.DeleteFunc(next.words, func(word string) bool { return !strings.HasPrefix(word, begun) })
	return next
}

// next returns what can follow the words before, if the next word begins with begun.
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
	Line{c, s.arguments}.passArguments()
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
		for _, alias := range c.Aliases {
			names = append(names, alias+"\talias of "+c.Name)
		}
	}
	return names
}

// flagNames returns the flags that are not given yet or can be repeated.
func (c *Command) flagNames() (names []string) {
	for _, f := range c.Flags {
		if len(f.given) == 0 || f.To.repeatable {
			names = append(names, "--"+f.Name+"\t"+f.Purpose())
		}
	}
	return names
}

// nextArgument completes a command, one of several words, or a file.
func (p *Program) nextArgument(c *Command, before []string) completion {
	nouns, _, most := c.bounds()
	if len(before) >= most {
		return completion{}
	}
	noun := nouns[min(len(before), len(nouns)-1)]
	switch {
	case noun == "NAME":
		return completion{}
	case noun == "COMMAND":
		return completion{words: p.commandNames()}
	case strings.Contains(noun, "|"):
		return completion{words: strings.Split(noun, "|")}
	default:
		return completion{paths: Files}
	}
}

// nextValue completes the value of a flag. prefix is the part of the word before the value.
func (p *Program) nextValue(ctx context.Context, c *Command, flag *Flag, prefix, begun string) completion {
	words := flag.Choices()
	if flag.Names != nil {
		for i := range c.Flags {
			_ = c.Flags[i].read(p.variable(c, &c.Flags[i]), "") // errors do not matter here
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

// printable removes words with control characters, which could harm a terminal.
func printable(words []string) []string {
	return slices.DeleteFunc(words, func(word string) bool {
		return word == "" || strings.ContainsFunc(word, func(r rune) bool { return !unicode.IsPrint(r) })
	})
}

// PathsOf returns the kind of paths that a flag takes, judging by the name of its value.
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
