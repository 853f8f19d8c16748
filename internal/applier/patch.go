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

// maxTries bounds how often a request is sent whose fate was unknown and that
// was then seen not to have been done, and how often a guard is renewed.
const maxTries = 3

// edit is a patch together with the fields that it is about: as they were seen
// when it was made, and as they are to be.
type edit struct {
	patch      jsonpatch.Patch
	seen, want []jsonpatch.Field
	before     *receipt.State
}

// patchFields sends the patch of an edit. If it is refused, and sets the update
// state that needs an entitlement, the other fields are sent without it. The refusal of
// a read around it is none of the patch.
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
	if became == undone && isRefusal(err) { // not for the update state
		return false, refusal
	}
	return false, join(refused, err)
}

// patchUntilKnown sends the patch, again if its fate was unknown and it was then
// seen not to have been done. Without an error, one that was not sent was not needed.
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

// patchGuarded sends a patch that overwrites nothing but what was seen. A patch
// that no tests cover, or that is sent to a server without them, is sent right
// after the cluster was read and compared. Without an error, one that was not sent
// was not needed.
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
		// A test failed, or the server does not take any.
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

// renewUnguarded renews a patch that is sent without tests, or that its tests do
// not cover.
func (j *job) renewUnguarded(ctx context.Context, e *edit, isTested bool) (asWanted bool, err error) {
	if isTested && e.patch.IsGuarded() {
		return false, nil
	}
	return j.renew(ctx, e)
}

// patchUntested sends a patch without the tests that it was refused with. If it was
// not for them, the refusal of the reviewed patch says more. It was not on a tenant that
// took some before.
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

// renew reads the cluster, and reports whether all is as wanted already. If all
// fields that the patch is about are as they were seen, its tests are renewed: an
// object that a key is added to may have changed in keys of the server's own.
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

// expectAsSeen reads the cluster, and reports whether all is as wanted already.
// Anything else that is not as it was seen is a conflict.
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

// patch sends a patch, which is that of the edit, or a part of it.
func (j *job) patch(ctx context.Context, e edit, patch jsonpatch.Patch) (fate, error) {
	body, _ := jsonpatch.Encode(patch) // it was made of JSON
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

// lookForDone looks what became of a patch whose fate is unknown: it was done,
// or the cluster is still as seen and the patch may be sent again, or somebody
// else has changed the cluster.
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

// foundPatched is the fate of a patch after which doc was found, unless that
// could not be read, and err what is wrong with it.
func (j *job) foundPatched(e edit, doc json.RawMessage, err error) finding {
	after, unreadable := j.stateOf(doc, e.patch.WithoutTests().Paths())
	if unreadable != nil { // as nil is
		return finding{fate: unknown, err: cmp.Or(err, unreadable)}
	}
	return finding{fate: done, after: after, err: err}
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
	missing, err = planner.Compare(live.Document, want)
	switch {
	case err != nil:
		return nil, err
	case len(missing) > 0:
		return live.Document, &notAppliedError{missing}
	}
	return live.Document, nil
}
