package undo

import (
	"cmp"
	"fmt"

	"clusterctl/internal/cluster"
	"clusterctl/internal/planner"
	"clusterctl/internal/receipt"
)

// restoreLog plans the rollback of a log configuration. One that has expired, or would
// have by now, counts as none.
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
//	any       unknown                 finding blocked
func (u *undoer) restoreLog(e receipt.Effect, live *cluster.Live) error {
	if e.Log == nil {
		return nil
	}
	if problem := cmp.Or(live.Log.Unknown(), u.changedLog(live, e.Log.Before, e.Log.After)); problem != "" {
		u.block(e, problem)
		return nil
	}
	return u.RestoreLog(live, e.Source, e.Log.Before)
}

// changedLog says how the log configuration in force differs from the one that the runs
// left. It is empty if it does not, or if no request is needed to roll it back.
func (u *undoer) changedLog(live *cluster.Live, before, after *cluster.LiveLogConfig) string {
	found := live.Log.Config.At(u.now)
	if _, needed := planner.InverseOfLog(before, found, u.now); !needed || found == nil || found.Matches(after) {
		return ""
	}
	return changedSince(fmt.Sprintf("log configuration: expected %s, found %s", after, found))
}
