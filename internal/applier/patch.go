package applier

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"

	"clusterctl/internal/api"
	"clusterctl/internal/cluster"
	"clusterctl/internal/jsonpatch"
	"clusterctl/internal/planner"
	"clusterctl/internal/receipt"
)

// maxTries limits how often a request with an unknown outcome is sent again after a look-up shows
// that it was not applied, and how often a guard is renewed.
const maxTries = 3

// edit is a patch with its fields: as they were seen when it was created, and as wanted.
type edit struct {
	patch      jsonpatch.Patch
	seen, want []jsonpatch.Field
	before     *receipt.State
}

// patchFields sends the patch of an edit. If it is refused, and sets the update state that
// requires an entitlement, the other fields are sent without it. The refusal of a read before it
// is not a refusal of the patch.
func (j *job) patchFields(ctx context.Context, e edit) (unchanged bool, err error) {
	became, refusal := j.patchUntilKnown(ctx, e)
	rest, ok := e.withoutDisabledState()
	if !ok || became != undone || !isRefusal(refusal) {
		return became == notSent && refusal == nil, refusal
	}
	refused := &failure{NotApplied, fmt.Errorf(
		statePath+" was refused: %w (updateState DISABLED requires an entitlement; ask SailPoint to grant it)", refusal)}
	if len(rest.patch.WithoutTests()) == 0 {
		return false, refused
	}
	became, err = j.patchUntilKnown(ctx, rest)
	if became == undone && isRefusal(err) { // the update state is not the reason
		return false, refusal
	}
	return false, join(refused, err)
}

// patchUntilKnown sends the patch, and sends it again if its outcome was unknown and a look-up
// shows that it was not applied. notSent without an error means that it was not needed.
func (j *job) patchUntilKnown(ctx context.Context, e edit) (fate, error) {
	for try := 1; ; try++ {
		became, err := j.patchGuarded(ctx, &e)
		switch {
		case became == undone && api.IsNotFound(err):
			return undone, conflictf("cluster %s no longer exists", j.id)
		case became == undone && api.OutcomeUnknown(err) && try < maxTries:
		default:
			return became, err
		}
	}
}

// patchGuarded sends a patch that overwrites only values that were seen. If tests do not cover
// it, or the server does not support them, the cluster is read and compared right before. notSent
// without an error means that the patch was not needed.
func (j *job) patchGuarded(ctx context.Context, e *edit) (fate, error) {
	for try := 1; ; try++ {
		isTested := !j.ledger.refusesTests.Load()
		if asWanted, err := j.renewUnguarded(ctx, e, isTested); asWanted || err != nil {
			return notSent, err
		}
		if !isTested {
			return j.patch(ctx, *e, e.patch.WithoutTests())
		}
		guard := e.patch
		became, err := j.patch(ctx, *e, guard)
		if became != undone || !isRefusal(err) || len(guard.Tests()) == 0 {
			return became, err
		}
		// A test failed, or the server does not support tests.
		if asWanted, err := j.renew(ctx, e); asWanted || err != nil {
			return notSent, err
		}
		switch {
		case isSame(guard, e.patch):
			return j.patchUntested(ctx, *e, err)
		case try == maxTries:
			return notSent, conflictf("changed by someone else between every read and the write that followed: %v", err)
		}
	}
}

// renewUnguarded renews a patch that is sent without tests, or not covered by its tests.
func (j *job) renewUnguarded(ctx context.Context, e *edit, isTested bool) (asWanted bool, err error) {
	if isTested && e.patch.IsGuarded() {
		return false, nil
	}
	return j.renew(ctx, e)
}

// patchUntested sends a refused patch without its tests. If it is refused again, the first
// refusal is returned, since it says more. If the tenant accepted tests before, they are not the
// reason for the refusal, and nothing is sent.
func (j *job) patchUntested(ctx context.Context, e edit, refusal error) (fate, error) {
	if j.ledger.takesTests.Load() {
		return undone, refusal
	}
	became, err := j.patch(ctx, e, e.patch.WithoutTests())
	switch {
	case became == done:
		j.ledger.refusesTests.Store(true)
	case became == undone && isRefusal(err):
		return undone, refusal
	}
	return became, err
}

func isRefusal(err error) bool {
	return slices.Contains([]int{
		http.StatusBadRequest, http.StatusConflict, http.StatusPreconditionFailed, http.StatusUnprocessableEntity,
	}, api.StatusOf(err))
}

// renew reads the cluster, and reports whether it is already as wanted. If the fields of the
// patch are as they were seen, its tests are renewed, since the server may have changed other
// keys of an object that the patch adds to.
func (j *job) renew(ctx context.Context, e *edit) (asWanted bool, err error) {
	doc, asWanted, err := j.expectAsSeen(ctx, *e)
	if asWanted || err != nil {
		return asWanted, err
	}
	patch := slices.Clone(e.patch)
	for i, op := range patch {
		if op.Op != jsonpatch.OpTest {
			continue
		}
		value, _, err := jsonpatch.Lookup(doc, op.Path)
		if err != nil {
			return false, err
		}
		if jsonpatch.IsNull(value) {
			return false, conflictf("changed by someone else: %s was removed", op.Path)
		}
		patch[i].Value = value
	}
	e.patch = patch
	return false, nil
}

// isSame reports whether two patches with the same operations have the same values.
func isSame(a, b jsonpatch.Patch) bool {
	return slices.EqualFunc(a, b, func(x, y jsonpatch.Operation) bool { return jsonpatch.Same(x.Value, y.Value) })
}

// expectAsSeen reads the cluster, and reports whether it is already as wanted. A field that is
// neither as wanted nor as seen is a conflict.
func (j *job) expectAsSeen(ctx context.Context, e edit) (doc json.RawMessage, asWanted bool, err error) {
	live, err := j.get(ctx)
	if api.IsNotFound(err) {
		return nil, false, conflictf("cluster %s no longer exists", j.id)
	}
	if err != nil {
		return nil, false, err
	}
	changed, err := planner.CompareExactly(live.Document, e.seen)
	if err != nil || len(changed) == 0 {
		return live.Document, false, err
	}
	missing, err := planner.Compare(live.Document, e.want)
	if err == nil && len(missing) > 0 {
		err = conflictf("changed by someone else: %s", changed)
	}
	return live.Document, err == nil, err
}

// patch sends the patch of the edit, or a part of it.
func (j *job) patch(ctx context.Context, e edit, patch jsonpatch.Patch) (fate, error) {
	body, _ := jsonpatch.Encode(patch) // it contains only valid JSON
	var a api.Answer[cluster.Live]
	w := j.request(http.MethodPatch, api.ClusterPath(j.id), body, e.before)
	w.send = func() (_ api.Exchange, err error) {
		a, err = j.writer.Patch(ctx, j.id, patch)
		return a.Exchange, err
	}
	w.lookUp = func(sendErr error) finding {
		if sendErr != nil {
			return j.lookForDone(ctx, e, sendErr)
		}
		doc, err := j.inForce(ctx, a.Now.Document, e.want)
		return j.foundPatched(e, doc, err)
	}
	became, err := j.write(w)
	if became == done && len(patch.Tests()) > 0 {
		j.ledger.takesTests.Store(true)
	}
	return became, err
}

// lookForDone looks up the effect of a patch with an unknown outcome: it was applied, or the
// cluster is as seen and the patch may be sent again, or someone else has changed the cluster.
func (j *job) lookForDone(ctx context.Context, e edit, sendErr error) finding {
	doc, asWanted, err := j.expectAsSeen(ctx, e)
	switch {
	case err != nil:
		return notKnown(ctx, sendErr, err)
	case asWanted:
		return j.foundPatched(e, doc, nil)
	default:
		return finding{fate: undone, err: sendErr}
	}
}

// foundPatched returns the finding for a patch after which doc was found; nil if it could not be
// read. err is what is wrong with it.
func (j *job) foundPatched(e edit, doc json.RawMessage, err error) finding {
	after, unreadable := j.stateOf(doc, e.patch.WithoutTests().Paths())
	if unreadable != nil { // nil is unreadable
		return finding{fate: unknown, err: cmp.Or(err, unreadable)}
	}
	return finding{fate: done, after: after, err: err}
}

// inForce compares the response to a write with what was wanted, and reads the cluster if the
// response does not show it. It returns the document that it used, nil if none could be read.
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
	missing, err = planner.Compare(live.Document, want)
	switch {
	case err != nil:
		return nil, err
	case len(missing) > 0:
		return live.Document, &notAppliedError{missing}
	}
	return live.Document, nil
}
