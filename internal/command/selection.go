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

func selectionFlags() []cli.Flag {
	return []cli.Flag{
		&cli.StringSliceFlag{Name: "target", Category: "Choice:", Usage: "only clusters whose name is like `GLOB` (*, ?, [a-z]); repeatable"},
		&cli.StringSliceFlag{Name: "exclude", Category: "Choice:", Usage: "no cluster whose name is like `GLOB`; repeatable, and wins over --target"},
	}
}

func trustListingFlag() cli.Flag {
	return &cli.BoolFlag{Name: "trust-listing", Category: "Choice:", Usage: "allow creates and deletes although the tenant does not return how many clusters it has"}
}

func selectionOf(c *cli.Context) (s cluster.Selection, err error) {
	if s.Target, err = globsOf(c, "target"); err != nil {
		return s, err
	}
	s.Exclude, err = globsOf(c, "exclude")
	return s, err
}

func globsOf(c *cli.Context, flag string) ([]cluster.Glob, error) {
	var globs []cluster.Glob
	for _, pattern := range c.StringSlice(flag) {
		glob, err := cluster.ParseGlob(pattern)
		if err != nil {
			return nil, usageErrorf("--%s %q: %s", flag, pattern, err)
		}
		globs = append(globs, glob)
	}
	return globs, nil
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
