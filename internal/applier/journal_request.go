package applier

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"

	"clusterctl/internal/api"
	"clusterctl/internal/cluster"
	"clusterctl/internal/jsonpatch"
	"clusterctl/internal/planner"
	"clusterctl/internal/receipt"
)

// begun is the write request that a job has under way, as its receipt has it.
type begun struct {
	seq    int
	method string
	path   string
	id     string // of the cluster; empty for a POST that has made none yet
	// before is what it writes over; nil is no cluster.
	before *receipt.State
	// exchange is what came back; its Status is 0 where nothing did.
	exchange cluster.Exchange
	// adopted is a POST without an answer whose cluster was found by its name.
	adopted bool
	// whole says that what it made is noted with all that the server put there.
	whole bool
	// isNoted is set once its outcome is in the receipt, and isInDoubt if that is
	// not known.
	isNoted, isInDoubt bool
}

// begin notes in the receipt what is about to be sent. After an error it must
// not be sent.
func (j *job) begin(method, path string, body json.RawMessage, before *receipt.State) error {
	j.begun = begun{method: method, path: path, id: j.id, before: before}
	if method == http.MethodPost {
		j.begun.id = ""
	}
	var err error
	j.begun.seq, err = j.opts.Journal.Intent(receipt.Request{
		Time: j.opts.Now().UTC(), Change: j.requested(), Method: method, Path: path, Body: body,
	})
	return err
}

// requested is the change as the receipt has it.
func (j *job) requested() receipt.RequestedChange {
	return receipt.RequestedChange{Action: j.change.Action, Name: j.change.Name, ID: j.begun.id, Diff: j.change.Diff}
}

// settle notes what was found in force after the request that was begun, and
// how that is taken back by hand. The error is one of the request or of what
// was found.
func (j *job) settle(after *receipt.State, inverse []planner.Request, failure error) {
	j.note(receipt.Outcome{Before: j.begun.before, After: after, Inverse: inverse}, failure)
}

// settleUndone notes that the request changed nothing.
func (j *job) settleUndone(failure error) { j.settle(j.begun.before, nil, failure) }

// settleUnknown notes that nobody knows what became of the request.
func (j *job) settleUnknown(failure error) { j.note(receipt.Outcome{Unsettled: true}, failure) }

// settleFailed notes a request that failed and is not looked after further.
func (j *job) settleFailed(failure error) {
	if api.OutcomeUnknown(failure) {
		j.settleUnknown(failure)
		return
	}
	j.settleUndone(failure)
}

func (j *job) note(o receipt.Outcome, failure error) {
	if j.begun.isNoted {
		return
	}
	j.begun.isNoted, j.begun.isInDoubt = true, o.Unsettled
	o.Time, o.ID = j.opts.Now().UTC(), j.begun.id
	o.Adopted, o.Whole = j.begun.adopted, j.begun.whole && !o.Unsettled
	o.Status, o.RequestID = j.begun.exchange.Status, j.begun.exchange.RequestID
	if failure != nil {
		o.Error = failure.Error()
	}
	if err := j.opts.Journal.Outcome(j.begun.seq, j.requested(), o); err != nil {
		j.unnote(err)
	}
}

// unnote keeps what kept an outcome out of the receipt: the change's own error
// is to say it.
func (j *job) unnote(err error) {
	j.unnoted = fmt.Errorf("%w (%s %s was sent, and what became of it is missing there)", err, j.begun.method, j.begun.path)
}

// orUnnoted is how a change ended, with what is missing from its receipt.
func (j *job) orUnnoted(err error) error {
	switch {
	case j.unnoted == nil:
		return err
	case err == nil, errors.Is(err, errUnchanged):
		return j.unnoted
	default:
		return fmt.Errorf("%w; %w", err, j.unnoted)
	}
}

// settlePatch notes what a patch brought into force, as it was found in doc. A
// nil doc could not be read.
func (j *job) settlePatch(patch jsonpatch.Patch, doc json.RawMessage, failure error) {
	if doc == nil {
		j.settleUnknown(failure)
		return
	}
	paths := patchedPaths(patch)
	after, err := j.stateOf(doc, paths)
	var inverse []planner.Request
	if err == nil {
		inverse, err = receipt.InversePatch(j.begun.path, paths, j.begun.before, after)
	}
	if err != nil {
		j.unnote(err)
		return
	}
	j.settle(after, inverse, failure)
}

// stateOf is a document as far as a request is about it. Of a cluster that is
// made it has all that anybody may write: whoever takes it back has to know what
// somebody has put in since.
func (j *job) stateOf(doc json.RawMessage, paths []string) (*receipt.State, error) {
	if j.change.Action != planner.Create {
		return receipt.FieldsAt(doc, paths)
	}
	open, err := planner.OpenFields(doc)
	if err != nil {
		return nil, err
	}
	for _, f := range open {
		paths = append(paths, f.Path)
	}
	return receipt.FieldsAt(doc, paths)
}

// patchedPaths are the paths that a patch writes.
func patchedPaths(patch jsonpatch.Patch) []string {
	var paths []string
	for _, op := range patch.WithoutTests() {
		paths = append(paths, op.Path)
	}
	return paths
}

// settleLog notes which log configuration was found in force.
func (j *job) settleLog(after *cluster.LiveLogConfig, failure error) {
	now := j.opts.Now()
	after = after.At(now)
	before := j.begun.before.Log
	if before.Equal(after) {
		j.settleUndone(failure)
		return
	}
	inverse, err := receipt.InverseLog(j.begun.path, before, after, now)
	if err != nil {
		j.unnote(err)
		return
	}
	j.settle(&receipt.State{Log: after}, inverse, failure)
}
