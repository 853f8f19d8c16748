package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/urfave/cli/v2"

	"clusterctl/internal/applier"
	"clusterctl/internal/planner"
	"clusterctl/internal/render"
)

// applyOptions are those of a plan, and how to run it.
type applyOptions struct {
	planOptions
	// saved is the file of the plan to run, and empty where one is to be made.
	saved        string
	expectDigest string
	autoApprove  bool
	skipBlocked  bool
	onError      string
	createGrace  time.Duration
}

func applyCommand(e env) *cli.Command {
	return command(e, &cli.Command{
		Name:      "apply",
		Usage:     "plan, and make it so; or run a saved plan",
		ArgsUsage: "[PLAN]",
		Description: "Reads, plans, shows the plan, asks, and applies that very plan. Without a\nterminal nothing asks: give --auto-approve.\n\n" +
			"With the file of a saved plan it reads again what that touches, and runs the plan as it\n" +
			"was reviewed. Where anything is no longer so, nothing is written: exit code 4. What is\n" +
			"already as the plan wants it counts as done, so a plan can be run again.\n\n" +
			"Examples:\n" +
			"   clusterctl apply\n" +
			"   clusterctl apply plan.json\n" +
			"   clusterctl apply plan.json --expect-digest sha256:…\n" +
			"   clusterctl apply --auto-approve --output json\n" +
			"   clusterctl apply --auto-approve --sandbox ./rehearsal",
		Flags: append(planFlags(),
			&cli.BoolFlag{Name: "auto-approve", Category: "Apply:", Usage: "do not ask"},
			&cli.StringFlag{Name: "expect-digest", Category: "Apply:", Usage: "refuse a plan with another digest than `DIGEST`, the one that was approved"},
			&cli.BoolFlag{Name: "skip-blocked", Category: "Apply:", Usage: "apply the rest of a plan that has blocked items"},
			&cli.StringFlag{Name: "on-error", Value: "continue", Category: "Apply:", Usage: "after a failure: continue with what is independent, or stop"},
			&cli.DurationFlag{Name: "create-grace", Value: 5 * time.Second, Category: "Apply:", Usage: "how long a cluster is looked for whose creation got no answer"},
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
		saved:        c.Args().First(),
		expectDigest: c.String("expect-digest"),
		autoApprove:  c.Bool("auto-approve"),
		skipBlocked:  c.Bool("skip-blocked"),
		onError:      c.String("on-error"),
		createGrace:  c.Duration("create-grace"),
	}
	if err := expectNoPlanning(c, e); err != nil {
		return o, err
	}
	if o.expectDigest != "" && !isDigest(o.expectDigest) {
		return o, usageErrorf("--expect-digest %q: not a digest such as sha256:9f86… (plan shows it)", o.expectDigest)
	}
	if o.createGrace < 0 {
		return o, usageErrorf("--create-grace %s: negative", o.createGrace)
	}
	if o.onError != "continue" && o.onError != "stop" {
		return o, usageErrorf("--on-error %q: neither continue nor stop", o.onError)
	}
	var err error
	o.planOptions, err = planOptionsOf(c, e)
	return o, err
}

func runApply(ctx context.Context, e env, o applyOptions) (err error) {
	stop, ctx, done := e.interruptible(ctx)
	defer done()
	ctx, cancel := o.tenant.withDeadline(ctx)
	defer cancel()
	reading := untilClosed(ctx, stop)

	ready, err := o.prepare(reading, e)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, ready.conn.close()) }()
	if err := o.admit(reading, e, ready.plan); err != nil {
		return err
	}
	result := applier.Run(ctx, ready.conn.client, ready.plan, applier.Options{
		Tool:        toolName(),
		Now:         e.Now,
		Parallelism: o.tenant.parallelism,
		CreateGrace: o.createGrace,
		StopOnError: o.onError == "stop",
		Stop:        stop,
	})
	return o.conclude(e, result)
}

// prepared is a plan that has been made or checked against its tenant.
type prepared struct {
	conn connection
	plan planner.Plan
	// standings tell of each change of a saved plan whether it is in force
	// already.
	standings []planner.Standing
}

// prepare makes the plan, or reads and rechecks a saved one. Nothing has been
// written by then.
func (o applyOptions) prepare(ctx context.Context, e env) (prepared, error) {
	if o.saved != "" {
		return o.prepareSaved(ctx, e)
	}
	state, err := loadFiles(e, o.files, o.tenant.clock(e))
	if err != nil {
		return prepared{}, err
	}
	if err := o.tenant.expectPicked(state.Clusters); err != nil {
		return prepared{}, err
	}
	return o.tenant.open(ctx, e, state.Tenant, func(conn connection) (ready prepared, err error) {
		if ready.plan, err = conn.plan(ctx, e, o.tenant, state); err != nil {
			return ready, err
		}
		return ready, expectDigest(o.expectDigest, ready.plan)
	})
}

func (o applyOptions) prepareSaved(ctx context.Context, e env) (prepared, error) {
	plan, err := trustPlan(e, o.saved)
	if err != nil {
		return prepared{}, err
	}
	if err := expectDigest(o.expectDigest, plan); err != nil {
		return prepared{}, err
	}
	return o.tenant.open(ctx, e, "", func(conn connection) (ready prepared, err error) {
		ready.plan = plan
		ready.standings, err = conn.recheck(ctx, o.saved, plan, o.tenant.clock(e))
		return ready, err
	})
}

// open opens the way to the tenant for what is prepared there, and closes it
// where that fails.
func (o tenantOptions) open(ctx context.Context, e env, org string, prepare func(connection) (prepared, error)) (prepared, error) {
	conn, err := connect(ctx, e, o, org)
	if err != nil {
		return prepared{}, err
	}
	ready, err := prepare(conn)
	if err != nil {
		_ = conn.close() // the error at hand says more
		return prepared{}, err
	}
	ready.conn = conn
	return ready, nil
}

// conclude reports the result and decides how the run ended.
func (o applyOptions) conclude(e env, result applier.Result) error {
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
	if !result.IsComplete() {
		return &statusError{exitIncomplete, err}
	}
	return err
}
