package command

import (
	"fmt"
	"log/slog"

	"clusterctl/internal/cli"
	"clusterctl/internal/escape"
	"clusterctl/internal/planner"
	"clusterctl/internal/report"
)

// pendingOptions say what becomes of a plan that is shown and not applied.
type pendingOptions struct {
	detailedExitCode bool
	skipBlocked      bool
	// out is the file that the plan is saved to; empty saves none.
	out string
}

func (o *pendingOptions) flags() []cli.Flag {
	return []cli.Flag{
		{Name: "out", Section: "Output:", To: cli.String(&o.out), Usage: "save the plan to `FILE`, for apply FILE and show FILE"},
		{Name: "detailed-exitcode", Section: "Output:", To: cli.Bool(&o.detailedExitCode), Usage: "exit with 2 if changes are pending"},
	}
}

func skipBlockedFlag(to *bool) cli.Flag {
	return cli.Flag{Name: "skip-blocked", Section: "Choice:", To: cli.Bool(to), Usage: "leave out blocked items instead of refusing the plan"}
}

func (o *pendingOptions) check() error {
	if o.out == "-" {
		return usageErrorf("--out -: a plan is saved to a file (use --output json for standard output)")
	}
	return nil
}

// report saves and shows a plan.
func (o pendingOptions) report(e env, to output, plan planner.Plan) error {
	if err := o.save(e, to, plan); err != nil {
		return err
	}
	options := report.PlanOptions{SkipBlocked: o.skipBlocked}
	if !to.quiet {
		options.Unmanaged = adoptable(e, plan.Strays)
	}
	if err := to.plan(e, plan, options); err != nil {
		return err
	}
	return o.verdict(plan)
}

// verdict fails for a plan that apply would refuse, so that a check is no greener than
// the apply that follows it.
func (o pendingOptions) verdict(plan planner.Plan) error {
	if err := expectUnblocked(plan, o.skipBlocked); err != nil {
		return err
	}
	if o.detailedExitCode && len(plan.Changes) > 0 {
		return errPending
	}
	return nil
}

// expectUnblocked refuses a plan with blocked items, unless they are skipped.
func expectUnblocked(plan planner.Plan, skip bool) error {
	if plan.Summary.Blocked == 0 || skip {
		return nil
	}
	them := "them"
	if plan.Summary.Blocked == 1 {
		them = "it"
	}
	return refusedf("%s; fix %s, or apply the rest with --skip-blocked", report.Count(plan.Summary.Blocked, "blocked item"), them)
}

func (o pendingOptions) save(e env, to output, plan planner.Plan) error {
	if o.out == "" {
		return nil
	}
	if err := savePlan(e, o.out, plan); err != nil {
		return err
	}
	if !to.quiet {
		e.Log.Info(fmt.Sprintf("saved to %s, digest %s", escape.Text(o.out), plan.Digest),
			slog.String("file", o.out), slog.String("digest", plan.Digest))
	}
	return nil
}
