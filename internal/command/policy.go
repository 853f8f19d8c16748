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

func (o *policyOptions) flags() []cli.Flag {
	return []cli.Flag{
		{Name: "prune", Section: "Choice:", To: cli.Bool(&o.prune), Usage: "plan to delete live clusters in scope that no file lists, as policy.prune does"},
		{Name: "max-deletes", Section: "Choice:", To: cli.OptionalInt(&o.maxDeletes), Usage: "block all deletes of a plan that would delete more than `N` clusters"},
	}
}

func (o *policyOptions) check() error {
	if o.maxDeletes != nil && *o.maxDeletes < 0 {
		return usageErrorf("--max-deletes %d: negative", *o.maxDeletes)
	}
	return nil
}

// over is the policy of the files with that of the command line laid over it.
func (o policyOptions) over(p policy.Policy) policy.Policy {
	p.Prune = p.Prune || o.prune
	if o.maxDeletes != nil {
		p.MaxDeletes = o.maxDeletes
	}
	return p
}
