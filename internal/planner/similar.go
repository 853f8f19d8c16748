package planner

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"clusterctl/internal/cluster"
)

// blockSimilar blocks each entry that would give a cluster a name that looks like that of
// an undeclared live cluster, and blocks prune of that live cluster. A misread name would
// cost a cluster its keys and clients.
func blockSimilar(pairs []pair) {
	undeclared := map[string][]*pair{} // by the fold of the live name
	var declared []*pair
	for i := range pairs {
		switch p := &pairs[i]; {
		case p.desired == nil:
			fold := cluster.Fold(p.live.Name)
			undeclared[fold] = append(undeclared[fold], p)
		case p.desired.State != cluster.Absent:
			declared = append(declared, p)
		}
	}
	slices.SortFunc(declared, func(x, y *pair) int {
		return cmp.Or(cmp.Compare(x.desired.Name, y.desired.Name), cmp.Compare(x.desired.Source.String(), y.desired.Source.String()))
	})
	for _, p := range declared {
		for _, name := range p.newNames() {
			p.blockBySimilar(name, undeclared[cluster.Fold(name)])
		}
	}
}

// newNames returns the names that an entry looks for or sets. The former name counts only
// if no cluster was found.
func (p pair) newNames() []string {
	if p.live == nil && p.desired.ID == "" && p.desired.RenamedFrom != "" {
		return []string{p.desired.Name, p.desired.RenamedFrom}
	}
	return []string{p.desired.Name}
}

func (p *pair) blockBySimilar(name string, others []*pair) {
	var shown []string
	for _, other := range others {
		if other.live.Name == name { // the same name: takenNames reports it
			continue
		}
		shown = append(shown, fmt.Sprintf("%+q (live cluster %s)", other.live.Name, other.live.ID))
		other.blocked = cmp.Or(other.blocked, fmt.Sprintf("its name %+q looks like %+q, declared at %s; declare it too, or set policy.allowSimilarNames",
			other.live.Name, name, p.desired.Source))
	}
	isNew := p.live == nil || p.live.Name != name
	if len(shown) == 0 || !isNew {
		return
	}
	slices.Sort(shown)
	remedy := "if it is the same cluster, use its exact name or id; if not, set policy.allowSimilarNames"
	if p.live != nil { // a rename: the look-alike is another cluster
		remedy = "choose another name, or set policy.allowSimilarNames"
	}
	p.blocked = cmp.Or(p.blocked, fmt.Sprintf("the name %+q looks like %s; %s", name, strings.Join(shown, " and "), remedy))
}
