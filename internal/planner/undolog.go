package planner

import (
	"fmt"
	"time"

	"clusterctl/internal/cluster"
)

// takeBackLog plans the way back of the log configuration. One that has ended,
// or would have by now, is none.
//
//	before    live                    becomes
//	--------  ----------------------  -------------------------------------
//	none      none                    unchanged
//	none      ends within minutes     unchanged
//	none      as left                 PUT INFO for 5 minutes, since the API
//	                                  has no other way to end one
//	in force  as before               unchanged
//	in force  none                    PUT before
//	in force  as left                 PUT before
//	any       anything else           finding blocked
//	any       not known               finding blocked
func (u *undoer) takeBackLog(d Deed, p pair) error {
	if d.Log == nil {
		return nil
	}
	if unknown := logProblem(*p.live); unknown != "" {
		u.tell(Blocked, d, unknown)
		return nil
	}
	live := p.live.Log.Config.At(u.now)
	switch back := restoreLog(d.Log.Before, live, u.now); {
	case back.keep:
		return nil
	case live != nil && !live.Matches(d.Log.After):
		u.tell(Blocked, d, changedSince(fmt.Sprintf("log configuration: expected %s, found %s", d.Log.After, live)))
		return nil
	default:
		return u.putLog(p, back)
	}
}

// restoreLog decides how a log configuration comes into force again in the place of
// a live one: the first three rows of the table, and what is put in the others.
func restoreLog(before, live *cluster.LiveLogConfig, now time.Time) logDecision {
	before, live = before.At(now), live.At(now)
	want := configOf(before)
	if before == nil && (live == nil || isEnding(*live, now)) {
		return logDecision{keep: true}
	}
	if before != nil && decideLog(want, live, now).keep {
		return logDecision{keep: true}
	}
	return askFor(want, now).decision(want, live)
}

// InverseOfLog is the body that rolls back a log configuration, as an undo right
// after it would. needed is false where an undo would send nothing.
func InverseOfLog(before, after *cluster.LiveLogConfig, now time.Time) (body LogBody, needed bool) {
	back := restoreLog(before, after, now)
	return back.body, !back.keep
}

// configOf declares a log configuration as it was. Where it is not known when
// it would have ended, it is asked for as long as can be.
func configOf(c *cluster.LiveLogConfig) cluster.LogConfig {
	switch {
	case c == nil:
		return cluster.LogConfig{RootLevel: "INFO", DurationMinutes: cluster.MinDurationMinutes}
	case c.Expiration.IsZero():
		return cluster.LogConfig{RootLevel: c.RootLevel, LogLevels: c.LogLevels, DurationMinutes: cluster.MaxDurationMinutes}
	default:
		return cluster.LogConfig{RootLevel: c.RootLevel, LogLevels: c.LogLevels, Expiration: c.Expiration}
	}
}

// isEnding reports whether a log configuration is what an undo ends one with.
// The tenant's clock, which it ends by, may be a minute ahead of this one.
func isEnding(c cluster.LiveLogConfig, now time.Time) bool {
	const atMost = (cluster.MinDurationMinutes + 1) * time.Minute
	return sameLevels(configOf(nil), c) && !c.Expiration.IsZero() && c.Expiration.Sub(now) <= atMost
}
