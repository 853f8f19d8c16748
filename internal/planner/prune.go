package planner

import (
	"slices"

	"clusterctl/internal/cluster"
	"clusterctl/internal/policy"
)

// prune plans the deletes of live clusters that the files own and do not list.
func (b *builder) prune() {
	for _, p := range b.prunable {
		refusal := p.blocked
		switch {
		case refusal != "":
		case p.live.Type == "":
			refusal = "type not known (declare it, or add its name to policy.ignore)"
		default:
			refusal = b.undeletable(p, false)
		}
		b.planDelete(p, refusal, false)
	}
}

// decideDeletes makes changes of the deletes, unless they are more than the
// limit: then none of them is made. Those that prune asks for never empty the
// tenant.
func (b *builder) decideDeletes() {
	isPruning := slices.ContainsFunc(b.deletions, func(d deletion) bool { return d.change.IsPruned() })
	tooMany, emptied := b.policy.OverLimit(len(b.deletions), isPruning, b.clusters), b.leavesNone()
	for _, d := range b.deletions {
		switch {
		case tooMany != "":
			b.refuseDelete(d.pair, tooMany)
		case emptied && d.change.IsPruned():
			b.refuseDelete(d.pair, "prune never deletes the last cluster of a tenant (declare one that stays)")
		default:
			b.changes = append(b.changes, d.change)
		}
	}
}

// leavesNone reports whether all changes and deletes together would leave the tenant
// empty.
func (b *builder) leavesNone() bool {
	changes := slices.Clone(b.changes)
	for _, d := range b.deletions {
		changes = append(changes, d.change)
	}
	return leavesNone(changes, b.clusters)
}

// leavesNone reports whether the changes would leave no cluster but system-managed ones
// and those of unknown type.
func leavesNone(changes []Change, live []cluster.Live) bool {
	isDeleted := map[string]bool{}
	for _, c := range changes {
		if c.Action == Create {
			return false
		}
		isDeleted[c.ID] = isDeleted[c.ID] || c.Action == Delete
	}
	return !slices.ContainsFunc(live, func(l cluster.Live) bool { return !isDeleted[l.ID] && !policy.IsSystem(l.Type) && l.Type != "" })
}
