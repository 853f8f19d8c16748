package cli

import (
	"fmt"
	"slices"
	"strings"
)

// Variable is the environment variable of a flag.
func Variable(flag string) string {
	return "CLUSTERCTL_" + strings.ToUpper(strings.ReplaceAll(flag, "-", "_"))
}

// Peek returns the value of a flag before the line is parsed: an error in the line
// is reported as the flag asks for, too.
func Peek(line []string, getenv func(string) string, flag string) string {
	found := getenv(Variable(flag))
	for i, word := range line {
		if word == "--" {
			break
		}
		name, value, assigned := strings.Cut(strings.TrimPrefix(strings.TrimPrefix(word, "-"), "-"), "=")
		switch {
		case isArgument(word) || name != flag:
		case assigned:
			found = value
		case i+1 < len(line):
			found = line[i+1]
		}
	}
	return found
}

// fromEnvironment sets every flag that was not given from CLUSTERCTL_<FLAG>.
// A variable that is empty counts as not set, and so does a choice that only other
// commands have: the variable is set for all of them.
func (p *Program) fromEnvironment(c *Context) error {
	for _, flag := range c.Command.Flags {
		name := flag.Names()[0]
		if c.IsSet(name) || name == "help" {
			continue
		}
		value := p.Getenv(Variable(name))
		if value == "" || p.isOfOthers(c.Command.Name, name, value) {
			continue
		}
		for _, v := range valuesIn(flag, value) {
			if err := c.Set(name, v); err != nil {
				return fmt.Errorf("%s=%q: %s", Variable(name), v, mismatchOf(name, c.Command.Flags))
			}
		}
	}
	return nil
}

// isOfOthers reports whether a format of --output is one that a command does not
// have and another one does.
func (p *Program) isOfOthers(command, flag, value string) bool {
	format, _, _ := strings.Cut(value, "=")
	takes := func(command string) bool { return slices.Contains(p.Choices(command, flag), format) }
	return flag == "output" && !takes(command) &&
		slices.ContainsFunc(p.Commands, func(c *Command) bool { return FlagNamed(c.Flags, flag) != nil && takes(c.Name) })
}

// valuesIn are the values that a variable holds: several for a flag that is
// repeatable, separated by line feeds, or else by commas.
func valuesIn(flag Flag, value string) []string {
	if _, repeatable := flag.(*StringSliceFlag); !repeatable {
		return []string{value}
	}
	separator := ","
	if strings.Contains(value, "\n") {
		separator = "\n"
	}
	var values []string
	for v := range strings.SplitSeq(value, separator) {
		if v = strings.TrimSpace(v); v != "" {
			values = append(values, v)
		}
	}
	return values
}
