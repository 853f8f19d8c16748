// Package cli is the layer between urfave/cli and the commands: what the library does
// not do, or does in its own words, is done here. It knows nothing of clusters.
package cli

import (
	"context"
	"errors"
	"fmt"
	"io"

	urfave "github.com/urfave/cli/v2"

	"clusterctl/internal/spelling"
)

// name is that of the program, as people type it.
const name = "clusterctl"

// What commands are described with.
type (
	Command           = urfave.Command
	Context           = urfave.Context
	ActionFunc        = urfave.ActionFunc
	Flag              = urfave.Flag
	BoolFlag          = urfave.BoolFlag
	StringFlag        = urfave.StringFlag
	StringSliceFlag   = urfave.StringSliceFlag
	IntFlag           = urfave.IntFlag
	Uint64Flag        = urfave.Uint64Flag
	DurationFlag      = urfave.DurationFlag
	DocGenerationFlag = urfave.DocGenerationFlag
)

// Program is a program with its commands. It runs once.
type Program struct {
	Usage       string // in a line
	Description string
	// Environment is the lines of help on the variables that hold for all commands.
	Environment string
	// Version and Date of the program are those of its manual pages.
	Version, Date string
	// Commands are shown in their order.
	Commands []*Command
	// ExitCodes are those of a command, or with no name those of any.
	ExitCodes func(command string) []ExitCode
	// Choices are the values that a flag can have, if they are few.
	Choices func(command, flag string) []string
	// Names are the values that a flag can have, behind a line that is begun.
	Names  func(ctx context.Context, l Line, flag string) []string
	Stdout io.Writer
	Getenv func(string) string
}

// ExitCode is an exit code with what it means.
type ExitCode struct {
	Code    int
	Meaning string
}

// Run runs one command line, which begins with the program's name.
func (p *Program) Run(ctx context.Context, line []string) error {
	out := &checkedWriter{Writer: p.Stdout}
	app := p.app(out)
	if len(line) == 2 && line[1] == "--version" { // as many programs have it
		line = []string{line[0], "version"}
	}
	return errors.Join(app.RunContext(ctx, flagsFirst(app, line)), out.err)
}

// Command returns the command of a name, or nil.
func (p *Program) Command(name string) *Command { return p.app(io.Discard).Command(name) }

// AllCommands returns the commands, hidden ones among them.
func (p *Program) AllCommands() []*Command { return p.app(io.Discard).Commands }

// VisibleCommands returns the commands that help shows.
func (p *Program) VisibleCommands() []*Command { return p.app(io.Discard).VisibleCommands() }

// app makes a fresh app: the library's must not run twice.
func (p *Program) app(out io.Writer) *urfave.App {
	app := &urfave.App{
		Name:                      name,
		Usage:                     p.Usage,
		Description:               p.Description,
		HideVersion:               true,
		HideHelp:                  true, // HelpCommand and helpFlag are ours
		Flags:                     []Flag{helpFlag()},
		DisableSliceFlagSeparator: true,
		Writer:                    out,
		ErrWriter:                 io.Discard, // errors are reported once, by the caller
		ExitErrHandler:            func(*Context, error) {},
		OnUsageError:              usageErrorOf,
		Action:                    rootAction,
	}
	for _, c := range p.Commands {
		app.Commands = append(app.Commands, p.finished(*c))
	}
	app.Commands = append(app.Commands, p.completeCommand(), p.manCommand())
	app.CustomAppHelpTemplate = helpTemplate(p.help(app))
	return app
}

// finished completes a command: flags that were not given come from the
// environment, the arguments must be those that ArgsUsage names, and usage errors
// become ours.
func (p *Program) finished(c Command) *Command {
	action := c.Action
	c.OnUsageError = usageErrorOf
	c.HideHelp = true
	c.Flags = append(c.Flags[:len(c.Flags):len(c.Flags)], helpFlag())
	c.CustomHelpTemplate = helpTemplate(commandHelp(&c))
	c.Action = func(ctx *Context) error {
		if err := checkArguments(ctx); err != nil {
			return err
		}
		if err := expectValues(ctx); err != nil {
			return err
		}
		if err := p.fromEnvironment(ctx); err != nil {
			return err
		}
		return action(ctx)
	}
	return &c
}

// rootAction runs where no command was named, or none of that name exists.
func rootAction(c *Context) error {
	name := c.Args().First()
	if name == "" {
		return urfave.ShowAppHelp(c)
	}
	return unknownCommand(c, name)
}

// HelpCommand takes the place of the library's, which ends a mistyped command
// in its own words.
func HelpCommand() *Command {
	return &Command{
		Name:      "help",
		Aliases:   []string{"h"},
		Usage:     "show how to use the program, or one command of it",
		ArgsUsage: "[COMMAND]",
		Description: "Examples:\n" +
			"   clusterctl help\n" +
			"   clusterctl help plan",
		Action: func(c *Context) error {
			name := c.Args().First()
			switch {
			case name == "":
				return urfave.ShowAppHelp(c)
			case c.App.Command(name) == nil:
				return unknownCommand(c, name)
			}
			return urfave.ShowCommandHelp(c, name)
		},
	}
}

// helpFlag takes the place of the library's, which all apps of a process share
// and each run writes to.
func helpFlag() Flag {
	return &BoolFlag{Name: "help", Aliases: []string{"h"}, Usage: "show this help", DisableDefaultText: true}
}

func unknownCommand(c *Context, name string) error {
	var known []string
	for _, command := range c.App.VisibleCommands() {
		known = append(known, command.Name)
	}
	if near, ok := spelling.Nearest(name, known); ok {
		return fmt.Errorf("unknown command %q (did you mean %q?)", name, near)
	}
	return fmt.Errorf("unknown command %q (see clusterctl help)", name)
}

// checkedWriter keeps the error of a write: the library that writes help ignores
// it.
type checkedWriter struct {
	io.Writer
	err error
}

func (w *checkedWriter) Write(p []byte) (int, error) {
	n, err := w.Writer.Write(p)
	if w.err == nil {
		w.err = err
	}
	return n, err
}
