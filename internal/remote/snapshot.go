package remote

import (
	"context"

	"clusterctl/internal/cluster"
)

// Snapshot reads all clusters of the tenant, and the needed log configurations that the listing
// left out.
func (c *Client) Snapshot(ctx context.Context, tenant cluster.Tenant, need cluster.Need) (cluster.Snapshot, error) {
	clusters, listing, err := c.listNeeded(ctx, need)
	if err == nil && need.Reread != nil {
		clusters, err = c.reread(ctx, clusters, need.Reread(clusters))
	}
	if err == nil {
		err = c.readLogs(ctx, clusters, need.Log)
	}
	if err != nil {
		return cluster.Snapshot{}, err
	}
	return cluster.Snapshot{Tenant: tenant, Clusters: clusters, Listing: listing, FiltersByName: c.filtering.works.Load()}, nil
}

// listNeeded lists the clusters with the needed name, or all clusters.
func (c *Client) listNeeded(ctx context.Context, need cluster.Need) ([]cluster.Live, cluster.Listing, error) {
	if need.Name != "" {
		return c.listByName(ctx, need.Name)
	}
	return c.listConfirmed(ctx, "", need.Missing)
}
