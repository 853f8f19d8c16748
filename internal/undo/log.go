package undo

import (
	"fmt"

	"clusterctl/internal/cluster"
	"clusterctl/internal/planner"
	"clusterctl/internal/receipt"
)

// restoreLog plans the rollback of the log configuration. One that has expired, or
// would have by now, counts as none.
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
func (u *undoer) restoreLog(e receipt.Effect, live *cluster.Live) error {
	if e.Log == nil {
		return nil
	}
	found := live.Log.Config.At(u.now)
	_, needed := planner.InverseOfLog(e.Log.Before, found, u.now)
	switch unknown := live.Log.Unknown(); {
	case unknown != "":
		u.block(e, unknown)
	case needed && found != nil && !found.Matches(e.Log.After):
		u.block(e, changedSince(fmt.Sprintf("log configuration: expected %s, found %s", e.Log.After, found)))
	default:
		return u.RestoreLog(live, e.Source, e.Log.Before)
	}
	return nil
}
