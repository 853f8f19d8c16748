package applier

import (
	"context"
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
		if err := j.expectReviewed(ctx); err != nil {
			return err
		}
	}
	return j.patchUntilKnown(ctx, patch)
}

// patchUntilKnown sends the patch, again where its outcome was unknown and it
// was then seen not to have been done.
func (j *job) patchUntilKnown(ctx context.Context, patch jsonpatch.Patch) error {
	for try := 1; ; try++ {
		live, err := j.patch(ctx, patch)
		if api.StatusOf(err) == http.StatusBadRequest && len(patch.Tests()) > 0 {
			live, err = j.settleRefused(ctx, patch, err)
		}
		switch {
		case err == nil:
			return j.expectInForce(ctx, live.Document, j.change.After())
		case !api.OutcomeUnknown(err):
			return err
		}
		if done, settled := j.settleUnknown(ctx, err); done || settled != nil {
			return settled
		}
		if try == maxTries {
			return err
		}
	}
}

func (j *job) patch(ctx context.Context, patch jsonpatch.Patch) (cluster.Live, error) {
	a, err := j.writer.Patch(ctx, j.id, patch)
	return a.Live, j.sent(a.Exchange, err)
}

// settleRefused finds out why a guarded patch was refused. Another value than
// the reviewed one is a conflict. Where all is as reviewed, the server may not
// take test operations at all: what they guard has just been read, and the
// patch is sent without them.
func (j *job) settleRefused(ctx context.Context, patch jsonpatch.Patch, refusal error) (cluster.Live, error) {
	if err := j.expectReviewed(ctx); err != nil {
		return cluster.Live{}, err
	}
	live, err := j.patch(ctx, patch.WithoutTests())
	if api.StatusOf(err) == http.StatusBadRequest {
		return cluster.Live{}, refusal // its words are about the patch as it was reviewed
	}
	return live, err
}

// settleUnknown looks what became of a patch that got no answer: it was done,
// or the cluster is still as reviewed and the patch may be sent again, or
// somebody else was there.
func (j *job) settleUnknown(ctx context.Context, unknown error) (done bool, err error) {
	switch err := j.expectReviewed(ctx); {
	case err == nil:
		return false, nil
	case errors.Is(err, errUnchanged):
		return true, nil
	default:
		return false, unsettled(ctx, unknown, err)
	}
}

// expectReviewed reads the cluster and compares it with what was reviewed.
func (j *job) expectReviewed(ctx context.Context) error {
	live, err := j.writer.Get(ctx, j.id)
	if api.IsNotFound(err) {
		return conflictf("cluster %s is gone", j.id)
	}
	if err != nil {
		return err
	}
	changed, err := planner.Compare(live.Document, j.change.Before())
	if err != nil || len(changed) == 0 {
		return err
	}
	missing, err := planner.Compare(live.Document, j.change.After())
	if err != nil {
		return err
	}
	if len(missing) == 0 {
		return errUnchanged
	}
	return conflictf("changed by somebody else: %s", changed)
}

// expectInForce holds the answer to a write against what was wanted. What the
// answer does not show is looked up before it is called not applied.
func (j *job) expectInForce(ctx context.Context, answered []byte, want []jsonpatch.Field) error {
	missing, err := planner.Compare(answered, want)
	if err != nil || len(missing) == 0 {
		return err
	}
	live, err := j.writer.Get(ctx, j.id)
	if err != nil {
		return err
	}
	missing, err = planner.Compare(live.Document, want)
	if err != nil || len(missing) == 0 {
		return err
	}
	return &notAppliedError{missing}
}
