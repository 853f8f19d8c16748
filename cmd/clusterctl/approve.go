package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"strings"

	"clusterctl/internal/planner"
	"clusterctl/internal/render"
)

// admit shows the plan and decides whether it may run.
func (o performance) admit(ctx context.Context, e env, plan planner.Plan) error {
	isWorthShowing := !plan.IsEmpty() || plan.Summary.Irreversible > 0
	if !o.reviewed && isWorthShowing {
		if err := o.show(e, plan); err != nil {
			return err
		}
	}
	switch blocked := render.Count(plan.Summary.Blocked, "blocked item"); {
	case plan.Summary.Blocked > 0 && !o.skipBlocked:
		return refusedf("%s in the way, so nothing was applied (mend what is blocked, or apply the rest with --skip-blocked)", blocked)
	case plan.Summary.Blocked > 0:
		fmt.Fprintf(e.Stderr, "warning: %s skipped\n", blocked)
	}
	if n := plan.Summary.Irreversible; n > 0 { // where all else is undone already, the plan is not shown
		fmt.Fprintf(e.Stderr, "warning: %s not brought back\n", render.Count(n, "deleted cluster"))
	}
	switch {
	case o.reviewed:
		return o.introduce(e, plan)
	case len(plan.Changes) == 0, o.autoApprove:
		return nil
	case !isTerminal(e.Stdin):
		return refusedf("nobody to approve %s, so nothing was applied (give --auto-approve)", render.Count(len(plan.Changes), "change"))
	}
	return askApproval(ctx, e)
}

// introduce tells which plan is run that was shown to a reviewer before.
func (o performance) introduce(e env, plan planner.Plan) error {
	if o.output.stdoutFormat() != formatText {
		return nil
	}
	return o.output.text(e, e.Stdout).Reviewed(e.Stdout, plan)
}

// show puts the plan in front of the result: on standard output as text, and
// out of the way of any other format.
func (o performance) show(e env, plan planner.Plan) error {
	stream := e.Stdout
	if o.output.stdoutFormat() != formatText {
		stream = e.Stderr
		if o.output.quiet {
			return nil
		}
	}
	return o.output.text(e, stream).Plan(stream, plan)
}

func askApproval(ctx context.Context, e env) error {
	fmt.Fprint(e.Stderr, "\nApply these changes? Only yes applies them: ")
	answer, err := readLine(ctx, e.Stdin)
	if err != nil {
		return err
	}
	if answer != "yes" {
		return refusedf("not approved, so nothing was applied")
	}
	return nil
}

// readLine reads one line, or nothing more once ctx is done.
func readLine(ctx context.Context, r io.Reader) (string, error) {
	lines := make(chan string, 1)
	go func() {
		line, _ := bufio.NewReader(r).ReadString('\n') // no line is not an approval
		lines <- strings.TrimSpace(line)
	}()
	select {
	case line := <-lines:
		return line, nil
	case <-ctx.Done():
		return "", context.Cause(ctx)
	}
}
