package planner

import (
	"fmt"

	"clusterctl/internal/cluster"
)

// remove plans the delete that a file names. What is attached to the cluster
// goes with it only where the file says so.
func (b *builder) remove(p pair) {
	if message := b.undeletable(p, p.desired.RemoveClients); message != "" {
		b.find(Blocked, p, message)
		return
	}
	b.delete(p, p.desired.RemoveClients)
}

// prune plans the deletes of live clusters that the files own and do not list:
// all of them, or none where they are more than the cap, or all there are.
func (b *builder) prune() {
	var doomed []pair
	for _, p := range b.prunable {
		if message := b.undeletable(p, false); message != "" {
			b.find(Blocked, p, "in no file, but "+message)
			b.staying++
			continue
		}
		doomed = append(doomed, p)
	}
	refusal := ""
	switch limit := b.policy.MaxDeletes; {
	case limit != nil && len(doomed) > *limit:
		refusal = fmt.Sprintf("in no file, but %s more than the cap of %d (policy.maxDeletes or --max-deletes)", deletesAre(len(doomed)), *limit)
	case b.staying == 0:
		refusal = "in no file, but prune never deletes the last cluster"
	}
	for _, p := range doomed {
		if refusal != "" {
			b.find(Blocked, p, refusal)
			continue
		}
		b.delete(p, false)
	}
}

func deletesAre(n int) string {
	if n == 1 {
		return "1 delete is"
	}
	return fmt.Sprintf("%d deletes are", n)
}

// undeletable says why a live cluster must not be deleted, if it must not.
func (b *builder) undeletable(p pair, removeClients bool) string {
	switch {
	case isSystem(p.live.Type):
		return fmt.Sprintf("of type %s, which the tenant keeps for itself", p.live.Type)
	case b.policy.Protects(p.live.Name, p.live.Type):
		return "protected by policy.protect"
	case !p.live.AttachmentsKnown() && !removeClients:
		return "attached clients not known (removeClients: true deletes it all the same)"
	case !p.live.IsEmpty() && !removeClients:
		return fmt.Sprintf("clients attached: %s, services: %s (removeClients: true deletes it all the same)", p.live.Clients, p.live.Services)
	default:
		return ""
	}
}

func (b *builder) delete(p pair, removeClients bool) {
	change := Change{
		Action: Delete, Name: p.live.Name, ID: p.live.ID, Source: p.source(),
		RemoveClients: removeClients, Diff: []FieldDiff{},
	}
	change.attach(*p.live)
	change.Requests = []Request{deleteRequest(p.live.ID, removeClients)}
	b.changes = append(b.changes, change)
}

// attach notes what goes with a cluster that is deleted.
func (c *Change) attach(live cluster.Live) {
	c.AttachedUnknown = !live.AttachmentsKnown()
	c.Clients, _ = live.Clients.Known()
	c.Services, _ = live.Services.Known()
}

// AttachedAsReviewed reports whether a cluster to be deleted has as much
// attached as the reviewer saw.
func (c Change) AttachedAsReviewed(live cluster.Live) bool {
	now := Change{}
	now.attach(live)
	return now.AttachedUnknown == c.AttachedUnknown && now.Clients == c.Clients && now.Services == c.Services
}

// IsPruned reports whether a change deletes a cluster that no file names.
func (c Change) IsPruned() bool { return c.Action == Delete && c.Source == nil }
