package command

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"strings"

	"clusterctl/internal/planner"
	"clusterctl/internal/project"
	"clusterctl/internal/report"
)

// apply applies the plans of a directory, or else plans for all tenants, asks once, and applies
// each of those plans. A tenant that cannot be planned, or whose plan is refused, is reported as
// such.
func (f fleet) apply(ctx context.Context, to output, tenants []project.Tenant) ([]tenantRun, error) {
	if dir := f.saved(); dir != "" {
		jobs := f.jobs(tenants, "apply")
		for i := range jobs {
			jobs[i].words = []string{planOf(dir, jobs[i].tenant)}
			jobs[i].leaves = append(jobs[i].leaves, planningFlags()...)
		}
		return f.inStages(ctx, jobs), nil
	}
	runs := f.all(ctx, f.jobs(tenants, "plan"))
	if err := f.show(to, runs); err != nil {
		return nil, err
	}
	if err := f.approve(ctx, runs); err != nil {
		return nil, err
	}
	return f.applyPlanned(ctx, runs)
}

// applyPlanned applies the plans of runs. The others become results as they are.
func (f fleet) applyPlanned(ctx context.Context, runs []tenantRun) ([]tenantRun, error) {
	var jobs []job
	var of []int // the run of each job
	for i, run := range runs {
		plan, ok := run.document.Data.(planner.Plan)
		if run.err != nil || !ok {
			runs[i].document = report.Document{} // it is no result
			continue
		}
		var saved bytes.Buffer
		if err := report.JSON(&saved, plan); err != nil {
			return nil, err
		}
		j := f.jobs([]project.Tenant{run.tenant}, "apply")[0]
		j.words, j.stdin = []string{stdinPath}, saved.Bytes()
		j.leaves = append(j.leaves, planningFlags()...)
		jobs, of = append(jobs, j), append(of, i)
	}
	if f.canary != "" && !slices.ContainsFunc(jobs, func(j job) bool { return f.isCanary(j.tenant) }) {
		for _, i := range of {
			runs[i] = f.heldBack(runs[i].tenant)
		}
		return runs, nil
	}
	for n, run := range f.inStages(ctx, jobs) {
		runs[of[n]] = run
	}
	return runs, nil
}

func (f fleet) isCanary(t project.Tenant) bool { return t.Name == f.canary }

// inStages runs the job of the canary first, and the others only if it ends well.
func (f fleet) inStages(ctx context.Context, jobs []job) []tenantRun {
	first := slices.IndexFunc(jobs, func(j job) bool { return f.isCanary(j.tenant) })
	if first < 0 {
		return f.all(ctx, jobs)
	}
	others := slices.Delete(slices.Clone(jobs), first, first+1)
	canary := f.all(ctx, jobs[first:first+1])[0]
	var runs []tenantRun
	if canary.code == exitDone && f.isDone(ctx, canary.tenant) {
		runs = f.all(ctx, others)
	} else {
		for _, j := range others {
			runs = append(runs, f.heldBack(j.tenant))
		}
	}
	return slices.Insert(runs, first, canary)
}

// isDone reports whether a plan for a tenant has no changes left, and nothing that is blocked.
func (f fleet) isDone(ctx context.Context, t project.Tenant) bool {
	run := f.all(ctx, f.jobs([]project.Tenant{t}, "plan"))[0]
	plan, ok := run.document.Data.(planner.Plan)
	isDone := ok && run.err == nil && plan.IsEmpty()
	if !isDone {
		f.Log.Warn(fmt.Sprintf("%s: changes or blocked items are left after the apply, or a plan is not possible", t.Name))
	}
	return isDone
}

// heldBack returns the run of a tenant that waited for the canary in vain.
func (f fleet) heldBack(t project.Tenant) tenantRun {
	err := refusedf("not applied, because canary %s failed or still has changes (fix it, and apply again)", f.canary)
	return tenantRun{tenant: t, err: err, code: reportError(f.Log.of(t.Name, f.Stderr), err)}
}

// show shows the plans before they are applied: on standard output if that is text, or else on
// standard error.
func (f fleet) show(to output, runs []tenantRun) error {
	d := report.OfTenants(report.TenantsReport{Tool: toolName(), Command: "plan", Runs: f.reported(runs)})
	w := f.Stdout
	switch {
	case to.stdoutFormat() == formatText:
		d.Verdict += "\n"
	case to.quiet:
		return nil
	case !f.Log.isPlain():
		f.Log.Info(d.Verdict)
		return nil
	default:
		w = f.Stderr
	}
	return to.text(f.env, w).Write(w, d)
}

// approve asks once for all tenants with changes.
func (f fleet) approve(ctx context.Context, runs []tenantRun) error {
	all := 0
	var each []string
	for _, run := range runs {
		if plan, ok := run.document.Data.(planner.Plan); ok && run.err == nil && len(plan.Changes) > 0 {
			all += len(plan.Changes)
			each = append(each, fmt.Sprintf("%s: %d", run.tenant.Name, len(plan.Changes)))
		}
	}
	changes := report.Count(all, "change")
	switch {
	case all == 0, f.line.Value("auto-approve") == "true":
		return nil
	case !f.isTerminal(f.Stdin):
		return refusedf("cannot ask to approve %s without a terminal, so nothing was applied (use --auto-approve)", changes)
	}
	return askApproval(ctx, f.env, fmt.Sprintf("Apply %s to %s (%s)? Only yes is accepted", changes, report.Count(len(each), "tenant"), strings.Join(each, ", ")))
}
