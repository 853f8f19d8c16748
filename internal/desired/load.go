package desired

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"time"

	"gopkg.in/yaml.v3"

	"clusterctl/internal/cluster"
	"clusterctl/internal/escape"
	"clusterctl/internal/policy"
)

// State is what all files together declare.
type State struct {
	// Tenant is the org that the files are for, empty if no file sets it.
	Tenant string
	// Policy is that of the files, or the one of Options.
	Policy policy.Policy
	// HasPolicy reports whether a file has a policy, even an empty one.
	HasPolicy bool
	// PolicyChanges names what the files change in the policy of Options.
	PolicyChanges []string
	// Clusters have the order of the files and of the entries in each file.
	Clusters []cluster.Cluster
}

// Options are the inputs of Load besides the files.
type Options struct {
	Variables Variables
	// ReportUnused warns about variables of --var and --var-file that no file uses.
	ReportUnused bool
	// Now decides which log configurations have expired. With the zero time, none is.
	Now time.Time
	// Prune has the effect of policy.prune.
	Prune bool
	// DecideRules reports what the rules for clusters deny, except those that are Waived.
	DecideRules bool
	Waived      func(rule string) bool
	// Policy replaces that of the files; nil does not.
	Policy *policy.Policy
	// AllowEmpty accepts files without any cluster even with prune.
	AllowEmpty bool
}

// Load reads the inputs and returns all findings, sorted by file (in the order given),
// line and column. The State is valid only if no finding is an error.
func Load(inputs []Input, options Options) (State, Diagnostics) {
	l := newLoader(options)
	for _, input := range inputs {
		l.load(input)
	}
	l.replacePolicy()
	l.checkTogether()
	return l.state, l.findings()
}

// loader collects what the files declare, and where. It checks what must be unique
// across files, and what can be checked only after all files are read.
type loader struct {
	options Options
	state   State
	readers []*reader

	tenantAt   site
	policyAt   site
	clustersAt site
	entries    int  // number of entries, invalid ones included
	incomplete bool // a file could not be read to its end

	names   map[string]site
	folds   map[string]named // the first name with this fold
	similar [][2]named       // a name, and the earlier one that it looks like
	bound   map[string]bool  // the names whose entries so far all have an id
	ids     map[string]site
	renames []rename
	absent  []named
}

// rename is an entry with renamedFrom.
type rename struct {
	from, to string
	at       site
}

// named is a cluster name with the place of one of its keys.
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

// readLong reads a file entry by entry. If the file must be read as a whole, it
// restores the loader and returns nil.
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

// take adds the clusters of a file, merged with its defaults. It runs after the whole
// file is read, because the defaults may be in a later document.
func (l *loader) take(f *fileReader) {
	for i, c := range f.clusters {
		l.claim(f.reader, f.claims[i], c)
		mergeDefaults(&f.clusters[i], f.defaults)
	}
	l.state.Clusters = append(l.state.Clusters, f.clusters...)
}

// mergeDefaults merges the defaults of the file under the settings of a cluster:
//
//	type, description                  if the cluster does not set it
//	configuration, updatePreferences   key by key; the value of the cluster
//	                                   wins, null included
//	logConfig                          as a whole, if the cluster has none
//	                                   (it is managed as a whole)
//
// An absent cluster has no settings and gets no defaults.
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

// mergedSettings returns nil if neither is declared. Clusters never share a map.
func mergedSettings(under, over cluster.Settings) cluster.Settings {
	if under == nil {
		return over
	}
	merged := maps.Clone(under)
	maps.Copy(merged, over)
	return merged
}

// findings returns all findings, except for the warnings that the policy allows.
func (l *loader) findings() Diagnostics {
	var all Diagnostics
	for _, r := range l.readers {
		all = append(all, r.findings()...)
	}
	if l.options.ReportUnused && !all.HasErrors() {
		all = append(all, l.unusedVariables()...)
	}
	return slices.DeleteFunc(all, func(d Diagnostic) bool { return d.Severity == Warning && l.state.Policy.Allows(string(d.Code)) })
}

// readTenant reads the tenant of a file. It must equal that of earlier files.
func readTenant(r *reader, v value, f *fileReader) {
	l := f.loader
	org, ok := r.identifier(v)
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

// readPolicy reads the policy of a file. It must equal that of earlier files.
func readPolicy(r *reader, v value, f *fileReader) {
	l := f.loader
	var p policy.Policy
	_, ok := readObject(r, v, policyFields(), &p)
	switch {
	case !ok:
	case l.policyAt.isZero():
		l.state.Policy, l.state.HasPolicy, l.policyAt = p, true, r.site(v.node)
	case !l.state.Policy.Equal(p):
		r.fail(v.node, codePolicyConflict, "policy differs from an earlier policy", "set at "+l.policyAt.String()+"; keep one, or make them equal")
	}
}

// replacePolicy puts the policy of the options in place of that of the files.
func (l *loader) replacePolicy() {
	if other := l.options.Policy; other != nil {
		l.state.PolicyChanges = l.state.Policy.ChangesFrom(*other)
		l.state.Policy, l.policyAt = *other, site{}
	}
}
