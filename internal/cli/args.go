package cli

import (
	"fmt"
	"math"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

// flagsFirst moves the flags of a command line in front of the arguments, because the
// library stops at the first argument. A line without a known command is unchanged.
func (p *Program) flagsFirst(line []string) []string {
	at := 1 + slices.IndexFunc(line[min(1, len(line)):], isArgument)
	if at == 0 {
		return line
	}
	command := p.Command(line[at])
	if command == nil {
		return line
	}
	return slices.Concat(line[:at+1], permuted(command.Flags, line[at+1:]))
}

// permuted returns the flags, each with its value, then --, then the arguments. Both keep
// their order, because the last value of a flag wins.
func permuted(flags []Flag, words []string) []string {
	s := scan{flags: flags}
	for _, word := range words {
		s.read(word)
	}
	switch {
	case s.help: // regardless of the rest
		return []string{"--help"}
	case s.waiting != nil: // the value is missing, and no argument may take its place
		return s.given
	default:
		return slices.Concat(s.given, []string{"--"}, s.arguments)
	}
}

// isArgument reports whether a word is an argument. A lone - is one: standard input.
func isArgument(word string) bool { return len(word) < 2 || word[0] != '-' }

// scan separates the flags of a command line from its arguments, word by word.
type scan struct {
	flags     []Flag
	given     []string // flags with their full names, each before its value
	values    []flagValue
	arguments []string
	waiting   *Flag // whose value is the next word
	ended     bool  // whether only arguments can follow
	help      bool
}

type flagValue struct {
	flag  *Flag
	value string
}

func (s *scan) read(word string) {
	switch {
	case s.waiting != nil:
		s.give(s.waiting, word, word)
		s.waiting = nil
	case s.ended || isArgument(word):
		s.arguments = append(s.arguments, word)
	case word == "--":
		s.ended = true
	default:
		for _, flag := range separated(s.flags, word) {
			s.readFlag(flag)
		}
	}
}

// readFlag replaces a flag with its full name. It keeps an unknown flag, which the library
// refuses.
func (s *scan) readFlag(word string) {
	name, value, assigned := strings.Cut(strings.TrimPrefix(word[1:], "-"), "=")
	flag := FlagNamed(s.flags, name)
	switch {
	case flag == nil:
		s.given = append(s.given, word)
	case assigned:
		s.give(flag, value, "--"+flag.Name+"="+value)
	case flag.TakesValue():
		s.given = append(s.given, "--"+flag.Name)
		s.waiting = flag
	default:
		s.help = s.help || flag.Name == "help"
		s.give(flag, "true", "--"+flag.Name)
	}
}

func (s *scan) give(flag *Flag, value, word string) {
	s.given = append(s.given, word)
	s.values = append(s.values, flagValue{flag, value})
}

// separated splits combined short flags, which the library does not: -qv is -q -v, and
// -fFILE is -f=FILE. A word that does not begin with a short flag is a mistyped long flag.
func separated(flags []Flag, word string) []string {
	name, _, _ := strings.Cut(word[1:], "=")
	if len(name) < 2 || name[0] == '-' || FlagNamed(flags, name) != nil || FlagNamed(flags, name[:1]) == nil {
		return []string{word}
	}
	var apart []string
	for rest := word[1:]; rest != ""; {
		_, size := utf8.DecodeRuneInString(rest)
		letter := rest[:size]
		rest = rest[size:]
		flag := FlagNamed(flags, letter)
		if rest != "" && (rest[0] == '=' || flag != nil && flag.TakesValue()) {
			return append(apart, "-"+letter+"="+strings.TrimPrefix(rest, "="))
		}
		apart = append(apart, "-"+letter)
	}
	return apart
}

// passArguments adds the arguments to the values of their flag, after those given with it.
func (l Line) passArguments() {
	if flag := FlagNamed(l.command.Flags, l.command.ArgumentsTo); flag != nil && !slices.Contains(l.Arguments, "") {
		flag.given = append(flag.given, l.Arguments...)
	}
}

// bounds returns the names of the arguments, the least number of them and the most.
func (c *Command) bounds() (nouns []string, least, most int) {
	nouns = strings.Fields(c.Arguments)
	most = len(nouns)
	for i, noun := range nouns {
		if !strings.HasPrefix(noun, "[") {
			least++
		}
		nouns[i] = strings.Trim(noun, "[].")
		if strings.Contains(noun, "...") {
			most = math.MaxInt
		}
	}
	return nouns, least, most
}

// checkArguments refuses arguments that the command does not take. The library accepts any.
func (l Line) checkArguments() error {
	c := l.command
	nouns, least, most := c.bounds()
	var mismatch string
	remedy := "see " + helpFor(c)
	switch n := len(l.Arguments); {
	case c.isInternal:
		return nil
	case slices.Contains(l.Arguments, ""):
		mismatch = "got an empty argument; check that the shell variable is set"
	case most == 0 && n > 0:
		mismatch = fmt.Sprintf("takes no arguments, but got %q", l.Arguments[0])
		if path := l.Arguments[0]; FlagNamed(c.Flags, "file") != nil && isArgument(path) {
			remedy = "use -f " + asWord(path)
		}
	case n > most:
		mismatch = fmt.Sprintf("takes %s, but also got %q", takes(nouns), l.Arguments[most])
	case n < least:
		mismatch = "needs an argument: " + nouns[n]
	default:
		return nil
	}
	return fmt.Errorf("%s %s (%s)", c.Name, mismatch, remedy)
}

func takes(nouns []string) string {
	if len(nouns) == 1 {
		return "one " + nouns[0]
	}
	return strings.Join(nouns, " and ")
}

// asWord returns a path as a word of a shell, in quotes if it needs them.
func asWord(path string) string {
	if regexp.MustCompile(`^[\w./-]+$`).MatchString(path) {
		return path
	}
	return fmt.Sprintf("%q", path)
}
