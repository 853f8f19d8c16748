package planner

import (
	"encoding/json"
	"fmt"

	"clusterctl/internal/cluster"
)

// deleteCreated plans to delete a cluster that was made, unless somebody has
// come to use it since.
func (u *undoer) deleteCreated(d Deed, p pair) error {
	changed, err := u.usedSince(d, *p.live)
	if err != nil {
		return err
	}
	change, err := newDelete(p, false)
	switch refusal := u.undeletable(p, true); {
	case err != nil:
		return err
	case refusal != "":
		u.tell(Blocked, d, refusal)
	case !p.live.AttachmentsKnown():
		u.tell(Blocked, d, "attached clients not known (delete it with an entry that has state: absent and removeClients: true)")
	case !p.live.IsEmpty():
		u.tell(Blocked, d, fmt.Sprintf("clients attached: %s, services: %s (undo takes none of them along: remove them first)",
			p.live.Clients, p.live.Services))
	case changed != "":
		u.tell(Blocked, d, changed)
	default:
		u.changes = append(u.changes, change)
	}
	return nil
}

// usedSince says what somebody else has made of a cluster that was made, and
// nothing where it is as it was left.
func (u *undoer) usedSince(d Deed, live cluster.Live) (string, error) {
	seen, err := look(d, live.Document)
	if err != nil {
		return "", err
	}
	changed := seen.notAfter
	if d.Unsettled {
		changed = seen.foreign()
	}
	added, err := d.addedSince(live.Document)
	if err != nil {
		return "", err
	}
	log, unknown := live.Log.Config.At(u.now), logProblem(live)
	switch changed = append(changed, added...); {
	case len(changed) > 0:
		return changedSince(changed.String()), nil
	case unknown != "":
		return unknown, nil
	case log != nil && !log.Matches(d.logAfter()) && !isEnding(*log, u.now):
		return changedSince(fmt.Sprintf("log configuration: expected %s, found %s", d.logAfter(), log)), nil
	default:
		return d.changedBetween(), nil
	}
}

// addedSince are the open fields of a cluster that was made which were not there
// then. Of one whose deed does not have all that was there, none can be told.
func (d Deed) addedSince(served json.RawMessage) (Mismatches, error) {
	if !d.Whole {
		return nil, nil
	}
	fields, err := OpenFields(served)
	if err != nil {
		return nil, err
	}
	known := map[string]bool{}
	for _, m := range members(d.Diff) {
		known[m.Path] = true
	}
	var added Mismatches
	for _, f := range fields {
		if !known[f.Path] && !cluster.IsUnset(f.Path, f.Value) {
			added = append(added, Mismatch{Path: f.Path, Found: f.Value})
		}
	}
	return added, nil
}

// changedBetween says what somebody else had made of a cluster that was made
// before a later run wrote over it: with the cluster, that would be lost.
func (d Deed) changedBetween() string {
	var theirs Mismatches
	for _, f := range d.Diff {
		if d.Whole && !cluster.IsUnset(f.Path, f.Before) {
			theirs = append(theirs, Mismatch{Path: f.Path, Expected: f.After, Found: f.Before})
		}
	}
	switch {
	case len(theirs) > 0:
		return "changed by somebody else before it was last written to: " + theirs.String()
	case d.Log != nil && d.Log.Before != nil:
		return fmt.Sprintf("changed by somebody else before it was last written to: log configuration: expected none, found %s", d.Log.Before)
	default:
		return ""
	}
}

func (d Deed) logAfter() *cluster.LiveLogConfig {
	if d.Log == nil {
		return nil
	}
	return d.Log.After
}
