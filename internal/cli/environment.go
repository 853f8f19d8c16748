package cli

import (
	"fmt"
	"slices"
	"strings"

	"clusterctl/internal/spelling"
)

// prefix begins the variables of the program, and filePrefix those that files can use.
const (
	prefix     = "CLUSTERCTL_"
	filePrefix = prefix + "VAR_"
)

// Variable returns the name of the environment variable of a flag.
func Variable(flag string) string {
	return prefix + strings.ToUpper(strings.ReplaceAll(flag, "-", "_"))
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

// warnOfVariables warns about variables of the environment that are almost those of the
// program: a misspelled one has no effect.
func (p *Program) warnOfVariables() {
	if p.Environ == nil {
		return
	}
	known := p.variables()
	for _, assignment := range slices.Sorted(slices.Values(p.Environ())) {
		name, _, _ := strings.Cut(assignment, "=")
		if !strings.HasPrefix(name, prefix) || strings.HasPrefix(name, filePrefix) || slices.Contains(known, name) {
			continue
		}
		isNear := func(variable string) bool { return spelling.IsNear(name, variable) }
		if i := slices.IndexFunc(known, isNear); i >= 0 {
			p.Warn(fmt.Sprintf("unknown environment variable %q (did you mean %q?)", name, known[i]))
		}
	}
}

// variables returns the names of the variables of all flags, and of those in help.
func (p *Program) variables() []string {
	var names []string
	for _, c := range p.Commands {
		for _, f := range c.Flags {
			names = append(names, Variable(f.Name))
		}
	}
	for _, line := range p.Environment {
		name, _, _ := strings.Cut(line, " ")
		names = append(names, name)
	}
	slices.Sort(names)
	return slices.Compact(names)
}
