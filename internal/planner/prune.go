package planner

import (
	"fmt"
	"slices"

	"clusterctl/internal/cluster"
)

// Without a limit of its own prune deletes at most this share of the owned
// clusters, once there are as many as this.
const (
	defaultPercent = 30
	defaultFrom    = 10
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
		b.doom(p, refusal, false)
	}
}

// settleDeletes makes changes of the deletes, unless they are more than the
// limit: then none of them is made. Those that prune asks for never empty the
// tenant.
func (b *builder) settleDeletes() {
	tooMany, emptied := b.overLimit(), b.leavesNone()
	for _, d := range b.doomed {
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

// overLimit says why there are too many deletes, if there are.
func (b *builder) overLimit() string {
	n := len(b.doomed)
	if limit := b.policy.MaxDeletes; limit != nil {
		if n <= *limit {
			return ""
		}
		return fmt.Sprintf("%s more than the limit of %d (policy.maxDeletes or --max-deletes)", deletesAre(n), *limit)
	}
	owned, from := b.owned()
	isPruning := slices.ContainsFunc(b.doomed, func(d deletion) bool { return d.change.IsPruned() })
	if !isPruning || from < defaultFrom || n*100 <= owned*defaultPercent {
		return ""
	}
	return fmt.Sprintf("%s more than %d %% of the %d owned clusters, the limit where prune is on (set another with policy.maxDeletes or --max-deletes)",
		deletesAre(n), defaultPercent, owned)
}

// owned counts the live clusters that are known to be owned, and those that may
// be: a type that is not known must not switch a limit off.
func (b *builder) owned() (known, atMost int) {
	for _, live := range b.clusters {
		switch {
		case live.Type == "" && !b.policy.Ignores(live.Name, ""):
			atMost++
		case b.policy.Owns(live.Name, live.Type):
			known++
			atMost++
		}
	}
	return known, atMost
}

func deletesAre(n int) string {
	if n == 1 {
		return "1 delete is"
	}
	return fmt.Sprintf("%d deletes are", n)
}

// leavesNone reports whether all deletes together would leave the tenant empty.
func (b *builder) leavesNone() bool {
	changes := slices.Clone(b.changes)
	for _, d := range b.doomed {
		changes = append(changes, d.change)
	}
	return leavesNone(changes, b.clusters)
}

// leavesNone reports whether the changes would leave no cluster that is known not
// to be one of the tenant's own.
func leavesNone(changes []Change, live []cluster.Live) bool {
	doomed := map[string]bool{}
	for _, c := range changes {
		if c.Action == Create {
			return false
		}
		doomed[c.ID] = doomed[c.ID] || c.Action == Delete
	}
	return !slices.ContainsFunc(live, func(l cluster.Live) bool { return !doomed[l.ID] && !isSystem(l.Type) && l.Type != "" })
}
