package cli

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"clusterctl/internal/spelling"
)

// usageError rewords an error of the library.
func usageError(c *Command, err error) error {
	if flag, ok := strings.CutPrefix(err.Error(), "flag provided but not defined: -"); ok {
		var known []string
		for _, f := range c.Flags {
			known = append(known, f.Name)
		}
		return unknown("flag", strings.TrimLeft(flag, "-"), known, Dashed, helpFor(c))
	}
	if flag, ok := strings.CutPrefix(err.Error(), "flag needs an argument: -"); ok {
		err = errors.New("--" + strings.TrimLeft(flag, "-") + " needs a value")
	}
	return fmt.Errorf("%w (see %s)", err, helpFor(c))
}

func (p *Program) unknownCommand(command string) error {
	var known []string
	for _, c := range p.VisibleCommands() {
		known = append(known, c.Name)
	}
	return unknown("command", command, known, strconv.Quote, helpFor(new(Command)))
}

func unknown(what, word string, known []string, shown func(string) string, help string) error {
	if near, ok := spelling.Nearest(word, known); ok {
		return fmt.Errorf("unknown %s %s (did you mean %s?)", what, shown(word), shown(near))
	}
	return fmt.Errorf("unknown %s %s (see %s)", what, shown(word), help)
}

// Dashed returns a flag as it is typed.
func Dashed(name string) string {
	if len(name) == 1 {
		return "-" + name
	}
	return "--" + name
}

// helpFor returns the command line that shows the help of a command, or of the program if
// the command has no name.
func helpFor(c *Command) string {
	if c.Name == "" {
		return name + " help"
	}
	return name + " " + c.Name + " --help"
}
