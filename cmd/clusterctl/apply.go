package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/urfave/cli/v2"

	"clusterctl/internal/applier"
	"clusterctl/internal/planner"
	"clusterctl/internal/render"
)

// applyOptions are those of a plan, and how to run it.
type applyOptions struct {
	planOptions
	autoApprove bool
	skipBlocked bool
	onError     string
	createGrace time.Duration
	receipt     string // path; empty for none
}

func applyCommand(e env) *cli.Command {
	return command(e, &cli.Command{
		Name:  "apply",
		Usage: "plan, and make it so",
		Description: "Reads, plans, shows the plan, asks, and applies that very plan. Without a\nterminal nothing asks: give --auto-approve.\n\n" +
			"Examples:\n" +
			"   clusterctl apply\n" +
			"   clusterctl apply --auto-approve --output json\n" +
			"   clusterctl apply --auto-approve --receipt apply.jsonl\n" +
			"   clusterctl apply --auto-approve --sandbox ./rehearsal",
		Flags: append(planFlags(),
			&cli.BoolFlag{Name: "auto-approve", Category: "Apply:", Usage: "do not ask"},
			&cli.BoolFlag{Name: "skip-blocked", Category: "Apply:", Usage: "apply the rest of a plan that has blocked items"},
			&cli.StringFlag{Name: "on-error", Value: "continue", Category: "Apply:", Usage: "after a failure: continue with what is independent, or stop"},
			&cli.DurationFlag{Name: "create-grace", Value: 5 * time.Second, Category: "Apply:", Usage: "how long a cluster is looked for whose creation got no answer"},
			receiptFlag(),
		),
		Action: func(c *cli.Context) error {
			o, err := applyOptionsOf(c, e)
			if err != nil {
				return err
			}
			return runApply(c.Context, e, o)
		},
	})
}

func applyOptionsOf(c *cli.Context, e env) (applyOptions, error) {
	o := applyOptions{
		autoApprove: c.Bool("auto-approve"),
		skipBlocked: c.Bool("skip-blocked"),
		onError:     c.String("on-error"),
		createGrace: c.Duration("create-grace"),
	}
	if o.createGrace < 0 {
		return o, usageErrorf("--create-grace %s: negative", o.createGrace)
	}
	if o.onError != "continue" && o.onError != "stop" {
		return o, usageErrorf("--on-error %q: neither continue nor stop", o.onError)
	}
	var err error
	if o.receipt, err = receiptOf(c); err != nil {
		return o, err
	}
	o.planOptions, err = planOptionsOf(c, e)
	return o, err
}

func runApply(ctx context.Context, e env, o applyOptions) (err error) {
	stop, ctx, done := e.interruptible(ctx)
	defer done()
	ctx, cancel := o.tenant.withDeadline(ctx)
	defer cancel()
	reading := untilClosed(ctx, stop)

	state, err := loadFiles(e, o.files, o.tenant.clock(e))
	if err != nil {
		return err
	}
	if err := o.tenant.expectPicked(state.Clusters); err != nil {
		return err
	}
	conn, err := connect(reading, e, o.tenant, state.Tenant)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, conn.close()) }()
	plan, err := conn.plan(reading, e, o.tenant, state)
	if err != nil {
		return err
	}
	if err := o.admit(reading, e, plan); err != nil {
		return err
	}
	journal, closeReceipt, err := openReceipt(e, o.receipt, conn.tenant)
	if err != nil {
		return err
	}
	result := applier.Run(ctx, conn.client, plan, applier.Options{
		Tool:        toolName(),
		Now:         e.Now,
		Parallelism: o.tenant.parallelism,
		CreateGrace: o.createGrace,
		StopOnError: o.onError == "stop",
		Stop:        stop,
		Journal:     journal,
	})
	return o.conclude(e, result, errors.Join(journal.Err(), closeReceipt()))
}

// admit shows the plan and decides whether it may run.
func (o applyOptions) admit(ctx context.Context, e env, plan planner.Plan) error {
	if len(plan.Changes) > 0 || plan.Summary.Blocked > 0 {
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
	case len(plan.Changes) == 0, o.autoApprove:
		return nil
	case !isTerminal(e.Stdin):
		return refusedf("nobody to approve %s, so nothing was applied (give --auto-approve)", render.Count(len(plan.Changes), "change"))
	}
	return askApproval(ctx, e)
}

// show puts the plan in front of the result: on standard output as text, and
// out of the way of any other format.
func (o applyOptions) show(e env, plan planner.Plan) error {
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

// conclude reports the result and decides how the run ended. One whose receipt
// lacks something is incomplete, whatever was applied.
func (o applyOptions) conclude(e env, result applier.Result, receiptErr error) error {
	var err error
	if o.output.format == formatJSON {
		err = render.JSON(e.Stdout, result)
	} else {
		if len(result.Outcomes) > 0 {
			fmt.Fprintln(e.Stdout) // between the plan and what became of it
		}
		err = o.output.text(e, e.Stdout).Result(e.Stdout, result)
	}
	if err != nil { // what was done must not be lost with who was to read it
		err = errors.Join(err, o.output.text(e, e.Stderr).Result(e.Stderr, result))
	}
	err = errors.Join(err, receiptErr)
	if !result.IsComplete() || receiptErr != nil {
		return &statusError{exitIncomplete, err}
	}
	return err
}
