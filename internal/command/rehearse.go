package command

import (
	"context"
	"fmt"
	"runtime"
	"time"

	"clusterctl/internal/cli"
	"clusterctl/internal/cluster"
	"clusterctl/internal/escape"
	"clusterctl/internal/planner"
	"clusterctl/internal/rehearsal"
	"clusterctl/internal/remote"
	"clusterctl/internal/report"
)

// withFaults is the value of --rehearse that also rehearses faults.
const withFaults = "faults"

type rehearseOptions struct {
	mode   string // "true", withFaults, or empty for none
	budget time.Duration
}

func (o *rehearseOptions) flags() []cli.Flag {
	return []cli.Flag{
		{Name: "rehearse", Section: "Rehearsal:", To: cli.BoolOr(&o.mode, withFaults), Usage: "prove the plan on a copied tenant; --rehearse=faults also injects faults and kills at each request"},
		{Name: "rehearse-budget", Section: "Rehearsal:", To: cli.Duration(&o.budget), Default: "60s", Usage: "limit the faults of a rehearsal to `DURATION`"},
	}
}

func (o *rehearseOptions) check() error {
	if o.budget <= 0 {
		return fmt.Errorf("--rehearse-budget %s: must be greater than 0", o.budget)
	}
	return nil
}

// run rehearses a plan, and adds what was shown to it.
func (o rehearseOptions) run(ctx context.Context, conn *connection, ready *prepared) error {
	if o.mode == "" {
		return nil
	}
	state := *conn.found.state
	out, err := rehearsal.Run(ctx, rehearsal.Input{
		Plan: ready.plan, Snapshot: ready.snapshot, TrustListing: conn.options.trustListing,
		Faults: o.mode == withFaults, Budget: o.budget, Now: conn.env.Now, Parallelism: runtime.GOMAXPROCS(0), Progress: conn.progress,
		Replan: func(ctx context.Context, client *remote.Client, now time.Time) (planner.Plan, error) {
			in := conn.planInput()
			in.Desired, in.Policy, in.Now = state.Clusters, state.Policy, now
			var err error
			in.Snapshot, err = conn.options.readToPlan(in, func(need cluster.Need) (cluster.Snapshot, error) {
				return client.Snapshot(ctx, conn.tenant, need)
			})
			if err != nil {
				return planner.Plan{}, err
			}
			return planner.New(in)
		},
	})
	if err != nil {
		return fmt.Errorf("the rehearsal did not complete: %w (try again, or plan without --rehearse)", err)
	}
	ready.plan.Rehearsal = &out
	return nil
}

// failedRehearsal refuses a plan whose rehearsal failed. It names the first cluster and field.
func failedRehearsal(plan planner.Plan) error {
	first := plan.Rehearsal.Problems[0]
	about := report.Join(" ", escape.Text(first.Name), escape.Text(report.ProblemText(first)))
	return refusedf("the rehearsal failed: %s; the first: %s (do not apply this plan; report the problem)",
		report.Count(len(plan.Rehearsal.Problems), "problem"), about)
}
