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

// readToPlan reads what a plan needs of the tenant. One name alone is not enough to
// create a cluster: another one may look like it.
func (c *connection) readToPlan(ctx context.Context, o tenantOptions, state desired.State) (cluster.Snapshot, error) {
	need := remote.Need{
		Log:     planner.NeedsLogConfig(state.Clusters),
		Missing: o.missing(planner.Missing(state.Clusters)),
		Name:    o.onlyName(state.Clusters, state.Policy),
	}
	snapshot, err := c.snapshot(ctx, need)
	if err != nil || need.Name == "" || state.Policy.AllowSimilarNames {
		return snapshot, err
	}
	wanted := slices.DeleteFunc(slices.Clone(state.Clusters), func(d cluster.Cluster) bool { return d.Name != need.Name })
	if !planner.Missing(wanted)(snapshot.Clusters) {
		return snapshot, nil
	}
	need.Name = ""
	return c.snapshot(ctx, need)
}

// onlyName is the one name that has to be read from the tenant. An entry that
// may be about a cluster of another name needs all of them, and so does prune,
// which never deletes the last.
func (o tenantOptions) onlyName(declared []cluster.Cluster, policy cluster.Policy) string {
	if policy.Prune {
		return ""
	}
	name := o.selection.OnlyName()
	elsewhere := func(d cluster.Cluster) bool { return d.Name == name && (d.ID != "" || d.RenamedFrom != "") }
	if slices.ContainsFunc(declared, elsewhere) {
		return ""
	}
	return name
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
