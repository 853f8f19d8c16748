package cli

import (
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

// readEnvironment sets the flags that are not on the line.
func (p *Program) readEnvironment(c *Command) error {
	for i := range c.Flags {
		if err := p.readVariable(&c.Flags[i]); err != nil {
			return err
		}
	}
	return nil
}

// readVariable sets a flag that is not on the line from its variable. One that is empty
// counts as not set, and so does a format that only other commands have: the variable
// is set for all of them.
func (p *Program) readVariable(f *Flag) error {
	if len(f.given) > 0 {
		return f.expectValues()
	}
	if f.Name == "help" {
		return nil
	}
	value := p.Getenv(Variable(f.Name))
	if p.isOfOthers(f, value) {
		value = ""
	}
	return f.readVariable(value)
}

// isOfOthers reports whether a value of --output has a format that the flag of this
// command does not have and that of another one does.
func (p *Program) isOfOthers(f *Flag, value string) bool {
	format, _, _ := strings.Cut(value, "=")
	return f.Name == "output" && !slices.Contains(f.Choices(), format) && slices.ContainsFunc(p.Commands, func(c *Command) bool {
		other := FlagNamed(c.Flags, f.Name)
		return other != nil && slices.Contains(other.Choices(), format)
	})
}
