package planner

import "clusterctl/internal/cluster"

// UnmanagedCluster is a live cluster that an entry could declare.
type UnmanagedCluster struct {
	Live cluster.Live
	// Shared reports whether another cluster, live or declared, has the same name. An
	// entry then needs an id.
	Shared bool
}

// UnmanagedClusters returns the unmanaged clusters of a plan that an entry can declare,
// in the order of the findings.
func UnmanagedClusters(p Plan, in Input) []UnmanagedCluster {
	inv := inventoryOf(in.Snapshot, in.TrustListing)
	declared := map[string]bool{}
	for _, d := range in.Desired {
		declared[d.Name] = true
	}
	var found []UnmanagedCluster
	for _, f := range p.Findings {
		if f.Kind != Unmanaged {
			continue
		}
		if live := inv.byID[f.ID]; live != nil && live.Problem == "" {
			found = append(found, UnmanagedCluster{*live, declared[live.Name] || len(inv.byName[live.Name]) > 1})
		}
	}
	return found
}
