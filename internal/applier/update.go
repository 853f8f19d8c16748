package applier

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"

	"clusterctl/internal/api"
	"clusterctl/internal/cluster"
	"clusterctl/internal/jsonpatch"
	"clusterctl/internal/planner"
)

// update sends the reviewed patch. Its tests guard what it replaces and
// removes; where it adds, the cluster is read right before.
func (j *job) update(ctx context.Context) error {
	patch, err := jsonpatch.Parse(j.change.Requests[0].Body)
	if err != nil {
		return err
	}
	if !patch.IsGuarded() {
		if _, err := j.expectReviewed(ctx); err != nil {
			return err
		}
	}
	return j.patchUntilKnown(ctx, patch)
}

// patchUntilKnown sends the patch, again where its outcome was unknown and it
// was then seen not to have been done.
func (j *job) patchUntilKnown(ctx context.Context, patch jsonpatch.Patch) error {
	before := fieldsOf(j.change.Before())
	for try := 1; ; try++ {
		live, err := j.patch(ctx, patch, before)
		if isOfTests(patch, err) {
			// The refusal is settled: how this look fails is not the patch's.
			if _, err := j.expectReviewed(ctx); err != nil {
				return err
			}
			live, err = j.patchUntested(ctx, patch, before, err)
		}
		switch {
		case err == nil:
			doc, err := j.inForce(ctx, live.Document, j.change.After())
			j.settlePatch(patch, doc, err)
			return err
		case api.IsNotFound(err):
			return conflictf("cluster %s is gone", j.id)
		case !api.OutcomeUnknown(err):
			return err
		}
		if done, settled := j.lookForDone(ctx, patch, err); done || settled != nil {
			return settled
		}
		if try == maxTries {
			return err
		}
	}
}

// patch sends a patch over the fields that are before it. What became of it is
// the caller's to settle, unless it is known not to have been done.
func (j *job) patch(ctx context.Context, patch jsonpatch.Patch, before *State) (cluster.Live, error) {
	body, err := jsonpatch.Encode(patch)
	if err != nil {
		return cluster.Live{}, err
	}
	if err := j.begin(http.MethodPatch, api.ClusterPath(j.id), body, before); err != nil {
		return cluster.Live{}, err
	}
	a, err := j.writer.Patch(ctx, j.id, patch)
	if err = j.sent(a.Exchange, err); err != nil && !api.OutcomeUnknown(err) {
		j.settleUndone(err)
	}
	return a.Live, err
}

// isOfTests reports whether a patch was refused for its tests, as far as a
// status tells: another value than the reviewed one is a conflict. Where all is
// as reviewed, the server may not take test operations at all: what they guard
// has just been read then, and the patch is sent without them.
func isOfTests(patch jsonpatch.Patch, err error) bool {
	return api.StatusOf(err) == http.StatusBadRequest && len(patch.Tests()) > 0
}

// patchUntested sends a patch without the tests that it was refused with.
func (j *job) patchUntested(ctx context.Context, patch jsonpatch.Patch, before *State, refusal error) (cluster.Live, error) {
	live, err := j.patch(ctx, patch.WithoutTests(), before)
	if api.StatusOf(err) == http.StatusBadRequest {
		return cluster.Live{}, refusal // its words are about the patch as it was reviewed
	}
	return live, err
}

// lookForDone looks what became of a patch that got no answer: it was done,
// or the cluster is still as reviewed and the patch may be sent again, or
// somebody else was there.
func (j *job) lookForDone(ctx context.Context, patch jsonpatch.Patch, unknown error) (done bool, err error) {
	doc, err := j.expectReviewed(ctx)
	switch {
	case err == nil:
		j.settleUndone(unknown)
		return false, nil
	case errors.Is(err, errUnchanged):
		j.settlePatch(patch, doc, nil)
		return true, nil
	default:
		err = unsettled(ctx, unknown, err)
		j.settleUnknown(err)
		return false, err
	}
}

// expectReviewed reads the cluster, compares it with what was reviewed and
// returns the document that it went by.
func (j *job) expectReviewed(ctx context.Context) (json.RawMessage, error) {
	live, err := j.writer.Get(ctx, j.id)
	if api.IsNotFound(err) {
		return nil, conflictf("cluster %s is gone", j.id)
	}
	if err != nil {
		return nil, err
	}
	changed, err := planner.CompareExactly(live.Document, j.change.Before())
	if err != nil || len(changed) == 0 {
		return live.Document, err
	}
	missing, err := planner.Compare(live.Document, j.change.After())
	if err != nil {
		return nil, err
	}
	if len(missing) == 0 {
		return live.Document, errUnchanged
	}
	return live.Document, conflictf("changed by somebody else: %s", changed)
}

// inForce holds the answer to a write against what was wanted, and returns the
// document that it went by: nil where there was none to be read. What the
// answer does not show is looked up before it is called not applied.
func (j *job) inForce(ctx context.Context, answered json.RawMessage, want []jsonpatch.Field) (json.RawMessage, error) {
	missing, err := planner.Compare(answered, want)
	switch {
	case err != nil:
		return nil, err
	case len(missing) == 0:
		return answered, nil
	}
	live, err := j.writer.Get(ctx, j.id)
	if err != nil {
		return nil, err
	}
	if missing, err = planner.Compare(live.Document, want); err != nil {
		return nil, err
	}
	if len(missing) > 0 {
		return live.Document, &notAppliedError{missing}
	}
	return live.Document, nil
}
