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

// isNews reports whether the plan is shown before it is applied.
func (o execution) isNews(plan planner.Plan) bool {
	return !o.reviewed && (!plan.IsEmpty() || plan.Summary.Irreversible > 0)
}

// showsPlan reports whether a text about the plan, with the warning about its listing,
// comes before the changes.
func (o execution) showsPlan(e env, plan planner.Plan) bool {
	if o.output.stdoutFormat() == formatText {
		return true // of an empty plan, the result has the warning
	}
	return o.isNews(plan) && !o.output.quiet && e.Log.isPlain()
}

// approve shows the plan and decides whether it may run.
func (o execution) approve(ctx context.Context, conn *connection, ready prepared) error {
	e := conn.env
	plan := ready.plan
	if o.isNews(plan) {
		if err := o.show(e, plan); err != nil {
			return err
		}
	} else {
		warn(e, ready.unlogged)
	}
	if err := expectAllowed(plan, seen{o.showsPlan(e, plan), ready.saved}, o.skipBlocked); err != nil {
		return err
	}
	for _, left := range leftOut(plan) { // also of a plan that is not shown
		e.Log.Warn(escape.Text(left.Message))
	}
	switch {
	case o.reviewed && o.output.stdoutFormat() == formatText:
		return o.output.text(e, e.Stdout).Write(e.Stdout, report.OfReview(conn.tenant, ready.listing, plan))
	case o.reviewed, len(plan.Changes) == 0, o.autoApprove:
		return nil
	case !e.isTerminal(e.Stdin):
		return refusedf("cannot ask to approve %s without a terminal, so nothing was applied (use --auto-approve)", report.Count(len(plan.Changes), "change"))
	}
	return askApproval(ctx, e, conn.question(plan))
}

// question asks for the approval of a plan.
func (c *connection) question(plan planner.Plan) string {
	changes := report.Count(len(plan.Changes), "change")
	if plan.Undo {
		return fmt.Sprintf("Roll back %s on %s? Only yes is accepted", changes, c.target())
	}
	return fmt.Sprintf("Apply %s to %s? Only yes is accepted", changes, c.target())
}

// leftOut returns warnings about what the plan leaves out, which no outcome mentions.
func leftOut(plan planner.Plan) []planner.Warning {
	var warnings []planner.Warning
	if plan.Undo {
		warnings = slices.Clone(plan.Warnings)
	}
	if n := plan.Summary.Blocked; n > 0 {
		warnings = append(warnings, planner.Warning{Code: "blocked-skipped", Message: report.Count(n, "blocked item") + " skipped"})
	}
	if n := plan.Summary.Irreversible; n > 0 {
		warnings = append(warnings, planner.Warning{Code: "irreversible", Message: report.Count(n, "deleted cluster") + " not restored"})
	}
	return warnings
}

// show shows the plan before it is applied: on standard output if that is text, or else on
// standard error.
func (o execution) show(e env, plan planner.Plan) error {
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

// target names what a run writes to, for the person who approves it.
func (c *connection) target() string {
	switch {
	case c.options.sandbox != "":
		return "sandbox " + escape.Text(c.options.sandbox)
	case c.tenant.Org == "":
		return "the tenant at " + c.tenant.BaseURL
	default:
		return fmt.Sprintf("tenant %s at %s", escape.Text(c.tenant.Org), c.tenant.BaseURL)
	}
}

func askApproval(ctx context.Context, e env, question string) error {
	if e.Log.isPlain() {
		fmt.Fprint(e.Stderr, "\n"+question+": ")
	} else {
		e.Log.Info(question)
	}
	answer, err := readLine(ctx, e.Stdin)
	if err == nil && answer != "yes" {
		err = refusedf("not approved, so nothing was applied")
	}
	return err
}

func readLine(ctx context.Context, r io.Reader) (string, error) {
	return bounded(ctx, func() (string, error) {
		line, _ := bufio.NewReader(r).ReadString('\n') // no line is not an approval
		return strings.TrimSpace(line), nil
	})
}
