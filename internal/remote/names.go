package remote

import (
	"context"
	"math"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"

	"clusterctl/internal/api"
	"clusterctl/internal/cluster"
)

// Find looks up the clusters with exactly one of the names, with one filtered listing per name or
// one full listing, whichever needs fewer requests. If a name is missing from a full listing of
// several pages, a second listing confirms it, unless seenAbsent says that an earlier one did not
// have the names either.
func (c *Client) Find(ctx context.Context, names []string, seenAbsent bool) (cluster.Found, error) {
	c = c.unobserved()
	if len(names) < c.lastPages() {
		found, isFiltered, err := c.findFiltered(ctx, names)
		if isFiltered || err != nil {
			return found, err
		}
	}
	missing := lacks(names)
	if seenAbsent {
		missing = lacks(nil)
	}
	listed, listing, err := c.listConfirmed(ctx, "", missing)
	isOther := func(live cluster.Live) bool { return !slices.Contains(names, live.Name) }
	return cluster.Found{Clusters: slices.DeleteFunc(listed, isOther), Verified: listing.Verified}, err
}

// findFiltered looks up names one by one. It finds nothing if the tenant does not filter by name.
func (c *Client) findFiltered(ctx context.Context, names []string) (found cluster.Found, isFiltered bool, err error) {
	found.Verified = true
	for _, name := range names {
		listed, listing, isFiltered, err := c.listFiltered(ctx, name)
		if err != nil || !isFiltered {
			return cluster.Found{}, isFiltered, err
		}
		isOther := func(live cluster.Live) bool { return live.Name != name } // a filter may ignore case
		found.Clusters = append(found.Clusters, slices.DeleteFunc(listed, isOther)...)
		found.Verified = found.Verified && listing.Verified
	}
	return found, true, nil
}

func (c *Client) listByName(ctx context.Context, name string) ([]cluster.Live, cluster.Listing, error) {
	listed, listing, isFiltered, err := c.listFiltered(ctx, name)
	if !isFiltered && err == nil {
		listed, listing, err = c.listConfirmed(ctx, "", lacks([]string{name}))
	}
	isOther := func(live cluster.Live) bool { return live.Name != name } // a filter may ignore case
	return slices.DeleteFunc(listed, isOther), listing, err
}

// List lists all clusters. If none has the name and there are several pages, a second listing
// confirms it.
func (c *Client) List(ctx context.Context, name string) ([]cluster.Live, cluster.Listing, error) {
	return c.unobserved().listConfirmed(ctx, "", lacks([]string{name}))
}

// lacks returns a function that returns which of the names no cluster of a listing has.
func lacks(names []string) func([]cluster.Live) cluster.Missing {
	return func(listed []cluster.Live) (missing cluster.Missing) {
		for _, name := range names {
			if !slices.ContainsFunc(listed, func(live cluster.Live) bool { return live.Name == name }) {
				missing.Names = append(missing.Names, name)
			}
		}
		return missing
	}
}

// listFiltered lists the clusters with a name, if the tenant filters by name.
func (c *Client) listFiltered(ctx context.Context, name string) (listed []cluster.Live, listing cluster.Listing, isFiltered bool, err error) {
	f := c.filtering
	if err := f.turn.take(ctx); err != nil {
		return nil, listing, false, &api.Unanswered{Method: http.MethodGet, Path: api.ClustersPath, Err: err}
	}
	known, refused := f.known, f.refused
	if known {
		f.turn.pass()
	} else {
		defer f.turn.pass()
	}
	if refused {
		return nil, listing, false, nil
	}
	listed, listing, err = c.listConfirmed(ctx, nameFilter(name), lacks([]string{name}))
	isOther := func(live cluster.Live) bool { return !strings.EqualFold(live.Name, name) }
	isIgnored := slices.ContainsFunc(listed, isOther)
	refused = api.StatusOf(err) == http.StatusBadRequest
	if !known {
		f.known, f.refused = err == nil || refused, refused || isIgnored
		f.works.Store(err == nil && !isIgnored)
	}
	if refused {
		return nil, cluster.Listing{}, false, nil
	}
	return listed, listing, true, err
}

func nameFilter(name string) string {
	return `name eq "` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(name) + `"`
}

// filtering remembers for the run whether the tenant can filter by name. Until that is known,
// look-ups run one at a time.
type filtering struct {
	turn           turn // guards the fields below
	known, refused bool
	works          atomic.Bool // whether the tenant is known to filter by name
	// pages is the number of pages of the last full listing.
	pages atomic.Int64
}

// lastPages returns the number of pages of the last full listing. Before the first one it is
// math.MaxInt, since a full listing may have any number.
func (c *Client) lastPages() int {
	if pages := c.filtering.pages.Load(); pages > 0 {
		return int(pages)
	}
	return math.MaxInt
}
