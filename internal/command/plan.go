package command

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"

	"clusterctl/internal/cli"
	"clusterctl/internal/cluster"
	"clusterctl/internal/desired"
	"clusterctl/internal/escape"
	"clusterctl/internal/planner"
	"clusterctl/internal/report"
)

// comparison is what plan, drift and apply have in common.
type comparison struct {
	files  fileOptions
	tenant tenantOptions
	output output
	// warnsInReport keeps warnings about files from standard error, since the plan on standard
	// output has them.
	warnsInReport bool
	// reportsOnly plans every update, because neither policy.maxUpdates nor a rule must hide drift.
	reportsOnly bool
}

type planOptions struct {
	comparison
	pending       pendingOptions
	rehearse      rehearseOptions
	showUnmanaged bool
}

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
	err := cmp.Or(o.output.check(l), o.tenant.check(e, o.output))
	o.warnsInReport = o.warnsInReport && o.output.stdoutFormat() == formatText && e.Log.isPlain()
	return err
}

func planCommand(e env) *cli.Command {
	var o planOptions
	return &cli.Command{
		Name: "plan", Aliases: []string{"diff"},
		Usage:     "show what apply would change",
		Arguments: "[FILE...]", ArgumentsTo: "file",
		Description: "Compares the files with the tenant and shows what would change. Changes nothing.\n\n" +
			"--out saves the plan. apply PLAN then applies exactly that plan, or refuses it if it is\n" +
			"stale.\n\n" +
			"Exits with 4 if apply would refuse the plan because of blocked or denied items. With\n" +
			"--skip-blocked, it exits with 0 despite blocked items; apply needs --skip-blocked, too.",
		Examples: []string{
			"clusterctl plan                                 # compare clusters.yaml with the tenant",
			"clusterctl plan -f clusters                     # read all files in a directory",
			"clusterctl plan --out plan.json                 # save the plan, for apply plan.json",
			"clusterctl plan --detailed-exitcode             # exit with 2 if changes are pending",
			"clusterctl plan --skip-blocked                  # exit with 0 despite blocked items",
			"clusterctl plan --policy-from git:origin/main   # do not use the policy of a pull request",
			"clusterctl plan --rehearse                      # prove the plan on a copy of the tenant",
			"clusterctl plan --sandbox ./rehearsal           # plan for an embedded tenant",
			"clusterctl plan -o text -o markdown=comment.md  # write a pull-request comment, too",
		},
		Flags: slices.Concat(
			o.flags(e, "plan"),
			o.pending.flags(),
			o.rehearse.flags(),
			[]cli.Flag{
				o.files.policyFromFlag(),
				o.files.policy.maxUpdatesFlag(),
				skipBlockedFlag(&o.pending.skipBlocked, "exit with 0 despite blocked items; apply needs the flag, too"),
				waiveFlag(&o.tenant.waivers, waiverIsRecorded),
				{Name: "show-unmanaged", Section: "Output:", To: cli.Bool(&o.showUnmanaged), Usage: "list unmanaged and ignored clusters one by one, even if there are many; also print entries to add to a file"},
				metricsFlag(),
			},
		),
		ExitCodes: []int{exitPending, exitRefused},
		Run:       measured(e, o.check, o.run),
	}
}

func (o *planOptions) check(l cli.Line, e env) error {
	o.warnsInReport = true
	return cmp.Or(o.comparison.check(l, e), o.pending.check(), o.rehearse.check())
}

// run plans on a transport that cannot write.
func (o *planOptions) run(ctx context.Context, e env) (runFacts, error) {
	o.tenant.readOnly = true
	return withPlan(ctx, e, o.tenant, o.load, func(conn *connection, ready prepared) error {
		if err := o.rehearse.run(ctx, conn, &ready); err != nil {
			return err
		}
		options := report.PlanOptions{ListUnmanaged: o.showUnmanaged}
		if o.showUnmanaged {
			options.Unmanaged = adoptable(e, ready.unmanaged)
		}
		return o.pending.report(e, o.output, ready.plan, options)
	})
}

func (o comparison) load(ctx context.Context, e env) (org string, prepare preparer, err error) {
	state, warnings, err := loadFiles(ctx, e, o.files, o.tenant.clock(e))
	if err == nil {
		err = expectRules(o.tenant.waivers, state.Policy.Rules)
	}
	differs := o.files.policyWarning(state)
	if err == nil && !o.warnsInReport {
		prepared{warnings: differs}.warn(e)
		warn(e, warnings)
	}
	if o.reportsOnly {
		state.Policy.MaxUpdates, state.Policy.Rules = nil, nil
	}
	return state.Tenant, func(conn *connection) (prepared, error) {
		ready, err := conn.plan(ctx, state, warnings)
		ready.plan.Warnings = slices.Insert(ready.plan.Warnings, 0, differs...)
		if o.warnsInReport {
			ready.unlogged = warnings
		}
		return ready, err
	}, err
}

// plan reads the tenant and plans. The warnings about the files become those of the plan.
func (c *connection) plan(ctx context.Context, state desired.State, warnings desired.Diagnostics) (ready prepared, err error) {
	in := c.planInput()
	in.Desired, in.Policy = state.Clusters, state.Policy
	read := func(need cluster.Need) (cluster.Snapshot, error) { return c.snapshot(ctx, need) }
	if in.Snapshot, err = c.options.readToPlan(in, read); err != nil {
		return ready, err
	}
	if err := c.options.expectPicked(state, in.Snapshot.Clusters); err != nil {
		return ready, err
	}
	in.Now = c.options.clock(c.env)
	plan, err := planner.New(in)
	if err != nil {
		return ready, err
	}
	plan.Warnings = append(plan.Warnings, planWarnings(warnings)...)
	c.found.state, c.found.plan = &state, &plan
	return prepared{plan: plan, listing: &plan.Listing, snapshot: in.Snapshot, unmanaged: planner.UnmanagedClusters(plan, in)}, nil
}

// planWarnings are warnings about files as a plan has them.
func planWarnings(found desired.Diagnostics) []planner.Warning {
	var warnings []planner.Warning
	for _, d := range found {
		warnings = append(warnings, planner.Warning{Code: string(d.Code), Message: d.Message + report.Remark(d.Hint), Source: d.Source()})
	}
	return warnings
}

func (c *connection) planInput() planner.Input {
	o := c.options
	return planner.Input{Selection: o.selection, Waivers: o.waivers, TrustListing: o.trustListing, Tool: toolName(), Rate: o.rate}
}

// pendingOptions are the options for a plan that is shown, but not applied.
type pendingOptions struct {
	detailedExitCode bool
	skipBlocked      bool
	out              string // the file that the plan is saved to; empty saves none
}

func (o *pendingOptions) flags() []cli.Flag {
	return []cli.Flag{
		{Name: "out", Section: "Output:", To: cli.String(&o.out), Usage: "save the plan to `FILE`, for apply and show"},
		{Name: "detailed-exitcode", Section: "Output:", To: cli.Bool(&o.detailedExitCode), Usage: "exit with 2 if changes are pending"},
	}
}

func skipBlockedFlag(to *bool, usage string) cli.Flag {
	return cli.Flag{Name: "skip-blocked", Section: "Selection:", To: cli.Bool(to), Usage: usage}
}

func (o *pendingOptions) check() error {
	if o.out == "-" {
		return errors.New("--out -: cannot save a plan to standard output (use a file, or --output json)")
	}
	return nil
}

func (o pendingOptions) report(e env, to output, plan planner.Plan, options report.PlanOptions) error {
	if err := o.save(e, to, plan); err != nil {
		return err
	}
	options.SkipBlocked = o.skipBlocked
	if err := to.plan(e, plan, options); err != nil {
		return err
	}
	return o.refusal(plan)
}

// refusal fails for a plan that apply would refuse, so that a check in CI fails, too.
func (o pendingOptions) refusal(plan planner.Plan) error {
	if err := expectAllowed(plan, seen{here: true}, o.skipBlocked); err != nil {
		return err
	}
	if o.detailedExitCode && len(plan.Changes) > 0 {
		return errPending
	}
	return nil
}

func (o pendingOptions) save(e env, to output, plan planner.Plan) error {
	if o.out == "" {
		return nil
	}
	if err := savePlan(e, o.out, plan); err != nil {
		return err
	}
	if !to.quiet {
		e.Log.Info(fmt.Sprintf("plan saved to %s, digest %s", escape.Text(o.out), plan.Digest),
			slog.String("file", o.out), slog.String("digest", plan.Digest))
	}
	return nil
}
