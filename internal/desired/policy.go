package desired

import (
	"errors"
	"fmt"
	"strings"

	"gopkg.in/yaml.v3"

	"clusterctl/internal/cluster"
	"clusterctl/internal/desired/layout"
	"clusterctl/internal/escape"
	"clusterctl/internal/policy"
)

// policyFields is the table of the keys of policy.
func policyFields() []field[policy.Policy] {
	return []field[policy.Policy]{
		{"prune", boolean("Delete live clusters that are in scope but in no file. Without it, they are only reported as unmanaged.").byDefault(false),
			asBoolean(func(p *policy.Policy) *bool { return &p.Prune })},
		{"scope", selector("The clusters that these files own. If left out, every cluster that is not ignored."),
			asSelector(func(p *policy.Policy) *policy.Selector { return &p.Scope })},
		{"ignore", selector("The clusters that are never touched. If types is left out, it is spConnectCluster and sqsCluster, " +
			"the system-managed clusters."),
			asSelector(func(p *policy.Policy) *policy.Selector { return &p.Ignore })},
		{"protect", selector("The clusters that are never deleted, not even with state: absent."),
			asSelector(func(p *policy.Policy) *policy.Selector { return &p.Protect })},
		{"maxDeletes", limit("How many clusters one plan may delete, by prune and state: absent together. If there are more, every delete is blocked. " +
			"If left out, a plan with prune may delete 30 % of the owned clusters once there are ten."),
			asLimit(func(p *policy.Policy) **policy.Limit { return &p.MaxDeletes })},
		{"maxUpdates", limit("How many clusters one plan may update. If there are more, every update is blocked. If left out, there is no limit."),
			asLimit(func(p *policy.Policy) **policy.Limit { return &p.MaxUpdates })},
		{"allowSimilarNames", boolean("Create, rename and prune clusters even if a name looks like the name of another cluster, and do not warn about such names in the files.").
			byDefault(false),
			asBoolean(func(p *policy.Policy) *bool { return &p.AllowSimilarNames })},
		{"allow", list("The codes of warnings to silence, in all files and in plans.", choice("The code of a warning.", allowedCodes()...)).
			like([]string{string(codeVerboseWithoutEnd)}),
			reads(func(r *reader, v value, p *policy.Policy) {
				p.Allow = readList(r, v, "an item of allow", r.warningCode)
			})},
		{"rules", list("Rules that deny entries, changes or plans.", ruleForm()), reads(readRules)},
	}
}

// selectorFields is the table of the keys that pick clusters.
func selectorFields() []field[policy.Selector] {
	return []field[policy.Selector]{
		{"names", list("Names or patterns: * matches any characters, ? one character, [a-z] one character of a set.",
			form{kind: formGlob}).like([]string{"va-*"}),
			reads(func(r *reader, v value, s *policy.Selector) { s.Names = readList(r, v, "an item of names", r.glob) })},
		{"types", list("Cluster types.", typeForm("A cluster type.")).like([]string{"sqsCluster"}),
			reads(func(r *reader, v value, s *policy.Selector) {
				s.Types = readList(r, v, "an item of types", r.clusterType)
			})},
	}
}

func selector(about string) form {
	return objectOf(about+" A cluster is selected if its name or its type matches.", selectorFields())
}

func asSelector(at func(*policy.Policy) *policy.Selector) codec[policy.Policy] {
	return reads(func(r *reader, v value, p *policy.Policy) { readObject(r, v, selectorFields(), at(p)) })
}

// limit returns the form of a limit on the changes of one plan.
func limit(about string) form {
	return form{kind: formLimit, about: about + " A number, or a percentage of the owned clusters."}.like(3, "20%")
}

func asLimit(at func(*policy.Policy) **policy.Limit) codec[policy.Policy] {
	return reads(func(r *reader, v value, p *policy.Policy) {
		if limit, ok := r.limit(v); ok {
			*at(p) = &limit
		}
	})
}

// limit reads a plain number, or a percentage.
func (r *reader) limit(v value) (policy.Limit, bool) {
	isPercent := v.node.Tag == "!!str" && strings.HasSuffix(v.node.Value, "%")
	if v.node.Kind != yaml.ScalarNode || v.node.Tag != "!!int" && v.node.Tag != "!!float" && !isPercent {
		r.wrongType(v, layout.ALimit)
		return policy.Limit{}, false
	}
	limit, err := policy.ParseLimit(v.node.Value)
	switch {
	case errors.Is(err, policy.ErrNotLimit):
		r.fail(v.node, codeBadNumber, v.label+" must be "+layout.ALimit+" in plain digits, not "+escape.Quote(v.node.Value), "")
	case err != nil:
		r.fail(v.node, codeOutOfRange, fmt.Sprintf("%s %v, not %s", v.label, err, v.node.Value), "")
	}
	return limit, err == nil
}

func (r *reader) glob(v value) (cluster.Glob, bool) {
	pattern, ok := r.identifier(v)
	if !ok {
		return "", false
	}
	glob, err := cluster.ParseGlob(pattern)
	if err != nil {
		r.fail(v.node, codeBadGlob, "invalid pattern "+escape.Quote(pattern)+": "+err.Error(), "write [[] for a literal [")
		return "", false
	}
	return glob, true
}
