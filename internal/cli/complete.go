package cli

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode"
)

// completeCommand answers the scripts: what could the last of these words be? An
// empty word is one that is still to begin; where a shell cannot pass an empty
// one, --new stands for it.
//
// The first line of the answer tells what the shell has to add. After : it is
// nothing, after :files PREFIX and :directories PREFIX the paths that may follow
// that beginning of the word. Each line behind it is a word, and after a tab
// what it is for.
//
// Nothing that goes wrong is told: somebody is in the middle of a line.
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
			p.complete(ctx, words).write(p.Stdout)
			return nil
		},
	}
}

// completion is what could come next.
type completion struct {
	words []string // each perhaps with a tab and what it is for
	// paths is what paths could come next beside the words, and behind is what of the
	// last word stands before them.
	paths  Paths
	behind string
}

// Paths are those that a shell is to complete.
type Paths string

// What a shell completes beside words.
const (
	NoPaths     Paths = ""
	Files       Paths = "files"
	Directories Paths = "directories"
)

// complete tells what the last word of a line could be. The program itself is none
// of the words.
func (p *Program) complete(ctx context.Context, words []string) completion {
	if len(words) == 0 {
		return completion{}
	}
	before, begun := words[:len(words)-1], words[len(words)-1]
	at := slices.IndexFunc(before, isArgument)
	if at < 0 && strings.HasPrefix(begun, "-") {
		return completion{words: []string{"--help\tshow this help"}}.startingWith(begun)
	}
	if at < 0 {
		return p.completeCommandName().startingWith(begun)
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
		_ = v.flag.Set(v.value)
	}
	return p.completeWord(ctx, c, s, begun)
}

func (p *Program) completeWord(ctx context.Context, c *Command, s scan, begun string) completion {
	assignment, value, assigned := strings.Cut(begun, "=")
	switch {
	case s.waiting != nil:
		return p.completeValue(ctx, c, s.waiting, begun)
	case s.ended || isArgument(begun) && begun != "-":
		return p.completeArgument(c, s.arguments).startingWith(begun)
	case !assigned:
		return completeFlag(c).startingWith(begun)
	}
	flag := FlagNamed(c.Flags, strings.TrimLeft(assignment, "-"))
	if flag == nil {
		return completion{}
	}
	return p.completeValue(ctx, c, flag, value).after(assignment + "=")
}

func (p *Program) completeCommandName() (names completion) {
	for _, c := range p.VisibleCommands() {
		names.words = append(names.words, c.Name+"\t"+c.Usage)
	}
	return names
}

// completeFlag offers the flags that are not given yet, or may be again.
func completeFlag(c *Command) (flags completion) {
	for _, f := range c.Flags {
		if len(f.given) == 0 || f.To.repeatable {
			flags.words = append(flags.words, "--"+f.Name+"\t"+f.Purpose())
		}
	}
	return flags
}

// completeArgument offers the commands, one of several words, or a file.
func (p *Program) completeArgument(c *Command, before []string) completion {
	noun := strings.Trim(c.Arguments, "[]")
	switch {
	case noun == "" || len(before) > 0:
		return completion{}
	case noun == "COMMAND":
		return p.completeCommandName()
	case strings.Contains(noun, "|"):
		return completion{words: strings.Split(noun, "|")}
	default:
		return completion{paths: Files}
	}
}

// completeValue offers what the flag says that its value is.
func (p *Program) completeValue(ctx context.Context, c *Command, flag *Flag, begun string) completion {
	if flag.Names != nil {
		for i := range c.Flags {
			_ = c.Flags[i].read(p.variable(c, &c.Flags[i]), "") // as far as it can be
		}
		return completion{words: printable(flag.Names(ctx))}.startingWith(begun)
	}
	if words := flag.Choices(); len(words) > 0 {
		format, path, toFile := strings.Cut(begun, "=")
		if flag.Name == "output" && toFile && path != "-" {
			return completion{paths: Files}.after(format + "=")
		}
		return completion{words: words}.startingWith(begun)
	}
	return completion{paths: PathsOf(flag)}
}

// printable leaves out the words that would not be one line to a shell and harmless on
// a terminal.
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
		return NoPaths
	}
}

func (c completion) write(w io.Writer) {
	first := ":" + string(c.paths)
	if c.paths != NoPaths && c.behind != "" {
		first += " " + c.behind
	}
	fmt.Fprintln(w, first)
	for _, word := range c.words {
		fmt.Fprintln(w, word)
	}
}

// startingWith leaves out the words that do not begin so.
func (c completion) startingWith(begun string) completion {
	c.words = slices.DeleteFunc(c.words, func(word string) bool { return !strings.HasPrefix(word, begun) })
	return c
}

// after puts a beginning in front of all words and paths.
func (c completion) after(beginning string) completion {
	for i, word := range c.words {
		c.words[i] = beginning + word
	}
	c.behind = beginning + c.behind
	return c
}
