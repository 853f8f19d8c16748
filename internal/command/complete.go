package command

import (
	"context"
	"slices"
	"strings"
	"unicode"

	"github.com/urfave/cli/v2"
)

// completeLine tells what the last word of a line could be. The program itself
// is none of the words.
func completeLine(ctx context.Context, app *cli.App, e env, words []string) completion {
	if len(words) == 0 {
		return completion{}
	}
	before, begun := words[:len(words)-1], words[len(words)-1]
	at := slices.IndexFunc(before, isArgument)
	if at < 0 {
		return completeCommandName(app, begun).startingWith(begun)
	}
	command := app.Command(before[at])
	if command == nil || command.Hidden {
		return completion{}
	}
	l := lineSoFar(command, before[at+1:])
	return l.complete(ctx, app, e, begun)
}

func completeCommandName(app *cli.App, begun string) completion {
	if strings.HasPrefix(begun, "-") {
		return completion{words: []suggestion{{"--help", "show this help"}}}
	}
	var c completion
	for _, command := range app.Commands {
		if !command.Hidden {
			c.words = append(c.words, suggestion{command.Name, command.Usage})
		}
	}
	return c
}

// line is what is there of a command line before the word that is completed.
type line struct {
	command *cli.Command
	// given are the values of the flags so far, by their full names.
	given map[string][]string
	// waiting is the flag whose value comes next, and nil where none does.
	waiting cli.Flag
	// arguments is how many there are, and ended whether only arguments can follow.
	arguments int
	ended     bool
}

func lineSoFar(command *cli.Command, words []string) line {
	l := line{command: command, given: map[string][]string{}}
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
func (l *line) flag(word string) {
	spelled, takesNext := spelledOut(l.command.Flags, word)
	name, value, assigned := strings.Cut(strings.TrimPrefix(spelled, "--"), "=")
	flag := flagNamed(l.command.Flags, name)
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

func (l *line) give(flag cli.Flag, value string) {
	name := flag.Names()[0]
	l.given[name] = append(l.given[name], value)
}

func flagNamed(flags []cli.Flag, name string) cli.Flag {
	i := slices.IndexFunc(flags, func(f cli.Flag) bool { return slices.Contains(f.Names(), name) })
	if i < 0 {
		return nil
	}
	return flags[i]
}

func (l line) complete(ctx context.Context, app *cli.App, e env, begun string) completion {
	assignment, value, assigned := strings.Cut(begun, "=")
	switch {
	case l.waiting != nil:
		return l.completeValue(ctx, e, l.waiting, begun)
	case l.ended || isArgument(begun) && begun != "-":
		return l.completeArgument(app).startingWith(begun)
	case !assigned:
		return l.completeFlag().startingWith(begun)
	}
	flag := flagNamed(l.command.Flags, strings.TrimLeft(assignment, "-"))
	if flag == nil {
		return completion{}
	}
	return l.completeValue(ctx, e, flag, value).after(assignment + "=")
}

// completeFlag offers the flags that are not given yet, or may be again.
func (l line) completeFlag() completion {
	var c completion
	for _, flag := range l.command.VisibleFlags() {
		_, isGiven := l.given[flag.Names()[0]]
		_, repeatable := flag.(*cli.StringSliceFlag)
		if !isGiven || repeatable {
			c.words = append(c.words, suggestion{"--" + flag.Names()[0], purposeOf(flag)})
		}
	}
	return c
}

// purposeOf is what a flag is for, as help has it.
func purposeOf(flag cli.Flag) string {
	documented, ok := flag.(cli.DocGenerationFlag)
	if !ok {
		return ""
	}
	return strings.ReplaceAll(documented.GetUsage(), "`", "")
}

// completeArgument goes by ArgsUsage: the commands, one of several words, or a
// file.
func (l line) completeArgument(app *cli.App) completion {
	usage := strings.Trim(l.command.ArgsUsage, "[]")
	switch {
	case usage == "" || l.arguments > 0:
		return completion{}
	case usage == "COMMAND":
		return completeCommandName(app, "")
	case strings.Contains(usage, "|"):
		return choice(strings.Split(usage, "|"))
	default:
		return completion{paths: files}
	}
}

// completeValue goes by what the flag says that its value is.
func (l line) completeValue(ctx context.Context, e env, flag cli.Flag, begun string) completion {
	name := flag.Names()[0]
	if name == "target" || name == "exclude" {
		return l.clusterNames(ctx, e).startingWith(begun)
	}
	if words := l.choices(name); len(words) > 0 {
		format, path, toFile := strings.Cut(begun, "=")
		if name == "output" && toFile && path != stdinPath {
			return completion{paths: files}.after(format + "=")
		}
		return choice(words).startingWith(begun)
	}
	return completion{paths: pathsFor(flag)}
}

// pathsFor are the paths that the value of a flag could be, by the name that help
// has for it.
func pathsFor(flag cli.Flag) paths {
	documented, ok := flag.(cli.DocGenerationFlag)
	if !ok {
		return noPaths
	}
	_, value, _ := strings.Cut(documented.GetUsage(), "`")
	switch value, _, _ := strings.Cut(value, "`"); value {
	case "FILE", "PATH", "RECEIPT":
		return files
	case "DIR":
		return directories
	default:
		return noPaths
	}
}

func choice(words []string) completion {
	var c completion
	for _, word := range words {
		c.words = append(c.words, suggestion{word: word})
	}
	return c
}

// choices are the values of a flag that takes one of a few.
func (l line) choices(flag string) []string {
	switch flag {
	case "output":
		return formatsOf(l.command.Name)
	case "color":
		return []string{"auto", "always", "never"}
	case "log-format":
		return []string{logText, logJSON}
	case "on-error":
		return []string{"continue", "stop"}
	case "api-version":
		return []string{"v3", "v2024", "v2025", "v2026", "v1"}
	case "of":
		return []string{"files", "plan", "receipt"}
	default:
		return nil
	}
}

// isUnprintable reports whether a character may do something to a terminal, or
// ends a line or a word of the answer to a shell.
func isUnprintable(r rune) bool { return !unicode.IsPrint(r) }
