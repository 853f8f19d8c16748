package planner

import (
	"slices"

	"clusterctl/internal/cluster"
)

// NeedsLogConfigToRecheck reports of which live clusters Recheck has to know the
// log configuration.
func (p Plan) NeedsLogConfigToRecheck() func(cluster.Live) bool {
	ids, names := map[string]bool{}, map[string]bool{}
	for _, c := range p.Changes {
		if _, ok := c.LogRequest(); !ok {
			continue
		}
		if c.Action == Create {
			names[c.Name] = true
		} else {
			ids[c.ID] = true
		}
	}
	return func(live cluster.Live) bool { return ids[live.ID] || names[live.Name] }
}

// MissingToRecheck reports whether a cluster that the plan is about is not among
// those listed.
func (p Plan) MissingToRecheck() func([]cluster.Live) bool {
	return func(listed []cluster.Live) bool {
		m := newMatcher(listed)
		return slices.ContainsFunc(p.Changes, func(c Change) bool {
			if c.Action == Create {
				return len(m.byName[c.Name]) == 0
			}
			return m.byID[c.ID] == nil
		})
	}
}

// UnlistedToRecheck returns which clusters that are to be deleted have to be read by
// their id, since they are not listed: a listing may lag behind.
func (p Plan) UnlistedToRecheck() func([]cluster.Live) []string {
	return func(listed []cluster.Live) []string {
		m, ids := newMatcher(listed), []string{}
		for _, c := range p.Changes {
			if c.Action == Delete && m.byID[c.ID] == nil {
				ids = append(ids, c.ID)
			}
		}
		return ids
	}
}

// OnlyName is the one name that has to be read from the tenant for Recheck, and
// empty where all of them have to be. A cluster that is to be deleted may have
// another name by now, and must not count as gone for that.
func (p Plan) OnlyName() string {
	if len(p.Changes) == 0 || len(p.renamed()) > 0 {
		return ""
	}
	for _, c := range p.Changes {
		if c.Name != p.Changes[0].Name || c.Action == Delete {
			return ""
		}
	}
	return p.Changes[0].Name
}
