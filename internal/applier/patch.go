package applier

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"slices"

	"clusterctl/internal/api"
	"clusterctl/internal/cluster"
	"clusterctl/internal/jsonpatch"
	"clusterctl/internal/planner"
	"clusterctl/internal/receipt"
)

// maxTries bounds how often a request is sent whose outcome was unknown and that
// was then seen not to have been done, and how often a guard is renewed.
const maxTries = 3

// edit is a patch together with the fields that it is about: as they were seen
// when it was made, and as they are to be.
type edit struct {
	patch      jsonpatch.Patch
	seen, want []jsonpatch.Field
	before     *receipt.State // for the receipt
}

// patchUntilKnown sends the patch, again if its outcome was unknown and it was
// then seen not to have been done.
func (j *job) patchUntilKnown(ctx context.Context, e edit) error {
	for try := 1; ; try++ {
		live, isSettled, err := j.patchGuarded(ctx, &e)
		switch {
		case err == nil:
			doc, err := j.inForce(ctx, live.Document, e.want)
			j.settlePatch(e.patch, doc, err)
			return err
		case isSettled && api.IsNotFound(err):
			return conflictf("cluster %s is gone", j.id)
		case isSettled:
			return err
		}
		if done, err := j.lookForDone(ctx, e, err); done || err != nil {
			return err
		}
		if try == maxTries {
			return err
		}
	}
}

// patchGuarded sends a patch that overwrites nothing but what was seen. A patch
// that no tests cover, or that is sent to a server without them, is sent right
// after the cluster was read and compared. Settled is one of which there is
// nothing more to find out.
func (j *job) patchGuarded(ctx context.Context, e *edit) (live cluster.Live, isSettled bool, err error) {
	for try := 1; ; try++ {
		isTested := !j.ledger.knowsRefusesTests()
		if err := j.renewUnguarded(ctx, e, isTested); err != nil {
			return live, true, err
		}
		if !isTested {
			return j.patchUntested(ctx, *e, nil)
		}
		guard := e.patch
		live, err = j.patch(ctx, guard, e.before)
		if !mayBeOfTests(guard, err) {
			return live, err != nil && !isUnknown(err), err
		}
		// The refusal is settled: how this look fails is not the patch's.
		if err := j.renew(ctx, e); err != nil {
			return live, true, err
		}
		switch {
		case isSame(guard, e.patch):
			return j.patchUntested(ctx, *e, err)
		case try == maxTries:
			return live, true, conflictf("changed by somebody else between each read and the write after it: %v", err)
		}
	}
}

// renewUnguarded renews a patch that is sent without tests, or that its tests do
// not cover.
func (j *job) renewUnguarded(ctx context.Context, e *edit, isTested bool) error {
	if isTested && e.patch.IsGuarded() {
		return nil
	}
	return j.renew(ctx, e)
}

// patchUntested sends a patch without tests, which it was refused with. If it was
// not for them, the refusal of the reviewed patch says more.
func (j *job) patchUntested(ctx context.Context, e edit, refusal error) (live cluster.Live, isSettled bool, err error) {
	live, err = j.patch(ctx, e.patch.WithoutTests(), e.before)
	switch {
	case err == nil && refusal != nil:
		j.ledger.noteRefusesTests()
	case refusal != nil && isRefusal(err):
		err = refusal
	}
	return live, err != nil && !isUnknown(err), err
}

// mayBeOfTests reports whether a patch may have been refused for its tests: one
// of them failed, or the server does not take any.
func mayBeOfTests(patch jsonpatch.Patch, err error) bool {
	return isRefusal(err) && len(patch.Tests()) > 0
}

func isRefusal(err error) bool {
	switch api.StatusOf(err) {
	case http.StatusBadRequest, http.StatusConflict, http.StatusPreconditionFailed, http.StatusUnprocessableEntity:
		return true
	default:
		return false
	}
}

// renew reads the cluster. If all fields that the patch is about are as they were
// seen, its tests are renewed: an object that a key is added to may have changed in
// keys of the server's own.
func (j *job) renew(ctx context.Context, e *edit) error {
	doc, err := j.expectAsSeen(ctx, *e)
	if err != nil {
		return err
	}
	patch := slices.Clone(e.patch)
	for i, op := range patch {
		if op.Op != jsonpatch.OpTest {
			continue
		}
		value, _, err := jsonpatch.Lookup(doc, op.Path)
		if err != nil {
			return err
		}
		if jsonpatch.IsNull(value) {
			return conflictf("changed by somebody else: %s is gone", op.Path)
		}
		patch[i].Value = value
	}
	e.patch = patch
	return nil
}

// isSame reports whether two patches with the same operations have the same values.
func isSame(a, b jsonpatch.Patch) bool {
	return slices.EqualFunc(a, b, func(x, y jsonpatch.Operation) bool { return jsonpatch.Same(x.Value, y.Value) })
}

// expectAsSeen reads the cluster, compares it with what was seen, and returns the
// document. It returns errUnchanged if all is as wanted already.
func (j *job) expectAsSeen(ctx context.Context, e edit) (json.RawMessage, error) {
	live, err := j.get(ctx)
	if api.IsNotFound(err) {
		return nil, conflictf("cluster %s is gone", j.id)
	}
	if err != nil {
		return nil, err
	}
	changed, err := planner.CompareExactly(live.Document, e.seen)
	if err != nil || len(changed) == 0 {
		return live.Document, err
	}
	missing, err := planner.Compare(live.Document, e.want)
	if err != nil {
		return nil, err
	}
	if len(missing) == 0 {
		return live.Document, errUnchanged
	}
	return live.Document, conflictf("changed by somebody else: %s", changed)
}

// patch sends a patch over the fields that are before it. What became of it is
// the caller's to settle, unless it is known not to have been done.
func (j *job) patch(ctx context.Context, patch jsonpatch.Patch, before *receipt.State) (cluster.Live, error) {
	body, err := jsonpatch.Encode(patch)
	if err != nil {
		return cluster.Live{}, err
	}
	if err := j.begin(http.MethodPatch, api.ClusterPath(j.id), body, before); err != nil {
		return cluster.Live{}, err
	}
	a, err := j.writer.Patch(ctx, j.id, patch)
	switch err = j.sent(a.Exchange, err); {
	case err == nil && a.Live.ID != j.id:
		err = wrongAnswerf("the answer to the update of cluster %s is about another one, %q", j.id, a.Live.ID)
	case err != nil && !isUnknown(err):
		j.settleUndone(err)
	}
	return a.Live, err
}

// lookForDone looks what became of a patch whose outcome is unknown: it was done,
// or the cluster is still as seen and the patch may be sent again, or somebody
// else has changed the cluster.
func (j *job) lookForDone(ctx context.Context, e edit, unknown error) (done bool, err error) {
	doc, err := j.expectAsSeen(ctx, e)
	switch {
	case err == nil:
		j.settleUndone(unknown)
		return false, nil
	case errors.Is(err, errUnchanged):
		j.settlePatch(e.patch, doc, nil)
		return true, nil
	default:
		err = unsettled(ctx, unknown, err)
		j.settleUnknown(err)
		return false, err
	}
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
	live, err := j.get(ctx)
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
