package remote

import (
	"bytes"
	"fmt"
	"strconv"

	"clusterctl/internal/api"
	"clusterctl/internal/cluster"
)

// merge adds the rows of a page, and updates those that are known.
func (l *lister) merge(p page) error {
	l.listing.Pages++
	l.pass.pages++
	l.pass.received += len(p.clusters)
	l.pass.bytes += p.bytes
	switch {
	case l.pass.pages > maxPages:
		return fmt.Errorf("GET %s: the listing has more than %d pages", api.ClustersPath, maxPages)
	case l.pass.bytes > maxListing:
		return fmt.Errorf("GET %s: the listing is larger than %d MiB", api.ClustersPath, maxListing>>20)
	}
	same := make(map[string]int, len(p.clusters)) // counts the rows of this page by id or, without one, by bytes
	for _, live := range p.clusters {
		key := live.ID
		if key == "" {
			key = string(live.Document)
		}
		same[key]++
		switch {
		case live.ID == "":
			l.mergeOdd(live, same[key])
		case same[key] > 1:
			l.mergeRepeated(live, same[key])
		default:
			l.mergeCluster(live)
		}
	}
	return nil
}

func (l *lister) mergeCluster(live cluster.Live) {
	l.pass.rows[live.ID] = true
	if i, ok := l.seen[live.ID]; ok {
		l.clusters[i] = live
		return
	}
	l.seen[live.ID] = len(l.clusters)
	l.clusters = append(l.clusters, live)
}

// mergeRepeated adds the nth row with the same id in one page.
func (l *lister) mergeRepeated(live cluster.Live, nth int) {
	first := &l.clusters[l.seen[live.ID]]
	differs := !bytes.Equal(live.Document, first.Document)
	if differs {
		live.Problem = "the tenant returned its id more than once"
		first.Problem = live.Problem
	}
	key := live.ID + "\x00" + strconv.Itoa(nth)
	if l.pass.rows[key] { // the same page, read again
		return
	}
	l.pass.rows[key] = true
	l.pass.repeats++
	if differs {
		l.pass.repeated = append(l.pass.repeated, live)
	}
}

// mergeOdd adds a row without an id, the nth with the same bytes in one page. In an unstable
// order, the same row may be on several pages.
func (l *lister) mergeOdd(live cluster.Live, nth int) {
	key := strconv.Itoa(nth) + "\x00" + string(live.Document) // distinct from the keys of rows with an id
	if !l.pass.rows[key] {
		l.pass.rows[key] = true
		l.pass.odd = append(l.pass.odd, live)
	}
}
