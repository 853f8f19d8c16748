package planner

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"time"

	"clusterctl/internal/api"
	"clusterctl/internal/cluster"
	"clusterctl/internal/policy"
)

// Input is everything that a plan depends on.
type Input struct {
	Desired []cluster.Cluster
	Policy  policy.Policy
	// Waivers let denials of the policy's rules pass.
	Waivers []Waiver
	// Selection limits the plan to the clusters that it picks.
	Selection cluster.Selection
	Snapshot  cluster.Snapshot
	// TrustListing accepts an unverified listing.
	TrustListing bool
	Now          time.Time
	// Undo marks the plan of an Editor that rolls back a run.
	Undo bool
	// Tool names the program and its version in the plan.
	Tool string
	Rate api.Rate
}

// New makes a plan. Whatever cannot be planned becomes a finding with the cluster and the
// reason; everything else is still planned.
func New(in Input) (Plan, error) {
	b := newBuilder(in)
	for _, p := range b.match(in.Desired, in.Policy.AllowSimilarNames) {
		if in.Selection.Picks(p.declaredName()) && !b.denyEntry(p) {
			b.add(p)
		}
	}
	b.prune()
	b.decideDeletes()
	keep := b.denyChanges()
	maps.Copy(keep, b.blockTakenNames())
	maps.Copy(keep, b.limitUpdates())
	b.changes = slices.DeleteFunc(b.changes, func(c Change) bool { return keep[c.ID] && c.Action == SetLog })
	return b.plan(in)
}

// plan returns the plan of everything that was collected.
func (b *builder) plan(in Input) (plan Plan, err error) {
	slices.SortFunc(b.changes, compareChanges)
	slices.SortFunc(b.findings, compareFindings)
	if err = b.planDetours(); err != nil {
		return Plan{}, err
	}
	plan = Plan{
		FormatVersion: FormatVersion,
		Tool:          in.Tool,
		CreatedAt:     in.Now.UTC(),
		ExpiresAt:     b.expiresAt,
		Undo:          in.Undo,
		Tenant:        in.Snapshot.Tenant,
		Listing:       in.Snapshot.Listing,
		Budget:        budget(b.changes, in.Snapshot, in.Rate),
		Summary:       summarize(b.changes, b.findings),
		Changes:       b.changes,
		Findings:      b.findings,
		Rules:         in.Policy.Rules,
		Waivers:       b.gate.waivers,
	}
	plan.Summary.Unchanged = b.unchanged
	b.denyPlan(&plan)
	plan.Warnings = b.warnings()
	plan.Digest, err = digest(plan)
	return plan, err
}

// builder collects the changes and findings of all pairs.
type builder struct {
	inventory
	gate      gate
	now       time.Time
	policy    policy.Policy
	prunable  []pair // live, owned and not declared, if prune is on
	deletions []deletion
	scalars   []scalar
	unmatched []Warning // about former names that no cluster has
	changes   []Change
	findings  []Finding
	unchanged int
	expiresAt *time.Time
}

func newBuilder(in Input) builder {
	return builder{
		inventory: inventoryOf(in.Snapshot, in.TrustListing),
		gate:      newGate(in.Policy.Rules, in.Waivers, in.Snapshot.Tenant, in.Now),
		now:       in.Now, policy: in.Policy,
		changes: []Change{}, findings: []Finding{}, // never null in JSON
	}
}

func (b *builder) find(kind FindingKind, p pair, message string) {
	f := Finding{Kind: kind, Message: message}
	if p.live != nil {
		f.Name, f.ID = p.live.Name, p.live.ID
	}
	if p.desired != nil {
		f.Name, f.Source = p.desired.Name, p.source()
	}
	b.findings = append(b.findings, f)
}

// expire moves the expiry of the plan forward to an instant; nil is never.
func (b *builder) expire(at *time.Time) {
	if at != nil && (b.expiresAt == nil || at.Before(*b.expiresAt)) {
		utc := at.UTC()
		b.expiresAt = &utc
	}
}

// compareChanges sorts changes in the order in which they are applied.
func compareChanges(x, y Change) int {
	return cmp.Or(
		cmp.Compare(x.Action.rank(), y.Action.rank()),
		cmp.Compare(x.Name, y.Name),
		cmp.Compare(x.ID, y.ID))
}

func compareFindings(x, y Finding) int {
	return cmp.Or(
		cmp.Compare(x.Kind, y.Kind),
		cmp.Compare(x.Name, y.Name),
		cmp.Compare(x.ID, y.ID),
		cmp.Compare(x.Message, y.Message),
		cmp.Compare(x.Rule, y.Rule),
		cmp.Compare(placeOf(x.Source), placeOf(y.Source)))
}

// placeOf returns a place in a file, "" for nil.
func placeOf(s *cluster.Source) string {
	if s == nil {
		return ""
	}
	return s.String()
}

// summarize counts everything except the clusters that match.
func summarize(changes []Change, findings []Finding) Summary {
	var s Summary
	byAction := map[Action]*int{Create: &s.Create, Update: &s.Update, SetLog: &s.SetLog, Delete: &s.Delete}
	byKind := map[FindingKind]*int{
		Blocked: &s.Blocked, Denied: &s.Denied, Ignored: &s.Ignored, Irreversible: &s.Irreversible,
		Satisfied: &s.Satisfied, Unmanaged: &s.Unmanaged, Waived: &s.Waived,
	}
	for _, c := range changes {
		if n := byAction[c.Action]; n != nil {
			*n++
		}
	}
	for _, f := range findings {
		if n := byKind[f.Kind]; n != nil {
			*n++
		}
	}
	return s
}

// scalar is a number or boolean in the tenant that equals a declared string as text.
type scalar struct{ cluster, path, value string }

// warnings returns the warnings that the policy does not silence.
func (b *builder) warnings() []Warning {
	for _, list := range [][]Warning{b.gate.warnings, b.unmatched} {
		slices.SortFunc(list, func(x, y Warning) int {
			return cmp.Or(cmp.Compare(x.Message, y.Message), cmp.Compare(placeOf(x.Source), placeOf(y.Source)))
		})
	}
	all := append([]Warning{}, slices.Concat(b.gate.warnings, b.notText(), b.unmatched)...) // never null in JSON
	return slices.DeleteFunc(all, func(w Warning) bool { return b.policy.Allows(w.Code) })
}

// notText returns one warning for all scalars, however many there are.
func (b *builder) notText() []Warning {
	if len(b.scalars) == 0 {
		return nil
	}
	first := slices.MinFunc(b.scalars, func(x, y scalar) int {
		return cmp.Or(cmp.Compare(x.cluster, y.cluster), cmp.Compare(x.path, y.path), cmp.Compare(x.value, y.value))
	})
	more := ""
	if n := len(b.scalars) - 1; n > 0 {
		more = fmt.Sprintf(" (and %d more like it)", n)
	}
	return []Warning{{Code: policy.CodeNotText, Message: fmt.Sprintf(
		"the tenant returned %s of %q as %s instead of a string%s; such values are compared as strings", first.path, first.cluster, first.value, more)}}
}
