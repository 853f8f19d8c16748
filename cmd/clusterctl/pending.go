package main

import (
	"fmt"
	"log/slog"

	"github.com/urfave/cli/v2"

	"clusterctl/internal/planner"
	"clusterctl/internal/render"
)

// pendingOptions say what becomes of a plan that is shown and not applied.
type pendingOptions struct {
	detailedExitCode bool
	// out is the file that the plan is saved to; empty saves none.
	out string
}

func pendingFlags() []cli.Flag {
	return []cli.Flag{
		&cli.StringFlag{Name: "out", Category: "Output:", Usage: "save the plan to `FILE`, for apply FILE and show FILE"},
		&cli.BoolFlag{Name: "detailed-exitcode", Category: "Output:", Usage: "exit with 2 if changes are pending"},
	}
}

func pendingOf(c *cli.Context) pendingOptions {
	return pendingOptions{detailedExitCode: c.Bool("detailed-exitcode"), out: c.String("out")}
}

// report saves and shows a plan, and tells with the exit code whether there is
// something to do.
func (o pendingOptions) report(e env, to output, plan planner.Plan) error {
	if err := o.save(e, to, plan); err != nil {
		return err
	}
	if err := to.plan(e, plan); err != nil {
		return err
	}
	if o.detailedExitCode && !plan.IsEmpty() {
		return errPending
	}
	return nil
}

// save saves the plan where that was asked for, and says what to expect of it.
func (o pendingOptions) save(e env, to output, plan planner.Plan) error {
	if o.out == "" {
		return nil
	}
	if err := savePlan(e, o.out, plan); err != nil {
		return err
	}
	if !to.quiet {
		e.Log.Info(fmt.Sprintf("saved to %s, digest %s", render.Printable(o.out), plan.Digest),
			slog.String("file", o.out), slog.String("digest", plan.Digest))
	}
	return nil
}
