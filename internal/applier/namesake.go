package applier

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"clusterctl/internal/api"
	"clusterctl/internal/cluster"
	"clusterctl/internal/planner"
)

// expectOnly makes sure that the cluster just created is the only one of its name. A listing
// proves nothing before it shows that cluster, since it may miss others too. expectOnly reports
// whether a namesake that stays instead is as wanted.
func (j *job) expectOnly(ctx context.Context) (asWanted bool, err error) {
	var named []cluster.Live
	isOwn := func(live cluster.Live) bool { return live.ID == j.id }
	isListed, err := j.withinGrace(ctx, func() (bool, error) {
		var err error
		named, err = j.find()
		return slices.ContainsFunc(named, isOwn), err
	})
	if err == nil && !isListed {
		err = fmt.Errorf("not listed within %s (do not apply again until status shows it; use a longer --create-grace next time)", j.opts.CreateGrace)
	}
	if err != nil {
		return false, j.expectOwn(ctx, err)
	}
	j.noteCreated()
	present, err := j.stillNamed(ctx, named)
	switch {
	case err != nil:
		return false, conflictf("created as %s, but %s, and reading failed: %v", j.id, haveName(slices.DeleteFunc(named, isOwn)), err)
	case len(present) == 1:
		return false, nil
	}
	others := slices.DeleteFunc(slices.Clone(present), isOwn)
	if stays := staying(present); stays.ID != j.id {
		return j.withdraw(ctx, stays, others)
	}
	return false, j.outlast(ctx, others, fmt.Sprintf("created as %s", j.id))
}

// expectOwn reads the created cluster, which no listing showed for the given reason. Its id may
// be from a response about another cluster.
func (j *job) expectOwn(ctx context.Context, reason error) error {
	live, err := j.get(ctx)
	switch {
	case api.IsNotFound(err), err == nil && live.Name != j.change.Name:
		_, err := j.settle(j.posted, j.lookForLost(ctx, wrongAnswerf("the response to the create request is about cluster %s, which does not have this name", j.id)))
		return err
	case err == nil:
		j.noteCreated()
	}
	return &failure{Unverified, fmt.Errorf("created, but not verified as the only cluster of this name: %w", reason)}
}

func (j *job) noteCreated() {
	j.ledger.add(creation{id: j.id, name: j.change.Name, sentAt: j.sentAt})
}

// stillNamed returns the own cluster and the others that still exist and have the name. A late
// listing may show others.
func (j *job) stillNamed(ctx context.Context, listed []cluster.Live) ([]cluster.Live, error) {
	var present []cluster.Live
	for _, c := range listed {
		isPresent := c.ID == j.id
		if !isPresent {
			var err error
			if isPresent, err = j.isNamed(ctx, c.ID, j.change.Name); err != nil {
				return nil, err
			}
		}
		if isPresent {
			present = append(present, c)
		}
	}
	return present, nil
}

// isNamed reports whether a cluster exists and has this name. It reads the cluster by id, since a
// listing may be late.
func (j *job) isNamed(ctx context.Context, id, name string) (bool, error) {
	live, err := j.writer.Get(ctx, id)
	if api.IsNotFound(err) {
		return false, nil
	}
	return err == nil && live.Name == name, err
}

// staying returns the one of several namesakes that stays: the oldest, or the one with the
// smallest id unless all have a creation time. Concurrent runs must choose the same one.
func staying(present []cluster.Live) cluster.Live {
	isUnknown := func(live cluster.Live) bool { return live.CreatedAt.IsZero() }
	byID := slices.ContainsFunc(present, isUnknown)
	return slices.MinFunc(present, func(a, b cluster.Live) int {
		if !byID && !a.CreatedAt.Equal(b.CreatedAt) {
			return a.CreatedAt.Compare(b.CreatedAt)
		}
		return strings.Compare(a.ID, b.ID)
	})
}

// withdraw deletes the cluster that this run created, and continues with the one that stays once
// it is the only one of the name. Unless the created cluster is known to be this run's own and
// unused, both stay.
func (j *job) withdraw(ctx context.Context, stays cluster.Live, others []cluster.Live) (asWanted bool, err error) {
	own := j.id
	if err := j.expectAsCreated(ctx); err != nil {
		return false, conflictf("created as %s, but %s has this name too, and %s was not deleted: %v (delete the one that you do not want)", own, stays.ID, own, err)
	}
	if err := j.deleteUntilGone(ctx, false); err != nil {
		return false, conflictf("created as %s, but %s has this name too, and deleting %s failed: %v (delete the one that you do not want)", own, stays.ID, own, err)
	}
	j.id = stays.ID
	another := conflictf("another cluster of this name, %s, was created at the same time, so this run deleted its own, %s", stays.ID, own)
	others = slices.DeleteFunc(others, func(live cluster.Live) bool { return live.ID == stays.ID })
	if err := j.outlast(ctx, others, another.Error()); err != nil {
		return false, err
	}
	// Read it after the own one was deleted, to see whether its creator deleted it for the same
	// reason.
	live, err := j.get(ctx)
	switch {
	case api.IsNotFound(err):
		return false, conflictf("%v; %s was deleted too", another, j.id)
	case err != nil:
		return false, conflictf("%v; %v", another, err)
	}
	j.made, j.isWhole = live.Document, true
	return j.judge(ctx, another)
}

// expectAsCreated makes sure that the created cluster can be deleted: it did not exist before,
// nothing is attached to it, and it is as created, without a log configuration.
func (j *job) expectAsCreated(ctx context.Context) error {
	if !j.ledger.complete {
		return errors.New("not all clusters that existed before the run are known")
	}
	live, err := j.get(ctx)
	if err != nil {
		return err
	}
	isSame, err := sameOpenFields(live.Document, j.made)
	switch {
	case err != nil:
		return err
	case live.Name != j.change.Name:
		return fmt.Errorf("it was renamed to %q", live.Name)
	case !live.IsEmpty():
		return fmt.Errorf("it is in use (clients: %s, services: %s)", live.Clients, live.Services)
	case !isSame:
		return errors.New("it was changed by someone else")
	}
	return j.expectNoLog(ctx)
}

// expectNoLog makes sure that no one has set the log configuration of the created cluster.
func (j *job) expectNoLog(ctx context.Context) error {
	log, err := j.writer.LogConfig(ctx, j.id)
	switch {
	case err != nil:
		return err
	case log.Unknown() != "":
		return errors.New(log.Unknown())
	case log.Config.At(j.opts.Now()) != nil:
		return errors.New("its log configuration was set by someone else")
	}
	return nil
}

// sameOpenFields reports whether two documents have the same open fields.
func sameOpenFields(a, b json.RawMessage) (bool, error) {
	for _, docs := range [][2]json.RawMessage{{a, b}, {b, a}} {
		open, err := planner.OpenFields(docs[0])
		if err != nil {
			return false, err
		}
		differing, err := planner.CompareExactly(docs[1], open)
		if err != nil || len(differing) > 0 {
			return false, err
		}
	}
	return true, nil
}

// outlast waits until other runs have deleted the other clusters of the name. If they stay, it
// returns a conflict that begins with what this run did.
func (j *job) outlast(ctx context.Context, others []cluster.Live, did string) error {
	gone, err := j.withinGrace(ctx, func() (bool, error) {
		present, err := j.stillNamed(ctx, others)
		return err == nil && len(present) == 0, err
	})
	switch {
	case err != nil:
		return conflictf("%s, but %s: %v", did, haveName(others), err)
	case !gone:
		return conflictf("%s, but %s (delete all but one)", did, haveName(others))
	}
	return nil
}

// haveName says that other clusters have the name of the change.
func haveName(others []cluster.Live) string {
	if len(others) == 1 {
		return others[0].ID + " has this name too"
	}
	return idsOf(others) + " have this name too"
}
