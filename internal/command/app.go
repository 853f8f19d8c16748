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
		Usage: "manage SailPoint clusters declaratively from YAML",
		Description: "Declare clusters and their log configurations in YAML files. plan shows what would change, " +
			"apply changes it, and drift reports where the tenant differs from the files.",
		Examples: []string{
			"clusterctl ping                        # check connection and credentials",
			"clusterctl plan -f clusters.yaml       # show what would change",
			"clusterctl apply -f clusters.yaml      # change it, after approval",
			"clusterctl plan --sandbox ./rehearsal  # try it on an embedded tenant",
		},
		Environment: []string{
			"CLUSTERCTL_SOME_FLAG     sets --some-flag",
			"SAIL_BASE_URL            address of the tenant's API",
			"SAIL_CLIENT_ID           client ID",
			"SAIL_CLIENT_SECRET       client secret (there is no flag for it)",
			"CLUSTERCTL_ACCESS_TOKEN  access token, instead of client ID and secret",
			"CLUSTERCTL_STATE_DIR     directory for receipts (default: ~/.local/state/clusterctl)",
			"NO_COLOR                 turns colors off",
			"CLICOLOR_FORCE           turns colors on, even without a terminal",
			"COLUMNS, LINES           size of the terminal, if it cannot be detected",
			"HTTPS_PROXY, NO_PROXY    proxy, and hosts to reach without it",
		},
		ExitCodes: exitCodes(),
		Version:   build.Version,
		Date:      built,
		Sections:  []string{"Files:", "Tenant:", "Selection:", "Rehearsal:", "Apply:", "Performance:", "Output:"},
		Flags:     []cli.Flag{logFormatFlag()},
		Commands:  commands(e),
		Stdout:    e.Stdout,
		Getenv:    e.Getenv,
		Environ:   e.Environ,
		Warn:      func(message string) { e.Log.Warn(message) },
	})
}

// commands returns all commands, in the order of help.
func commands(e env) []*cli.Command {
	ofTenants := e
	ofTenants.OffersTenants = true
	return []*cli.Command{
		initCommand(e),
		overTenants(e, planCommand(ofTenants)),
		overTenants(e, applyCommand(ofTenants)),
		overTenants(e, driftCommand(ofTenants)),
		overTenants(e, exportCommand(ofTenants)),
		compareCommand(e),
		adoptCommand(e),
		showCommand(e),
		overTenants(e, undoCommand(ofTenants)),
		overTenants(e, statusCommand(ofTenants)),
		overTenants(e, pingCommand(ofTenants)),
		overTenants(e, validateCommand(ofTenants)),
		fmtCommand(e),
		schemaCommand(e),
		sandboxCommand(e),
		completionCommand(e),
		versionCommand(e),
	}
}

func completionCommand(e env) *cli.Command {
	c := cli.CompletionCommand(e.Stdout)
	c.Description = "Completes commands, flags, values, file names, and the cluster names in the files given\n" +
		"with -f (default: clusters.yaml). Sends no requests to the tenant."
	return c
}

// checked checks the flags of a command, and runs it within its deadline.
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
