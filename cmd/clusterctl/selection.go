package main

import (
	"slices"

	"github.com/urfave/cli/v2"

	"clusterctl/internal/cluster"
)

func selectionFlags() []cli.Flag {
	return []cli.Flag{
		&cli.StringSliceFlag{Name: "target", Category: "Choice:", Usage: "only clusters whose name is like `GLOB` (*, ?, [a-z]); repeatable"},
		&cli.StringSliceFlag{Name: "exclude", Category: "Choice:", Usage: "no cluster whose name is like `GLOB`; repeatable, and wins over --target"},
	}
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

// onlyName is the one name that has to be read from the tenant. An entry that
// may be about a cluster of another name needs all of them, and so does prune,
// which never deletes the last.
func (o tenantOptions) onlyName(desired []cluster.Cluster, policy cluster.Policy) string {
	if policy.Prune {
		return ""
	}
	name := o.selection.OnlyName()
	elsewhere := func(d cluster.Cluster) bool { return d.Name == name && (d.ID != "" || d.RenamedFrom != "") }
	if slices.ContainsFunc(desired, elsewhere) {
		return ""
	}
	return name
}

// expectPicked refuses a selection that picks no declared cluster: most likely
// it is mistyped, and nothing to do would read like nothing wrong.
func (o tenantOptions) expectPicked(desired []cluster.Cluster) error {
	if len(o.selection.Target) == 0 || slices.ContainsFunc(desired, func(d cluster.Cluster) bool { return o.selection.Picks(d.Name) }) {
		return nil
	}
	return usageErrorf("--target picks none of the %d clusters that the files declare", len(desired))
}
