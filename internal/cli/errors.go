package cli

import (
	"errors"
	"fmt"
	"strings"

	"clusterctl/internal/spelling"
)

// usageError puts an error of the library in words of ours.
func usageError(c *Command, err error) error {
	if flag, ok := strings.CutPrefix(err.Error(), "flag provided but not defined: -"); ok {
		return unknownFlag(strings.TrimLeft(flag, "-"), c)
	}
	if flag, ok := strings.CutPrefix(err.Error(), "flag needs an argument: -"); ok {
		err = errors.New("--" + strings.TrimLeft(flag, "-") + " needs a value")
	}
	return fmt.Errorf("%w (see %s)", err, helpFor(c))
}

func unknownFlag(flag string, c *Command) error {
	var known []string
	for _, f := range c.Flags {
		known = append(known, f.Name)
	}
	if near, ok := spelling.Nearest(flag, known); ok {
		return fmt.Errorf("unknown flag %s (did you mean --%s?)", Dashed(flag), near)
	}
	return fmt.Errorf("unknown flag %s (see %s)", Dashed(flag), helpFor(c))
}

func (p *Program) unknownCommand(command string) error {
	var known []string
	for _, c := range p.VisibleCommands() {
		known = append(known, c.Name)
	}
	if near, ok := spelling.Nearest(command, known); ok {
		return fmt.Errorf("unknown command %q (did you mean %q?)", command, near)
	}
	return fmt.Errorf("unknown command %q (see %s)", command, helpFor(new(Command)))
}

// Dashed is a flag as it is typed.
func Dashed(name string) string {
	if len(name) == 1 {
		return "-" + name
	}
	return "--" + name
}

// helpFor is how to ask for help on a command, or on the program where it has no name.
func helpFor(c *Command) string {
	if c.Name == "" {
		return name + " help"
	}
	return name + " " + c.Name + " --help"
}
