package command

import (
	"clusterctl/internal/cli"
	"clusterctl/internal/policy"
)

// policyOptions are what the command line says of policy, for one run.
type policyOptions struct {
	prune      bool
	maxDeletes *int // nil: as the files say
}

func policyFlags() []cli.Flag {
	return []cli.Flag{
		&cli.BoolFlag{Name: "prune", Category: "Choice:", Usage: "plan to delete live clusters in scope that no file lists, as policy.prune does"},
		&cli.IntFlag{
			Name: "max-deletes", Category: "Choice:", DefaultText: "policy.maxDeletes",
			Usage: "block all deletes of a plan that would delete more than `N` clusters",
		},
	}
}

func policyOf(c *cli.Context) (policyOptions, error) {
	o := policyOptions{prune: c.Bool("prune")}
	if !c.IsSet("max-deletes") {
		return o, nil
	}
	limit := c.Int("max-deletes")
	if limit < 0 {
		return o, usageErrorf("--max-deletes %d: negative", limit)
	}
	o.maxDeletes = &limit
	return o, nil
}

// over is the policy of the files with that of the command line laid over it.
func (o policyOptions) over(p policy.Policy) policy.Policy {
	p.Prune = p.Prune || o.prune
	if o.maxDeletes != nil {
		p.MaxDeletes = o.maxDeletes
	}
	return p
}
