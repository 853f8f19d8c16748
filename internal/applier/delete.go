package applier

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"time"

	"clusterctl/internal/api"
	"clusterctl/internal/cluster"
	"clusterctl/internal/planner"
	"clusterctl/internal/receipt"
)

// A deleted cluster may still be served for a moment: it is looked for this
// often, this far apart.
const (
	goneLooks    = 5
	goneInterval = 500 * time.Millisecond
)

// delete deletes the cluster that was reviewed: the same name, and as much
// attached to it.
func (j *job) delete(ctx context.Context) error {
	live, err := j.get(ctx)
	switch {
	case api.IsNotFound(err):
		return errUnchanged
	case err != nil:
		return err
	case live.Name != j.change.Name:
		return conflictf("cluster %s was renamed to %q by somebody else", j.id, live.Name)
	}
	if attached := j.change.AttachedSince(live); attached != "" {
		return conflictf("%s", attached)
	}
	if err := expectAsReviewed(live, j.change); err != nil {
		return err
	}
	removeClients := j.change.RemoveClients
	if err := j.beginDelete(removeClients); err != nil {
		return err
	}
	return j.deleteUntilGone(ctx, removeClients)
}

// deleteUntilGone sends the DELETE, and looks until the cluster is gone.
func (j *job) deleteUntilGone(ctx context.Context, removeClients bool) error {
	exchange, err := j.writer.Delete(ctx, j.id, removeClients)
	if err = j.sent(exchange, err); err != nil && api.StatusOf(err) != http.StatusBadRequest {
		j.settleFailed(err)
		return err
	}
	gone := j.expectGone(ctx, err)
	j.settleDelete(err, gone)
	return gone
}

// expectAsReviewed holds a cluster that is to be deleted against the fields that
// a reviewer saw.
func expectAsReviewed(live cluster.Live, change planner.Change) error {
	changed, err := planner.CompareExactly(live.Document, change.Before())
	if err != nil || len(changed) == 0 {
		return err
	}
	return conflictf("changed by somebody else: %s", changed)
}

// beginDelete notes that the job's cluster, which is there, is to be deleted.
func (j *job) beginDelete(removeClients bool) error {
	there := &receipt.State{Fields: map[string]json.RawMessage{}}
	return j.begin(http.MethodDelete, api.DeletePath(j.id, removeClients), nil, there)
}

// settleDelete notes whether the cluster is gone: it is not where it was seen
// to be still there, with a refusal or without.
func (j *job) settleDelete(refusal, gone error) {
	var notApplied *notAppliedError
	switch {
	case gone == nil:
		j.settle(nil, nil, nil)
	case refusal != nil && errors.Is(gone, refusal), errors.As(gone, &notApplied):
		j.settleUndone(gone)
	default:
		j.settleUnknown(gone)
	}
}

// expectGone looks until the cluster is gone. A refusal that it is gone after
// all was none.
func (j *job) expectGone(ctx context.Context, refusal error) error {
	for look := range goneLooks {
		if look > 0 {
			if err := pause(ctx, goneInterval); err != nil {
				return err
			}
		}
		_, err := j.get(ctx)
		switch {
		case api.IsNotFound(err):
			return nil
		case err != nil:
			return err
		case refusal != nil:
			return refusal
		}
	}
	return &notAppliedError{planner.Mismatches{{Path: "the cluster", Found: json.RawMessage("it still there")}}}
}
