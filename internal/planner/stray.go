package planner

import (
	"cmp"
	"slices"

	"clusterctl/internal/cluster"
)

// Stray is a live cluster that the files could declare, and do not.
type Stray struct {
	Live cluster.Live
	// Shared is whether its name is that of another cluster, too: of a live
	// one, or of one that is declared. An entry has to state its id then.
	Shared bool
}

// strays are the clusters of some pairs that are in no file, in the order of
// their findings.
func strays(pairs []pair, in Input) []Stray {
	names := map[string]int{}
	for _, live := range in.Snapshot.Clusters {
		names[live.Name]++
	}
	for _, d := range in.Desired { // of a stray's name, but about another cluster
		names[d.Name]++
	}
	var found []Stray
	for _, p := range pairs {
		found = append(found, Stray{Live: *p.live, Shared: names[p.live.Name] > 1})
	}
	slices.SortFunc(found, func(x, y Stray) int {
		return cmp.Or(cmp.Compare(x.Live.Name, y.Live.Name), cmp.Compare(x.Live.ID, y.Live.ID))
	})
	return found
}
