package command

import (
	"slices"
	"strings"

	"clusterctl/internal/cli"
)

// newApp describes the program with all its commands.
func newApp(e env) *cli.Program {
	build := thisBuild()
	built, _, _ := strings.Cut(build.CommitTime, "T")
	return &cli.Program{
		Usage: "keep the managed clusters of a SailPoint tenant as a file says",
		Description: "Clusters and their log configurations are listed in a YAML file. plan shows what would change, " +
			"apply changes it, drift tells where the tenant left the file.\n\n" +
			"Examples:\n" +
			"   clusterctl ping                        # is the way to the tenant fine?\n" +
			"   clusterctl plan -f clusters.yaml       # what would change?\n" +
			"   clusterctl apply -f clusters.yaml      # change it, once it is approved\n" +
			"   clusterctl plan --sandbox ./rehearsal  # on a tenant in this program",
		Environment: environment,
		Version:     build.Version,
		Date:        built,
		ExitCodes:   exitCodesOf,
		Choices:     choicesOf,
		Names:       e.clusterNames,
		Stdout:      e.Stdout,
		Getenv:      e.Getenv,
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
			command(cli.CompletionCommand(e.Stdout)),
			versionCommand(e),
			command(cli.HelpCommand()),
		},
	}
}

// environment is what of it holds for every command.
const environment = `   CLUSTERCTL_SOME_FLAG         --some-flag, where that is not given
   SAIL_BASE_URL                the tenant
   SAIL_CLIENT_ID               who asks, and the secret for it, which is never
   SAIL_CLIENT_SECRET           the value of a flag
   CLUSTERCTL_ACCESS_TOKEN      a ready token instead of these two
   NO_COLOR, CLICOLOR_FORCE     no colour at all, or colour in a pipe, too
   COLUMNS                      the width of a terminal that does not tell
   HTTPS_PROXY, NO_PROXY        the way to the tenant, and around it
`

// command finishes a command: the deadline bounds all that it does, and errors take
// the form that --log-format asks for.
func command(c *cli.Command) *cli.Command {
	action := c.Action
	c.Flags = append(c.Flags, logFormatFlag())
	c.Action = func(ctx *cli.Context) error {
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

// exitCodesOf are the exit codes of a command, or with no name those of any.
func exitCodesOf(command string) []cli.ExitCode {
	all := []cli.ExitCode{
		{Code: exitDone, Meaning: "done"},
		{Code: exitError, Meaning: "error: bad usage, bad file, no access, tenant unreachable"},
		{Code: exitPending, Meaning: "changes are pending, drift was found, or files are not canonical"},
		{Code: exitIncomplete, Meaning: "an apply that is incomplete"},
		{Code: exitRefused, Meaning: "refused, nothing written; in plan too, if apply would refuse"},
	}
	codes := []int{exitDone, exitError}
	switch command {
	case "":
		return all
	case "plan", "drift":
		codes = append(codes, exitPending, exitRefused)
	case "apply":
		codes = append(codes, exitIncomplete, exitRefused)
	case "undo":
		codes = append(codes, exitPending, exitIncomplete, exitRefused)
	case "fmt":
		codes = append(codes, exitPending)
	}
	return slices.DeleteFunc(all, func(c cli.ExitCode) bool { return !slices.Contains(codes, c.Code) })
}

// choicesOf are the values of a flag that takes one of a few.
func choicesOf(command, flag string) []string {
	switch flag {
	case "output":
		return formatsOf(command)
	case "color":
		return []string{"auto", "always", "never"}
	case "log-format":
		return []string{logText, logJSON}
	case "on-error":
		return []string{"continue", "stop"}
	case "api-version":
		return []string{"v3", "v2024", "v2025", "v2026", "v1"}
	case "of":
		return []string{"files", "plan", "receipt"}
	default:
		return nil
	}
}
