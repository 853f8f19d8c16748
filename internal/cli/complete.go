package cli

import (
	"context"
	"slices"
	"strings"
	"unicode"
)

// complete tells what the last word of a line could be. The program itself is none
// of the words.
func (p *Program) complete(ctx context.Context, words []string) completion {
	if len(words) == 0 {
		return completion{}
	}
	before, begun := words[:len(words)-1], words[len(words)-1]
	at := slices.IndexFunc(before, isArgument)
	if at < 0 {
		return p.completeCommandName(begun).startingWith(begun)
	}
	command := p.Command(before[at])
	if command == nil || command.Hidden {
		return completion{}
	}
	return p.lineSoFar(command, before[at+1:]).complete(ctx, begun)
}

func (p *Program) completeCommandName(begun string) completion {
	if strings.HasPrefix(begun, "-") {
		return completion{words: []suggestion{{"--help", "show this help"}}}
	}
	var c completion
	for _, command := range p.VisibleCommands() {
		c.words = append(c.words, suggestion{command.Name, command.Usage})
	}
	return c
}

// Line is what is there of a command line before the word that is completed.
type Line struct {
	program *Program
	command *Command
	// given are the values of the flags so far, by their full names.
	given map[string][]string
	// waiting is the flag whose value comes next, and nil where none does.
	waiting Flag
	// arguments is how many there are, and ended whether only arguments can follow.
	arguments int
	ended     bool
}

func (p *Program) lineSoFar(command *Command, words []string) Line {
	l := Line{program: p, command: command, given: map[string][]string{}}
	for _, word := range words {
		switch {
		case l.waiting != nil:
			l.give(l.waiting, word)
			l.waiting = nil
		case l.ended || isArgument(word):
			l.arguments++
		case word == "--":
			l.ended = true
		default:
			for _, flag := range separated(command.Flags, word) {
				l.flag(flag)
			}
		}
	}
	return l
}

// flag notes a flag, with its value where it has one in the same word.
func (l *Line) flag(word string) {
	spelled, takesNext := spelledOut(l.command.Flags, word)
	name, value, assigned := strings.Cut(strings.TrimPrefix(spelled, "--"), "=")
	flag := FlagNamed(l.command.Flags, name)
	switch {
	case flag == nil:
	case takesNext:
		l.waiting = flag
	case assigned:
		l.give(flag, value)
	default:
		l.give(flag, "true")
	}
}

func (l *Line) give(flag Flag, value string) {
	name := flag.Names()[0]
	l.given[name] = append(l.given[name], value)
}

// FlagNamed returns the flag that has a name, or nil.
func FlagNamed(flags []Flag, name string) Flag {
	i := slices.IndexFunc(flags, func(f Flag) bool { return slices.Contains(f.Names(), name) })
	if i < 0 {
		return nil
	}
	return flags[i]
}

func (l Line) complete(ctx context.Context, begun string) completion {
	assignment, value, assigned := strings.Cut(begun, "=")
	switch {
	case l.waiting != nil:
		return l.completeValue(ctx, l.waiting, begun)
	case l.ended || isArgument(begun) && begun != "-":
		return l.completeArgument().startingWith(begun)
	case !assigned:
		return l.completeFlag().startingWith(begun)
	}
	flag := FlagNamed(l.command.Flags, strings.TrimLeft(assignment, "-"))
	if flag == nil {
		return completion{}
	}
	return l.completeValue(ctx, flag, value).after(assignment + "=")
}

// completeFlag offers the flags that are not given yet, or may be again.
func (l Line) completeFlag() completion {
	var c completion
	for _, flag := range l.command.VisibleFlags() {
		_, isGiven := l.given[flag.Names()[0]]
		_, repeatable := flag.(*StringSliceFlag)
		if !isGiven || repeatable {
			c.words = append(c.words, suggestion{"--" + flag.Names()[0], purposeOf(flag)})
		}
	}
	return c
}

// purposeOf is what a flag is for, as help has it.
func purposeOf(flag Flag) string {
	documented, ok := flag.(DocGenerationFlag)
	if !ok {
		return ""
	}
	return strings.ReplaceAll(documented.GetUsage(), "`", "")
}

// completeArgument goes by ArgsUsage: the commands, one of several words, or a
// file.
func (l Line) completeArgument() completion {
	usage := strings.Trim(l.command.ArgsUsage, "[]")
	switch {
	case usage == "" || l.arguments > 0:
		return completion{}
	case usage == "COMMAND":
		return l.program.completeCommandName("")
	case strings.Contains(usage, "|"):
		return choice(strings.Split(usage, "|"))
	default:
		return completion{paths: Files}
	}
}

// completeValue goes by what the flag says that its value is.
func (l Line) completeValue(ctx context.Context, flag Flag, begun string) completion {
	name := flag.Names()[0]
	if names := l.program.Names(ctx, l, name); len(names) > 0 {
		return choice(names).startingWith(begun)
	}
	if words := l.program.Choices(l.command.Name, name); len(words) > 0 {
		format, path, toFile := strings.Cut(begun, "=")
		if name == "output" && toFile && path != "-" {
			return completion{paths: Files}.after(format + "=")
		}
		return choice(words).startingWith(begun)
	}
	return completion{paths: PathsOf(flag)}
}

// PathsOf returns the paths that the value of a flag could be, by the name that help
// has for it.
func PathsOf(flag Flag) Paths {
	documented, ok := flag.(DocGenerationFlag)
	if !ok {
		return NoPaths
	}
	_, value, _ := strings.Cut(documented.GetUsage(), "`")
	switch value, _, _ := strings.Cut(value, "`"); value {
	case "FILE", "PATH", "RECEIPT":
		return Files
	case "DIR":
		return Directories
	default:
		return NoPaths
	}
}

func choice(words []string) completion {
	var c completion
	for _, word := range words {
		c.words = append(c.words, suggestion{word: word})
	}
	return c
}

// Values returns those of a flag: of the line, or of the environment.
func (l Line) Values(flag string) []string {
	if given := l.given[flag]; len(given) > 0 {
		return slices.Clone(given)
	}
	if value := l.program.Getenv(Variable(flag)); value != "" {
		return valuesIn(FlagNamed(l.command.Flags, flag), value)
	}
	return nil
}

// isUnprintable reports whether a character may do something to a terminal, or
// ends a line or a word of the answer to a shell.
func isUnprintable(r rune) bool { return !unicode.IsPrint(r) }
