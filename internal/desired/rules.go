package desired

import (
	"fmt"
	"regexp"
	"slices"

	"gopkg.in/yaml.v3"

	"clusterctl/internal/cluster"
	"clusterctl/internal/desired/layout"
	"clusterctl/internal/escape"
	"clusterctl/internal/policy"
	"clusterctl/internal/rules"
)

// ruleFields is the table of the keys of a rule.
func ruleFields() []field[policy.Rule] {
	return []field[policy.Rule]{
		{"name", text("The name of the rule, for reports and --waive: letters, digits and . _ -").like("office-hours"),
			reads(readRuleName)},
		{"for", choice("What the rule decides about: each entry of clusters, each change by its action, or the whole plan.", words(policy.Subjects())...),
			asOneOf(func(r *policy.Rule) *policy.Subject { return &r.For }, codeUnknownSubject, "subject", policy.Subjects())},
		{"deny", text("A CEL expression that is true for what must not happen.").like(`!has(cluster.description)`),
			asText(func(r *policy.Rule) *string { return &r.Deny })},
		{"message", text("What to do instead, for the reader of a report.").like("every cluster needs a description"),
			asText(func(r *policy.Rule) *string { return &r.Message })},
		{"level", choice("error: refuse the change. warning: only warn.", words(policy.Levels())...).byDefault(string(policy.Error)),
			asOneOf(func(r *policy.Rule) *policy.Level { return &r.Level }, codeUnknownRuling, "level", policy.Levels())},
	}
}

func ruleForm() form {
	return objectOf("A rule. It denies what its expression is true for, and what it cannot be evaluated for.", ruleFields()).needs(ruleNeeds()...)
}

func ruleNeeds() []string { return []string{"name", "for", "deny", "message"} }

func readRuleName(r *reader, v value, rule *policy.Rule) {
	name, ok := r.filledText(v)
	switch {
	case !ok:
	case !regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]*$`).MatchString(name):
		r.fail(v.node, codeBadRuleName, "rule name "+escape.Quote(name)+" is not valid", "use letters, digits and . _ -, such as office-hours")
	default:
		rule.Name = name
	}
}

func readRules(r *reader, v value, p *policy.Policy) {
	if n := len(v.node.Content); v.node.Kind == yaml.SequenceNode && n > rules.MaxRules { // before any is compiled
		r.fail(v.node, codeOutOfRange, fmt.Sprintf("%s must be at most %d items, not %d", v.label, rules.MaxRules, n), "")
		return
	}
	first := map[string]site{}
	p.Rules = readList(r, v, "a rule", func(v value) (policy.Rule, bool) {
		rule, at, ok := r.rule(v)
		if earlier, isTwice := first[rule.Name]; ok && isTwice {
			r.fail(at, codeDuplicateRule, "duplicate rule "+escape.Quote(rule.Name), "first at "+earlier.String()+"; choose another name")
		} else if ok {
			first[rule.Name] = r.site(at)
		}
		return rule, ok
	})
}

// rule reads a rule and the place of its name, and type-checks its expression.
func (r *reader) rule(v value) (rule policy.Rule, at *yaml.Node, ok bool) {
	rule.Level = policy.Error
	o, ok := readObject(r, v, ruleFields(), &rule)
	if !ok {
		return rule, nil, false
	}
	for _, key := range ruleNeeds() {
		if !o.has(key) {
			r.fail(o.at, codeMissingKey, key+" is missing", "every rule needs name, for, deny and message")
		}
	}
	if rule.Deny == "" || !slices.Contains(policy.Subjects(), rule.For) {
		return rule, o.firstOf("name"), rule.Name != ""
	}
	expression := o.valueOf("deny")
	for _, problem := range rules.Check(rule) {
		at := site{r, r.source.PlaceIn(expression, problem.Offset)}
		at.fail(codeBadExpression, "deny: "+problem.Message, "")
	}
	return rule, o.firstOf("name"), rule.Name != ""
}

// decideRules reports the clusters that the rules for clusters deny. What depends on a tenant
// that the files do not name is left to the plan.
func (l *loader) decideRules() {
	if !l.options.DecideRules || l.findings().HasErrors() {
		return
	}
	set := rules.Compile(slices.DeleteFunc(slices.Clone(l.state.Policy.Rules), func(r policy.Rule) bool {
		return l.options.Waived != nil && l.options.Waived(r.Name)
	}))
	context := rules.Context{Org: l.state.Tenant, Offline: true, Now: l.options.Now}
	for _, c := range l.state.Clusters {
		if c.State == cluster.Absent { // it has no settings
			continue
		}
		for _, denial := range set.Entry(rules.EntryOf(c), context) {
			severity, code := Error, codeDenied
			if denial.Rule.Level == policy.Warning {
				severity, code = Warning, codeDiscouraged
			}
			at := l.site(c.Source)
			at.add(severity, code, escape.Quote(c.Name)+": "+escape.Printable(denial.Message), "rule "+denial.Rule.Name)
			at.r.found[len(at.r.found)-1].Rule = denial.Rule.Name
		}
	}
}

// site returns the place of an entry.
func (l *loader) site(s cluster.Source) site {
	i := slices.IndexFunc(l.readers, func(r *reader) bool { return r.file == s.File })
	return site{l.readers[i], layout.Place{Line: s.Line, Column: s.Column}}
}
