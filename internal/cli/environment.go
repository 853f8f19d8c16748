package cli

import (
	"slices"
	"strings"
)

// Variable returns the name of the environment variable of a flag.
func Variable(flag string) string {
	return "CLUSTERCTL_" + strings.ToUpper(strings.ReplaceAll(flag, "-", "_"))
}

// Peek returns the value of a flag before the line is parsed, because the format of errors
// depends on it.
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

// variable returns the value of a flag's variable. It ignores an output format that only
// other commands have.
func (p *Program) variable(c *Command, f *Flag) string {
	if c.isInternal || f.Name == "help" {
		return ""
	}
	value := p.Getenv(Variable(f.Name))
	format, _, _ := strings.Cut(value, "=")
	if f.Name != "output" || slices.Contains(f.Choices(), format) {
		return value
	}
	for _, other := range p.Commands {
		if f := FlagNamed(other.Flags, f.Name); f != nil && slices.Contains(f.Choices(), format) {
			return ""
		}
	}
	return value
}
