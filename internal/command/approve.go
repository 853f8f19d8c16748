package command

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"strings"

	"clusterctl/internal/escape"
	"clusterctl/internal/planner"
	"clusterctl/internal/report"
)

// admit shows the plan and decides whether it may run.
func (o performance) admit(ctx context.Context, conn *connection, ready prepared) error {
	e := conn.env
	plan := ready.plan
	if !o.reviewed && (!plan.IsEmpty() || plan.Summary.Irreversible > 0) {
		if err := o.show(e, plan); err != nil {
			return err
		}
	}
	if err := expectUnblocked(plan, o.skipBlocked); err != nil {
		return err
	}
	for _, left := range leftOut(plan) { // also of a plan that is not shown
		e.Log.Warn(escape.Text(left.Message))
	}
	switch {
	case o.reviewed && o.output.stdoutFormat() == formatText:
		return o.output.text(e, e.Stdout).Write(e.Stdout, report.OfReview(conn.tenant, ready.proof, plan))
	case o.reviewed, len(plan.Changes) == 0, o.autoApprove:
		return nil
	case !e.isTerminal(e.Stdin):
		return refusedf("nobody to approve %s, so nothing was applied (give --auto-approve)", report.Count(len(plan.Changes), "change"))
	}
	return askApproval(ctx, e)
}

// leftOut are warnings of what a run of the plan leaves as it is, which no outcome of
// a change mentions.
func leftOut(plan planner.Plan) []planner.Warning {
	var warnings []planner.Warning
	if plan.Undo {
		warnings = slices.Clone(plan.Warnings)
	}
	if n := plan.Summary.Blocked; n > 0 {
		warnings = append(warnings, planner.Warning{Code: "blocked-skipped", Message: report.Count(n, "blocked item") + " skipped"})
	}
	if n := plan.Summary.Irreversible; n > 0 {
		warnings = append(warnings, planner.Warning{Code: "irreversible", Message: report.Count(n, "deleted cluster") + " not brought back"})
	}
	return warnings
}

// show shows the plan before its result: on standard output if that is text.
func (o performance) show(e env, plan planner.Plan) error {
	switch {
	case o.output.stdoutFormat() == formatText:
		return o.output.text(e, e.Stdout).Write(e.Stdout, report.OfPlan(plan, report.PlanOptions{}))
	case o.output.quiet:
		return nil
	case !e.Log.isPlain():
		e.Log.Info(report.PlanVerdict(plan), slog.String("digest", plan.Digest), slog.Any("summary", plan.Summary))
		return nil
	default:
		return o.output.text(e, e.Stderr).Write(e.Stderr, report.OfPlan(plan, report.PlanOptions{}))
	}
}

func askApproval(ctx context.Context, e env) error {
	const question = "Apply these changes? Only yes applies them"
	if e.Log.isPlain() {
		fmt.Fprint(e.Stderr, "\n"+question+": ")
	} else {
		e.Log.Info(question)
	}
	answer, err := readLine(ctx, e.Stdin)
	if err != nil {
		return err
	}
	if answer != "yes" {
		return refusedf("not approved, so nothing was applied")
	}
	return nil
}

func readLine(ctx context.Context, r io.Reader) (string, error) {
	return bounded(ctx, func() (string, error) {
		line, _ := bufio.NewReader(r).ReadString('\n') // no line is not an approval
		return strings.TrimSpace(line), nil
	})
}
