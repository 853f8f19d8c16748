package undo

import (
	"cmp"
	"encoding/json"
	"fmt"

	"clusterctl/internal/cluster"
	"clusterctl/internal/planner"
	"clusterctl/internal/receipt"
)

// deleteCreated plans to delete a cluster that a run created, unless someone has used or
// changed it since.
func (u *undoer) deleteCreated(e receipt.Effect, live *cluster.Live) error {
	seen, err := observe(e, live.Document)
	if err != nil {
		return err
	}
	added, err := addedSince(e, live.Document)
	if err != nil {
		return err
	}
	changed := append(differing(seen, e.Unknown), added...)
	u.Delete(live, e.Source, cmp.Or(
		attached(*live),
		changedSince(changed.String()),
		live.Log.Unknown(),
		u.changedLog(live, nil, logAfter(e)),
		changedBetween(e)))
	return nil
}

// attached says why a cluster with clients or services, or possibly with some, is not
// deleted.
func attached(live cluster.Live) string {
	switch {
	case !live.AttachmentsKnown():
		return live.Attached() + "; to delete it anyway, apply an entry with state: absent and removeClients: true"
	case !live.IsEmpty():
		return live.Attached() + "; remove them first"
	default:
		return ""
	}
}

// addedSince returns the open fields that were added since the cluster was created. It
// returns none if the effect does not have all the fields of that time.
func addedSince(e receipt.Effect, served json.RawMessage) (planner.Mismatches, error) {
	if !e.Whole {
		return nil, nil
	}
	fields, err := planner.OpenFields(served)
	if err != nil {
		return nil, err
	}
	known := map[string]bool{}
	for _, m := range members(e.Diff) {
		known[m.Path] = true
	}
	var added planner.Mismatches
	for _, f := range fields {
		if !known[f.Path] && !cluster.IsUnset(f.Path, f.Value) {
			added = append(added, planner.Mismatch{Path: f.Path, Found: f.Value})
		}
	}
	return added, nil
}

// changedBetween says what someone else changed in a created cluster before a later run
// overwrote it. That would be lost with the cluster.
func changedBetween(e receipt.Effect) string {
	const when = "changed by someone else before the last write: "
	var theirs planner.Mismatches
	for _, f := range e.Diff {
		if e.Whole && !cluster.IsUnset(f.Path, f.Before) {
			theirs = append(theirs, planner.Mismatch{Path: f.Path, Expected: f.After, Found: f.Before})
		}
	}
	switch {
	case len(theirs) > 0:
		return when + theirs.String()
	case e.Log != nil && e.Log.Before != nil:
		return fmt.Sprintf(when+"log configuration: expected none, found %s", e.Log.Before)
	default:
		return ""
	}
}

func logAfter(e receipt.Effect) *cluster.LiveLogConfig {
	if e.Log == nil {
		return nil
	}
	return e.Log.After
}
