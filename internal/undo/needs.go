package undo

import (
	"slices"

	"clusterctl/internal/cluster"
	"clusterctl/internal/receipt"
)

// Need is what has to be read from a tenant to roll back the effects.
func Need(effects []receipt.Effect) cluster.Need {
	return cluster.Need{Log: needsLog(effects), Missing: missing(effects), Reread: notAsLeft(effects)}
}

// needsLog reports which clusters need their log configuration read: those whose log
// configuration was set, and those that were created.
func needsLog(effects []receipt.Effect) func(cluster.Live) bool {
	ids := map[string]bool{}
	for _, e := range effects {
		if e.Log != nil || e.Created {
			ids[e.ID] = true
		}
	}
	return func(live cluster.Live) bool { return ids[live.ID] }
}

// missing returns the clusters that were written to and are not listed.
func missing(effects []receipt.Effect) func([]cluster.Live) cluster.Missing {
	return func(listed []cluster.Live) (missing cluster.Missing) {
		ids, names := map[string]bool{}, map[string]bool{}
		for _, l := range listed {
			ids[l.ID], names[l.Name] = true, true
		}
		for _, e := range effects {
			switch {
			case e.ID != "":
				missing.Others = missing.Others || !e.Deleted && !ids[e.ID]
			case !names[e.Name]:
				missing.Names = append(missing.Names, e.Name)
			}
		}
		return missing
	}
}

// notAsLeft returns which of the written clusters have to be read by id because the
// listing does not show them as the runs left them. Either someone changed them, or the
// listing lags behind.
func notAsLeft(effects []receipt.Effect) func([]cluster.Live) []string {
	return func(listed []cluster.Live) []string {
		byID := map[string]*cluster.Live{}
		for i := range listed {
			byID[listed[i].ID] = &listed[i]
		}
		ids := []string{}
		for _, e := range slices.SortedFunc(slices.Values(effects), receipt.Effect.Compare) {
			isGone := e.Deleted && !e.Unknown
			if e.ID != "" && !isGone && !isAsLeft(e, byID[e.ID]) {
				ids = append(ids, e.ID)
			}
		}
		return ids
	}
}

// isAsLeft reports whether a cluster is as the runs left it. A nil cluster is not listed.
func isAsLeft(e receipt.Effect, live *cluster.Live) bool {
	if live == nil {
		return false
	}
	if live.Problem != "" {
		return true // it is blocked in any case
	}
	seen, err := observe(e, live.Document)
	isLogAsLeft := e.Log == nil || live.Log.Config != nil && live.Log.Config.Matches(logAfter(e))
	return err == nil && len(differing(seen, false)) == 0 && isLogAsLeft
}
