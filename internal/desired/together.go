package desired

import (
	"fmt"

	"clusterctl/internal/cluster"
	"clusterctl/internal/desired/layout"
	"clusterctl/internal/escape"
	"clusterctl/internal/policy"
)

// claimTenant takes the tenant that a file states, unless another was stated.
func (l *loader) claimTenant(r *reader, v value, org string) {
	switch {
	case l.tenantAt.isZero():
		l.state.Tenant, l.tenantAt = org, r.site(v.node)
	case l.state.Tenant != org:
		r.fail(v.node, codeTenantConflict,
			fmt.Sprintf("tenant %s contradicts %s", escape.Quote(org), escape.Quote(l.state.Tenant)), "stated at "+l.tenantAt.String())
	}
}

// claimPolicy takes the policy that a file states, unless another was stated.
func (l *loader) claimPolicy(r *reader, v value, p policy.Policy) {
	switch {
	case l.policyAt.isZero():
		l.state.Policy, l.policyAt = p, r.site(v.node)
	case !l.state.Policy.Equal(p):
		r.fail(v.node, codePolicyConflict, "policy is not the one stated before", "stated at "+l.policyAt.String())
	}
}

// claim is where a cluster says what distinguishes it from the others. The places of keys
// that it does not have are zero.
type claim struct{ at, name, id, renamedFrom, state layout.Place }

func claimOf(o object) claim {
	return claim{layout.PlaceOf(o.at), o.place("name"), o.place("id"), o.place("renamedFrom"), o.place("state")}
}

// claim takes what tells a cluster from the others, and notes what can be
// judged only when the others are known.
func (l *loader) claim(r *reader, at claim, c cluster.Cluster) {
	if c.Name != "" {
		l.claimName(r, at, c)
	}
	if c.ID != "" {
		claimOnce(l.ids, c.ID, site{r, at.at}, site{r, at.id}, codeDuplicateID, "id")
	}
	if c.RenamedFrom != "" {
		l.renames = append(l.renames, rename{from: c.RenamedFrom, to: c.Name, at: site{r, at.renamedFrom}})
	}
	if c.State == cluster.Absent {
		l.absent = append(l.absent, named{c.Name, site{r, at.state}})
	}
}

// claimName refuses the second declaration of a name. A tenant may have several
// clusters of one name, though: entries that all bind to theirs by id are taken.
func (l *loader) claimName(r *reader, at claim, c cluster.Cluster) {
	_, taken := l.names[c.Name]
	l.bound[c.Name] = c.ID != "" && (!taken || l.bound[c.Name])
	if taken && l.bound[c.Name] {
		return
	}
	claimOnce(l.names, c.Name, site{r, at.at}, site{r, at.name}, codeDuplicateName, "name")
	l.noteSimilar(named{c.Name, site{r, at.name}})
}

// claimOnce refuses the second declaration of a name or an id.
func claimOnce(taken map[string]site, word string, at, key site, code Code, what string) {
	if first, ok := taken[word]; ok {
		key.fail(code, "duplicate cluster "+what+" "+escape.Quote(word), "first at "+first.String())
		return
	}
	taken[word] = at
}

// checkTogether judges what follows from all files.
func (l *loader) checkTogether() {
	l.checkRenames()
	l.checkProtected()
	l.checkSimilar()
	l.checkEmpty()
}

// checkRenames refuses a former name that is another cluster's name, or
// another's former name too: it would stand for two clusters.
func (l *loader) checkRenames() {
	former := make(map[string]site, len(l.renames))
	for _, r := range l.renames {
		if other, ok := l.names[r.from]; ok && r.from != r.to {
			r.at.fail(codeRenamedFromTaken, "renamedFrom "+escape.Quote(r.from)+" is the name of another cluster", "declared at "+other.String()+"; if one takes the name of the other, give both their id")
			continue
		}
		if other, ok := former[r.from]; ok {
			r.at.fail(codeRenamedFromTaken, "renamedFrom "+escape.Quote(r.from)+" is stated of another cluster too", "first at "+other.String())
			continue
		}
		former[r.from] = r.at
	}
}

func (l *loader) checkProtected() {
	for _, c := range l.absent {
		if l.state.Policy.Protects(c.name, "") {
			c.at.warn(codeProtectedAndAbsent, "cluster "+escape.Quote(c.name)+" is to be absent, but protected: it will not be deleted",
				"policy stated at "+l.policyAt.String())
		}
	}
}

// checkEmpty refuses to prune where no cluster is declared: a tenant would be
// emptied by a file that is.
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
	at.fail(codeEmptyClusters, "prune is on and no cluster is declared: every cluster in scope would be deleted",
		"use --allow-empty if that is intended")
}
