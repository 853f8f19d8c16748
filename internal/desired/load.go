package desired

import (
	"fmt"

	"gopkg.in/yaml.v3"

	"clusterctl/internal/cluster"
)

// State is what the files declare, taken together.
type State struct {
	// Tenant is the org that the files are for, empty where none says.
	Tenant string
	// Clusters stand in the order of the files, and in the order they have
	// in each.
	Clusters []cluster.Cluster
}

// Load reads what the inputs declare and returns every finding, sorted by file
// (in the order given), line and column. State is meaningful only if none of
// the findings is an error.
func Load(inputs []Input) (State, Diagnostics) {
	l := loader{names: map[string]string{}}
	var found Diagnostics
	for _, input := range inputs {
		found = append(found, l.load(input)...)
	}
	return l.state, found
}

// loader holds what the files declare so far, and where: what must not be said
// twice over all of them.
type loader struct {
	state    State
	tenantAt string
	names    map[string]string // place of each cluster's declaration, by name
}

func (l *loader) load(input Input) Diagnostics {
	r := &reader{file: input.Name}
	documents, complete := r.parse(input.Data)
	f := fileReader{reader: r, loader: l, stated: map[string]*yaml.Node{}}
	for _, document := range documents {
		f.readDocument(document)
	}
	if complete {
		f.checkVersion(documents)
	}
	l.state.Clusters = append(l.state.Clusters, f.withDefaults()...)
	return r.found.inOrder()
}

// claimTenant takes the tenant that a file states, unless another was stated.
func (l *loader) claimTenant(r *reader, v value, org string) {
	switch {
	case l.tenantAt == "":
		l.state.Tenant, l.tenantAt = org, r.place(v.node)
	case l.state.Tenant != org:
		r.fail(v.node, "tenant-conflict",
			fmt.Sprintf("tenant %s contradicts %s", quote(org), quote(l.state.Tenant)), "stated at "+l.tenantAt)
	}
}

// claimName refuses the second declaration of a name.
func (l *loader) claimName(r *reader, at *yaml.Node, c cluster.Cluster) {
	if first, taken := l.names[c.Name]; taken {
		r.fail(at, "duplicate-name", "duplicate cluster name "+quote(c.Name), "first at "+first)
		return
	}
	l.names[c.Name] = fmt.Sprintf("%s:%d:%d", printable(c.Source.File), c.Source.Line, c.Source.Column)
}
