package applier

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"clusterctl/internal/cluster"
	"clusterctl/internal/planner"
)

// lookInterval is how far apart the looks for a cluster are that a POST may
// have made: a listing may lag behind.
const lookInterval = time.Second

// lookForMade looks for the cluster that a POST without an answer may have
// made, again and again for the grace given to a listing. There was none of
// its name before, so one that is as it was asked for is taken for it.
func (j *job) lookForMade(ctx context.Context) (*cluster.Live, error) {
	for waited := time.Duration(0); ; waited += lookInterval {
		found, err := j.writer.FindByName(ctx, j.change.Name)
		if err != nil {
			return nil, err
		}
		if len(found.Clusters) > 0 {
			return j.recognize(found.Clusters)
		}
		if waited >= j.opts.CreateGrace {
			return nil, nil
		}
		if err := pause(ctx, lookInterval); err != nil {
			return nil, err
		}
	}
}

// recognize holds what was found by the name against what was asked for. Of
// several, none can be told to be it.
func (j *job) recognize(named []cluster.Live) (*cluster.Live, error) {
	if len(named) > 1 {
		return nil, manyFound(named)
	}
	missing, err := planner.Compare(named[0].Document, j.change.PostedAfter())
	if err != nil {
		return nil, err
	}
	if len(missing) > 0 {
		j.id = named[0].ID
		return nil, conflictf("another cluster of this name has come meanwhile: %s", j.id)
	}
	return &named[0], nil
}

// manyFound is the conflict of clusters of which one may have been made by a
// POST without an answer.
func manyFound(named []cluster.Live) error {
	ids := make([]string, 0, len(named))
	for _, live := range named {
		ids = append(ids, live.ID)
	}
	slices.Sort(ids)
	return conflictf("the creation got no answer, and %s have this name (delete by hand those that are not wanted)", strings.Join(ids, ", "))
}

// expectNoRival looks the name up once more after a cluster was made. Where
// another run made the same at the same moment, all but the oldest withdraw:
// each deletes the cluster that it made itself, and no other. One that it only
// found may be somebody else's.
func (j *job) expectNoRival(ctx context.Context, made cluster.Live) error {
	found, err := j.writer.FindByName(ctx, j.change.Name)
	if err != nil {
		return fmt.Errorf("made, but not known to be the only one: %w", err)
	}
	others := slices.DeleteFunc(found.Clusters, func(l cluster.Live) bool { return l.ID == made.ID })
	if j.begun.adopted && len(others) > 0 {
		return manyFound(append(others, made))
	}
	for _, other := range others {
		if isOlder(other, made) {
			return j.withdraw(ctx, other)
		}
	}
	return nil
}

// isOlder orders clusters by when they were made, then by id, so that two runs
// agree on which of theirs stays.
func isOlder(a, b cluster.Live) bool {
	if !a.CreatedAt.Equal(b.CreatedAt) {
		return a.CreatedAt.Before(b.CreatedAt)
	}
	return a.ID < b.ID
}

// withdraw deletes the cluster just made, unless it has got clients already.
func (j *job) withdraw(ctx context.Context, older cluster.Live) error {
	live, err := j.writer.Get(ctx, j.id)
	if err != nil {
		return err
	}
	if !live.Clients.IsZero() {
		return conflictf("made twice at the same moment, as %s and %s, and both are in use (delete one)", older.ID, j.id)
	}
	if err := j.beginDelete(false); err != nil {
		return err
	}
	exchange, err := j.writer.Delete(ctx, j.id, false)
	if err := j.sent(exchange, err); err != nil {
		j.settleFailed(err)
		return fmt.Errorf("made twice at the same moment, as %s and %s (delete one): %w", older.ID, j.id, err)
	}
	j.settle(nil, nil, nil)
	j.id = older.ID
	return conflictf("another run made this cluster at the same moment, as %s: this one withdrew its own", older.ID)
}
