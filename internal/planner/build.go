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
	b := builder{now: in.Now, policy: in.Policy, staying: untouched(pairs, in.Selection)}
	pairs = slices.DeleteFunc(pairs, func(p pair) bool { return !in.Selection.Picks(p.declaredName()) })
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

// untouched counts the live clusters that a selection leaves as they are. The
// tenant's own are never the ones to be kept.
func untouched(pairs []pair, selection cluster.Selection) int {
	n := 0
	for _, p := range pairs {
		if p.live != nil && !isSystem(p.live.Type) && !selection.Picks(p.declaredName()) {
			n++
		}
	}
	return n
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
		Strays:        strays(b.unmanaged, in),
	}
	plan.Summary.Unchanged = b.unchanged
	plan.Digest, err = digest(plan)
	return plan, err
}

// builder collects what becomes of each pair.
type builder struct {
	now       time.Time
	policy    cluster.Policy
	prunable  []pair // live, owned and in no file, while prune is on
	unmanaged []pair // live, owned and in no file, while it is off
	staying   int    // clusters that will be there whatever is pruned
	changes   []Change
	findings  []Finding
	unchanged int
	expiresAt *time.Time
}

// add decides one pair. The table draws every case there is, with those that
// New leaves out because they are not selected and those in which matching
// fails. Of a log configuration decideLog says more, in a table of its own.
//
// Where a row says nothing else, prune is off, only the system types are
// ignored, and another cluster is declared and there as declared. A test has a
// row for each key, and holds what becomes of it against the last column.
//
//	key  declared  live                        policy                  becomes
//	---  --------  --------------------------  ----------------------  --------------------
//	N1   no        of a system type            –                       ignored
//	N2   no        one                         ignored                 ignored
//	N3   no        one                         out of scope            ignored
//	N4   no        one                         –                       unmanaged
//	N5   no        two of one name             –                       unmanaged, unmanaged
//	N6   no        one                         prune                   delete
//	N7   no        two of one name             prune                   delete, delete
//	N8   no        one                         prune, ignored          ignored
//	N9   no        one                         prune, out of scope     ignored
//	N10  no        of a system type            prune                   ignored
//	N11  no        of a system type            prune, no type ignored  blocked
//	N12  no        one                         prune, protected        blocked
//	N13  no        with clients                prune                   blocked
//	N14  no        with services               prune                   blocked
//	N15  no        two                         prune, maxDeletes 2     delete, delete
//	N16  no        two                         prune, maxDeletes 1     blocked, blocked
//	N17  no        two, and no other           prune                   blocked, blocked
//	N18  no        two, one with clients       prune                   blocked, delete
//	N19  no        one, another is created     prune                   create, delete
//	N20  no        one                         prune, not selected     nothing
//	N21  no        two, one not selected       prune                   delete
//	N22  no        one, a system's unselected  prune, no type ignored  blocked
//
//	P1   present   none                        –                       create
//	P2   present   none of its id              –                       blocked
//	P3   present   none of either name         –                       create
//	P4   present   none, a system type wanted  –                       blocked
//	P5   present   none                        ignored                 blocked
//	P6   present   none                        out of scope            blocked
//	P7   present   none                        not selected            nothing
//	P8   present   one, as declared            –                       unchanged
//	P9   present   one, other fields           –                       update
//	P10  present   one, other logConfig        –                       set-log
//	P11  present   one, both                   –                       set-log, update
//	P12  present   one, other fields           protected               update
//	P13  present   one, other fields           prune                   update
//	P14  present   with clients, other fields  –                       update
//	P15  present   of another type             –                       blocked
//	P16  present   of a system type            –                       blocked
//	P17  present   of a system type            no type ignored         update
//	P18  present   one                         ignored                 blocked
//	P19  present   one                         out of scope            blocked
//	P20  present   by id, of that name         –                       unchanged
//	P21  present   by id, of another name      –                       update
//	P22  present   by id, new name taken       –                       blocked, unmanaged
//	P23  present   by id, two of its name      –                       unchanged, unmanaged
//	P24  present   by renamedFrom              –                       update
//	P25  present   by name, renamedFrom too    –                       unchanged, unmanaged
//	P26  present   by id, of another name      new name ignored        blocked
//	P27  present   by renamedFrom              new name out of scope   blocked
//	P28  present   two of its name             –                       error
//	P29  present   two of its renamedFrom      –                       error
//	P30  present   one, of two entries         –                       error
//
//	A1   absent    none                        –                       unchanged
//	A2   absent    none of its id              –                       unchanged
//	A3   absent    none                        ignored                 unchanged
//	A4   absent    one                         –                       delete
//	A5   absent    by id, of another name      –                       delete
//	A6   absent    by renamedFrom              –                       delete
//	A7   absent    one                         ignored                 blocked
//	A8   absent    one                         out of scope            blocked
//	A9   absent    one                         protected               blocked
//	A10  absent    of a system type            –                       blocked
//	A11  absent    of a system type            no type ignored         blocked
//	A12  absent    with clients                –                       blocked
//	A13  absent    with services               –                       blocked
//	A14  absent    both, removeClients         –                       delete
//	A15  absent    both, removeClients         protected               blocked
//	A16  absent    one                         prune, maxDeletes 0     delete
//	A17  absent    one, and no other           prune                   delete
//	A18  absent    two of its name             –                       error
//	A19  absent    by id, of another name      new name out of scope   delete
func (b *builder) add(p pair) error {
	foreign := b.foreign(p)
	switch {
	case p.desired == nil && foreign != "":
		b.find(Ignored, p, foreign)
	case p.desired == nil && b.policy.Prune:
		b.prunable = append(b.prunable, p)
	case p.desired == nil:
		b.unmanaged = append(b.unmanaged, p)
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

// foreign says why a pair is none of the files' business, if it is not: by what
// is live, and by the name that it is to have. A cluster renamed out of the
// scope could not be planned again.
func (b *builder) foreign(p pair) string {
	reason := b.leftAlone(p.name(), p.clusterType())
	if reason == "" && p.desired != nil && p.desired.State != cluster.Absent {
		if reason = b.leftAlone(p.desired.Name, p.clusterType()); reason != "" {
			reason = "its new name is " + reason
		}
	}
	return reason
}

// leftAlone says why the policy leaves clusters of a name and type alone, if it
// does.
func (b *builder) leftAlone(name, kind string) string {
	switch {
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
