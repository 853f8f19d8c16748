package applier

import (
	"context"
	"errors"
	"fmt"
	"time"

	"clusterctl/internal/cluster"
)

// The pauses between looks double from the first to the longest.
const (
	firstPause   = 100 * time.Millisecond
	longestPause = time.Second
)

// withinGrace looks at once, and again after growing pauses, until the look
// reports that it is done or the grace for a lagging listing has passed.
func (j *job) withinGrace(ctx context.Context, look func() (done bool, err error)) (done bool, err error) {
	next := firstPause
	for left := j.opts.CreateGrace; ; {
		if done, err = look(); done || err != nil || left <= 0 {
			return done, err
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
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// errUnverified reports a look-up from which nothing may be concluded.
var errUnverified = errors.New("the listing is unverified")

// find looks up the clusters that have the name of the change. A look-up that is
// not verified is an error, unless the listing is to be trusted.
func (j *job) find(ctx context.Context) ([]cluster.Live, error) {
	found, err := j.writer.FindByName(ctx, j.change.Name)
	if err == nil && !found.Verified && !j.opts.TrustListing {
		err = errUnverified
	}
	return found.Clusters, err
}

// get reads the cluster of the change.
func (j *job) get(ctx context.Context) (cluster.Live, error) { return j.getByID(ctx, j.id) }

func (j *job) getByID(ctx context.Context, id string) (cluster.Live, error) {
	live, err := j.writer.Get(ctx, id)
	if err == nil && live.ID != id {
		return cluster.Live{}, fmt.Errorf("cluster %s was requested, and the answer is about another one, %q", id, live.ID)
	}
	return live, err
}
