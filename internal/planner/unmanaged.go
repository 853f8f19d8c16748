package planner

import "clusterctl/internal/cluster"

// UnmanagedCluster is a live cluster that the files could declare, and do not.
type UnmanagedCluster struct {
	Live cluster.Live
	// Shared reports whether another cluster, live or declared, has its name. An entry
	// for it then needs an id.
	Shared bool
}

// UnmanagedClusters returns the clusters that a plan of this input finds unmanaged
// and that an entry can declare, in the order of its findings.
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
