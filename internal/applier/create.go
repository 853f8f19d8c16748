package applier

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"

	"clusterctl/internal/api"
	"clusterctl/internal/cluster"
	"clusterctl/internal/jsonpatch"
	"clusterctl/internal/planner"
)

// errStopped ends a change that must not start because the run was stopped.
var errStopped = errors.New("the run was stopped")

// create creates a cluster in up to three steps: the fields that POST accepts, those that it does
// not, and the log configuration. The name is looked up right before the POST, since the tenant
// accepts duplicates.
func (j *job) create(ctx context.Context) (unchanged bool, err error) {
	named, err := j.find()
	switch {
	case err != nil && ctx.Err() != nil: // nothing was sent
		return false, errStopped
	case errors.Is(err, errUnverified):
		return false, fmt.Errorf("%w, so a cluster of this name may already exist (check with status; if there is none, use --trust-listing)", err)
	case err != nil:
		return false, err
	case len(named) == 0 && j.isStopped(ctx):
		return false, errStopped
	case len(named) == 0:
		unchanged, err = j.post(ctx)
		return j.follow(ctx, unchanged, err)
	}
	j.ledger.exists(named)
	if len(named) > 1 {
		return false, conflictf("%d clusters of this name now exist", len(named))
	}
	j.id = named[0].ID
	j.made = j.served(ctx, named[0].Document)
	unchanged, err = j.judge(ctx, conflictf("another cluster of this name now exists: %s", j.id))
	return j.follow(ctx, unchanged, err)
}

// follow takes the steps after the POST, which ended with err. A field that is not in effect does
// not prevent the next step, nor does a listing that did not verify that the cluster is the only
// one of its name.
func (j *job) follow(ctx context.Context, unchanged bool, err error) (bool, error) {
	if unchanged {
		return true, nil
	}
	var earlier error
	for _, request := range j.change.Requests[1:] {
		if !allowsNextStep(err) {
			break
		}
		earlier = join(earlier, err)
		switch {
		case request.Method == http.MethodPatch:
			err = j.complete(ctx, request.Body)
		case j.ledger.isOwn(j.id): // it has no log configuration yet
			err = j.putLog(ctx, request, nil)
		default: // unchanged is one that is set already
			_, err = j.setLog(ctx, request)
		}
	}
	return false, join(earlier, err)
}

func allowsNextStep(err error) bool {
	return slices.Contains([]Outcome{Applied, NotApplied, Unverified}, outcomeOf(err))
}

// judge compares the only cluster of the name with the change. It returns true if the cluster is
// as wanted, false if an interrupted run began it, so that it has to be completed, and the given
// error otherwise.
func (j *job) judge(ctx context.Context, another error) (asWanted bool, err error) {
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
	asWanted, isBegun, err := j.change.IsMadeIn(j.made, log, j.opts.Now())
	if err == nil && !asWanted && !isBegun {
		err = another
	}
	return asWanted, err
}

// logInForce reads the current log configuration, if the change sets one.
func (j *job) logInForce(ctx context.Context) (*cluster.LiveLogConfig, error) {
	if _, ok := j.change.LogRequest(); !ok {
		return nil, nil
	}
	state, err := j.writer.LogConfig(ctx, j.id)
	return state.Config, err
}

// post sends the POST, and makes sure that the cluster is the only one of its name. A POST with
// an unknown outcome is not simply repeated, since it may have created the cluster.
func (j *job) post(ctx context.Context) (asWanted bool, err error) {
	var (
		a     api.Answer[cluster.Live]
		isOwn bool // the response is about the cluster that was created
	)
	body := j.change.Requests[0].Body
	j.posted = j.request(http.MethodPost, api.ClustersPath, body, nil)
	j.posted.send = func() (_ api.Exchange, err error) {
		j.sentAt = j.ledger.moment()
		a, err = j.writer.Create(ctx, body)
		return a.Exchange, err
	}
	j.posted.lookUp = func(sendErr error) (f finding) {
		if sendErr == nil {
			f, sendErr = j.created(ctx, a.Now)
		}
		if isOwn = sendErr == nil; !isOwn {
			f = j.lookForLost(ctx, sendErr)
		}
		return f
	}
	_, err = j.write(j.posted)
	if !isOwn {
		return false, err
	}
	own := j.id
	asWanted, only := j.expectOnly(ctx)
	if asWanted || j.id != own || !allowsNextStep(only) {
		return asWanted, only
	}
	return false, join(only, err)
}

// created reads the cluster in the response to the POST. A response about another cluster is an
// error: it does not say what the POST did.
func (j *job) created(ctx context.Context, live cluster.Live) (f finding, wrong error) {
	if !j.ledger.assign(live.ID) {
		return f, wrongAnswerf("the response to the create request is about another cluster, %q (%s)", live.Name, live.ID)
	}
	j.id = live.ID
	doc, err := j.inForce(ctx, live.Document, j.change.PostedAfter())
	switch {
	case doc == nil:
		j.made = live.Document
		return finding{fate: unknown, id: j.id, err: err}, nil
	case !hasName(doc, j.change.Name):
		return f, j.misnamed(doc)
	}
	j.made = j.served(ctx, doc)
	return j.foundMade(err), nil
}

// misnamed returns the error for a created cluster that was read without its name or with another.
func (j *job) misnamed(doc json.RawMessage) error {
	if name, isThere, _ := jsonpatch.Lookup(doc, "/name"); isThere && string(name) != "null" {
		return wrongAnswerf("the response to the create request is about another cluster, %s", j.id)
	}
	return wrongAnswerf("the response to the create request has no name, only the id %s", j.id)
}

// hasName reports whether a document has this name.
func hasName(doc json.RawMessage, name string) bool {
	found, _, err := jsonpatch.Lookup(doc, "/name")
	return err == nil && jsonpatch.Equal(found, jsonpatch.Quote(name))
}

// served returns the created cluster with all fields set by the server. A response may show
// fewer.
func (j *job) served(ctx context.Context, doc json.RawMessage) json.RawMessage {
	if j.isWhole = planner.ShowsOpenFields(doc); j.isWhole {
		return doc
	}
	live, err := j.get(ctx)
	if err != nil { // the missing fields are not needed to continue
		return doc
	}
	j.isWhole = true
	return live.Document
}

// foundMade returns the finding for a POST whose cluster exists. err is what is wrong with the
// cluster.
func (j *job) foundMade(err error) finding {
	after, unreadable := j.stateOf(j.made, jsonpatch.Paths(j.change.PostedAfter()))
	if unreadable != nil {
		return finding{fate: unknown, id: j.id, err: unreadable}
	}
	return finding{fate: done, id: j.id, after: after, whole: j.isWhole, err: err}
}
