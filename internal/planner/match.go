package planner

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"clusterctl/internal/cluster"
)

// pair is a declared cluster and the live one that it is about. One of the two may be
// missing.
type pair struct {
	desired *cluster.Cluster
	live    *cluster.Live
	// blocked says why nothing is planned for the pair, or why an undeclared live cluster
	// is not deleted. It is empty otherwise.
	blocked string
}

// name and clusterType are what a policy selects the pair by: those of the live cluster,
// or else the wanted ones.
func (p pair) name() string {
	if p.live == nil {
		return p.desired.Name
	}
	return p.live.Name
}

// declaredName is what a selection picks the pair by: the name in the file, or the live
// name if it is not declared.
func (p pair) declaredName() string {
	if p.desired != nil {
		return p.desired.Name
	}
	return p.live.Name
}

func (p pair) clusterType() string {
	switch {
	case p.live != nil:
		return p.live.Type
	case p.desired.Type != nil:
		return *p.desired.Type
	default:
		return cluster.DefaultType
	}
}

// inventory is a listing, indexed for planning.
type inventory struct {
	clusters []cluster.Live
	byID     map[string]*cluster.Live
	byName   map[string][]*cluster.Live
	// listed says that a cluster which is not in the inventory does not exist.
	listed bool
}

// inventoryOf sets the Problem of each cluster that its id does not identify.
func inventoryOf(listed cluster.Snapshot, trustListing bool) inventory {
	clusters := slices.Clone(listed.Clusters)
	count := make(map[string]int, len(clusters))
	for _, live := range clusters {
		count[live.ID]++
	}
	for i := range clusters {
		switch live := &clusters[i]; {
		case live.Problem != "":
		case live.ID == "":
			live.Problem = "the tenant returned no id for it"
		case count[live.ID] > 1:
			live.Problem = fmt.Sprintf("the tenant returned its id %d times", count[live.ID])
		}
	}
	inv := indexOf(clusters)
	inv.listed = listed.Listing.Verified || trustListing
	return inv
}

func indexOf(clusters []cluster.Live) inventory {
	inv := inventory{
		clusters: clusters,
		byID:     make(map[string]*cluster.Live, len(clusters)),
		byName:   make(map[string][]*cluster.Live, len(clusters)),
	}
	for i := range clusters {
		live := &clusters[i]
		// Neither of two clusters with one id is ever written to. Which one is found must
		// not depend on the order of the listing.
		if twin := inv.byID[live.ID]; twin == nil || live.Name < twin.Name {
			inv.byID[live.ID] = live
		}
		inv.byName[live.Name] = append(inv.byName[live.Name], live)
	}
	delete(inv.byID, "")
	return inv
}

// match pairs declared and live clusters by id, else by name, else by former name. If it
// is not clear which live cluster an entry is about, the entry is blocked and the
// clusters are left alone.
func (inv inventory) match(desired []cluster.Cluster, allowSimilarNames bool) []pair {
	var pairs []pair
	claimed := map[*cluster.Live]bool{}
	for i := range desired {
		found, name := inv.find(&desired[i])
		for _, live := range found {
			claimed[live] = true
		}
		pairs = append(pairs, pairOf(&desired[i], found, name))
	}
	blockShared(pairs)
	for i := range inv.clusters {
		if live := &inv.clusters[i]; !claimed[live] {
			pairs = append(pairs, pair{live: live, blocked: live.Problem})
		}
	}
	if !allowSimilarNames {
		blockSimilar(pairs)
	}
	return pairs
}

// find returns the live clusters that an entry may be about, and the name by which they
// were found.
func (inv inventory) find(d *cluster.Cluster) (found []*cluster.Live, name string) {
	if d.ID != "" {
		if live := inv.byID[d.ID]; live != nil {
			return []*cluster.Live{live}, live.Name
		}
		return nil, ""
	}
	for _, name := range []string{d.Name, d.RenamedFrom} {
		if name != "" && len(inv.byName[name]) > 0 {
			return inv.byName[name], name
		}
	}
	return nil, ""
}

// pairOf pairs an entry with the clusters that were found for it.
func pairOf(d *cluster.Cluster, found []*cluster.Live, name string) pair {
	switch {
	case len(found) > 1:
		return pair{desired: d, blocked: fmt.Sprintf("%d live clusters are named %q: %s; add the id of the right one to the entry",
			len(found), name, strings.Join(ids(found), ", "))}
	case len(found) == 1:
		return pair{desired: d, live: found[0], blocked: found[0].Problem}
	case d.ID != "" && d.State != cluster.Absent:
		return pair{desired: d, blocked: fmt.Sprintf("no live cluster with id %s is listed; correct the id, or remove it to match by name", d.ID)}
	default:
		return pair{desired: d}
	}
}

// ids returns the ids of live clusters, sorted.
func ids(clusters []*cluster.Live) []string {
	ids := make([]string, 0, len(clusters))
	for _, c := range clusters {
		ids = append(ids, cmp.Or(c.ID, "(no id)"))
	}
	slices.Sort(ids)
	return ids
}

// blockShared blocks all entries that are about the same live cluster. Each one names the
// places of the others.
func blockShared(pairs []pair) {
	places := map[*cluster.Live][]string{}
	for _, p := range pairs {
		if p.live != nil {
			places[p.live] = append(places[p.live], p.desired.Source.String())
		}
	}
	for i := range pairs {
		p := &pairs[i]
		if p.live == nil || len(places[p.live]) < 2 {
			continue
		}
		others := slices.Sorted(slices.Values(places[p.live]))
		own, _ := slices.BinarySearch(others, p.desired.Source.String())
		others = slices.Delete(others, own, own+1)
		p.blocked = fmt.Sprintf("live cluster %s is also declared at %s; remove one of the entries", p.live.ID, strings.Join(others, ", "))
	}
}
