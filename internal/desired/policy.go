package desired

import (
	"gopkg.in/yaml.v3"

	"clusterctl/internal/cluster"
	"clusterctl/internal/desired/layout"
	"clusterctl/internal/escape"
	"clusterctl/internal/policy"
)

// policyFields is the table of the keys of policy.
func policyFields() []field[policy.Policy] {
	return []field[policy.Policy]{
		{
			"prune",
			boolean("Delete live clusters that are in scope and that no file lists. Without it they are only reported.").
				byDefault("false"),
			readPrune,
		},
		{
			"scope",
			selector("What these files own. Left out, that is every cluster but the ignored ones."),
			func(r *reader, v value, p *policy.Policy) { readSelector(r, v, &p.Scope) },
		},
		{
			"ignore",
			selector("What is left alone. Where no types are stated they are spConnectCluster and sqsCluster, " +
				"which the tenant keeps for itself."),
			func(r *reader, v value, p *policy.Policy) { readSelector(r, v, &p.Ignore) },
		},
		{
			"protect",
			selector("What is never deleted, whatever asks for it."),
			func(r *reader, v value, p *policy.Policy) { readSelector(r, v, &p.Protect) },
		},
		{
			"maxDeletes",
			integer("How many clusters one plan may delete, by prune and by state: absent together. If there are more, none of them is deleted. "+
				"Left out, a plan that prunes may delete 30 % of the owned clusters once there are ten.", 0).like(3),
			readMaxDeletes,
		},
		{
			"allowSimilarNames",
			boolean("Create and prune clusters although a name looks like that of another cluster, and do not warn about such names in the files.").
				byDefault("false"),
			func(r *reader, v value, p *policy.Policy) { p.AllowSimilarNames = r.boolean(v) },
		},
	}
}

// selectorFields is the table of the keys that pick clusters.
func selectorFields() []field[policy.Selector] {
	return []field[policy.Selector]{
		{
			"names",
			list("Names, or patterns of them: * stands for any characters, ? for one, [a-z] for one of a set.",
				form{kind: formGlob}).like([]string{"va-*"}),
			readNames,
		},
		{"types", list("Types of clusters.", typeForm("A type of clusters.")).like([]string{"sqsCluster"}), readTypes},
	}
}

func selector(about string) form {
	return objectOf(about+" A cluster is picked by its name or by its type; either is enough.", selectorFields())
}

func readPolicy(r *reader, v value, f *fileReader) {
	var p policy.Policy
	if _, ok := readObject(r, v, policyFields(), &p); ok {
		f.loader.claimPolicy(r, v, p)
	}
}

func readPrune(r *reader, v value, p *policy.Policy) { p.Prune = r.boolean(v) }

func readSelector(r *reader, v value, s *policy.Selector) {
	readObject(r, v, selectorFields(), s)
}

func readNames(r *reader, v value, s *policy.Selector) {
	items, ok := r.items(v)
	if !ok {
		return
	}
	s.Names = make([]cluster.Glob, 0, len(items))
	for _, item := range items {
		if glob, ok := r.glob(value{label: "a name", node: item}); ok {
			s.Names = append(s.Names, glob)
		}
	}
}

func readTypes(r *reader, v value, s *policy.Selector) {
	items, ok := r.items(v)
	if !ok {
		return
	}
	s.Types = make([]string, 0, len(items))
	for _, item := range items {
		if typ, ok := r.clusterType(value{label: "a type", node: item}); ok {
			s.Types = append(s.Types, typ)
		}
	}
}

// isList reports whether a value is a list, and refuses one that is not.
func (r *reader) isList(v value) bool {
	isList := v.node.Kind == yaml.SequenceNode && v.node.Tag == "!!seq"
	if !isList {
		r.wrongType(v, "a list")
	}
	return isList
}

// items lists what a list holds, aliases followed.
func (r *reader) items(v value) ([]*yaml.Node, bool) {
	if !r.isList(v) {
		return nil, false
	}
	items := make([]*yaml.Node, 0, len(v.node.Content))
	for _, item := range v.node.Content {
		items = append(items, layout.Resolve(item))
	}
	return items, true
}

func (r *reader) glob(v value) (cluster.Glob, bool) {
	pattern, ok := r.filledText(v)
	if !ok {
		return "", false
	}
	glob, err := cluster.ParseGlob(pattern)
	if err != nil {
		r.fail(v.node, codeBadGlob, "pattern "+escape.Quote(pattern)+": "+err.Error(), "[[] stands for a [ itself")
		return "", false
	}
	return glob, true
}

func readMaxDeletes(r *reader, v value, p *policy.Policy) {
	if most, ok := r.integerFrom(v, 0); ok {
		p.MaxDeletes = &most
	}
}
