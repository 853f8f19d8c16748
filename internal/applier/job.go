package applier

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"clusterctl/internal/api"
	"clusterctl/internal/cluster"
	"clusterctl/internal/crash"
	"clusterctl/internal/jsonpatch"
	"clusterctl/internal/planner"
	"clusterctl/internal/receipt"
)

// job is one change in progress, or a part of one.
type job struct {
	*run
	member    *member // of a batch; nil unless the change is a create
	index     int     // of the change
	isPart    bool
	change    planner.Change
	id        string          // of the cluster, once it is known
	made      json.RawMessage // the cluster as in the response to its creation, or as found
	isWhole   bool            // made has all fields set by the server
	posted    *write          // the last POST
	sentAt    int64           // the ledger's moment when it was sent
	lostAt    int64           // and when it was known to be lost
	lost      *lostError      // set while the POST is unresolved
	exchanges []api.Exchange
	unnoted   error // why an outcome is missing in the receipt
}

// do makes the change. It returns true if there was nothing to do. outcomeOf explains its errors.
func (j *job) do(ctx context.Context) (unchanged bool, err error) {
	switch j.change.Action {
	case planner.Create:
		return j.create(ctx)
	case planner.Update:
		return j.update(ctx)
	case planner.SetLog:
		return j.setLog(ctx, j.change.Requests[0])
	case planner.Delete:
		return j.delete(ctx)
	default:
		return false, fmt.Errorf("unknown action %q", j.change.Action)
	}
}

// work runs a job until it ends or is unresolved. A panic fails only this change.
func (j *job) work(do func() (unchanged bool, err error)) {
	var unchanged bool
	err := crash.Catch(func() (err error) {
		unchanged, err = do()
		return err
	})
	if errors.As(err, &j.lost) {
		j.unresolved[j.index] = j
		return
	}
	j.end(unchanged, err)
}

// resume continues a create whose POST is unresolved, once the other changes of its phase have
// ended: a listing that shows them is current.
func (j *job) resume(ctx context.Context) {
	if j.lost.wasAnswered() || len(j.ledger.createdAfter(j.lostAt)) == 0 {
		return
	}
	j.work(func() (unchanged bool, err error) {
		unchanged, err = j.postAgain(ctx)
		return j.follow(ctx, unchanged, err)
	})
}

// end ends a job, and adds what is missing in the receipt to its error.
func (j *job) end(unchanged bool, err error) {
	switch {
	case j.unnoted == nil:
	case err == nil:
		err = j.unnoted
	default:
		err = fmt.Errorf("%w; %w", err, j.unnoted)
	}
	switch {
	case errors.Is(err, errStopped):
		j.endAs(NotAttempted, "")
	case err != nil:
		j.hasFailed.Store(true)
		j.endAs(outcomeOf(err), err.Error())
	case unchanged:
		j.endAs(Unchanged, "")
	default:
		j.endAs(Applied, "")
	}
}

// endAs sets the result of the change, and reports it unless another part of the change follows.
func (j *job) endAs(outcome Outcome, reason string) {
	result := ChangeResult{
		Action: j.change.Action, Name: j.change.Name, ID: j.id, Outcome: outcome, Error: reason,
		Requests: append([]api.Exchange{}, j.exchanges...), // not null in JSON
	}
	j.results[j.index], j.unresolved[j.index] = result, nil
	if !j.isPart && j.opts.Report != nil {
		j.opts.Report(result)
	}
}

// get reads the cluster that the change is about.
func (j *job) get(ctx context.Context) (cluster.Live, error) { return j.writer.Get(ctx, j.id) }

// errUnverified reports a look-up in an unverified listing, which proves nothing.
var errUnverified = errors.New("the listing is unverified")

// expectVerified returns an error for an unverified look-up, unless the listing is trusted.
func (j *job) expectVerified(isVerified bool) error {
	if isVerified || j.opts.TrustListing {
		return nil
	}
	return errUnverified
}

// find looks up the clusters with the name of the change.
func (j *job) find() ([]cluster.Live, error) {
	found, err := j.member.ask(j.change.Name)
	if err != nil {
		return nil, err
	}
	return found.Clusters, j.expectVerified(found.Verified)
}

// stateOf returns the fields of a document that a request concerns. For a created cluster it
// returns all open fields, so that undo can see what was added later.
func (j *job) stateOf(doc json.RawMessage, paths []string) (*receipt.State, error) {
	if j.change.Action == planner.Create {
		open, _ := planner.OpenFields(doc) // FieldsAt returns the error of an unreadable document
		paths = append(paths, jsonpatch.Paths(open)...)
	}
	return receipt.FieldsAt(doc, paths)
}

// rest pauses, and lets other members of the batch work in the pause.
func (j *job) rest(ctx context.Context, wait time.Duration) error {
	return j.member.rest(func() error { return j.opts.Clock.For(ctx, wait) })
}

// The pauses between look-ups double from the first to the longest.
const (
	firstPause   = 100 * time.Millisecond
	longestPause = time.Second
)

// withinGrace calls look at once, and again after growing pauses, until it is done or the grace
// for a late listing has passed.
func (j *job) withinGrace(ctx context.Context, look func() (isDone bool, err error)) (isDone bool, err error) {
	next := firstPause
	for left := j.opts.CreateGrace; ; {
		if isDone, err = look(); isDone || err != nil || left <= 0 {
			return isDone, err
		}
		wait := min(next, left)
		if err := j.rest(ctx, wait); err != nil {
			return false, err
		}
		left -= wait
		next = min(2*next, longestPause)
	}
}
