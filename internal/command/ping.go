package command

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"clusterctl/internal/cli"
	"clusterctl/internal/remote"
	"clusterctl/internal/report"
)

type pingOptions struct {
	files    fileOptions
	tenant   tenantOptions
	output   output
	readOnly bool // skip the check for write permission
}

func pingCommand(e env) *cli.Command {
	var o pingOptions
	return &cli.Command{
		Name:  "ping",
		Usage: "check address, credentials, permissions and rate limit",
		Description: "Checks each part of the connection, and shows how to fix what fails. With -f, also\n" +
			"checks that it is the tenant that the files are for. Sends three requests, one of them\n" +
			"for a token, and writes nothing. Exits with 1 if a check fails.",
		Examples: []string{
			"clusterctl ping                   # check the connection",
			"clusterctl ping -f clusters.yaml  # check that it is the right tenant, too",
			"clusterctl ping --read-only       # check credentials for plan and drift",
			"clusterctl ping --output json     # print JSON",
		},
		Flags: slices.Concat([]cli.Flag{
			{ // it has no default: no file is read unless one is named
				Name: "file", Short: "f", Section: "Files:", To: cli.Strings(&o.files.paths),
				Usage: "expect the tenant of the files at `PATH`; repeatable",
			},
			{Name: "read-only", Section: "Selection:", To: cli.Bool(&o.readOnly), Usage: "skip the check for write permission"},
		}, o.files.variableFlags(), o.tenant.flags(), o.output.flags("ping")),
		Run: checked(e, o.check, o.run),
	}
}

func (o *pingOptions) check(l cli.Line, e env) error {
	o.tenant.readOnly = true
	if !l.IsSet("retries") {
		o.tenant.retries = 0 // retries would only delay the result
	}
	return cmp.Or(o.output.check(l), o.tenant.check(e, o.output))
}

func (o *pingOptions) run(ctx context.Context, e env) (err error) {
	want, err := o.expectedTenant(ctx, e)
	if err != nil {
		return err
	}
	config, closeTenant, err := o.tenant.config(ctx, e, want, newProgress(e, o.tenant))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, closeTenant()) }()
	config.Observer.Deprecated = nil // one of the checks
	client, err := remote.New(config)
	if err != nil {
		return err
	}
	probe := client.Probe(ctx)
	if ctx.Err() != nil {
		return fmt.Errorf("ping: %w", context.Cause(ctx))
	}
	c := checks{probe: probe, config: config, wantTenant: want, readOnly: o.readOnly, now: e.Now()}
	probe.Tenant.BaseURL, probe.Tenant.Sandbox = config.Root.String(), o.tenant.sandbox
	made := c.all()
	if err := o.output.document(e, report.OfPing(toolName(), probe.Tenant, made), ""); err != nil {
		return err
	}
	return failedChecks(made)
}

// expectedTenant returns the tenant that the files are for, or "" for any.
func (o pingOptions) expectedTenant(ctx context.Context, e env) (string, error) {
	if len(o.files.paths) == 0 {
		return e.Tenant.Org, nil
	}
	state, warnings, err := loadFiles(ctx, e, o.files, e.Now())
	warn(e, warnings)
	return cmp.Or(state.Tenant, e.Tenant.Org), err
}

// failedChecks returns an error that names the failed checks, if any.
func failedChecks(checks []report.Check) error {
	var names []string
	for _, check := range checks {
		if check.State == report.Failed {
			names = append(names, check.Name)
		}
	}
	if names == nil {
		return nil
	}
	return fmt.Errorf("failed checks: %s", strings.Join(names, ", "))
}
