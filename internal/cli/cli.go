// Package cli is the layer between urfave/cli and the commands. It adds what the library
// lacks, and rewords its errors. It knows nothing about clusters.
package cli

import (
	"context"
	"io"
	"slices"
)

// name is the name of the program.
const name = "clusterctl"

// Program is a program with its commands. It can run only once, because its flags keep
// their values.
type Program struct {
	Usage       string // in a line
	Description string // paragraphs, with empty lines between them
	Examples    []string
	Environment []string   // help on environment variables, line by line
	Version     string     // of the man pages
	Date        string     // of the man pages
	Sections    []string   // the headings of flags, in the order of help
	ExitCodes   []ExitCode // of all commands
	Commands    []*Command
	Flags       []Flag // of every command; Run checks them before the command runs
	Stdout      io.Writer
	Getenv      func(string) string
	// Environ returns the environment as NAME=VALUE, to find misspelled variables; nil is
	// none. Warn takes a warning about each.
	Environ func() []string
	Warn    func(string)
}

// ExitCode is an exit code and its meaning.
type ExitCode struct {
	Code    int
	Meaning string
}

// Command is a command of the program.
type Command struct {
	Name    string
	Aliases []string
	Usage   string // in a line
	// Arguments are the arguments as help shows them: [PLAN] is optional, RECEIPT and a|b are
	// required, NAME... is one or more, and empty is none.
	Arguments string
	// ArgumentsTo is the flag that the arguments are values of; empty if they are not.
	ArgumentsTo string
	Description string // paragraphs, with empty lines between them
	Examples    []string
	Flags       []Flag
	ExitCodes   []int // in ascending order
	Run         func(context.Context, Line) error

	isInternal bool // called by scripts: has no help, and checks its arguments itself
	help       bool // the value of --help
}

// Line is a parsed command line.
type Line struct {
	command   *Command
	Arguments []string // their number fits the command
}

// Command returns the name of the command.
func (l Line) Command() string { return l.command.Name }

// Argument returns the argument, or "" if there is none.
func (l Line) Argument() string {
	if len(l.Arguments) == 0 {
		return ""
	}
	return l.Arguments[0]
}

// IsGiven reports whether a flag is on the command line.
func (l Line) IsGiven(flag string) bool { return len(FlagNamed(l.command.Flags, flag).given) > 0 }

// IsSet reports whether a flag is on the command line or in the environment.
func (l Line) IsSet(flag string) bool { return len(l.Values(flag)) > 0 }

// Values returns the values of a flag from the command line, or else from the environment.
func (l Line) Values(flag string) []string {
	if f := FlagNamed(l.command.Flags, flag); f != nil {
		return f.values
	}
	return nil
}

// Value returns the last value that a flag is set to, or "".
func (l Line) Value(flag string) string {
	values := l.Values(flag)
	if len(values) == 0 {
		return ""
	}
	return values[len(values)-1]
}

// Takes reports whether the command has a flag.
func (l Line) Takes(flag string) bool { return FlagNamed(l.command.Flags, flag) != nil }

// Words returns the flags that are set, as words of a command line. It leaves out those that
// keep returns false for.
func (l Line) Words(keep func(flag string) bool) (words []string) {
	for _, f := range l.command.Flags {
		if !keep(f.Name) {
			continue
		}
		for _, value := range f.values {
			words = append(words, "--"+f.Name+"="+value)
		}
	}
	return words
}

// Check returns the first error in the values of flags.
func (l Line) Check() error {
	for i := range l.command.Flags {
		if err := l.command.Flags[i].check(); err != nil {
			return err
		}
	}
	return nil
}

// New adds help and the internal commands to a program, and --help to every command.
func New(p Program) *Program {
	program := &p
	program.Commands = append(program.Commands, program.helpCommand(), program.completeCommand(), program.manCommand())
	for _, c := range program.Commands {
		if !c.isInternal {
			c.Flags = slices.Concat(c.Flags, p.Flags, []Flag{helpFlag(&c.help)})
		}
	}
	return program
}

func helpFlag(to *bool) Flag {
	return Flag{Name: "help", Short: "h", To: Bool(to), Usage: "show this help"}
}

// Command returns the command of a name, or nil.
func (p *Program) Command(name string) *Command {
	for _, c := range p.Commands {
		if c.Name == name || slices.Contains(c.Aliases, name) {
			return c
		}
	}
	return nil
}

// VisibleCommands returns the commands that help shows.
func (p *Program) VisibleCommands() []*Command {
	return slices.DeleteFunc(slices.Clone(p.Commands), func(c *Command) bool { return c.isInternal })
}

// Run runs one command line, which begins with the program's name.
func (p *Program) Run(ctx context.Context, line []string) error {
	if len(line) == 2 && line[1] == "--version" { // a common alternative to the command
		line = []string{name, "version"}
	}
	return p.app().RunContext(ctx, p.flagsFirst(line))
}
