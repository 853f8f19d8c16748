package command

import (
	"context"
	"strings"
	"time"

	"clusterctl/internal/cli"
)

func newApp(e env) *cli.Program {
	build := thisBuild()
	built, _, _ := strings.Cut(build.CommitTime, "T")
	return cli.New(cli.Program{
		Usage: "keep the managed clusters of a SailPoint tenant as a file says",
		Description: "Clusters and their log configurations are listed in a YAML file. plan shows what would change, " +
			"apply changes it, drift tells where the tenant left the file.",
		Examples: []string{
			"clusterctl ping                        # is the way to the tenant fine?",
			"clusterctl plan -f clusters.yaml       # what would change?",
			"clusterctl apply -f clusters.yaml      # change it, once it is approved",
			"clusterctl plan --sandbox ./rehearsal  # on a tenant in this program",
		},
		Environment: []string{
			"CLUSTERCTL_SOME_FLAG         --some-flag, where that is not given",
			"SAIL_BASE_URL                the tenant",
			"SAIL_CLIENT_ID               who asks, and the secret for it, which is never",
			"SAIL_CLIENT_SECRET           the value of a flag",
			"CLUSTERCTL_ACCESS_TOKEN      a ready token instead of these two",
			"NO_COLOR, CLICOLOR_FORCE     no colour at all, or colour in a pipe, too",
			"COLUMNS                      the width of a terminal that does not tell",
			"HTTPS_PROXY, NO_PROXY        the way to the tenant, and around it",
		},
		ExitCodes: exitCodes(),
		Version:   build.Version,
		Date:      built,
		Sections:  []string{"Files:", "Choice:", "Tenant:", "Work:", "Apply:", "Output:"},
		Flags:     []cli.Flag{logFormatFlag()},
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
		},
		Stdout: e.Stdout,
		Getenv: e.Getenv,
	})
}

func completionCommand(e env) *cli.Command {
	c := cli.CompletionCommand(e.Stdout)
	c.Description = "Completes commands, flags, values, files, and the names of clusters from the\n" +
		"files that the command line names (else clusters.yaml). It asks no tenant."
	return c
}

// checked runs a command within its deadline if its flags make sense.
func checked(e env, check func(cli.Line, env) error, run func(context.Context, env) error) func(context.Context, cli.Line) error {
	return func(ctx context.Context, l cli.Line) error {
		if err := l.Check(); err != nil {
			return err
		}
		if check != nil {
			if err := check(l, e); err != nil {
				return err
			}
		}
		deadline, _ := time.ParseDuration(l.Value("deadline")) // zero for none
		ctx, cancel := withDeadline(ctx, deadline)
		defer cancel()
		return run(ctx, e)
	}
}
