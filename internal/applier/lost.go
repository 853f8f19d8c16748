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

// isUnknown reports whether the tenant may have acted on the request that failed
// with err.
func isUnknown(err error) bool {
	var wrong *wrongAnswerError
	return errors.As(err, &wrong) || api.OutcomeUnknown(err)
}

// lostError is a POST whose outcome is unknown, and whose cluster no listing
// showed within the grace.
type lostError struct{ unknown error }

func (e *lostError) Error() string {
	return e.unknown.Error() + " (it is not known whether the cluster was created; the next run looks for it first)"
}

func (e *lostError) Unwrap() error { return e.unknown }

// wasAnswered reports whether the tenant accepted the POST, and only its answer
// makes no sense. A cluster was created then, perhaps under another name than
// the one that is looked for, so that no listing proves the contrary.
func (e *lostError) wasAnswered() bool {
	if _, isWrong := errors.AsType[*wrongAnswerError](e.unknown); isWrong {
		return true
	}
	unanswered, ok := errors.AsType[*api.Unanswered](e.unknown)
	return ok && unanswered.Received
}

// lookForLost looks for the cluster that a POST may have created, for the whole
// grace: the first cluster of the name that a lagging listing shows need not be
// the only one. A single cluster that is as wanted is adopted, since no cluster had
// this name before the POST.
func (j *job) lookForLost(ctx context.Context, unknown error) error {
	j.id, j.lostAt = "", j.ledger.moment()
	var found *cluster.Live
	_, err := j.withinGrace(ctx, func() (done bool, err error) {
		named, err := j.find(ctx)
		if err == nil {
			found, err = j.recognize(named)
		}
		return false, err
	})
	switch {
	case err != nil:
		err = unsettled(ctx, unknown, err)
		j.settleUnknown(err)
		return err
	case found == nil:
		return &lostError{unknown}
	}
	return j.adopt(ctx, *found)
}

// recognize compares what has the name with what was wanted. Of several clusters
// none can be recognized; nil is none.
func (j *job) recognize(named []cluster.Live) (*cluster.Live, error) {
	switch len(named) {
	case 0:
		return nil, nil
	case 1:
	default:
		return nil, manyFound(named)
	}
	missing, err := planner.Compare(named[0].Document, j.change.PostedAfter())
	if err != nil {
		return nil, err
	}
	if len(missing) > 0 || j.ledger.existed(named[0].ID) {
		j.id = named[0].ID
		return nil, conflictf("another cluster of this name has come meanwhile: %s", j.id)
	}
	return &named[0], nil
}

// adopt goes on with a cluster that was found by its name.
func (j *job) adopt(ctx context.Context, live cluster.Live) error {
	j.begun.adopted = true
	j.id, j.begun.id = live.ID, live.ID
	j.made = j.served(ctx, live.Document)
	j.settleMade(true, nil)
	return nil
}

// manyFound is the conflict of clusters of which one may have been created by a
// POST whose outcome is unknown.
func manyFound(named []cluster.Live) error {
	return conflictf("the creation got no answer, and %s have this name (delete by hand those that are not wanted)", idsOf(named))
}

func idsOf(clusters []cluster.Live) string { return strings.Join(cluster.IDs(clusters), ", ") }

// postAgain decides what becomes of a POST whose outcome is unknown, now that
// later writes of the run may show that a listing is current. Only a listing that
// shows one of them, and no cluster of the name, proves that the POST created
// none; it is sent again then.
func (j *job) postAgain(ctx context.Context) error {
	named, isCurrent, err := j.listCurrent(ctx)
	if err != nil {
		return fmt.Errorf("%w; looking again failed: %w", j.lost, err)
	}
	found, err := j.recognize(named)
	switch {
	case err != nil:
		j.settleUnknown(err)
		return err
	case found != nil:
		return j.adopt(ctx, *found)
	case !isCurrent:
		return j.lost
	}
	j.settleUndone(j.lost.unknown)
	return j.post(ctx)
}

// listCurrent lists the clusters of the name, and reports whether the listing
// shows a cluster of this run whose POST was sent after the outcome of the lost
// one was known to be unknown.
func (j *job) listCurrent(ctx context.Context) (named []cluster.Live, isCurrent bool, err error) {
	clusters, proof, err := j.writer.List(ctx, j.change.Name)
	if err == nil && !proof.Verified && !j.opts.TrustListing {
		err = errUnverified
	}
	if err != nil {
		return nil, false, err
	}
	later := j.ledger.createdAfter(j.lostAt)
	for _, live := range clusters {
		if live.Name == j.change.Name {
			named = append(named, live)
		}
		isCurrent = isCurrent || slices.ContainsFunc(later, func(c creation) bool { return c.id == live.ID && c.name == live.Name })
	}
	return named, isCurrent, nil
}
