package cli

import (
	"fmt"
	"regexp"
	"strings"

	"clusterctl/internal/spelling"
)

func usageErrorOf(c *Context, err error, _ bool) error {
	flags := c.App.Flags
	if isOfCommand(c) {
		flags = c.Command.Flags
	}
	if name, ok := strings.CutPrefix(err.Error(), "flag provided but not defined: -"); ok {
		return unknownFlag(strings.TrimLeft(name, "-"), flags, helpOf(c))
	}
	return fmt.Errorf("%s (see %s)", plainFlagError(err, flags), helpOf(c))
}

func unknownFlag(name string, flags []Flag, help string) error {
	var known []string
	for _, flag := range flags {
		known = append(known, flag.Names()[0])
	}
	if near, ok := spelling.Nearest(name, known); ok {
		return fmt.Errorf("unknown flag %s (did you mean --%s?)", Dashed(name), near)
	}
	return fmt.Errorf("unknown flag %s (see %s)", Dashed(name), help)
}

// Dashed is a flag as it is typed.
func Dashed(name string) string {
	if len(name) == 1 {
		return "-" + name
	}
	return "--" + name
}

// helpOf is how to ask for help on what is being run.
func helpOf(c *Context) string {
	if isOfCommand(c) {
		return "clusterctl " + c.Command.Name + " --help"
	}
	return "clusterctl help"
}

// isOfCommand reports whether a command is being run, and not the app alone.
func isOfCommand(c *Context) bool {
	return c.Command != nil && c.Command.Name != "" && c.Command.Name != c.App.Name
}

// unreadableValue is how the flag package words a value that it cannot read.
var unreadableValue = regexp.MustCompile(`^invalid (?:boolean )?value (".*") for (?:flag )?-([a-z-]+): `)

// plainFlagError takes the flag package's words for a person's.
func plainFlagError(err error, flags []Flag) string {
	text := err.Error()
	if name, ok := strings.CutPrefix(text, "flag needs an argument: -"); ok {
		return fmt.Sprintf("--%s needs a value", strings.TrimLeft(name, "-"))
	}
	if m := unreadableValue.FindStringSubmatch(text); m != nil {
		return fmt.Sprintf("--%s %s: %s", m[2], m[1], mismatchOf(m[2], flags))
	}
	return text
}

// mismatchOf says what the value of a flag should have been and was not.
func mismatchOf(name string, flags []Flag) string {
	switch FlagNamed(flags, name).(type) {
	case *BoolFlag:
		return "neither true nor false"
	case *DurationFlag:
		return "not a duration such as 30s"
	case *IntFlag, *Uint64Flag:
		return "not a whole number that is taken here"
	default:
		return "cannot be read"
	}
}
