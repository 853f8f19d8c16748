package command

import (
	"context"
	"errors"

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

// planFlags are the flags of what reads files and a tenant, and reports in
// these formats.
func planFlags(formats []string) []cli.Flag {
	flags := append(fileFlags(), tenantFlags()...)
	flags = append(flags, selectionFlags()...)
	flags = append(flags, policyFlags()...)
	flags = append(flags, trustListingFlag())
	return append(flags, outputFlags(formats)...)
}

func comparisonOf(c *cli.Context, e env, formats []string) (o comparison, err error) {
	o.files = filesOf(c)
	if o.output, err = outputOf(c, formats); err != nil {
		return o, err
	}
	if o.files.policy, err = policyOf(c); err != nil {
		return o, err
	}
	o.tenant, err = tenantOptionsOf(c, e)
	return o, err
}

func planCommand(e env) *cli.Command {
	return command(&cli.Command{
		Name:  "plan",
		Usage: "show what would change, and change nothing",
		Description: "Reads the files and the tenant and shows what apply would do. With --out the plan is\n" +
			"saved: apply FILE then runs that plan as it was reviewed, or refuses it as stale.\n" +
			"Exits with 4 if apply would refuse the plan because of blocked items.\n\n" +
			"Examples:\n" +
			"   clusterctl plan\n" +
			"   clusterctl plan --out plan.json\n" +
			"   clusterctl plan -f clusters.yaml --output json\n" +
			"   clusterctl plan --output text --output markdown=comment.md --output json=report.json\n" +
			"   clusterctl plan --detailed-exitcode    # 2 if changes are pending\n" +
			"   clusterctl plan --skip-blocked         # as if blocked items were not there\n" +
			"   clusterctl plan --sandbox ./rehearsal  # on the embedded tenant",
		Flags:  append(append(planFlags(formatsOf("plan")), pendingFlags()...), skipBlockedFlag(), metricsFlag()),
		Action: measured(e, planOptionsOf, planOptions.run),
	})
}

func planOptionsOf(c *cli.Context, e env) (o planOptions, err error) {
	if o.comparison, err = comparisonOf(c, e, formatsOf("plan")); err != nil {
		return o, err
	}
	o.pending, err = pendingOf(c)
	return o, err
}

func (o planOptions) run(ctx context.Context, e env) (outcome, error) {
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
