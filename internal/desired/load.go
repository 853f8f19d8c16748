package desired

import (
	"cmp"
	"fmt"
	"maps"
	"time"

	"gopkg.in/yaml.v3"

	"clusterctl/internal/cluster"
	"clusterctl/internal/escape"
	"clusterctl/internal/policy"
)

// State is what the files declare, taken together.
type State struct {
	// Tenant is the org that the files are for, empty if none states it.
	Tenant string
	Policy policy.Policy
	// Clusters stand in the order of the files, and in the order they have
	// in each.
	Clusters []cluster.Cluster
}

// Options are what a file's meaning depends on besides its text.
type Options struct {
	Variables Variables
	// Now decides which log windows are past; if it is zero, none is.
	Now time.Time
	// Prune asks for what policy.prune asks for.
	Prune bool
	// AllowEmpty takes files without a cluster although they prune.
	AllowEmpty bool
}

// Load reads what the inputs declare and returns every finding, sorted by file
// (in the order given), line and column. State is meaningful only if none of
// the findings is an error.
func Load(inputs []Input, options Options) (State, Diagnostics) {
	l := newLoader(options)
	for _, input := range inputs {
		l.load(input)
	}
	l.checkTogether()
	return l.state, l.findings()
}

// loader holds what the files declare so far, and where: what must not be stated
// twice over all of them, and what can be judged only once all are read.
type loader struct {
	options Options
	state   State
	readers []*reader

	tenantAt   site
	policyAt   site
	clustersAt site
	entries    int  // of clusters, whatever is wrong with them
	incomplete bool // some of the files could not be read to its end

	names   map[string]site
	folds   map[string]named // the first name that looks like this, by its fold
	similar [][2]named       // a name, and the one before that it looks like
	bound   map[string]bool  // names of which every entry so far states an id
	ids     map[string]site
	renames []rename
	absent  []named
}

// rename is a cluster that has had another name.
type rename struct {
	from, to string
	at       site
}

// named is the place of something that is stated of a cluster.
type named struct {
	name string
	at   site
}

func newLoader(options Options) *loader {
	return &loader{options: options, names: map[string]site{}, folds: map[string]named{}, bound: map[string]bool{}, ids: map[string]site{}}
}

func (l *loader) load(input Input) {
	r := newReader(input, l.options.Now)
	l.readers = append(l.readers, r)
	f := l.readLong(r)
	if f == nil {
		f = l.readWhole(r)
	}
	l.take(f)
}

// readLong reads a file entry by entry. It returns nil, and leaves no trace, if
// the file has to be read as a whole.
func (l *loader) readLong(r *reader) *fileReader {
	before := *l
	f := &fileReader{reader: r, loader: l}
	substitute := func(n *yaml.Node) { r.substitute(n, l.options.Variables) }
	roots, ok := r.source.ParseLong(substitute, f.readEntry)
	if !ok {
		*l, r.found = before, nil
		clear(r.stated)
		return nil
	}
	f.readDocuments(roots)
	f.checkVersion(roots)
	return f
}

func (l *loader) readWhole(r *reader) *fileReader {
	f := &fileReader{reader: r, loader: l}
	roots, complete := r.source.Parse(leastFile)
	for _, root := range roots {
		r.substitute(root, l.options.Variables)
	}
	f.readDocuments(roots)
	if complete {
		f.checkVersion(roots)
	}
	l.incomplete = l.incomplete || !complete
	return f
}

// take takes the clusters of a file. Its defaults may stand in a later document
// than they do.
func (l *loader) take(f *fileReader) {
	for i, c := range f.clusters {
		l.claim(f.reader, f.claims[i], c)
		mergeDefaults(&f.clusters[i], f.defaults)
	}
	l.state.Clusters = append(l.state.Clusters, f.clusters...)
}

// mergeDefaults gives a cluster the defaults of its file:
//
//	type, description                  if the cluster does not state it
//	configuration, updatePreferences   key by key; a key that the cluster
//	                                   states wins, null included
//	logConfig                          as a whole, if the cluster has none
//	                                   (it is managed as a whole)
//
// An absent cluster has no settings and takes none.
func mergeDefaults(c *cluster.Cluster, defaults cluster.Cluster) {
	if c.State == cluster.Absent {
		return
	}
	c.Type = cmp.Or(c.Type, defaults.Type)
	c.Description = cmp.Or(c.Description, defaults.Description)
	c.Configuration = mergedSettings(defaults.Configuration, c.Configuration)
	c.UpdatePreferences = mergedSettings(defaults.UpdatePreferences, c.UpdatePreferences)
	if c.LogConfig == nil && defaults.LogConfig != nil {
		config := *defaults.LogConfig
		config.LogLevels = maps.Clone(config.LogLevels)
		c.LogConfig = &config
	}
}

// mergedSettings is nil if neither is declared. No two clusters share a map.
func mergedSettings(under, over cluster.Settings) cluster.Settings {
	if under == nil {
		return over
	}
	merged := maps.Clone(under)
	maps.Copy(merged, over)
	return merged
}

func (l *loader) findings() Diagnostics {
	var all Diagnostics
	for _, r := range l.readers {
		all = append(all, r.findings()...)
	}
	return all
}

// readTenant takes the tenant that a file states, unless another was stated.
func readTenant(r *reader, v value, f *fileReader) {
	l := f.loader
	org, ok := r.filledText(v)
	switch {
	case !ok:
	case l.tenantAt.isZero():
		l.state.Tenant, l.tenantAt = org, r.site(v.node)
	case l.state.Tenant != org:
		r.fail(v.node, codeTenantConflict,
			fmt.Sprintf("tenant %s differs from tenant %s", escape.Quote(org), escape.Quote(l.state.Tenant)),
			"set at "+l.tenantAt.String()+"; files that are read together must name the same tenant")
	}
}

// readPolicy takes the policy that a file states, unless another was stated.
func readPolicy(r *reader, v value, f *fileReader) {
	l := f.loader
	var p policy.Policy
	_, ok := readObject(r, v, policyFields(), &p)
	switch {
	case !ok:
	case l.policyAt.isZero():
		l.state.Policy, l.policyAt = p, r.site(v.node)
	case !l.state.Policy.Equal(p):
		r.fail(v.node, codePolicyConflict, "policy differs from an earlier policy", "set at "+l.policyAt.String()+"; keep one, or make them equal")
	}
}
