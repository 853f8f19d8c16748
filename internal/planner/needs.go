package planner

import (
	"slices"

	"clusterctl/internal/cluster"
)

// Need is what has to be read to plan: the log configurations that entries manage, and
// all clusters unless only one name is selected.
func (in Input) Need() cluster.Need {
	ids, names := map[string]bool{}, map[string]bool{}
	for _, d := range in.Desired {
		if d.LogConfig != nil {
			ids[d.ID], names[d.Name], names[d.RenamedFrom] = true, true, true
		}
	}
	return cluster.Need{Log: isOneOf(ids, names), Missing: missing(in.Desired), Name: in.onlyName()}
}

// NeedsAllNames reports whether reading the clusters of one name is not enough: a missing
// one would be created, and may look like a cluster of another name.
func (in Input) NeedsAllNames(listed []cluster.Live) bool {
	name := in.onlyName()
	isOther := func(d cluster.Cluster) bool { return d.Name != name }
	return name != "" && !in.Policy.AllowSimilarNames && !missing(slices.DeleteFunc(slices.Clone(in.Desired), isOther))(listed).None()
}

// onlyName is the one name that has to be read, or empty if all have to be: for an entry
// that may be about a cluster of another name, for a limit that is a percentage, and for
// prune, which never deletes the last cluster.
func (in Input) onlyName() string {
	name := in.Selection.OnlyName()
	isElsewhere := func(d cluster.Cluster) bool { return d.Name == name && (d.ID != "" || d.RenamedFrom != "") }
	if in.Policy.Prune || in.Policy.CountsOwned() || slices.ContainsFunc(in.Desired, isElsewhere) {
		return ""
	}
	return name
}

// isOneOf reports whether a cluster has one of the ids or names.
func isOneOf(ids, names map[string]bool) func(cluster.Live) bool {
	delete(ids, "")
	delete(names, "")
	return func(live cluster.Live) bool { return ids[live.ID] || names[live.Name] }
}

// missing returns the declared clusters that are not listed and would be created.
func missing(desired []cluster.Cluster) func([]cluster.Live) cluster.Missing {
	return func(listed []cluster.Live) (missing cluster.Missing) {
		m := indexOf(listed)
		for _, d := range desired {
			found, _ := m.find(&d)
			switch {
			case d.State == cluster.Absent, len(found) > 0:
			case d.ID != "", d.RenamedFrom != "":
				missing.Others = true
			default:
				missing.Names = append(missing.Names, d.Name)
			}
		}
		return missing
	}
}

// Need is what Recheck reads: the log configurations that the plan sets or deletes, the clusters of
// its changes and, one by one, clusters to be deleted that are not listed.
func (p Plan) Need() cluster.Need {
	ids, names := map[string]bool{}, map[string]bool{}
	for _, c := range p.Changes {
		switch {
		case !c.setsLog() && (c.Action != Delete || c.LogUnknown):
		case c.Action == Create:
			names[c.Name] = true
		default:
			ids[c.ID] = true
		}
	}
	return cluster.Need{Log: isOneOf(ids, names), Missing: p.missing, Reread: p.unlistedDeletes, Name: p.onlyName()}
}

func (p Plan) missing(listed []cluster.Live) (missing cluster.Missing) {
	m := indexOf(listed)
	for _, c := range p.Changes {
		switch {
		case c.Action != Create:
			missing.Others = missing.Others || m.byID[c.ID] == nil
		case len(m.byName[c.Name]) == 0:
			missing.Names = append(missing.Names, c.Name)
		}
	}
	return missing
}

func (p Plan) unlistedDeletes(listed []cluster.Live) []string {
	m, ids := indexOf(listed), []string{}
	for _, c := range p.Changes {
		if c.Action == Delete && m.byID[c.ID] == nil {
			ids = append(ids, c.ID)
		}
	}
	return ids
}

// onlyName is the one name that has to be read, or empty if all have to be. A cluster to
// be deleted may have been renamed, and must not count as deleted.
func (p Plan) onlyName() string {
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
