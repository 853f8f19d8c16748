package receipt

import (
	"time"

	"clusterctl/internal/cluster"
	"clusterctl/internal/planner"
)

// loggedTale is what became of a log configuration.
type loggedTale struct {
	LogEffect
	// was is what the last write found. In doubt, it may be in force still.
	was     *cluster.LiveLogConfig
	inDoubt bool
}

// with lays a write over those before. Where that did not find what had been
// left, somebody else was there in between: then theirs is what there was
// before.
func (t *loggedTale) with(log LogEffect, inDoubt bool, at time.Time) *loggedTale {
	next := &loggedTale{LogEffect: log, was: log.Before, inDoubt: inDoubt}
	if t != nil && t.isLeftAs(log.Before, at) {
		next.Before = t.Before
	}
	return next
}

// isEffect reports whether anything came of it, or may have.
func (t *loggedTale) isEffect() bool { return t != nil && (t.inDoubt || !t.Before.Equal(t.After)) }

// isLeftAs reports whether a log configuration may be what had been left.
func (t *loggedTale) isLeftAs(found *cluster.LiveLogConfig, at time.Time) bool {
	return isLogAlike(t.After, found, at) || t.inDoubt && isLogAlike(t.was, found, at)
}

// isLogAlike compares a log configuration with what became of it. It ends by
// itself, and when may not be known.
func isLogAlike(left, found *cluster.LiveLogConfig, at time.Time) bool {
	if found == nil {
		return !left.InForce(at) || left.Expiration.IsZero()
	}
	return found.Matches(left)
}

// wantedLogOf is what a PUT was to do.
func wantedLogOf(r Request) (LogEffect, error) {
	wanted, err := planner.Request{Body: r.Body}.LogBody()
	if err != nil {
		return LogEffect{}, err
	}
	config := wanted.Config()
	if r.Change.Action == planner.Create { // a new cluster has none
		return LogEffect{After: config}, nil
	}
	before, err := planner.Change{Diff: r.Change.Diff}.ReviewedLog(wanted)
	return LogEffect{Before: before, After: config}, err
}
