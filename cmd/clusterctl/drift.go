package main

import (
	"context"

	"github.com/urfave/cli/v2"

	"clusterctl/internal/planner"
	"clusterctl/internal/render"
)

func driftCommand(e env) *cli.Command {
	return command(e, &cli.Command{
		Name:  "drift",
		Usage: "report where the tenant left the files",
		Description: "Reads the files and the tenant and reports what is not as declared. Nothing is\nchanged. Exits with 2 if there is drift.\n\n" +
			"Examples:\n" +
			"   clusterctl drift\n" +
			"   clusterctl drift -f clusters.yaml --output json",
		Flags: planFlags(),
		Action: func(c *cli.Context) error {
			o, err := planOptionsOf(c, e)
			if err != nil {
				return err
			}
			return runDrift(c.Context, e, o)
		},
	})
}

func runDrift(ctx context.Context, e env, o planOptions) error {
	ctx, done := e.cancelled(ctx)
	defer done()
	plan, err := readAndPlan(ctx, e, o)
	if err != nil {
		return err
	}
	drift := planner.DriftOf(plan)
	if err := writeDrift(e, o.output, drift); err != nil {
		return err
	}
	if drift.Found() {
		return errPending
	}
	return nil
}

func writeDrift(e env, o output, drift planner.Drift) error {
	if o.format == formatJSON {
		return render.JSON(e.Stdout, drift)
	}
	return o.text(e, e.Stdout).Drift(e.Stdout, drift)
}
