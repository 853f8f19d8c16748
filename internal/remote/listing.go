package remote

import (
	"context"
	"fmt"
	"slices"

	"clusterctl/internal/api"
	"clusterctl/internal/cluster"
)

// Snapshot reads all clusters of the tenant, and the log configurations that are
// needed and that the listing left out.
func (c *Client) Snapshot(ctx context.Context, tenant cluster.Tenant, need cluster.Need) (cluster.Snapshot, error) {
	clusters, listing, err := c.listNeeded(ctx, need)
	if err != nil {
		return cluster.Snapshot{}, err
	}
	if need.Reread != nil {
		if clusters, err = c.reread(ctx, clusters, need.Reread(clusters)); err != nil {
			return cluster.Snapshot{}, err
		}
	}
	if err := c.readLogs(ctx, clusters, need.Log); err != nil {
		return cluster.Snapshot{}, err
	}
	return cluster.Snapshot{Tenant: tenant, Clusters: clusters, Listing: listing}, nil
}

// listNeeded lists the clusters of the name that is needed, or all clusters.
func (c *Client) listNeeded(ctx context.Context, need cluster.Need) ([]cluster.Live, cluster.Listing, error) {
	if need.Name != "" {
		return c.listByName(ctx, need.Name)
	}
	isMissing := func(listed []cluster.Live) bool { return need.Missing == nil || need.Missing(listed) }
	return c.listConfirmed(ctx, "", isMissing)
}

// listConfirmed lists until two listings in a row agree if one alone could miss
// clusters.
func (c *Client) listConfirmed(ctx context.Context, filter string, missing func([]cluster.Live) bool) ([]cluster.Live, cluster.Listing, error) {
	clusters, listing, err := c.list(ctx, filter)
	for range maxStarts {
		if err != nil || listing.Pages == listing.Reads || !missing(clusters) {
			return clusters, listing, err
		}
		again, listingAgain, errAgain := c.list(ctx, filter)
		listingAgain.Pages += listing.Pages
		listingAgain.Reads += listing.Reads
		listingAgain.Verified = listingAgain.Verified && listing.Verified
		if errAgain != nil || sameIDs(clusters, again) {
			return again, listingAgain, errAgain
		}
		clusters, listing = again, listingAgain
	}
	return nil, cluster.Listing{}, neverAtRest(errMoved)
}

// sameIDs reports whether two listings have the same clusters. A row without an
// id cannot be recognized, so those are counted.
func sameIDs(a, b []cluster.Live) bool { return slices.Equal(cluster.IDs(a), cluster.IDs(b)) }

func neverAtRest(err error) error {
	return fmt.Errorf("GET %s: %w, %d times over (try again when fewer changes are made)", api.ClustersPath, err, maxStarts)
}
