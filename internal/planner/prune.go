package planner

import (
	"slices"

	"clusterctl/internal/cluster"
	"clusterctl/internal/policy"
)

// prune plans the deletes of live clusters that the files own but do not declare.
func (b *builder) prune() {
	for _, p := range b.prunable {
		refusal := p.blocked
		switch {
		case refusal != "":
		case p.live.Type == "":
			refusal = "type unknown; declare it, or add its name to policy.ignore"
		default:
			refusal = b.undeletable(p, false)
		}
		b.planDelete(p, refusal, false)
	}
}

// decideDeletes turns the deletes into changes, or blocks all of them if they exceed the
// limit. Prune never leaves the tenant empty.
func (b *builder) decideDeletes() {
	all, isPruning := slices.Clone(b.changes), false
	for _, d := range b.deletions {
		all, isPruning = append(all, d.change), isPruning || d.change.IsPruned()
	}
	tooMany, isEmptied := b.policy.OverLimit(len(b.deletions), isPruning, b.clusters), leavesNone(all, b.clusters)
	for _, d := range b.deletions {
		switch {
		case tooMany != "":
			b.refuseDelete(d.pair, tooMany)
		case isEmptied && d.change.IsPruned():
			b.refuseDelete(d.pair, noneLeft+"; declare one to keep")
		default:
			b.changes = append(b.changes, d.change)
		}
	}
}

// noneLeft is why prune does not delete the last clusters of a tenant.
const noneLeft = "at least one cluster must stay in the tenant"

// leavesNone reports whether the changes would leave no cluster other than system-managed
// ones and those of unknown type.
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
