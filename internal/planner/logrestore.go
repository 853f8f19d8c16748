package planner

import (
	"time"

	"clusterctl/internal/cluster"
)

// InverseOfLog returns the body that rolls back a log configuration from after to before;
// nil is none in force. needed is false if nothing has to be sent.
//
//	before    after                becomes
//	--------  -------------------  -----------------------------------------
//	none      none                 kept
//	none      ends within minutes  kept
//	none      any other            PUT INFO for 5 minutes, since the API has
//	                               no other way to end one
//	in force  as before            kept
//	in force  any other            PUT before
func InverseOfLog(before, after *cluster.LiveLogConfig, now time.Time) (body LogBody, needed bool) {
	back := decideRestore(before, after, now)
	return back.body, !back.keep
}

func decideRestore(before, live *cluster.LiveLogConfig, now time.Time) logDecision {
	before, live = before.At(now), live.At(now)
	want := configOf(before)
	if before == nil && (live == nil || isEnding(*live, now)) || before != nil && decideLog(want, live, now).keep {
		return logDecision{keep: true}
	}
	back := requestLog(want, now)
	back.diff = logDiff(live, back.body)
	return back
}

// configOf declares a log configuration as it was. If its end is not known, it is
// requested for as long as possible.
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

// isEnding reports whether a log configuration is the short one that a rollback sets to
// end another. It ends by the tenant's clock, which may be a minute ahead of this one.
func isEnding(c cluster.LiveLogConfig, now time.Time) bool {
	const atMost = (cluster.MinDurationMinutes + 1) * time.Minute
	return c.SameLevels(cluster.LiveLogConfig{RootLevel: configOf(nil).RootLevel}) && !c.Expiration.IsZero() && c.Expiration.Sub(now) <= atMost
}
