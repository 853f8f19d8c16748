package applier

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"

	"clusterctl/internal/api"
	"clusterctl/internal/cluster"
	"clusterctl/internal/jsonpatch"
	"clusterctl/internal/planner"
	"clusterctl/internal/receipt"
)

// post sends the POST, which is never simply repeated: one whose outcome is
// unknown may have created the cluster.
func (j *job) post(ctx context.Context) error {
	live, err := j.send(ctx)
	switch {
	case isUnknown(err):
		return j.lookForLost(ctx, err)
	case err != nil:
		return err
	}
	return j.created(ctx, live)
}

// send sends the POST. What became of it is the caller's to settle, unless it
// is known not to have been done.
func (j *job) send(ctx context.Context) (cluster.Live, error) {
	if err := j.begin(http.MethodPost, api.ClustersPath, j.posted(), nil); err != nil {
		return cluster.Live{}, err
	}
	j.sentAt = j.ledger.moment()
	a, err := j.writer.Create(ctx, j.posted())
	if err := j.sent(a.Exchange, err); err != nil {
		if !isUnknown(err) {
			j.settleUndone(err)
		}
		return cluster.Live{}, err
	}
	if a.Live.Name != "" && a.Live.Name != j.change.Name || !j.ledger.claim(a.Live.ID) {
		return cluster.Live{}, wrongAnswerf("the answer to the creation is about another cluster, %q (%s)", a.Live.Name, a.Live.ID)
	}
	return a.Live, nil
}

// created goes on with the cluster that the answer to the POST is about: it notes
// the cluster in the receipt, before anything else, so that a run that ends there
// leaves no cluster of unknown origin; and it makes sure that the cluster is the
// only one of its name.
func (j *job) created(ctx context.Context, live cluster.Live) error {
	j.id = live.ID
	doc, err := j.inForce(ctx, live.Document, j.change.PostedAfter())
	if doc != nil && !isNamed(doc, j.change.Name) {
		return j.lookForLost(ctx, wrongAnswerf("the answer to the creation is about another cluster, %s", j.id))
	}
	j.made, j.begun.id = live.Document, j.id
	if doc != nil {
		j.made = j.served(ctx, doc)
	}
	j.settleMade(doc != nil, err)
	only := j.expectOnly(ctx)
	if j.id != live.ID || !allowsNextStep(only) {
		return only
	}
	return stepErrors{}.with(only).with(err).orNil()
}

// isNamed reports whether a document has a name.
func isNamed(doc json.RawMessage, name string) bool {
	found, _, err := jsonpatch.Lookup(doc, "/name")
	return err == nil && jsonpatch.Equal(found, jsonpatch.Quote(name))
}

// served is the cluster that was created with all that the server put there, of
// which an answer may show less.
func (j *job) served(ctx context.Context, doc json.RawMessage) json.RawMessage {
	if !planner.ShowsOpenFields(doc) {
		live, err := j.get(ctx)
		if err != nil { // what is missing is not needed to go on
			return doc
		}
		doc = live.Document
	}
	j.isWhole, j.begun.whole = true, true
	return doc
}

// settleMade notes the cluster that was created, unless it could not be read. One
// that was only found by its name is not for anybody to delete.
func (j *job) settleMade(isRead bool, failure error) {
	after, err := j.stateOf(j.made, jsonpatch.Paths(j.change.PostedAfter()))
	if !isRead || err != nil {
		j.settleUnknown(failure)
		return
	}
	var inverse []planner.Request
	if !j.begun.adopted {
		inverse = receipt.InverseCreate(j.id)
	}
	j.settle(after, inverse, failure)
}

// wrongAnswerError is an answer to a POST that does not say what the POST did.
type wrongAnswerError struct{ message string }

func (e *wrongAnswerError) Error() string { return e.message }

func wrongAnswerf(format string, args ...any) error {
	return &wrongAnswerError{fmt.Sprintf(format, args...)}
}
