package planner

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"clusterctl/internal/cluster"
	"clusterctl/internal/policy"
)

// pair is a declared cluster and the live one it is about; either may be
// missing, but not both.
type pair struct {
	desired *cluster.Cluster
	live    *cluster.Live
	// blocked says why nothing is planned for the pair, or, of a live cluster in
	// no file, why it is not deleted. It is empty otherwise.
	blocked string
}

// name and clusterType are what a policy picks the pair by: what is live, or
// else what is wanted.
func (p pair) name() string {
	if p.live != nil {
		return p.live.Name
	}
	return p.desired.Name
}

// declaredName is what a selection picks the pair by: the name in the file, or
// that of a live cluster that is in none.
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

// matcher finds the live cluster of a declared one.
type matcher struct {
	byID   map[string]*cluster.Live
	byName map[string][]*cluster.Live
	// claimed are the live clusters that an entry is or may be about.
	claimed map[*cluster.Live]bool
}

// match pairs declared and live clusters: by id where one is given, else by
// name, else by the name that the cluster had. Where it is not clear which live
// cluster an entry is about, that entry is blocked and the clusters are left
// alone.
func match(desired []cluster.Cluster, live []cluster.Live, rules policy.Policy) []pair {
	m := newMatcher(live)
	var pairs []pair
	for i := range desired {
		pairs = append(pairs, m.pair(&desired[i]))
	}
	blockShared(pairs)
	for i := range live {
		if !m.claimed[&live[i]] {
			pairs = append(pairs, pair{live: &live[i], blocked: live[i].Problem})
		}
	}
	if !rules.AllowSimilarNames {
		blockSimilar(pairs)
	}
	return pairs
}

func newMatcher(live []cluster.Live) matcher {
	m := matcher{
		byID:    make(map[string]*cluster.Live, len(live)),
		byName:  make(map[string][]*cluster.Live, len(live)),
		claimed: make(map[*cluster.Live]bool, len(live)),
	}
	for i := range live {
		// Of two with one id neither is ever written to; which one is found must
		// not depend on the order of the listing.
		if twin := m.byID[live[i].ID]; twin == nil || live[i].Name < twin.Name {
			m.byID[live[i].ID] = &live[i]
		}
		m.byName[live[i].Name] = append(m.byName[live[i].Name], &live[i])
	}
	delete(m.byID, "")
	return m
}

func (m matcher) pair(d *cluster.Cluster) pair {
	p := pair{desired: d}
	found, name := m.find(d)
	for _, live := range found {
		m.claimed[live] = true
	}
	switch {
	case len(found) > 1:
		p.blocked = ambiguous(name, found)
	case len(found) == 1:
		p.live = found[0]
		p.blocked = p.live.Problem
	case d.ID != "" && d.State != cluster.Absent:
		p.blocked = fmt.Sprintf("no cluster with the id %s was listed (without the id it would be created)", d.ID)
	}
	return p
}

// find returns the live clusters that an entry is or may be about, and the name
// by which they were found.
func (m matcher) find(d *cluster.Cluster) (found []*cluster.Live, name string) {
	if d.ID != "" {
		if live := m.byID[d.ID]; live != nil {
			return []*cluster.Live{live}, live.Name
		}
		return nil, ""
	}
	for _, name := range []string{d.Name, d.RenamedFrom} {
		if name != "" && len(m.byName[name]) > 0 {
			return m.byName[name], name
		}
	}
	return nil, ""
}

func ambiguous(name string, candidates []*cluster.Live) string {
	return fmt.Sprintf("%d live clusters are named %q: %s (say which one with id, or rename or delete the others)",
		len(candidates), name, strings.Join(ids(candidates), ", "))
}

// ids are those of some live clusters, in order.
func ids(clusters []*cluster.Live) []string {
	ids := make([]string, 0, len(clusters))
	for _, c := range clusters {
		ids = append(ids, cmp.Or(c.ID, "(no id)"))
	}
	slices.Sort(ids)
	return ids
}

// blockShared blocks all entries that are about one live cluster. Each names
// the places of the others.
func blockShared(pairs []pair) {
	entries := map[*cluster.Live][]*pair{}
	for i := range pairs {
		if live := pairs[i].live; live != nil {
			entries[live] = append(entries[live], &pairs[i])
		}
	}
	for live, about := range entries {
		for _, p := range about {
			if others := placesOfOthers(about, p); len(others) > 0 {
				p.blocked = fmt.Sprintf("the live cluster %s is declared at %s too (remove one of the entries)", live.ID, strings.Join(others, ", "))
			}
		}
	}
}

// placesOfOthers are where the entries but one are, in order.
func placesOfOthers(about []*pair, one *pair) []string {
	var places []string
	for _, other := range about {
		if other != one {
			places = append(places, other.desired.Source.String())
		}
	}
	slices.Sort(places)
	return places
}
