package cli

import (
	"context"
	"io"

	urfave "github.com/urfave/cli/v2"
)

// app passes the commands to the library, which finds the command of a line and parses its
// flags. It returns a new app each time, because an app must not run twice.
func (p *Program) app() *urfave.App {
	root := Command{isInternal: true}
	root.Flags = []Flag{helpFlag(&root.help), {Name: "h", To: Bool(&root.help)}}
	app := &urfave.App{
		Name:           name,
		HideHelp:       true, // all apps of a process share its help flag, and write to it
		HideVersion:    true,
		Flags:          toLibrary(root.Flags),
		Writer:         io.Discard, // it would print usage errors in its own words
		ErrWriter:      io.Discard,
		ExitErrHandler: func(*urfave.Context, error) {}, // the default ends the process
		OnUsageError:   func(_ *urfave.Context, err error, _ bool) error { return usageError(&root, err) },
		Before:         func(*urfave.Context) error { return p.read(&root) },
		Action:         func(c *urfave.Context) error { return p.writeHelp(c.Args().First()) },
	}
	for _, c := range p.Commands {
		app.Commands = append(app.Commands, &urfave.Command{
			Name:         c.Name,
			Aliases:      c.Aliases,
			HideHelp:     true,
			Flags:        toLibrary(c.Flags),
			OnUsageError: func(_ *urfave.Context, err error, _ bool) error { return usageError(c, err) },
			Action: func(ctx *urfave.Context) error {
				if root.help {
					return p.writeHelp(c.Name)
				}
				return p.run(ctx.Context, Line{c, ctx.Args().Slice()})
			},
		})
	}
	return app
}

// toLibrary hides the types of flags from the library, which would split lists at commas,
// accept empty variables and reword errors. Short names were replaced before, because it
// refuses a line with both names of a flag.
func toLibrary(flags []Flag) []urfave.Flag {
	given := make([]urfave.Flag, len(flags))
	for i := range flags {
		given[i] = &urfave.GenericFlag{Name: flags[i].Name, Value: &flags[i]}
	}
	return given
}

// run reads the flags of a line and runs its command.
func (p *Program) run(ctx context.Context, l Line) error {
	c := l.command
	if help := FlagNamed(c.Flags, "help"); help != nil && len(help.given) > 0 {
		if err := help.read("", helpFor(c)); err != nil {
			return err
		}
		if c.help && c.Name != "help" { // its own help is that of the program
			return p.writeHelp(c.Name)
		}
	}
	l.passArguments()
	if err := p.read(c); err != nil {
		return err
	}
	if err := l.checkArguments(); err != nil {
		return err
	}
	for i := range c.Flags {
		if FlagNamed(p.Flags, c.Flags[i].Name) == nil {
			continue
		}
		if err := c.Flags[i].check(); err != nil {
			return err
		}
	}
	if !c.isInternal {
		p.warnOfVariables()
	}
	return c.Run(ctx, l)
}

// read sets the flags of a command.
func (p *Program) read(c *Command) error {
	for i := range c.Flags {
		if err := c.Flags[i].read(p.variable(c, &c.Flags[i]), helpFor(c)); err != nil {
			return err
		}
	}
	return nil
}
