package cli

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	urfave "github.com/urfave/cli/v2"
)

// flagsFirst moves the flags of a command line in front of the arguments,
// where alone the library looks for them. line begins with the program. What
// belongs to no command stays as it is, and is told by whoever reads it.
func flagsFirst(app *urfave.App, line []string) []string {
	at := 1 + slices.IndexFunc(line[min(1, len(line)):], isArgument)
	if at == 0 {
		return line
	}
	command := app.Command(line[at])
	if command == nil {
		return line
	}
	return slices.Concat(line[:at+1], permuted(command.Flags, line[at+1:]))
}

// permuted puts flags, each with its value, before the arguments, and -- in
// between. Either keeps its order: a flag that is given again means something.
func permuted(flags []Flag, words []string) []string {
	var given, arguments []string
	for len(words) > 0 {
		word := words[0]
		words = words[1:]
		if word == "--" {
			arguments = append(arguments, words...)
			break
		}
		if isArgument(word) {
			arguments = append(arguments, word)
			continue
		}
		if letters := separated(flags, word); letters[0] != word {
			words = slices.Concat(letters, words)
			continue
		}
		flag, takesNext := spelledOut(flags, word)
		switch {
		case flag == "--help": // the library would take an argument for a topic
			return []string{flag}
		case !takesNext:
			given = append(given, flag)
		case len(words) == 0: // an error, and no argument may become the value
			return append(given, flag)
		default:
			given, words = append(given, flag, words[0]), words[1:]
		}
	}
	return slices.Concat(given, []string{"--"}, arguments)
}

// isArgument reports whether a word is no flag. A lone - is none: it stands
// for standard input.
func isArgument(word string) bool { return len(word) < 2 || word[0] != '-' }

// separated takes apart short flags that are written as one word: -qv is -q -v,
// and -fFILE is -f FILE. A word that is a flag itself stays whole, and so does one
// that does not begin with a short flag: it is a mistyped long one. An unknown
// letter is kept, for the library to refuse.
func separated(flags []Flag, word string) []string {
	name, _, _ := strings.Cut(word[1:], "=")
	if len(name) < 2 || name[0] == '-' || FlagNamed(flags, name) != nil || FlagNamed(flags, name[:1]) == nil {
		return []string{word}
	}
	var apart []string
	for rest := word[1:]; rest != ""; {
		_, size := utf8.DecodeRuneInString(rest)
		letter := rest[:size]
		flag, takesNext := spelledOut(flags, "-"+letter)
		apart, rest = append(apart, flag), rest[size:]
		if takesNext && rest != "" {
			return append(apart[:len(apart)-1], flag+"="+strings.TrimPrefix(rest, "="))
		}
		if strings.HasPrefix(rest, "=") { // of a flag that takes none
			return append(apart[:len(apart)-1], flag+rest)
		}
	}
	return apart
}

// spelledOut gives a flag its full name, since the library refuses a line with
// two names of one, and tells whether its value is the next word. A flag that
// nobody knows stays as it is, for the library to refuse.
func spelledOut(flags []Flag, word string) (flag string, takesNext bool) {
	name, value, assigned := strings.Cut(strings.TrimPrefix(word[1:], "-"), "=")
	found := FlagNamed(flags, name)
	if found == nil {
		return word, false
	}
	flag = "--" + found.Names()[0]
	if assigned {
		return flag + "=" + value, false
	}
	known, ok := found.(DocGenerationFlag)
	return flag, ok && known.TakesValue()
}

// checkArguments holds the arguments against the ArgsUsage of their command,
// which says how many there are as help shows it: none where it is empty, one
// at most for [PLAN], and exactly one for RECEIPT.
func checkArguments(c *Context) error {
	usage := c.Command.ArgsUsage
	name, optional := strings.Trim(usage, "[]"), strings.HasPrefix(usage, "[")
	var mismatch string
	switch got := c.Args(); {
	case slices.Contains(got.Slice(), ""):
		mismatch = "no empty argument (is a variable of the shell not set?)"
	case usage == "" && got.Present():
		mismatch = fmt.Sprintf("no arguments, but got %q", got.First())
	case usage != "" && got.Len() > 1:
		mismatch = fmt.Sprintf("one %s, but got %q as well", name, got.Get(1))
	case usage != "" && !optional && !got.Present():
		mismatch = fmt.Sprintf("one %s, but got none", name)
	default:
		return nil
	}
	return fmt.Errorf("%s takes %s (see %s)", c.Command.Name, mismatch, helpOf(c))
}

// expectValues refuses a flag that is given an empty value: what it is to name is
// not known, and to go on as if it were not given would do something else than was
// asked for. It has to come before the environment is read, where an empty variable
// counts as not set.
func expectValues(c *Context) error {
	for _, flag := range c.Command.Flags {
		name := flag.Names()[0]
		if c.IsSet(name) && isEmptyValue(c, flag) {
			return fmt.Errorf("--%s is empty (give it a value, or leave it out; is a variable of the shell not set?)", name)
		}
	}
	return nil
}

func isEmptyValue(c *Context, flag Flag) bool {
	name := flag.Names()[0]
	switch flag.(type) {
	case *StringFlag:
		return c.String(name) == ""
	case *StringSliceFlag:
		return slices.Contains(c.StringSlice(name), "")
	default: // the library refuses an empty number, duration or truth value
		return false
	}
}
