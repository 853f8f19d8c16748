package remote

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"clusterctl/internal/api"
	"clusterctl/internal/cluster"
	"clusterctl/internal/crash"
)

// The limits of a listing. None depends on a number from the server.
const (
	maxReads   = 8         // merged until complete: in an unstable order, one reading misses what another shows
	maxStarts  = 3         // attempts, if the clusters change while they are being listed
	maxPages   = 1000      // of one reading
	maxListing = 256 << 20 // bytes of one reading
)

// errMoved reports that the clusters changed while they were being listed.
var errMoved = errors.New("the clusters changed while they were being listed")

// listConfirmed lists clusters, and confirms what is missing from a listing of several pages: it
// could miss some while clusters are added or deleted. It looks the missing names up if that needs
// fewer requests, and otherwise lists until two successive listings have the same clusters. If
// missing is nil, anything may be missing.
func (c *Client) listConfirmed(ctx context.Context, filter string, missing func([]cluster.Live) cluster.Missing) ([]cluster.Live, cluster.Listing, error) {
	clusters, listing, err := c.list(ctx, filter)
	for range maxStarts {
		if err != nil || listing.Pages == listing.Reads {
			return clusters, listing, err
		}
		isConfirmed, err := c.confirmMissing(ctx, filter, clusters, missing)
		if isConfirmed || err != nil {
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

// confirmMissing reports whether nothing is missing, or the missing names were looked up and not
// found.
func (c *Client) confirmMissing(ctx context.Context, filter string, listed []cluster.Live, missing func([]cluster.Live) cluster.Missing) (bool, error) {
	if missing == nil {
		return false, nil
	}
	m := missing(listed)
	if m.None() || m.Others || filter != "" || len(m.Names) >= c.lastPages() {
		return m.None(), nil
	}
	found, isFiltered, err := c.findFiltered(ctx, m.Names)
	return isFiltered && len(found.Clusters) == 0, err
}

// sameIDs reports whether two listings have the same clusters. Rows without an id are only
// counted.
func sameIDs(a, b []cluster.Live) bool { return slices.Equal(cluster.IDs(a), cluster.IDs(b)) }

func neverAtRest(err error) error {
	return fmt.Errorf("GET %s: %w, %d times in a row (try again when fewer changes are being made)", api.ClustersPath, err, maxStarts)
}

// list reads a listing until it is complete: as many distinct ids as the tenant counts. Otherwise
// it returns an error, never a part of the clusters. Without a count the listing is unverified.
func (c *Client) list(ctx context.Context, filter string) ([]cluster.Live, cluster.Listing, error) {
	var err error
	pages := 0
	for range maxStarts {
		l := lister{client: c, filter: filter, seen: map[string]int{}, listing: cluster.Listing{Pages: pages}}
		if err = l.readUntilComplete(ctx); err == nil {
			if filter == "" {
				c.filtering.pages.Store(int64(l.pass.pages))
			}
			return slices.Concat(l.clusters, l.pass.odd, l.pass.repeated), l.listing, nil
		}
		if !errors.Is(err, errMoved) {
			return nil, cluster.Listing{}, err
		}
		pages = l.listing.Pages
	}
	return nil, cluster.Listing{}, neverAtRest(err)
}

// lister merges the readings of one collection.
type lister struct {
	client   *Client
	filter   string
	clusters []cluster.Live
	seen     map[string]int // id → place in clusters
	listing  cluster.Listing
	pass     pass
}

// pass is one reading of a collection.
type pass struct {
	pages, received, bytes int
	// rows are the listed rows, by id, or by bytes if they have none.
	rows map[string]bool
	// odd are the rows without an id, which another reading cannot recognize.
	odd []cluster.Live
	// repeats counts the rows whose id an earlier row of the same page has. repeated are those of
	// them with other contents: it is unknown which row is right. The same id on two pages is one
	// cluster, since the order of a listing may be unstable.
	repeats  int
	repeated []cluster.Live
}

func (l *lister) readUntilComplete(ctx context.Context) error {
	for l.listing.Reads < maxReads {
		total, counted, err := l.read(ctx)
		if err != nil {
			return err
		}
		l.listing.Reads++
		l.listing.Listed = l.listed(total)
		moved := l.listing.Reads > 1 && total != l.listing.Total
		l.listing.Total = total
		switch {
		case moved, l.listing.Listed > total:
			return errMoved
		case l.listing.Listed == total:
			l.listing.Verified = counted
			return nil
		}
	}
	if len(l.pass.odd) > 0 && l.pass.received >= l.listing.Total {
		return nil // unverified: rows with the same bytes cannot be distinguished
	}
	return fmt.Errorf("GET %s: incomplete listing: %d of %d clusters after %d attempts (try again; an incomplete listing is never used)",
		api.ClustersPath, l.listing.Listed, l.listing.Total, maxReads)
}

// listed returns the number of clusters listed. A tenant may count each row of a repeated id, or
// the id once.
func (l *lister) listed(total int) int {
	distinct := len(l.clusters) + len(l.pass.odd)
	return max(distinct, min(total, distinct+l.pass.repeats))
}

// read reads all pages once and returns the tenant's count, which comes with the first page.
// Without a count, it reads up to an empty page and counts the rows.
func (l *lister) read(ctx context.Context) (total int, counted bool, err error) {
	l.pass = pass{rows: map[string]bool{}}
	first, err := l.client.page(ctx, l.filter, 0)
	if err == nil {
		l.observeFirst(first)
		err = l.merge(first)
	}
	size := len(first.clusters)
	switch {
	case err != nil:
		return 0, false, err
	case first.total < 0:
		total, err = l.readToEmptyPage(ctx, size)
		return total, false, err
	case size == 0:
		return first.total, true, nil
	}
	err = l.readFurther(ctx, size, first.total)
	if err == nil && l.pass.repeats > 0 { // a tenant that counts ids has more rows than that
		_, err = l.readToEmptyPage(ctx, l.pass.received)
	}
	return first.total, true, err
}

// observeFirst reports progress for the first page, unless this is a listing by name, which is
// short.
func (l *lister) observeFirst(first page) {
	if l.filter != "" {
		return
	}
	total := first.total
	if total > maxPages*api.MaxPage {
		total = -1
	}
	l.client.config.Observer.reading(Clusters, total)
	l.observe(first)
}

func (l *lister) observe(p page) { l.client.config.Observer.read(len(p.clusters)) }

// readFurther reads the pages after the first, several at once. They have the size of the first
// page, which a server may limit. It stops at pages that add nothing, whatever the count says.
func (l *lister) readFurther(ctx context.Context, size, total int) error {
	for offset := size; offset < total; {
		pages, err := l.readBatch(ctx, offset, size, min(l.batch(size), (total-offset+size-1)/size))
		if err != nil {
			return err
		}
		known, empty := len(l.pass.rows), false
		for _, p := range pages {
			empty = empty || len(p.clusters) == 0
			if err := l.merge(p); err != nil {
				return err
			}
		}
		if empty || len(l.pass.rows) == known {
			return nil
		}
		offset += len(pages) * size
	}
	return nil
}

// batch returns how many pages to read at once: the allowed number if the first page was full,
// otherwise at most the number that was read before.
func (l *lister) batch(size int) int {
	if size >= api.MaxPage {
		return l.client.config.Parallelism
	}
	return min(l.client.config.Parallelism, l.pass.pages)
}

func (l *lister) readBatch(ctx context.Context, offset, size, n int) ([]page, error) {
	pages := make([]page, n)
	group, ctx := crash.NewGroup(ctx, l.client.config.Parallelism)
	for i := range pages {
		group.Go(func() (err error) {
			pages[i], err = l.client.page(ctx, l.filter, offset+i*size)
			l.observe(pages[i])
			return err
		})
	}
	return pages, group.Wait()
}

// readToEmptyPage reads the pages of a listing without a count, until one adds nothing. A short
// page is not the end, since a server may limit its pages. After a full last page, a tenant may
// refuse the next offset with 400, which is the end.
func (l *lister) readToEmptyPage(ctx context.Context, size int) (total int, err error) {
	for offset := size; size > 0; offset += size {
		p, err := l.client.page(ctx, l.filter, offset)
		if api.StatusOf(err) == http.StatusBadRequest && strings.Contains(err.Error(), "offset") {
			break
		}
		if err != nil {
			return 0, err
		}
		l.observe(p)
		known := len(l.pass.rows)
		if err := l.merge(p); err != nil {
			return 0, err
		}
		if len(l.pass.rows) == known { // the end, or a server that ignores the offset
			break
		}
		size = len(p.clusters)
	}
	return len(l.clusters) + len(l.pass.odd), nil
}
