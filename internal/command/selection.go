package command

import (
	"context"
	"slices"

	"clusterctl/internal/cli"
	"clusterctl/internal/cluster"
	"clusterctl/internal/desired"
	"clusterctl/internal/planner"
	"clusterctl/internal/remote"
)

// selectionFlags offer the names in files, if the command reads any.
func (o *tenantOptions) selectionFlags(e env, files *fileOptions) []cli.Flag {
	names := clusterNames(e, files)
	return []cli.Flag{
		{
			Name: "target", Section: "Choice:", To: cli.EachParsed(&o.selection.Target, cluster.ParseGlob), Names: names,
			Usage: "only clusters whose name is like `GLOB` (*, ?, [a-z]); repeatable",
		},
		{
			Name: "exclude", Section: "Choice:", To: cli.EachParsed(&o.selection.Exclude, cluster.ParseGlob), Names: names,
			Usage: "no cluster whose name is like `GLOB`; repeatable, and wins over --target",
		},
	}
}

func (o *tenantOptions) trustListingFlag() cli.Flag {
	return cli.Flag{
		Name: "trust-listing", Section: "Choice:", To: cli.Bool(&o.trustListing),
		Usage: "allow creates and deletes although the tenant does not return how many clusters it has",
	}
}

// readToPlan reads what a plan needs of the tenant.
func (c *connection) readToPlan(ctx context.Context, in planner.Input) (cluster.Snapshot, error) {
	reads := in.Reads()
	if c.options.confirmed {
		reads.Missing = nil
	}
	snapshot, err := c.snapshot(ctx, remote.Need(reads))
	if err != nil || !in.NeedsAllNames(snapshot.Clusters) {
		return snapshot, err
	}
	reads.Name = ""
	return c.snapshot(ctx, remote.Need(reads))
}

// expectPicked refuses a selection that picks nothing: most likely it is mistyped,
// and nothing to do would read like nothing wrong. Live clusters in no file can be
// picked where they matter, which is with prune and --strict.
func (o tenantOptions) expectPicked(state desired.State, live []cluster.Live) error {
	picksDeclared := func(d cluster.Cluster) bool { return o.selection.Picks(d.Name) }
	picksLive := func(l cluster.Live) bool { return o.selection.Picks(l.Name) }
	ofLive := state.Policy.Prune || o.strict
	switch {
	case len(o.selection.Target) == 0, slices.ContainsFunc(state.Clusters, picksDeclared), ofLive && slices.ContainsFunc(live, picksLive):
		return nil
	case ofLive:
		return usageErrorf("--target picks none of the %d clusters that the files declare, and no live one", len(state.Clusters))
	default:
		return usageErrorf("--target picks none of the %d clusters that the files declare", len(state.Clusters))
	}
}
