package planner

import (
	"encoding/json"
	"fmt"
	"slices"

	"clusterctl/internal/cluster"
	"clusterctl/internal/jsonpatch"
)

// renaming is an update that changes the name of a cluster.
type renaming struct {
	index    int // of the change
	id       string
	from, to string
}

// renamings returns the updates among changes that rename, in their order.
func renamings(changes []Change) []renaming {
	var found []renaming
	for i, c := range changes {
		d, ok := c.rename()
		r := renaming{index: i, id: c.ID}
		if ok && json.Unmarshal(d.Before, &r.from) == nil && json.Unmarshal(d.After, &r.to) == nil {
			found = append(found, r)
		}
	}
	return found
}

// rename returns the edit of the name in an update.
func (c Change) rename() (jsonpatch.Edit, bool) {
	i := slices.IndexFunc(c.Diff, func(d jsonpatch.Edit) bool { return c.Action == Update && d.Path == "/name" })
	if i < 0 {
		return jsonpatch.Edit{}, false
	}
	return c.Diff[i], true
}

// NewName returns the new name of a cluster, and false if the change does not rename it.
func (c Change) NewName() (name string, renames bool) {
	d, renames := c.rename()
	renames = renames && json.Unmarshal(d.After, &name) == nil
	return name, renames
}

// blockTakenNames blocks the updates that rename a cluster to a name that another one
// keeps, and returns the ids of the blocked clusters. A blocked cluster keeps its name,
// so it may block others in turn.
func (b *builder) blockTakenNames() map[string]bool {
	blocked := map[string]bool{}
	for {
		taken := b.takenNames()
		if len(taken) == 0 {
			return blocked
		}
		for _, c := range b.blockUpdates(func(c Change) string { return taken[c.ID] }) {
			blocked[c.ID] = true
		}
	}
}

// blockUpdates blocks the updates that have a refusal, and returns them.
func (b *builder) blockUpdates(refusal func(Change) string) (blocked []Change) {
	b.changes = slices.DeleteFunc(b.changes, func(c Change) bool {
		if c.Action != Update || refusal(c) == "" {
			return false
		}
		blocked = append(blocked, c)
		b.findings = append(b.findings, Finding{Kind: Blocked, Name: c.Name, ID: c.ID, Source: c.Source, Message: refusal(c)})
		return true
	})
	return blocked
}

// limitUpdates blocks all updates if there are more than the policy allows. It returns the
// ids of the clusters that keep their names for that reason: the log configuration of such
// a cluster would be set under a name that it does not have.
func (b *builder) limitUpdates() map[string]bool {
	n := 0
	for _, c := range b.changes {
		if c.Action == Update {
			n++
		}
	}
	keep := map[string]bool{}
	tooMany := b.policy.OverUpdateLimit(n, b.clusters)
	if tooMany == "" {
		return keep
	}
	for _, c := range b.blockUpdates(func(Change) string { return "cannot be updated: " + tooMany }) {
		_, isRename := c.rename()
		keep[c.ID] = isRename
	}
	return keep
}

// takenNames says, by id, why clusters cannot have their new names: another cluster keeps
// the name, or may have it without being listed, or it is not a string.
func (b *builder) takenNames() map[string]string {
	taken := map[string]string{}
	for _, c := range b.changes {
		if d, ok := c.rename(); ok {
			taken[c.ID] = fmt.Sprintf("the new name is not a string: %s", shown(d.After))
		}
	}
	found, renamed := renamings(b.changes), map[string]bool{}
	for _, r := range found {
		delete(taken, r.id)
		renamed[r.id] = true
	}
	for _, r := range found {
		switch keepers := b.keepers(r.to, func(id string) bool { return renamed[id] }); {
		case len(keepers) > 0:
			taken[r.id] = fmt.Sprintf("cannot be renamed from %q to %q: live cluster %s has that name; rename or delete it first", r.from, r.to, keepers[0])
		case !b.listed:
			taken[r.id] = fmt.Sprintf("cannot be renamed from %q to %q: the new name is %s", r.from, r.to, notListed)
		}
	}
	return taken
}

// keepers returns the ids of the clusters that have a name and keep it, sorted.
func (inv inventory) keepers(name string, isLeaving func(id string) bool) []string {
	return ids(slices.DeleteFunc(slices.Clone(inv.byName[name]), func(l *cluster.Live) bool { return isLeaving(l.ID) }))
}

// temporaryName starts with the old name, so that the cluster is still in scope after an
// interrupted run, and has the id in it, so that it is unique.
func (r renaming) temporaryName() string { return r.from + "-renaming-" + r.id }
