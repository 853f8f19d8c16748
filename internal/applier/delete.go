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

// A deleted cluster may still be returned for a moment: it is looked up this often, at this
// interval.
const (
	goneLooks    = 5
	goneInterval = 500 * time.Millisecond
)

// delete deletes the cluster that was reviewed: it has the same name, the same number of attached
// clients and services, and the reviewed fields.
func (j *job) delete(ctx context.Context) (unchanged bool, err error) {
	live, err := j.get(ctx)
	switch {
	case api.IsNotFound(err):
		return true, nil
	case err != nil:
		return false, err
	case live.Name != j.change.Name:
		return false, conflictf("cluster %s was renamed to %q by someone else", j.id, live.Name)
	}
	if attached := j.change.AttachedSince(live); attached != "" {
		return false, conflictf("%s", attached)
	}
	changed, err := planner.CompareExactly(live.Document, j.change.DocumentBefore())
	switch {
	case err != nil:
		return false, err
	case len(changed) > 0:
		return false, conflictf("changed by someone else: %s", changed)
	}
	if err := j.expectReviewedLog(ctx, live.Log); err != nil {
		return false, err
	}
	return false, j.deleteUntilGone(ctx, j.change.RemoveClients)
}

// expectReviewedLog makes sure that the log configuration, which is deleted with the cluster, is as
// it was reviewed. It is read if the cluster was returned without it.
func (j *job) expectReviewedLog(ctx context.Context, state cluster.LogState) (err error) {
	if j.change.LogUnknown {
		return nil
	}
	if !state.Known {
		if state, err = j.writer.LogConfig(ctx, j.id); err != nil {
			return err
		}
	}
	changed, err := j.change.LogSince(state, j.opts.Now())
	if err == nil && changed != "" {
		err = conflictf("changed by someone else: %s", changed)
	}
	return err
}

// deleteUntilGone sends the DELETE, and waits until the cluster no longer exists.
func (j *job) deleteUntilGone(ctx context.Context, removeClients bool) error {
	there := &receipt.State{Fields: map[string]json.RawMessage{}}
	w := j.request(http.MethodDelete, api.DeletePath(j.id, removeClients), nil, there)
	w.send = func() (api.Exchange, error) { return j.writer.Delete(ctx, j.id, removeClients) }
	w.lookUp = func(sendErr error) finding {
		if api.OutcomeUnknown(sendErr) && !api.IsRefusal(sendErr) {
			return finding{fate: unknown, err: sendErr}
		}
		return j.lookForGone(ctx, sendErr)
	}
	_, err := j.write(w)
	return err
}

// lookForGone looks the cluster up until it no longer exists. A refused delete then counts as
// done.
func (j *job) lookForGone(ctx context.Context, refusal error) finding {
	for look := range goneLooks {
		if look > 0 {
			if err := j.opts.Clock.For(ctx, goneInterval); err != nil {
				return finding{fate: unknown, err: err}
			}
		}
		_, err := j.get(ctx)
		switch {
		case api.IsNotFound(err):
			return finding{fate: done}
		case err != nil:
			return finding{fate: unknown, err: err}
		case refusal != nil:
			return finding{fate: undone, err: refusal}
		}
	}
	return finding{fate: undone, err: &failure{NotApplied, errors.New("the delete was accepted, but the cluster still exists")}}
}
