package planner

import (
	"cmp"
	"errors"
	"slices"
	"time"

	"clusterctl/internal/cluster"
)

// Input is all that a plan follows from.
type Input struct {
	Desired  []cluster.Cluster
	Snapshot cluster.Snapshot
	Now      time.Time
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
	b := builder{now: in.Now}
	var errs []error
	for _, p := range pairs {
		errs = append(errs, b.add(p))
	}
	if err := errors.Join(errs...); err != nil {
		return Plan{}, err
	}
	b.sort()
	plan := Plan{
		FormatVersion: FormatVersion,
		Tool:          in.Tool,
		CreatedAt:     in.Now.UTC(),
		ExpiresAt:     b.expiresAt,
		Tenant:        in.Snapshot.Tenant,
		Proof:         in.Snapshot.Proof,
		Budget:        budget(b.changes, in.Rate),
		Summary:       b.summary(),
		Changes:       b.changes,
		Findings:      b.findings,
	}
	plan.Digest, err = digest(plan.Tenant, plan.Changes)
	return plan, err
}

// builder collects what becomes of each pair.
type builder struct {
	now       time.Time
	changes   []Change
	findings  []Finding
	unchanged int
	expiresAt *time.Time
}

// add decides one pair:
//
//	desired  live      becomes
//	-------  --------  ---------------------------------------------------
//	–        ignored   finding ignored
//	–        yes       finding unmanaged
//	present  –         create
//	present  ignored   finding blocked
//	present  yes       update and set-log as they differ; finding blocked
//	                   where the type does; unchanged
//	absent   –         unchanged
//	absent   ignored   finding blocked
//	absent   yes       delete; finding blocked where something is attached
func (b *builder) add(p pair) error {
	switch {
	case p.desired == nil && p.isIgnored():
		b.find(Ignored, p, ignoredMessage(p.live.Type))
	case p.desired == nil:
		b.find(Unmanaged, p, "live, but in no file")
	case p.live != nil && p.isIgnored():
		b.find(Blocked, p, "declared, but "+ignoredMessage(p.live.Type))
	case p.desired.State == cluster.Absent:
		return b.remove(p)
	case p.live == nil:
		return b.create(p)
	default:
		return b.reconcile(p)
	}
	return nil
}

func (b *builder) find(kind FindingKind, p pair, message string) {
	f := Finding{Kind: kind, Message: message}
	if p.live != nil {
		f.Name, f.ID = p.live.Name, p.live.ID
	}
	if p.desired != nil {
		source := p.desired.Source
		f.Name, f.Source = p.desired.Name, &source
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
	slices.SortFunc(b.changes, func(x, y Change) int {
		return cmp.Or(
			cmp.Compare(x.Action.rank(), y.Action.rank()),
			cmp.Compare(x.Name, y.Name),
			cmp.Compare(x.ID, y.ID))
	})
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

func (b *builder) summary() Summary {
	s := Summary{Unchanged: b.unchanged}
	for _, c := range b.changes {
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
	for _, f := range b.findings {
		switch f.Kind {
		case Blocked:
			s.Blocked++
		case Ignored:
			s.Ignored++
		case Satisfied:
			s.Satisfied++
		case Unmanaged:
			s.Unmanaged++
		}
	}
	return s
}
