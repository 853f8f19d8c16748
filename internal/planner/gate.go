package planner

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"clusterctl/internal/cluster"
	"clusterctl/internal/jsonpatch"
	"clusterctl/internal/policy"
	"clusterctl/internal/rules"
)

// Waiver lets the denials of one rule pass.
type Waiver struct {
	Rule   string `json:"rule"`
	Reason string `json:"reason"`
}

// The codes of warnings about rules: a rule of level warning, and a waiver without an effect.
const (
	codeDenied       = "denied-warning"
	codeWaiverUnused = "waiver-unused"
)

// gate decides the rules of a policy. What they deny becomes a finding, or a warning.
type gate struct {
	rules    *rules.Set
	context  rules.Context
	waivers  []Waiver
	used     map[string]bool // the rules of waivers that let something pass
	warnings []Warning
}

func newGate(list []policy.Rule, waivers []Waiver, tenant cluster.Tenant, now time.Time) gate {
	return gate{
		rules:   rules.Compile(list),
		context: rules.Context{Org: tenant.Org, Pod: tenant.Pod, Now: now},
		waivers: append([]Waiver{}, waivers...),
		used:    map[string]bool{},
	}
}

// judge turns denials into findings like the given one. It reports whether any of them refuses.
func (g *gate) judge(denials []rules.Denial, about Finding) (found []Finding, refused bool) {
	for _, d := range denials {
		f := about
		f.Rule, f.Message = d.Rule.Name, d.Message
		i := slices.IndexFunc(g.waivers, func(w Waiver) bool { return w.Rule == d.Rule.Name })
		switch {
		case i >= 0:
			g.used[d.Rule.Name] = true
			f.Kind, f.Message = Waived, fmt.Sprintf("%s; waived: %s", d.Message, g.waivers[i].Reason)
		case d.Rule.Level == policy.Warning:
			g.warn(Warning{Code: codeDenied, Message: f.Denial(), Source: f.Source})
			continue
		default:
			f.Kind, refused = Denied, true
		}
		found = append(found, f)
	}
	return found, refused
}

// warn adds a warning once: two changes may be about one entry.
func (g *gate) warn(w Warning) {
	isSame := func(other Warning) bool {
		return other.Message == w.Message && placeOf(other.Source) == placeOf(w.Source)
	}
	if !slices.ContainsFunc(g.warnings, isSame) {
		g.warnings = append(g.warnings, w)
	}
}

// Denial names the cluster, what a rule says about it, and the rule.
func (f Finding) Denial() string {
	text := fmt.Sprintf("%s (rule %s)", f.Message, f.Rule)
	if name := cmp.Or(f.Name, f.ID); name != "" {
		text = name + ": " + text
	}
	return text
}

// denyEntry decides the rules for the entry of a pair, and reports whether they deny it. An absent
// cluster has no settings to decide about.
func (b *builder) denyEntry(p pair) bool {
	if p.desired == nil || p.desired.State == cluster.Absent || !b.gate.rules.Has(policy.ForCluster) {
		return false
	}
	about := Finding{Name: p.desired.Name, Source: p.source()}
	if p.live != nil {
		about.ID = p.live.ID
	}
	found, refused := b.gate.judge(b.gate.rules.Entry(rules.EntryOf(*p.desired), b.gate.context), about)
	b.findings = append(b.findings, found...)
	return refused
}

// denyChanges decides the rules for changes in the order in which they are applied, and leaves out
// those that are denied. It returns the ids of the clusters that keep their names for that reason.
func (b *builder) denyChanges() map[string]bool {
	keep := map[string]bool{}
	if !b.gate.rules.Has(policy.Subjects()...) {
		return keep
	}
	slices.SortFunc(b.changes, compareChanges)
	b.changes = slices.DeleteFunc(b.changes, func(c Change) bool {
		found, refused := b.gate.judge(b.gate.rules.Change(b.seen(c), b.gate.context), findingOf(c))
		b.findings = append(b.findings, found...)
		if _, isRename := c.rename(); isRename && refused {
			keep[c.ID] = true
		}
		return refused
	})
	return keep
}

// denyPlan decides the rules for the whole plan. Its changes stay, so that they can be reviewed.
func (b *builder) denyPlan(p *Plan) {
	found, _ := b.gate.judge(b.gate.plan(*p, b.seen), Finding{})
	p.Findings = append(p.Findings, found...)
	slices.SortFunc(p.Findings, compareFindings)
	unchanged := p.Summary.Unchanged
	p.Summary = summarize(p.Changes, p.Findings)
	p.Summary.Unchanged = unchanged
	for _, w := range b.gate.waivers {
		if !b.gate.used[w.Rule] {
			b.gate.warnings = append(b.gate.warnings, Warning{
				Code: codeWaiverUnused, Message: fmt.Sprintf("the waiver of rule %s has no effect now: the rule denies nothing", w.Rule),
			})
		}
	}
}

// plan decides the rules for a whole plan.
func (g *gate) plan(p Plan, seen func(Change) rules.Change) []rules.Denial {
	if !g.rules.Has(policy.ForPlan) {
		return nil
	}
	whole := rules.Plan{}
	for _, c := range p.Changes {
		whole.Changes = append(whole.Changes, seen(c))
	}
	whole.Summary, _ = jsonpatch.Canonical(p.Summary) // numbers alone
	return g.rules.Plan(whole, g.context)
}

// seen returns a change as rules see it.
func (inv inventory) seen(c Change) rules.Change {
	r := rules.Change{Action: string(c.Action), Name: c.Name, ID: c.ID, Diff: c.Diff, Entry: c.Entry}
	if live := inv.byID[c.ID]; live != nil {
		r.Live = live.Document
	}
	return r
}

// isOfPlan reports whether a finding is what the rules for the whole plan decided. They do not see
// it themselves.
func isOfPlan(f Finding) bool { return f.Rule != "" && f.Name == "" && f.ID == "" }

func findingOf(c Change) Finding { return Finding{Name: c.Name, ID: c.ID, Source: c.Source} }

// entryOf returns the entry of a pair as rules see it, nil if there are no rules or no entry.
func (b *builder) entryOf(p pair) json.RawMessage {
	if p.desired == nil || p.desired.State == cluster.Absent || !b.gate.rules.Has(policy.Subjects()...) {
		return nil
	}
	return rules.EntryOf(*p.desired)
}

// IsDenied reports whether a rule denies the plan as a whole.
func (p Plan) IsDenied() bool {
	return slices.ContainsFunc(p.Findings, func(f Finding) bool { return f.Kind == Denied && f.Name == "" && f.ID == "" })
}

// Ruling is what rules decided about a plan when it was applied.
type Ruling struct {
	Denied, Waived []Finding
	Warnings       []Warning
}

// Rule decides the rules of a plan again, at another time and on the tenant as it is now. A change
// that is already in place is not decided again. waivers are more than those of the plan.
func (p Plan) Rule(in RecheckInput, waivers []Waiver, isDone func(int) bool) (r Ruling) {
	g := newGate(p.Rules, slices.Concat(p.Waivers, waivers), p.Tenant, in.Now)
	inv := indexOf(in.Snapshot.Clusters)
	pending := p
	pending.Changes = nil
	for i, c := range p.Changes {
		if isDone(i) {
			continue
		}
		pending.Changes = append(pending.Changes, c)
		if c.Entry != nil {
			r.add(&g, g.rules.Entry(c.Entry, g.context), findingOf(c))
		}
		r.add(&g, g.rules.Change(inv.seen(c), g.context), findingOf(c))
	}
	pending.Summary = summarize(pending.Changes, slices.DeleteFunc(slices.Clone(p.Findings), isOfPlan))
	pending.Summary.Unchanged = p.Summary.Unchanged
	if len(pending.Changes) > 0 {
		r.add(&g, g.plan(pending, inv.seen), Finding{})
	}
	r.Warnings = g.warnings
	return r
}

// add adds findings, each one once: two changes may be about one entry.
func (r *Ruling) add(g *gate, denials []rules.Denial, about Finding) {
	found, _ := g.judge(denials, about)
	for _, f := range found {
		to := &r.Denied
		if f.Kind == Waived {
			to = &r.Waived
		}
		isSame := func(other Finding) bool {
			return other.Rule == f.Rule && other.Name == f.Name && other.ID == f.ID && other.Message == f.Message
		}
		if !slices.ContainsFunc(*to, isSame) {
			*to = append(*to, f)
		}
	}
}
