package command

import (
	"fmt"
	"io"
	"regexp"
	"strings"

	"github.com/urfave/cli/v2"

	"clusterctl/internal/spelling"
)

// newApp makes a fresh app: one must not run twice.
func newApp(e env) *cli.App {
	app := &cli.App{
		Name:  "clusterctl",
		Usage: "keep the managed clusters of a SailPoint tenant as a file says",
		Description: "Clusters and their log configurations are listed in a YAML file. plan shows what would change, " +
			"apply changes it, drift tells where the tenant left the file.\n\n" +
			"Examples:\n" +
			"   clusterctl ping                        # is the way to the tenant fine?\n" +
			"   clusterctl plan -f clusters.yaml       # what would change?\n" +
			"   clusterctl apply -f clusters.yaml      # change it, once it is approved\n" +
			"   clusterctl plan --sandbox ./rehearsal  # on a tenant in this program",
		HideVersion:               true,
		HideHelp:                  true, // helpCommand and helpFlag are ours
		Flags:                     []cli.Flag{helpFlag()},
		DisableSliceFlagSeparator: true,
		Reader:                    e.Stdin,
		Writer:                    e.Stdout,
		ErrWriter:                 io.Discard, // errors are reported once, by report
		ExitErrHandler:            func(*cli.Context, error) {},
		OnUsageError:              usageErrorOf,
		Action:                    rootAction,
		Commands: []*cli.Command{
			planCommand(e),
			applyCommand(e),
			driftCommand(e),
			exportCommand(e),
			showCommand(e),
			undoCommand(e),
			statusCommand(e),
			pingCommand(e),
			validateCommand(e),
			fmtCommand(e),
			schemaCommand(e),
			sandboxCommand(e),
			completionCommand(e),
			versionCommand(e),
			helpCommand(e),
			completeCommand(e),
			manCommand(),
		},
	}
	app.CustomAppHelpTemplate = helpTemplate(appHelp(app))
	return app
}

// rootAction runs where no command was named, or none of that name exists.
func rootAction(c *cli.Context) error {
	name := c.Args().First()
	if name == "" {
		return cli.ShowAppHelp(c)
	}
	return unknownCommand(c, name)
}

// helpCommand takes the place of the library's, which ends a mistyped command
// in its own words.
func helpCommand(e env) *cli.Command {
	return command(e, &cli.Command{
		Name:      "help",
		Aliases:   []string{"h"},
		Usage:     "show how to use the program, or one command of it",
		ArgsUsage: "[COMMAND]",
		Description: "Examples:\n" +
			"   clusterctl help\n" +
			"   clusterctl help plan",
		Action: func(c *cli.Context) error {
			name := c.Args().First()
			switch {
			case name == "":
				return cli.ShowAppHelp(c)
			case c.App.Command(name) == nil:
				return unknownCommand(c, name)
			}
			return cli.ShowCommandHelp(c, name)
		},
	})
}

// helpFlag takes the place of the library's, which all apps of a process share
// and each run writes to.
func helpFlag() cli.Flag {
	return &cli.BoolFlag{Name: "help", Aliases: []string{"h"}, Usage: "show this help", DisableDefaultText: true}
}

func unknownCommand(c *cli.Context, name string) error {
	var known []string
	for _, command := range c.App.VisibleCommands() {
		known = append(known, command.Name)
	}
	if near, ok := spelling.Nearest(name, known); ok {
		return usageErrorf("unknown command %q (did you mean %q?)", name, near)
	}
	return usageErrorf("unknown command %q (see clusterctl help)", name)
}

// command finishes a command: flags that were not given come from the
// environment, the arguments must be those that ArgsUsage names, usage errors
// become ours, and the deadline bounds all that the command does.
func command(e env, c *cli.Command) *cli.Command {
	action := c.Action
	c.OnUsageError = usageErrorOf
	c.HideHelp = true
	c.Flags = append(c.Flags, logFormatFlag(), helpFlag())
	c.CustomHelpTemplate = helpTemplate(commandHelp(c))
	c.Action = func(ctx *cli.Context) error {
		if err := checkArguments(ctx); err != nil {
			return err
		}
		if err := expectValues(ctx); err != nil {
			return err
		}
		if err := fromEnvironment(ctx, e.Getenv); err != nil {
			return err
		}
		if err := checkLogFormat(ctx); err != nil {
			return err
		}
		bounded, cancel := withDeadline(ctx.Context, ctx.Duration("deadline"))
		defer cancel()
		ctx.Context = bounded
		return action(ctx)
	}
	return c
}

// fromEnvironment sets every flag that was not given from CLUSTERCTL_<FLAG>.
// A variable that is empty counts as not set, and so does a format that only other
// commands have: the variable is set for all of them.
func fromEnvironment(c *cli.Context, getenv func(string) string) error {
	for _, flag := range c.Command.Flags {
		name := flag.Names()[0]
		if c.IsSet(name) || name == "help" {
			continue
		}
		value := getenv(variable(name))
		if value == "" || name == "output" && isFormatOfOthers(value, c.Command.Name) {
			continue
		}
		for _, v := range valuesIn(flag, value) {
			if err := c.Set(name, v); err != nil {
				return usageErrorf("%s=%q: %s", variable(name), v, mismatchOf(name, c.Command.Flags))
			}
		}
	}
	return nil
}

// valuesIn are the values that a variable holds: several for a flag that is
// repeatable, separated by line feeds, or else by commas.
func valuesIn(flag cli.Flag, value string) []string {
	if _, repeatable := flag.(*cli.StringSliceFlag); !repeatable {
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

// variable is the environment variable of a flag.
func variable(flag string) string {
	return "CLUSTERCTL_" + strings.ToUpper(strings.ReplaceAll(flag, "-", "_"))
}

func usageErrorOf(c *cli.Context, err error, _ bool) error {
	flags := c.App.Flags
	if isOfCommand(c) {
		flags = c.Command.Flags
	}
	if name, ok := strings.CutPrefix(err.Error(), "flag provided but not defined: -"); ok {
		return unknownFlag(strings.TrimLeft(name, "-"), flags, helpOf(c))
	}
	return usageErrorf("%s (see %s)", plainFlagError(err, flags), helpOf(c))
}

func unknownFlag(name string, flags []cli.Flag, help string) error {
	var known []string
	for _, flag := range flags {
		known = append(known, flag.Names()[0])
	}
	if near, ok := spelling.Nearest(name, known); ok {
		return usageErrorf("unknown flag %s (did you mean --%s?)", dashed(name), near)
	}
	return usageErrorf("unknown flag %s (see %s)", dashed(name), help)
}

// dashed is a flag as it is typed.
func dashed(name string) string {
	if len(name) == 1 {
		return "-" + name
	}
	return "--" + name
}

// helpOf is how to ask for help on what is being run.
func helpOf(c *cli.Context) string {
	if isOfCommand(c) {
		return "clusterctl " + c.Command.Name + " --help"
	}
	return "clusterctl help"
}

// isOfCommand reports whether a command is being run, and not the app alone.
func isOfCommand(c *cli.Context) bool {
	return c.Command != nil && c.Command.Name != "" && c.Command.Name != c.App.Name
}

// unreadableValue is how the flag package words a value that it cannot read.
var unreadableValue = regexp.MustCompile(`^invalid (?:boolean )?value (".*") for (?:flag )?-([a-z-]+): `)

// plainFlagError takes the flag package's words for a person's.
func plainFlagError(err error, flags []cli.Flag) string {
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
func mismatchOf(name string, flags []cli.Flag) string {
	switch flagNamed(flags, name).(type) {
	case *cli.BoolFlag:
		return "neither true nor false"
	case *cli.DurationFlag:
		return "not a duration such as 30s"
	case *cli.IntFlag, *cli.Uint64Flag:
		return "not a whole number that is taken here"
	default:
		return "cannot be read"
	}
}
