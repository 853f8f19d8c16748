package applier

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"clusterctl/internal/api"
	"clusterctl/internal/cluster"
	"clusterctl/internal/jsonpatch"
	"clusterctl/internal/planner"
	"clusterctl/internal/receipt"
)

// job is one change under way.
type job struct {
	writer    Writer
	change    planner.Change
	opts      Options
	ledger    *ledger
	id        string          // of the cluster, once it is known
	made      json.RawMessage // the cluster as its creation was answered, or as it was found
	isWhole   bool            // made has all that the server put there
	posted    *write          // the last POST
	sentAt    int64           // the moment of the ledger at which it was sent
	lostAt    int64           // and the one at which it was known to be lost
	lost      *lostError      // set while the change is pending
	exchanges []api.Exchange
	unnoted   error // why the outcome of a request is missing from the receipt
}

// do makes the change. Without an error it is in force: Applied, or Unchanged
// where there was nothing to do. See outcomeOf for the others.
func (j *job) do(ctx context.Context) (Outcome, error) {
	switch j.change.Action {
	case planner.Create:
		return j.create(ctx)
	case planner.Update:
		return j.update(ctx)
	case planner.SetLog:
		return j.setLog(ctx)
	case planner.Delete:
		return j.delete(ctx)
	default:
		return Failed, fmt.Errorf("unknown action %q", j.change.Action)
	}
}

// get reads the cluster of the change.
func (j *job) get(ctx context.Context) (cluster.Live, error) { return j.writer.Get(ctx, j.id) }

// errUnverified reports a look-up from which nothing may be concluded.
var errUnverified = errors.New("the listing is unverified")

// expectVerified returns an error unless something may be concluded from a look-up.
func (j *job) expectVerified(isVerified bool) error {
	if isVerified || j.opts.TrustListing {
		return nil
	}
	return errUnverified
}

// find looks up the clusters that have the name of the change.
func (j *job) find(ctx context.Context) ([]cluster.Live, error) {
	found, err := j.writer.FindByName(ctx, j.change.Name)
	if err != nil {
		return nil, err
	}
	return found.Clusters, j.expectVerified(found.Verified)
}

// stateOf returns the fields of a document that a request is about. Of a created
// cluster it returns all open fields: undo needs them to see what was added later.
func (j *job) stateOf(doc json.RawMessage, paths []string) (*receipt.State, error) {
	if j.change.Action != planner.Create {
		return receipt.FieldsAt(doc, paths)
	}
	open, err := planner.OpenFields(doc)
	if err != nil {
		return nil, err
	}
	return receipt.FieldsAt(doc, append(paths, jsonpatch.Paths(open)...))
}

// The pauses between looks double from the first to the longest.
const (
	firstPause   = 100 * time.Millisecond
	longestPause = time.Second
)

// withinGrace looks at once, and again after growing pauses, until the look
// reports that it is done or the grace for a lagging listing has passed.
func (j *job) withinGrace(ctx context.Context, look func() (isDone bool, err error)) (isDone bool, err error) {
	next := firstPause
	for left := j.opts.CreateGrace; ; {
		if isDone, err = look(); isDone || err != nil || left <= 0 {
			return isDone, err
		}
		wait := min(next, left)
		if err := pause(ctx, wait); err != nil {
			return false, err
		}
		left -= wait
		next = min(2*next, longestPause)
	}
}

func pause(ctx context.Context, d time.Duration) error {
	select {
	case <-time.After(d):
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}
