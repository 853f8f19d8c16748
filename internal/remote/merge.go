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
func (l *listing) merge(p page) error {
	l.proof.Pages++
	l.turn.pages++
	l.turn.received += len(p.clusters)
	l.turn.bytes += p.bytes
	switch {
	case l.turn.pages > maxPages:
		return fmt.Errorf("GET %s: no end after %d pages", api.ClustersPath, maxPages)
	case l.turn.bytes > maxListing:
		return fmt.Errorf("GET %s: a listing of more than %d MiB", api.ClustersPath, maxListing>>20)
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

func (l *listing) mergeCluster(live cluster.Live) {
	l.turn.rows[live.ID] = true
	if i, ok := l.seen[live.ID]; ok {
		l.clusters[i] = live
		return
	}
	l.seen[live.ID] = len(l.clusters)
	l.clusters = append(l.clusters, live)
}

// mergeRepeated adds a row whose id an earlier row of its page has, the nth of
// this id there.
func (l *listing) mergeRepeated(live cluster.Live, nth int) {
	first := &l.clusters[l.seen[live.ID]]
	differs := !bytes.Equal(live.Document, first.Document)
	if differs {
		live.Problem = "the tenant returned its id more than once"
		first.Problem = live.Problem
	}
	key := live.ID + "\x00" + strconv.Itoa(nth)
	if l.turn.rows[key] { // the same page again
		return
	}
	l.turn.rows[key] = true
	l.turn.repeats++
	if differs {
		l.turn.repeated = append(l.turn.repeated, live)
	}
}

// mergeOdd adds a row without an id, the nth of its bytes in its page. The same
// one may be on several pages, where the order is not stable.
func (l *listing) mergeOdd(live cluster.Live, nth int) {
	key := strconv.Itoa(nth) + "\x00" + string(live.Document) // no id has a NUL in front
	if !l.turn.rows[key] {
		l.turn.rows[key] = true
		l.turn.odd = append(l.turn.odd, live)
	}
}
