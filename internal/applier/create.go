package applier

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"clusterctl/internal/api"
	"clusterctl/internal/cluster"
	"clusterctl/internal/jsonpatch"
	"clusterctl/internal/planner"
)

// create makes a cluster in up to three steps: what POST takes, what it does
// not take, and the log configuration. A field that one step could not bring
// into force does not keep the next step from being taken.
func (j *job) create(ctx context.Context) error {
	begun, err := j.expectNoNamesake(ctx)
	if err != nil {
		return err
	}
	requests := j.change.Requests
	if begun {
		requests = requests[1:]
	}
	var missing planner.Mismatches
	for _, request := range requests {
		var notApplied *notAppliedError
		err := j.createStep(ctx, request)
		switch {
		case errors.As(err, &notApplied):
			missing = append(missing, notApplied.fields...)
		case err != nil:
			return err
		}
	}
	if len(missing) > 0 {
		return &notAppliedError{missing}
	}
	return nil
}

func (j *job) createStep(ctx context.Context, request planner.Request) error {
	switch request.Method {
	case "POST":
		return j.post(ctx, request.Body)
	case "PATCH":
		return j.complete(ctx, request.Body)
	default:
		return j.putLog(ctx, request, nil)
	}
}

// expectNoNamesake looks the name up right before the cluster is made: names
// are not unique, and nobody wants two. One that a run made which was cut off is
// told from any other: begun, it only has to be completed.
func (j *job) expectNoNamesake(ctx context.Context) (begun bool, err error) {
	found, err := j.writer.FindByName(ctx, j.change.Name)
	named := found.Clusters
	if err != nil || len(named) == 0 {
		return false, err
	}
	if len(named) > 1 {
		return false, conflictf("%d clusters of this name have come meanwhile", len(named))
	}
	j.id, j.made = named[0].ID, named[0].Document
	return j.judge(ctx, conflictf("another cluster of this name has come meanwhile: %s", j.id))
}

// judge tells of the one cluster that has the name whether it is as it should
// be, or begun, or another.
func (j *job) judge(ctx context.Context, another error) (begun bool, err error) {
	missing, err := planner.Compare(j.made, j.change.PostedAfter())
	switch {
	case err != nil:
		return false, err
	case len(missing) > 0:
		return false, another
	}
	log, err := j.logInForce(ctx)
	if err != nil {
		return false, err
	}
	now := j.opts.Now()
	meets, err := j.change.IsMetBy(j.made, log, now)
	switch {
	case err != nil:
		return false, err
	case meets:
		return false, errUnchanged
	}
	begun, err = j.change.IsBegun(j.made, log, now)
	if err == nil && !begun {
		err = another
	}
	return begun, err
}

// logInForce reads the log configuration, if the change sets one.
func (j *job) logInForce(ctx context.Context) (*cluster.LiveLogConfig, error) {
	if _, ok := j.change.LogRequest(); !ok {
		return nil, nil
	}
	state, err := j.writer.LogConfig(ctx, j.id)
	return state.Config, err
}

// maxTries bounds how often a request is sent whose outcome was unknown and
// that was then seen not to have been done.
const maxTries = 3

// post makes the cluster.
func (j *job) post(ctx context.Context, body json.RawMessage) error {
	live, err := j.postUntilKnown(ctx, body)
	if err != nil {
		return err
	}
	j.id, j.made, j.begun.id = live.ID, live.Document, live.ID
	// The receipt comes before the look for rivals: a run that ends there
	// leaves no cluster that nobody can tell the origin of.
	doc, err := j.inForce(ctx, live.Document, j.change.PostedAfter())
	if doc != nil {
		j.made = j.served(ctx, doc)
	}
	j.settleMade(doc != nil, err)
	if rival := j.expectNoRival(ctx, live); rival != nil {
		return rival
	}
	return err
}

// postUntilKnown sends the POST. One whose outcome is unknown is never simply
// repeated: it may have made the cluster, which is looked for first.
func (j *job) postUntilKnown(ctx context.Context, body json.RawMessage) (cluster.Live, error) {
	live, err := j.send(ctx, body)
	for try := 1; api.OutcomeUnknown(err); try++ {
		found, lookErr := j.lookForMade(ctx)
		if lookErr != nil {
			err = unsettled(ctx, err, lookErr)
			j.settleUnknown(err)
			return live, err
		}
		if found != nil {
			j.begun.adopted = true
			return *found, nil
		}
		j.settleUndone(err)
		if try == maxTries {
			return live, err
		}
		live, err = j.send(ctx, body)
	}
	return live, err
}

// served is the cluster that was made with all that the server put there, of
// which an answer may show less.
func (j *job) served(ctx context.Context, doc json.RawMessage) json.RawMessage {
	if planner.ShowsOpenFields(doc) {
		j.begun.whole = true
		return doc
	}
	live, err := j.writer.Get(ctx, j.id)
	if err != nil { // what is missing is not needed to go on
		return doc
	}
	j.begun.whole = true
	return live.Document
}

// send sends the POST. What became of it is the caller's to settle, unless it
// is known not to have been done, or its answer makes no sense.
func (j *job) send(ctx context.Context, body json.RawMessage) (cluster.Live, error) {
	if err := j.begin(http.MethodPost, api.ClustersPath, body, nil); err != nil {
		return cluster.Live{}, err
	}
	a, err := j.writer.Create(ctx, body)
	if err := j.sent(a.Exchange, err); err != nil {
		if !api.OutcomeUnknown(err) {
			j.settleUndone(err)
		}
		return cluster.Live{}, err
	}
	if a.Live.Name != "" && a.Live.Name != j.change.Name {
		err := fmt.Errorf("the answer to the creation is about another cluster, %q (%s)", a.Live.Name, a.Live.ID)
		j.settleUnknown(err)
		return cluster.Live{}, err
	}
	return a.Live, nil
}

// settleMade notes the cluster that was made, unless it could not be read. One
// that was only found by its name is not for anybody to delete.
func (j *job) settleMade(isRead bool, failure error) {
	after, err := j.stateOf(j.made, pathsOf(j.change.PostedAfter()))
	if !isRead || err != nil {
		j.settleUnknown(failure)
		return
	}
	var inverse []planner.Request
	if !j.begun.adopted {
		inverse = inverseCreate(j.id)
	}
	j.settle(after, inverse, failure)
}

// complete lays what POST does not take over the cluster as it was made, and
// patches the difference. The planned operations name fields alone, since the
// plan could not know what the server puts into a new cluster: a null asks for
// a key to be absent.
func (j *job) complete(ctx context.Context, body json.RawMessage) error {
	planned, err := jsonpatch.Parse(body)
	if err != nil {
		return err
	}
	want := wantedFields(planned)
	doc, err := j.madeDocument(ctx, want)
	if err != nil {
		return err
	}
	for try := 1; ; try++ {
		missing, err := planner.Compare(doc, want)
		if err != nil || len(missing) == 0 {
			return err
		}
		patch, before, err := j.completion(doc, missing.Wanted())
		if err != nil {
			return err
		}
		live, settled, err := j.sendCompletion(ctx, patch, before, want)
		switch {
		case settled:
			return err
		case err == nil:
			found, err := j.inForce(ctx, live.Document, want)
			j.settlePatch(patch, found, err)
			return err
		}
		read, readErr := j.writer.Get(ctx, j.id)
		if readErr != nil {
			j.settleUnknown(err)
			return err
		}
		doc = read.Document
		j.settlePatch(patch, doc, err)
		if try == maxTries {
			return stillMissing(doc, want, err)
		}
	}
}

// stillMissing is how the last try ended that got no answer: well, where the
// cluster has what was wanted all the same.
func stillMissing(doc json.RawMessage, want []jsonpatch.Field, unknown error) error {
	missing, err := planner.Compare(doc, want)
	if err != nil || len(missing) == 0 {
		return err
	}
	return unknown
}

// wantedFields are the fields that the planned operations of a new cluster
// name.
func wantedFields(planned jsonpatch.Patch) []jsonpatch.Field {
	want := make([]jsonpatch.Field, 0, len(planned))
	for _, op := range planned {
		f := jsonpatch.Field{Path: op.Path}
		if string(op.Value) != "null" {
			f.Value = op.Value
		}
		want = append(want, f)
	}
	return want
}

// completion is the patch that gives a document fields that it lacks, and what
// it writes over.
func (j *job) completion(doc json.RawMessage, fields []jsonpatch.Field) (jsonpatch.Patch, *State, error) {
	target, err := jsonpatch.Overlay(doc, fields)
	if err != nil {
		return nil, nil, err
	}
	patch, err := jsonpatch.Diff(doc, target)
	if err != nil {
		return nil, nil, err
	}
	before, err := j.stateOf(doc, patchedPaths(patch))
	return patch, before, err
}

// sendCompletion sends the patch, without tests where the server does not take
// them. Settled is one of which there is nothing more to find out.
func (j *job) sendCompletion(ctx context.Context, patch jsonpatch.Patch, before *State, want []jsonpatch.Field) (live cluster.Live, settled bool, err error) {
	live, err = j.patch(ctx, patch, before)
	if isOfTests(patch, err) {
		if done, err := j.expectUntouched(ctx, patch, before, want); done || err != nil {
			return live, true, err
		}
		live, err = j.patchUntested(ctx, patch, before, err)
	}
	return live, err != nil && !api.OutcomeUnknown(err), err
}

// expectUntouched reads the cluster that was made a moment ago, and compares
// what a patch writes over with what is there now. Done is one that another run
// has completed meanwhile.
func (j *job) expectUntouched(ctx context.Context, patch jsonpatch.Patch, before *State, want []jsonpatch.Field) (done bool, err error) {
	live, err := j.writer.Get(ctx, j.id)
	if api.IsNotFound(err) {
		return false, conflictf("cluster %s is gone", j.id)
	}
	if err != nil {
		return false, err
	}
	missing, err := planner.Compare(live.Document, want)
	if err != nil || len(missing) == 0 {
		return err == nil, err
	}
	var reviewed []jsonpatch.Field
	for _, path := range patchedPaths(patch) {
		reviewed = append(reviewed, jsonpatch.Field{Path: path, Value: before.Fields[path]})
	}
	changed, err := planner.Compare(live.Document, reviewed)
	if err == nil && len(changed) > 0 {
		err = conflictf("changed by somebody else: %s", changed)
	}
	return false, err
}

// madeDocument is the cluster as POST answered it, or, where that does not show
// the objects that are to be completed, as it is read back: an object that is
// only not shown must not be added anew.
func (j *job) madeDocument(ctx context.Context, want []jsonpatch.Field) (json.RawMessage, error) {
	for _, f := range want {
		parent := f.Path[:strings.LastIndex(f.Path, "/")]
		if _, there, err := jsonpatch.Lookup(j.made, parent); err != nil || !there {
			live, err := j.writer.Get(ctx, j.id)
			return live.Document, err
		}
	}
	return j.made, nil
}
