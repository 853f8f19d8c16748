package remote

import (
	"context"
	"slices"

	"clusterctl/internal/api"
	"clusterctl/internal/cluster"
	"clusterctl/internal/crash"
)

// reread replaces these clusters of a listing by the results of a GET: it adds those that are not
// listed, and removes those that do not exist. If one cannot be read, only that cluster has a
// Problem.
func (c *Client) reread(ctx context.Context, listed []cluster.Live, ids []string) ([]cluster.Live, error) {
	found := make([]*cluster.Live, len(ids))
	group, ctx := crash.NewGroup(ctx, c.config.Parallelism)
	for i, id := range ids {
		group.Go(func() error {
			live, err := c.Get(ctx, id)
			switch {
			case err == nil:
				found[i] = &live
			case api.IsNotFound(err):
			case isOfOneCluster(err):
				found[i] = &cluster.Live{ID: id, Problem: err.Error()}
			default:
				return err
			}
			return nil
		})
	}
	if err := group.Wait(); err != nil {
		return nil, err
	}
	current := slices.DeleteFunc(slices.Clone(listed), func(live cluster.Live) bool { return slices.Contains(ids, live.ID) })
	for _, live := range found {
		if live != nil {
			current = append(current, *live)
		}
	}
	return current, nil
}
