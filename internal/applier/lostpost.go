package applier

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"clusterctl/internal/api"
	"clusterctl/internal/cluster"
	"clusterctl/internal/planner"
)

// lostRemedy is what to do about a POST with an unknown outcome: a run that does not find its
// cluster yet creates a second one.
const lostRemedy = "the cluster may have been created; wait a minute, then check with status before you apply again"

// lostError is a POST with an unknown outcome, whose cluster no listing showed within the grace.
type lostError struct{ error }

func (e *lostError) Error() string {
	return e.error.Error() + " (" + lostRemedy + ")"
}

func (e *lostError) Unwrap() error { return e.error }

// wasAnswered reports whether the tenant accepted the POST, but its response is wrong. A cluster
// then exists, maybe under another name, so not finding it proves nothing.
func (e *lostError) wasAnswered() bool {
	unanswered, ok := errors.AsType[*api.Unanswered](e.error)
	_, isWrong := errors.AsType[*wrongAnswerError](e.error)
	return isWrong || ok && unanswered.Received
}

// wrongAnswerError is a response to a POST that does not say what the POST did.
type wrongAnswerError struct{ error }

func wrongAnswerf(format string, args ...any) error {
	return &wrongAnswerError{fmt.Errorf(format, args...)}
}

// lost returns the finding for a POST whose cluster no listing showed.
func lost(err error) finding {
	return finding{fate: unresolved, err: &failure{Unknown, &lostError{err}}}
}

// lookForLost looks up the cluster that a POST may have created. It uses the whole grace, since
// the first cluster that a late listing shows may not be the only one. A single cluster that is
// as wanted is adopted, since no cluster had this name before the POST.
func (j *job) lookForLost(ctx context.Context, sendErr error) finding {
	j.id, j.lostAt = "", j.ledger.moment()
	var own *cluster.Live
	_, err := j.withinGrace(ctx, func() (isDone bool, err error) {
		named, err := j.find()
		if err == nil {
			own, err = j.recognize(named)
		}
		return false, err
	})
	switch {
	case err != nil:
		return notKnownPost(ctx, sendErr, err)
	case own == nil:
		return lost(sendErr)
	}
	return j.adopt(ctx, *own)
}

// recognize returns the cluster that the POST created, nil if there is none. Several clusters of
// the name, or one that is not as wanted, are a conflict.
func (j *job) recognize(named []cluster.Live) (*cluster.Live, error) {
	switch len(named) {
	case 0:
		return nil, nil
	case 1:
	default:
		return nil, conflictf("the create request got no usable response, and %s have this name (delete the ones that you do not want)", idsOf(named))
	}
	missing, err := planner.Compare(named[0].Document, j.change.PostedAfter())
	if err != nil {
		return nil, err
	}
	if len(missing) > 0 || j.ledger.existed(named[0].ID) {
		j.id = named[0].ID
		return nil, conflictf("another cluster of this name now exists: %s", j.id)
	}
	return &named[0], nil
}

// adopt continues with a cluster that was found by its name. Since someone else may have created
// it, neither this run nor undo deletes it.
func (j *job) adopt(ctx context.Context, live cluster.Live) finding {
	j.id = live.ID
	j.made = j.served(ctx, live.Document)
	f := j.foundMade(nil)
	f.adopted = true
	return f
}

func idsOf(clusters []cluster.Live) string { return strings.Join(cluster.IDs(clusters), ", ") }

// postAgain resolves a lost POST, now that later writes of the run may show that a listing is
// current. It sends the POST again if it created nothing.
func (j *job) postAgain(ctx context.Context) (asWanted bool, err error) {
	became, err := j.settle(j.posted, j.lookAgain(ctx))
	if became == undone && !j.isStopped(ctx) {
		return j.post(ctx)
	}
	return false, err
}

// lookAgain looks up the cluster of a lost POST. Only a listing that shows a later creation of
// the run, and no cluster of the name, proves that the POST created nothing.
func (j *job) lookAgain(ctx context.Context) finding {
	listed, listing, err := j.writer.List(ctx, j.change.Name)
	if err != nil || j.expectVerified(listing.Verified) != nil {
		return lost(j.lost.error)
	}
	later := j.ledger.createdAfter(j.lostAt)
	isCurrent := slices.ContainsFunc(listed, func(live cluster.Live) bool {
		return slices.ContainsFunc(later, func(c creation) bool { return c.id == live.ID && c.name == live.Name })
	})
	isOther := func(live cluster.Live) bool { return live.Name != j.change.Name }
	own, err := j.recognize(slices.DeleteFunc(slices.Clone(listed), isOther))
	switch {
	case err != nil:
		return finding{fate: unknown, err: err}
	case own != nil:
		return j.adopt(ctx, *own)
	case isCurrent:
		return finding{fate: undone, err: j.lost.error}
	}
	return lost(j.lost.error)
}
