package remote

import (
	"context"
	"fmt"
	"slices"

	"clusterctl/internal/api"
	"clusterctl/internal/cluster"
)

// Need says what has to be known of a tenant beyond its clusters.
type Need struct {
	// Log reports whether a cluster's log configuration is needed.
	Log func(cluster.Live) bool
	// Missing reports whether an expected cluster is not listed. A listing of
	// several pages is then confirmed by a second one, which takes as many
	// requests again: clusters that are added or deleted while it is read move
	// the page boundaries. If it is nil, such a listing is always confirmed.
	Missing func([]cluster.Live) bool
	// Reread returns the ids of the clusters that are read on their own as well,
	// since a listing may lag behind what was written. Nil is none.
	Reread func([]cluster.Live) []string
	// Name is set where only the clusters of this name are needed.
	Name string
}

// isMissing reports whether something may be missing from what was listed.
func (n Need) isMissing(listed []cluster.Live) bool { return n.Missing == nil || n.Missing(listed) }

// Snapshot reads all clusters of the tenant, and the log configurations that are
// needed and that the listing left out.
func (c *Client) Snapshot(ctx context.Context, tenant cluster.Tenant, need Need) (cluster.Snapshot, error) {
	clusters, proof, err := c.listNeeded(ctx, need)
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
	return cluster.Snapshot{Tenant: tenant, Clusters: clusters, Proof: proof}, nil
}

// listNeeded lists the clusters of the name that is needed, or all clusters.
func (c *Client) listNeeded(ctx context.Context, need Need) ([]cluster.Live, cluster.Proof, error) {
	if need.Name != "" {
		return c.listByName(ctx, need.Name)
	}
	return c.listConfirmed(ctx, "", need.isMissing)
}

// listConfirmed lists until two listings in a row agree if one alone could miss
// clusters.
func (c *Client) listConfirmed(ctx context.Context, filter string, missing func([]cluster.Live) bool) ([]cluster.Live, cluster.Proof, error) {
	clusters, proof, err := c.list(ctx, filter)
	for range maxStarts {
		if err != nil || proof.Pages == proof.Reads || !missing(clusters) {
			return clusters, proof, err
		}
		again, proofAgain, errAgain := c.list(ctx, filter)
		proofAgain.Pages += proof.Pages
		proofAgain.Reads += proof.Reads
		proofAgain.Verified = proofAgain.Verified && proof.Verified
		if errAgain != nil || sameIDs(clusters, again) {
			return again, proofAgain, errAgain
		}
		clusters, proof = again, proofAgain
	}
	return nil, cluster.Proof{}, neverAtRest(errMoved)
}

// sameIDs reports whether two listings have the same clusters. A row without an
// id cannot be recognized, so those are counted.
func sameIDs(a, b []cluster.Live) bool { return slices.Equal(cluster.IDs(a), cluster.IDs(b)) }

func neverAtRest(err error) error {
	return fmt.Errorf("GET %s: %w, %d times over (try again when fewer changes are made)", api.ClustersPath, err, maxStarts)
}
