package planner

import (
	"encoding/json"
	"fmt"
	"time"

	"clusterctl/internal/api"
	"clusterctl/internal/cluster"
	"clusterctl/internal/jsonpatch"
	"clusterctl/internal/policy"
)

// deletion is a delete that is planned unless a limit refuses it.
type deletion struct {
	pair   pair
	change Change
}

// remove plans the delete that an entry asks for. A cluster of unknown type is not deleted
// by name alone: it may be system-managed.
func (b *builder) remove(p pair) {
	refusal := b.undeletable(p, p.desired.RemoveClients)
	if p.live.Type == "" && p.desired.ID == "" {
		refusal = fmt.Sprintf("type unknown; to delete it anyway, add id: %q to its entry", p.live.ID)
	}
	b.planDelete(p, refusal, p.desired.RemoveClients)
}

// planDelete plans a delete, or blocks it if there is a refusal.
func (b *builder) planDelete(p pair, refusal string, removeClients bool) {
	change, err := newDelete(p, removeClients, b.now)
	if refusal == "" && err != nil {
		refusal = err.Error()
	}
	if refusal != "" {
		b.refuseDelete(p, refusal)
		return
	}
	b.deletions = append(b.deletions, deletion{p, change})
}

// refuseDelete blocks a delete. The message says whether an entry or prune asked for it.
func (b *builder) refuseDelete(p pair, reason string) {
	refused := "cannot be deleted: "
	if p.desired == nil {
		refused = "cannot be pruned: "
	}
	b.find(Blocked, p, refused+reason)
}

// undeletable says why a live cluster must not be deleted; it is empty if it may be.
func (b *builder) undeletable(p pair, removeClients bool) string {
	switch refusal := b.policy.Undeletable(p.live.Name, p.live.Type); {
	case refusal != "":
		return refusal + keepRemedy(p)
	case !b.listed:
		return unverified
	case !p.live.AttachmentsKnown() && !removeClients:
		return p.live.Attached() + detachRemedy(p)
	case !p.live.IsEmpty() && !removeClients:
		return p.live.Attached() + detachRemedy(p)
	default:
		return ""
	}
}

// unverified is why no listed cluster is deleted, and notListed why no other one is created,
// after an unverified listing.
const (
	unverified = "the listing is not verified and may be incomplete; if you know that it is complete, use --trust-listing"
	notListed  = "not listed, but " + unverified
)

// keepRemedy resolves a delete that the policy refuses. An undo has no entry to change.
func keepRemedy(p pair) string {
	switch {
	case p.desired == nil:
		return "; declare it, or add it to policy.ignore"
	case p.desired.State != cluster.Absent:
		return ""
	case policy.IsSystem(p.live.Type):
		return "; remove the entry"
	default:
		return "; remove the entry, or change the policy"
	}
}

// detachRemedy says how to delete a cluster with its clients. Only an entry can ask for
// that, and a cluster to be pruned has none.
func detachRemedy(p pair) string {
	if p.desired == nil {
		return "; to delete it anyway, add an entry with state: absent and removeClients: true"
	}
	return "; to delete it anyway, add removeClients: true to its entry"
}

// newDelete returns the delete of a cluster as it is now. Its diff is compared again when
// it is applied, and has the open objects as a whole, since keys may be added to them.
func newDelete(p pair, removeClients bool, now time.Time) (Change, error) {
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
			value = json.RawMessage("null") // so that a value added later is a difference
		}
		change.Diff = append(change.Diff, jsonpatch.Edit{Path: path, Before: value})
	}
	change.LogUnknown = !p.live.Log.Known
	change.Diff = append(change.Diff, logDiff(p.live.Log.Config.At(now), LogBody{})...)
	return change, nil
}

// deletedPaths are the fields in the diff of every delete, whether the cluster has them
// or not.
func deletedPaths() []string {
	return append([]string{"/name", "/type", "/description"}, cluster.OpenObjects()...)
}

// AttachedSince says how the attachments of a cluster to be deleted differ from those
// in the plan; it is empty if they do not.
//
//	reviewed  now      differs
//	--------  -------  -----------------------------------------------
//	known     known    if a count changed
//	known     unknown  yes
//	unknown   known    if a count that was known changed: the reviewer
//	                   accepted any value of the other
//	unknown   unknown  likewise, and always without removeClients
func (c Change) AttachedSince(live cluster.Live) string {
	isOther := func(reviewed int, now cluster.Count) bool {
		n, isKnown := now.Known()
		return n != reviewed && (!c.AttachedUnknown || reviewed != 0 && isKnown)
	}
	var found string
	switch {
	case !live.AttachmentsKnown() && (!c.AttachedUnknown || !c.RemoveClients):
		found = "an unknown number"
	case isOther(c.Clients, live.Clients), isOther(c.Services, live.Services):
		found = cluster.Attachments(live.Clients, live.Services)
	default:
		return ""
	}
	return fmt.Sprintf("attached: expected %s, found %s", cluster.Attachments(cluster.Exactly(c.Clients), cluster.Exactly(c.Services)), found)
}

// LogSince says how the log configuration of a cluster to be deleted differs from the one
// in the plan; it is empty if it does not, or if the plan does not know it.
func (c Change) LogSince(state cluster.LogState, now time.Time) (string, error) {
	reviewed, err := c.ReviewedLog(LogBody{})
	switch {
	case err != nil, c.LogUnknown:
		return "", err
	case !state.Known:
		return state.Unknown(), nil
	case !LogIsAsReviewed(state.Config, reviewed, now):
		return fmt.Sprintf("log configuration: expected %s, found %s", reviewed, state.Config), nil
	}
	return "", nil
}

// IsPruned reports whether prune, not an entry, asks for the delete.
func (c Change) IsPruned() bool { return c.Action == Delete && c.Source == nil }
