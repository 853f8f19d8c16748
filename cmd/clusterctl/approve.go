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
	if !o.reviewed && (len(plan.Changes) > 0 || plan.Summary.Blocked > 0) {
		if err := o.show(e, plan); err != nil {
			return err
		}
	}
	switch {
	case plan.Summary.Blocked > 0 && !o.skipBlocked:
		return refusedf("%s in the way, so nothing was applied (mend what is blocked, or apply the rest with --skip-blocked)",
			render.Count(plan.Summary.Blocked, "blocked item"))
	case plan.Summary.Blocked > 0:
		fmt.Fprintf(e.Stderr, "warning: %s skipped\n", render.Count(plan.Summary.Blocked, "blocked item"))
	}
	switch {
	case len(plan.Changes) == 0, o.autoApprove, o.reviewed:
		return nil
	case !e.isTerminal(e.Stdin):
		return refusedf("nobody to approve %s, so nothing was applied (give --auto-approve)", render.Count(len(plan.Changes), "change"))
	}
	return askApproval(ctx, e)
}

// show puts the plan in front of the result: on standard output as text, and
// out of the way of any other format.
func (o performance) show(e env, plan planner.Plan) error {
	stream := e.Stdout
	if o.output.format != formatText {
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
