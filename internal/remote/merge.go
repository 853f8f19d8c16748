package remote

import (
	"bytes"
	"cmp"
	"fmt"
	"strconv"

	"clusterctl/internal/api"
	"clusterctl/internal/cluster"
)

// merge adds what is new and brings up to date what is known.
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
	same := map[string]int{} // of the rows of this page, by id or, without one, by bytes
	for _, live := range p.clusters {
		key := cmp.Or(live.ID, string(live.Document))
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

// mergeRepeated adds a row whose id an earlier row of its page has, the nth of
// this id there.
func (l *lister) mergeRepeated(live cluster.Live, nth int) {
	first := &l.clusters[l.seen[live.ID]]
	differs := !bytes.Equal(live.Document, first.Document)
	if differs {
		live.Problem = "the tenant returned its id more than once"
		first.Problem = live.Problem
	}
	key := live.ID + "\x00" + strconv.Itoa(nth)
	if l.pass.rows[key] { // the same page again
		return
	}
	l.pass.rows[key] = true
	l.pass.repeats++
	if differs {
		l.pass.repeated = append(l.pass.repeated, live)
	}
}

// mergeOdd adds a row without an id, the nth of its bytes in its page. The same
// one may be on several pages, where the order is not stable.
func (l *lister) mergeOdd(live cluster.Live, nth int) {
	key := strconv.Itoa(nth) + "\x00" + string(live.Document) // no id has a NUL in front
	if !l.pass.rows[key] {
		l.pass.rows[key] = true
		l.pass.odd = append(l.pass.odd, live)
	}
}
