package remote

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"clusterctl/internal/api"
	"clusterctl/internal/cluster"
)

// FindByName looks up the clusters with exactly this name.
func (c *Client) FindByName(ctx context.Context, name string) (cluster.Found, error) {
	named, listing, err := c.unobserved().listByName(ctx, name)
	return cluster.Found{Clusters: named, Verified: listing.Verified}, err
}

func (c *Client) listByName(ctx context.Context, name string) ([]cluster.Live, cluster.Listing, error) {
	listed, listing, err := c.listFiltered(ctx, name)
	isOther := func(live cluster.Live) bool { return live.Name != name } // a filter may ignore case
	return slices.DeleteFunc(listed, isOther), listing, err
}

// List lists all clusters. If none has the name and there are several pages, a second listing
// confirms it.
func (c *Client) List(ctx context.Context, name string) ([]cluster.Live, cluster.Listing, error) {
	return c.unobserved().listConfirmed(ctx, "", lacks(name))
}

// lacks returns a function that reports whether no cluster of a listing has the name.
func lacks(name string) func([]cluster.Live) bool {
	return func(listed []cluster.Live) bool {
		return !slices.ContainsFunc(listed, func(live cluster.Live) bool { return live.Name == name })
	}
}

// listFiltered lists the clusters with a name, or all clusters if the tenant does not filter by
// name.
func (c *Client) listFiltered(ctx context.Context, name string) ([]cluster.Live, cluster.Listing, error) {
	f := c.filtering
	if err := f.turn.take(ctx); err != nil {
		return nil, cluster.Listing{}, &api.Unanswered{Method: http.MethodGet, Path: api.ClustersPath, Err: err}
	}
	known, refused := f.known, f.refused
	if known {
		f.turn.pass()
	}
	if !refused {
		listed, listing, err := c.listConfirmed(ctx, nameFilter(name), lacks(name))
		refused = api.StatusOf(err) == http.StatusBadRequest
		if !known {
			f.known, f.refused = err == nil || refused, refused
			f.turn.pass()
		}
		if !refused {
			return listed, listing, err
		}
	}
	return c.listConfirmed(ctx, "", lacks(name))
}

func nameFilter(name string) string {
	return `name eq "` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(name) + `"`
}

// filtering remembers for the run whether the tenant can filter by name. Until that is known,
// look-ups run one at a time.
type filtering struct {
	turn           turn // guards the fields below
	known, refused bool
}
