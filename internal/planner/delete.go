package planner

import (
	"encoding/json"
	"fmt"

	"clusterctl/internal/api"
	"clusterctl/internal/cluster"
	"clusterctl/internal/jsonpatch"
)

// deletion is a delete that is wanted, as long as no limit refuses it.
type deletion struct {
	pair   pair
	change Change
}

// remove plans the delete that an entry asks for. A cluster of unknown type is not deleted
// by name alone: it may be system-managed.
func (b *builder) remove(p pair) {
	refusal := b.undeletable(p, p.desired.RemoveClients)
	if p.live.Type == "" && p.desired.ID == "" {
		refusal = fmt.Sprintf("type not known (add id: %q to its entry to delete it all the same)", p.live.ID)
	}
	b.planDelete(p, refusal, p.desired.RemoveClients)
}

// planDelete plans a delete, unless there is a reason not to.
func (b *builder) planDelete(p pair, refusal string, removeClients bool) {
	change, err := newDelete(p, removeClients)
	if refusal == "" && err != nil {
		refusal = err.Error()
	}
	if refusal != "" {
		b.refuseDelete(p, refusal)
		return
	}
	b.deletions = append(b.deletions, deletion{p, change})
}

// refuseDelete blocks a delete. Of a cluster that prune would delete a reader has
// to learn why it was about to be.
func (b *builder) refuseDelete(p pair, message string) {
	if p.desired == nil {
		message = "in no file, but " + message
	}
	b.find(Blocked, p, message)
}

// undeletable says why a live cluster must not be deleted, if it must not.
func (b *builder) undeletable(p pair, removeClients bool) string {
	switch refusal := b.policy.Undeletable(p.live.Name, p.live.Type); {
	case refusal != "":
		return refusal
	case !b.listed:
		return notListed
	case !p.live.AttachmentsKnown() && !removeClients:
		return "attached clients not known" + remedy(p)
	case !p.live.IsEmpty() && !removeClients:
		return fmt.Sprintf("clients attached: %s, services: %s%s", p.live.Clients, p.live.Services, remedy(p))
	default:
		return ""
	}
}

// notListed is why nothing is created or deleted by a listing that may lack
// clusters.
const notListed = "the listing is not verified, so it may lack clusters (if it is complete, use --trust-listing)"

// remedy is how what is attached is deleted all the same: by an entry, which a
// cluster that prune is about does not have.
func remedy(p pair) string {
	if p.desired == nil {
		return " (to delete it all the same, add an entry with state: absent and removeClients: true)"
	}
	return " (removeClients: true deletes it all the same)"
}

// newDelete is the delete of a cluster as it is now, to be compared when it is applied.
// Its diff has the open objects as a whole, since a key may be added to them.
func newDelete(p pair, removeClients bool) (Change, error) {
	change := Change{
		Action: Delete, Name: p.live.Name, ID: p.live.ID, Source: p.source(), RemoveClients: removeClients, Diff: []jsonpatch.Edit{},
		Requests: []Request{{Method: "DELETE", Path: api.DeletePath(p.live.ID, removeClients)}},
	}
	change.AttachedUnknown = !p.live.AttachmentsKnown()
	change.Clients, _ = p.live.Clients.Known()
	change.Services, _ = p.live.Services.Known()
	doc := jsonpatch.Decode(p.live.Document)
	for _, path := range deletedPaths() {
		value, there, err := doc.Lookup(path)
		if err != nil {
			return Change{}, err
		}
		if !there {
			value = json.RawMessage("null") // so that one added since is a difference
		}
		change.Diff = append(change.Diff, jsonpatch.Edit{Path: path, Before: value})
	}
	return change, nil
}

// deletedPaths are the fields in the diff of a delete, whether the cluster has them or
// not.
func deletedPaths() []string {
	return append([]string{"/name", "/type", "/description"}, cluster.OpenObjects()...)
}

// AttachedSince says how what is attached to a cluster to be deleted differs from
// what the reviewer saw. It is empty if it does not.
//
//	reviewed  now      differs
//	--------  -------  ---------------------------------------------
//	known     known    if a count is another
//	known     unknown  yes
//	unknown   known    if a count that was known is another: whoever
//	                   reviewed it allowed for any other
//	unknown   unknown  likewise, and always without removeClients
func (c Change) AttachedSince(live cluster.Live) string {
	isOther := func(reviewed int, now cluster.Count) bool {
		n, isKnown := now.Known()
		return n != reviewed && (!c.AttachedUnknown || reviewed != 0 && isKnown)
	}
	var found string
	switch {
	case !live.AttachmentsKnown() && (!c.AttachedUnknown || !c.RemoveClients):
		found = "attached clients not known now"
	case isOther(c.Clients, live.Clients), isOther(c.Services, live.Services):
		found = fmt.Sprintf("found %s and %s", live.Clients, live.Services)
	default:
		return ""
	}
	return fmt.Sprintf("expected %d clients and %d services attached, %s", c.Clients, c.Services, found)
}

// IsPruned reports whether a change deletes a cluster that no file names.
func (c Change) IsPruned() bool { return c.Action == Delete && c.Source == nil }
