package command

import (
	"context"
	"errors"

	"github.com/urfave/cli/v2"

	"clusterctl/internal/cluster"
	"clusterctl/internal/desired"
	"clusterctl/internal/planner"
)

// planOptions are what plan, drift and apply have in common: files in, a
// tenant to read, a report out.
type planOptions struct {
	files  fileOptions
	tenant tenantOptions
	output output
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

func planOptionsOf(c *cli.Context, e env, formats []string) (planOptions, error) {
	o := planOptions{files: filesOf(c)}
	var err error
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
	return command(e, &cli.Command{
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
		Flags: append(append(planFlags(namesOf(planFormats)), pendingFlags()...), skipBlockedFlag(), metricsFlag()),
		Action: measured(e, func(c *cli.Context, e env) error {
			o, err := planOptionsOf(c, e, namesOf(planFormats))
			if err != nil {
				return err
			}
			pending, err := pendingOf(c)
			if err != nil {
				return err
			}
			return runPlan(c.Context, e, o, pending)
		}),
	})
}

func runPlan(ctx context.Context, e env, o planOptions, pending pendingOptions) error {
	plan, _, err := readAndPlan(ctx, e, o)
	if err != nil {
		return err
	}
	return pending.report(e, o.output, plan)
}

// readAndPlan reads files and tenant, on a transport that cannot write. It
// returns the policy that the plan follows, too.
func readAndPlan(ctx context.Context, e env, o planOptions) (plan planner.Plan, policy cluster.Policy, err error) {
	o.tenant.readOnly = true
	state, err := loadFiles(ctx, e, o.files, o.tenant.clock(e))
	if err != nil {
		return planner.Plan{}, cluster.Policy{}, err
	}
	conn, err := connect(ctx, e, o.tenant, state.Tenant)
	if err != nil {
		return planner.Plan{}, cluster.Policy{}, err
	}
	defer func() { err = errors.Join(err, conn.close()) }()
	plan, err = conn.plan(ctx, e, o.tenant, state)
	return plan, state.Policy, err
}

// plan reads the tenant and plans.
func (c connection) plan(ctx context.Context, e env, o tenantOptions, state desired.State) (planner.Plan, error) {
	snapshot, err := c.readToPlan(ctx, o, state)
	if err != nil {
		return planner.Plan{}, err
	}
	if err := o.expectPicked(state, snapshot.Clusters); err != nil {
		return planner.Plan{}, err
	}
	plan, err := planner.New(planner.Input{
		Desired:      state.Clusters,
		Policy:       state.Policy,
		Selection:    o.selection,
		TrustListing: o.trustListing,
		Snapshot:     snapshot,
		Now:          o.clock(e),
		Tool:         toolName(),
		Rate:         o.rate,
	})
	if err == nil {
		e.Meter.declares(len(state.Clusters))
		e.Meter.planned(plan)
	}
	return plan, err
}
