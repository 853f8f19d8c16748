package applier

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"time"

	"clusterctl/internal/api"
	"clusterctl/internal/cluster"
	"clusterctl/internal/jsonpatch"
	"clusterctl/internal/planner"
)

// begun is the write request that a job has under way, as its receipt has it.
type begun struct {
	seq    int
	method string
	path   string
	id     string // of the cluster; empty for a POST that has made none yet
	// before is what it writes over; nil is no cluster.
	before *State
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
func (j *job) begin(method, path string, body json.RawMessage, before *State) error {
	j.begun = begun{method: method, path: path, id: j.id, before: before}
	if method == http.MethodPost {
		j.begun.id = ""
	}
	var err error
	j.begun.seq, err = j.opts.Journal.intent(intentLine{
		Time:   j.opts.Now().UTC(),
		Change: RequestedChange{Action: j.change.Action, Name: j.change.Name, ID: j.begun.id, Diff: j.change.Diff},
		Method: method, Path: path, Body: body,
	})
	return err
}

// settle notes what was found in force after the request that was begun, and
// how that is taken back by hand. The error is one of the request or of what
// was found.
func (j *job) settle(after *State, inverse []planner.Request, failure error) {
	before, errBefore := j.begun.before.encode()
	found, errAfter := after.encode()
	if err := errors.Join(errBefore, errAfter); err != nil {
		j.unnote(err)
		return
	}
	j.note(outcomeLine{Before: before, After: found, Inverse: inverse}, failure)
}

// settleUndone notes that the request changed nothing.
func (j *job) settleUndone(failure error) { j.settle(j.begun.before, nil, failure) }

// settleUnknown notes that nobody knows what became of the request.
func (j *job) settleUnknown(failure error) { j.note(outcomeLine{Unsettled: true}, failure) }

// settleFailed notes a request that failed and is not looked after further.
func (j *job) settleFailed(failure error) {
	if api.OutcomeUnknown(failure) {
		j.settleUnknown(failure)
		return
	}
	j.settleUndone(failure)
}

func (j *job) note(line outcomeLine, failure error) {
	if j.begun.isNoted {
		return
	}
	j.begun.isNoted, j.begun.isInDoubt = true, line.Unsettled
	line.Seq, line.Time = j.begun.seq, j.opts.Now().UTC()
	line.Change = changedCluster{Action: j.change.Action, Name: j.change.Name, ID: j.begun.id}
	line.Adopted, line.Whole = j.begun.adopted, j.begun.whole && !line.Unsettled
	line.Status, line.RequestID = j.begun.exchange.Status, j.begun.exchange.RequestID
	if line.Inverse == nil {
		line.Inverse = []planner.Request{}
	}
	if failure != nil {
		line.Error = failure.Error()
	}
	if err := j.opts.Journal.outcome(line); err != nil {
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
		inverse, err = inversePatch(j.begun.path, paths, j.begun.before, after)
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
func (j *job) stateOf(doc json.RawMessage, paths []string) (*State, error) {
	if j.change.Action != planner.Create {
		return fieldsAt(doc, paths)
	}
	open, err := planner.OpenFields(doc)
	if err != nil {
		return nil, err
	}
	for _, f := range open {
		paths = append(paths, f.Path)
	}
	return fieldsAt(doc, paths)
}

// patchedPaths are the paths that a patch writes.
func patchedPaths(patch jsonpatch.Patch) []string {
	var paths []string
	for _, op := range patch.WithoutTests() {
		paths = append(paths, op.Path)
	}
	return paths
}

// inversePatch is the guarded patch that takes back what was found in force,
// which may be less than what was asked for.
func inversePatch(path string, paths []string, before, after *State) ([]planner.Request, error) {
	var patch jsonpatch.Patch
	for _, p := range slices.Backward(paths) {
		was, wasThere := before.Fields[p]
		is, isThere := after.Fields[p]
		if sameValue(was, is) {
			continue
		}
		if isThere {
			patch = append(patch, jsonpatch.Operation{Op: jsonpatch.OpTest, Path: p, Value: is})
		}
		switch {
		case isThere && wasThere:
			patch = append(patch, jsonpatch.Operation{Op: jsonpatch.OpReplace, Path: p, Value: was})
		case isThere:
			patch = append(patch, jsonpatch.Operation{Op: jsonpatch.OpRemove, Path: p})
		default:
			patch = append(patch, jsonpatch.Operation{Op: jsonpatch.OpAdd, Path: p, Value: was})
		}
	}
	if patch == nil {
		return nil, nil
	}
	body, err := jsonpatch.Encode(patch)
	return []planner.Request{{Method: http.MethodPatch, Path: path, ContentType: api.ContentTypePatch, Body: body}}, err
}

// sameValue compares two values, of which nil is one that is not there.
func sameValue(a, b json.RawMessage) bool {
	if a == nil || b == nil {
		return a == nil && b == nil
	}
	return bytes.Equal(a, b) || jsonpatch.Equal(a, b)
}

// inverseCreate deletes the cluster that was just made.
func inverseCreate(id string) []planner.Request {
	return []planner.Request{{Method: http.MethodDelete, Path: api.DeletePath(id, false)}}
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
	inverse, err := inverseLog(j.begun.path, before, after, now)
	if err != nil {
		j.unnote(err)
		return
	}
	j.settle(&State{Log: after}, inverse, failure)
}

// inverseLog is the request that rolls back a log configuration.
func inverseLog(path string, before, after *cluster.LiveLogConfig, now time.Time) ([]planner.Request, error) {
	back, needed := planner.InverseOfLog(before, after, now)
	if !needed {
		return nil, nil
	}
	body, err := jsonpatch.Encode(back)
	return []planner.Request{{Method: http.MethodPut, Path: path, ContentType: api.ContentTypeJSON, Body: body}}, err
}
