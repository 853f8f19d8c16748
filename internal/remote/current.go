package remote

import (
	"context"
	"slices"

	"clusterctl/internal/api"
	"clusterctl/internal/cluster"
	"clusterctl/internal/crash"
)

// readCurrent returns the listed clusters, of which those with some ids are read
// by id: a listing may lag behind, and then shows a cluster as it was, or shows
// it although it is gone. One that cannot be read is that cluster's problem.
func (c *Client) readCurrent(ctx context.Context, listed []cluster.Live, ids []string) ([]cluster.Live, error) {
	current := make([]*cluster.Live, len(ids))
	group, ctx := crash.NewGroup(ctx, c.config.Parallelism)
	for i, id := range ids {
		group.Go(func() error {
			live, err := c.Get(ctx, id)
			switch {
			case api.IsNotFound(err):
				return nil
			case isOfOneCluster(err):
				live = cluster.Live{ID: id, Problem: err.Error()}
			case err != nil:
				return err
			}
			current[i] = &live
			return nil
		})
	}
	if err := group.Wait(); err != nil {
		return nil, err
	}
	return replaced(listed, ids, current), nil
}

// replaced returns the listed clusters with the current one, or none, in place
// of each that has one of the ids. Those that were not listed are last. An id
// that was listed more than once is as it was listed.
func replaced(listed []cluster.Live, ids []string, current []*cluster.Live) []cluster.Live {
	var all []cluster.Live
	for _, live := range listed {
		i := slices.Index(ids, live.ID)
		switch {
		case i < 0 || live.Problem != "":
			all = append(all, live)
		case current[i] != nil:
			all = append(all, *current[i])
		}
	}
	for i, live := range current {
		isListed := func(l cluster.Live) bool { return l.ID == ids[i] }
		if live != nil && !slices.ContainsFunc(listed, isListed) {
			all = append(all, *live)
		}
	}
	return all
}
