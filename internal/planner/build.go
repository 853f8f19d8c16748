package planner

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"time"

	"clusterctl/internal/cluster"
)

// Input is all that a plan follows from.
type Input struct {
	Desired []cluster.Cluster
	Policy  cluster.Policy
	// Selection narrows the plan: what it does not pick is no part of it.
	Selection cluster.Selection
	Snapshot  cluster.Snapshot
	Now       time.Time
	// Tool names the program and its version in the plan.
	Tool string
	Rate Rate
}

// New plans. It fails where the files cannot be matched with the tenant, with
// every such cluster named; a change that is refused is a finding instead.
func New(in Input) (Plan, error) {
	pairs, err := match(in.Desired, in.Snapshot.Clusters)
	if err != nil {
		return Plan{}, err
	}
	pairs = slices.DeleteFunc(pairs, func(p pair) bool { return !in.Selection.Picks(p.declaredName()) })
	b := builder{now: in.Now, policy: in.Policy}
	var errs []error
	for _, p := range pairs {
		errs = append(errs, b.add(p))
	}
	if err := errors.Join(errs...); err != nil {
		return Plan{}, err
	}
	b.prune()
	return b.plan(in)
}

// plan is the plan of all that was collected.
func (b *builder) plan(in Input) (plan Plan, err error) {
	b.sort()
	plan = Plan{
		FormatVersion: FormatVersion,
		Tool:          in.Tool,
		CreatedAt:     in.Now.UTC(),
		ExpiresAt:     b.expiresAt,
		Tenant:        in.Snapshot.Tenant,
		Proof:         in.Snapshot.Proof,
		Budget:        budget(b.changes, in.Rate),
		Summary:       summarize(b.changes, b.findings),
		Changes:       b.changes,
		Findings:      b.findings,
	}
	plan.Summary.Unchanged = b.unchanged
	plan.Digest, err = digest(plan.Tenant, plan.Changes)
	return plan, err
}

// builder collects what becomes of each pair.
type builder struct {
	now       time.Time
	policy    cluster.Policy
	prunable  []pair // live, owned and in no file, while prune is on
	staying   int    // declared clusters that will be there
	changes   []Change
	findings  []Finding
	unchanged int
	expiresAt *time.Time
}

// add decides one pair. What a policy ignores or does not own is "foreign".
//
//	desired  live      becomes
//	-------  --------  ---------------------------------------------------
//	–        foreign   finding ignored
//	–        owned     finding unmanaged; while prune is on, see prune
//	present  –         create; finding blocked if it would be foreign, or if
//	                   it names an id
//	present  foreign   finding blocked
//	present  owned     update and set-log as they differ; finding blocked
//	                   where the type does, or the new name is taken;
//	                   unchanged
//	absent   –         unchanged
//	absent   foreign   finding blocked
//	absent   owned     delete; finding blocked where it is protected, or
//	                   something is attached
func (b *builder) add(p pair) error {
	foreign := b.foreign(p)
	switch {
	case p.desired == nil && foreign != "":
		b.find(Ignored, p, foreign)
	case p.desired == nil && b.policy.Prune:
		b.prunable = append(b.prunable, p)
	case p.desired == nil:
		b.find(Unmanaged, p, "live, but in no file")
	case p.desired.State == cluster.Absent && p.live == nil:
		b.unchanged++
	case foreign != "":
		b.find(Blocked, p, "declared, but "+foreign)
	case p.blocked != "":
		b.find(Blocked, p, p.blocked)
	case p.desired.State == cluster.Absent:
		b.remove(p)
	case p.live == nil:
		b.staying++
		return b.create(p)
	default:
		b.staying++
		return b.reconcile(p)
	}
	return nil
}

// foreign says why a cluster is none of the files' business, if it is not.
func (b *builder) foreign(p pair) string {
	switch name, kind := p.name(), p.clusterType(); {
	case b.policy.Ignores(name, kind) && isSystem(kind):
		return fmt.Sprintf("of type %s, which the tenant keeps for itself", kind)
	case b.policy.Ignores(name, kind):
		return "ignored by policy.ignore"
	case !b.policy.Owns(name, kind):
		return "out of policy.scope"
	default:
		return ""
	}
}

func isSystem(clusterType string) bool { return slices.Contains(cluster.SystemTypes(), clusterType) }

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

// expire notes a moment at which the plan becomes wrong.
func (b *builder) expire(at time.Time) {
	if at = at.UTC(); b.expiresAt == nil || at.Before(*b.expiresAt) {
		b.expiresAt = &at
	}
}

// sort gives the plan its one order, and makes its arrays empty rather than nil.
func (b *builder) sort() {
	slices.SortFunc(b.changes, compareChanges)
	slices.SortFunc(b.findings, func(x, y Finding) int {
		return cmp.Or(
			cmp.Compare(x.Kind, y.Kind),
			cmp.Compare(x.Name, y.Name),
			cmp.Compare(x.ID, y.ID),
			cmp.Compare(x.Message, y.Message))
	})
	if b.changes == nil {
		b.changes = []Change{}
	}
	if b.findings == nil {
		b.findings = []Finding{}
	}
}

// compareChanges orders changes as they are applied.
func compareChanges(x, y Change) int {
	return cmp.Or(
		cmp.Compare(x.Action.rank(), y.Action.rank()),
		cmp.Compare(x.Name, y.Name),
		cmp.Compare(x.ID, y.ID))
}

// summarize counts all but the clusters that match.
func summarize(changes []Change, findings []Finding) Summary {
	var s Summary
	for _, c := range changes {
		switch c.Action {
		case Create:
			s.Create++
		case Update:
			s.Update++
		case SetLog:
			s.SetLog++
		case Delete:
			s.Delete++
		}
	}
	for _, f := range findings {
		switch f.Kind {
		case Blocked:
			s.Blocked++
		case Ignored:
			s.Ignored++
		case Irreversible:
			s.Irreversible++
		case Satisfied:
			s.Satisfied++
		case Unmanaged:
			s.Unmanaged++
		}
	}
	return s
}
