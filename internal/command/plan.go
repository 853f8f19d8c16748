package command

import (
	"cmp"
	"context"
	"errors"
	"slices"

	"clusterctl/internal/cli"
	"clusterctl/internal/desired"
	"clusterctl/internal/planner"
)

// comparison is what plan, drift and apply have in common: files and a tenant to
// read, and a report to write.
type comparison struct {
	files  fileOptions
	tenant tenantOptions
	output output
}

type planOptions struct {
	comparison
	pending pendingOptions
}

// flags are those of a command that reads files and a tenant.
func (o *comparison) flags(e env, command string) []cli.Flag {
	return slices.Concat(
		o.files.flags(),
		o.tenant.flags(),
		o.tenant.selectionFlags(e, &o.files),
		o.files.policy.flags(),
		[]cli.Flag{o.tenant.trustListingFlag()},
		o.output.flags(command),
	)
}

func (o *comparison) check(l cli.Line, e env) error {
	return cmp.Or(o.output.check(l), o.files.policy.check(), o.tenant.check(e, o.output))
}

func planCommand(e env) *cli.Command {
	var o planOptions
	return &cli.Command{
		Name:  "plan",
		Usage: "show what would change, and change nothing",
		Description: "Reads the files and the tenant and shows what apply would do. With --out the plan is\n" +
			"saved: apply FILE then runs that plan as it was reviewed, or refuses it as stale.\n" +
			"Exits with 4 if apply would refuse the plan because of blocked items.",
		Examples: []string{
			"clusterctl plan",
			"clusterctl plan --out plan.json",
			"clusterctl plan -f clusters.yaml --output json",
			"clusterctl plan --output text --output markdown=comment.md --output json=report.json",
			"clusterctl plan --detailed-exitcode    # 2 if changes are pending",
			"clusterctl plan --skip-blocked         # as if blocked items were not there",
			"clusterctl plan --sandbox ./rehearsal  # on the embedded tenant",
		},
		Flags: slices.Concat(
			o.comparison.flags(e, "plan"),
			o.pending.flags(),
			[]cli.Flag{skipBlockedFlag(&o.pending.skipBlocked), metricsFlag()},
		),
		ExitCodes: []int{exitPending, exitRefused},
		Run:       measured(e, &o),
	}
}

func (o *planOptions) check(l cli.Line, e env) error {
	return cmp.Or(o.comparison.check(l, e), o.pending.check())
}

func (o *planOptions) run(ctx context.Context, e env) (outcome, error) {
	out, err := o.plan(ctx, e)
	if err != nil {
		return out, err
	}
	return out, o.pending.report(e, o.output, *out.plan)
}

// plan reads files and tenant, on a transport that cannot write.
func (o comparison) plan(ctx context.Context, e env) (out outcome, err error) {
	o.tenant.readOnly = true
	state, err := loadFiles(ctx, e, o.files, o.tenant.clock(e))
	if err != nil {
		return outcome{}, err
	}
	conn, err := connect(ctx, e, o.tenant, state.Tenant)
	if err != nil {
		return conn.outcome(), err
	}
	defer func() { err = errors.Join(err, conn.close()) }()
	_, err = conn.plan(ctx, state)
	return conn.outcome(), err
}

// plan reads the tenant and plans.
func (c *connection) plan(ctx context.Context, state desired.State) (plan planner.Plan, err error) {
	in := c.planInput()
	in.Desired, in.Policy = state.Clusters, state.Policy
	if in.Snapshot, err = c.readToPlan(ctx, in); err != nil {
		return plan, err
	}
	if err := c.options.expectPicked(state, in.Snapshot.Clusters); err != nil {
		return plan, err
	}
	in.Now = c.options.clock(c.env)
	plan, err = planner.New(in)
	if err == nil {
		c.found.state, c.found.plan = &state, &plan
	}
	return plan, err
}

// planInput is what the options say of a plan.
func (c *connection) planInput() planner.Input {
	o := c.options
	return planner.Input{Selection: o.selection, TrustListing: o.trustListing, Tool: toolName(), Rate: o.rate}
}
