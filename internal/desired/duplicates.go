package desired

import (
	"clusterctl/internal/cluster"
	"clusterctl/internal/desired/layout"
	"clusterctl/internal/escape"
)

// claim has the places of the keys that identify a cluster. A key that is not written
// has the zero Place.
type claim struct{ at, name, id, renamedFrom, state layout.Place }

func claimOf(o object) claim {
	key := func(name string) layout.Place { return layout.PlaceOf(o.firstOf(name)) }
	return claim{layout.PlaceOf(o.at), key("name"), key("id"), key("renamedFrom"), key("state")}
}

// claim registers the name and id of a cluster. It also notes what can be checked only
// after all files are read.
func (l *loader) claim(r *reader, at claim, c cluster.Cluster) {
	if c.Name != "" {
		l.claimName(site{r, at.at}, site{r, at.name}, c)
	}
	if c.ID != "" {
		claimOnce(l.ids, c.ID, site{r, at.at}, site{r, at.id}, codeDuplicateID, "id", "remove one")
	}
	if c.RenamedFrom != "" {
		l.renames = append(l.renames, rename{c.RenamedFrom, c.Name, site{r, at.renamedFrom}})
	}
	if c.State == cluster.Absent {
		l.absent = append(l.absent, named{c.Name, site{r, at.state}})
	}
}

// claimName reports a name that is declared twice. A tenant can have namesakes, so a
// name may repeat if all of its entries have an id.
func (l *loader) claimName(at, name site, c cluster.Cluster) {
	_, taken := l.names[c.Name]
	l.bound[c.Name] = c.ID != "" && (!taken || l.bound[c.Name])
	if taken && l.bound[c.Name] {
		return
	}
	claimOnce(l.names, c.Name, at, name, codeDuplicateName, "name", "remove one, or give each entry its id if the tenant has several clusters of this name")
	fold, n := cluster.Fold(c.Name), named{c.Name, name}
	switch other, ok := l.folds[fold]; {
	case !ok:
		l.folds[fold] = n
	case other.name != n.name:
		l.similar = append(l.similar, [2]named{n, other})
	}
}

// claimOnce reports a name or an id that is declared twice.
func claimOnce(taken map[string]site, word string, at, key site, code Code, what, remedy string) {
	if first, ok := taken[word]; ok {
		key.fail(code, "duplicate cluster "+what+" "+escape.Quote(word), "first at "+first.String()+"; "+remedy)
		return
	}
	taken[word] = at
}

// checkTogether checks all files together.
func (l *loader) checkTogether() {
	l.checkRenames()
	l.checkProtected()
	l.checkSimilar()
	l.checkEmpty()
	l.decideRules()
}

// checkRenames reports a former name that is also the name, or the former name, of
// another cluster: both would claim the same live cluster.
func (l *loader) checkRenames() {
	former := make(map[string]site, len(l.renames))
	for _, r := range l.renames {
		if other, ok := l.names[r.from]; ok && r.from != r.to {
			r.at.fail(codeRenamedFromTaken, "renamedFrom "+escape.Quote(r.from)+" is the name of another cluster",
				"declared at "+other.String()+"; to move a name to another cluster or to swap names, give each cluster its id instead")
			continue
		}
		if other, ok := former[r.from]; ok {
			r.at.fail(codeRenamedFromTaken, "renamedFrom "+escape.Quote(r.from)+" is also set on another cluster", "first at "+other.String()+"; remove one")
			continue
		}
		former[r.from] = r.at
	}
}

func (l *loader) checkProtected() {
	for _, c := range l.absent {
		if l.state.Policy.Protects(c.name, "") {
			place := ""
			if !l.policyAt.isZero() {
				place = " at " + l.policyAt.String()
			}
			c.at.warn(codeProtectedAndAbsent, "cluster "+escape.Quote(c.name)+" has state: absent but is protected: it will not be deleted",
				"remove state: absent, or change policy.protect"+place)
		}
	}
}

// checkSimilar warns about names that look alike, unless the policy allows them. The
// message shows both in ASCII, so that the difference is visible.
func (l *loader) checkSimilar() {
	if l.state.Policy.AllowSimilarNames {
		return
	}
	for _, pair := range l.similar {
		name, other := pair[0], pair[1]
		name.at.warn(codeSimilarName, "name "+escape.QuoteASCII(name.name)+" looks like "+escape.QuoteASCII(other.name),
			"declared at "+other.at.String()+"; rename one, or set policy.allowSimilarNames: true")
	}
}

// checkEmpty reports prune without any declared cluster: an empty file would delete
// every cluster in scope.
func (l *loader) checkEmpty() {
	prunes := l.options.Prune || l.state.Policy.Prune
	if !prunes || l.options.AllowEmpty || l.entries > 0 || l.incomplete || len(l.readers) == 0 {
		return
	}
	at := site{l.readers[0], layout.Place{Line: 1, Column: 1}}
	for _, better := range []site{l.policyAt, l.clustersAt} {
		if !better.isZero() {
			at = better
		}
	}
	at.fail(codeEmptyClusters, "prune is on but the files declare no clusters: apply would delete every cluster in scope",
		"use --allow-empty if that is intended")
}
