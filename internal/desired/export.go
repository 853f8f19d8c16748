package desired

import (
	"cmp"
	"slices"
	"time"

	"clusterctl/internal/cluster"
	"clusterctl/internal/escape"
	"clusterctl/internal/policy"
)

// Export says what of a tenant becomes a file.
type Export struct {
	Selection cluster.Selection
	// LogConfig has the log configurations in force declared, too.
	LogConfig bool
	Now       time.Time
}

// Picks reports whether a cluster is exported. What a file ignores that states
// no policy is not: it could not be declared in one.
func (x Export) Picks(live cluster.Live) bool {
	return policy.Policy{}.Owns(live.Name, live.Type) && x.Selection.Picks(live.Name)
}

// Of is the file of a tenant, which plans to no changes there, and what had to
// be left out of it: a printable line each.
func (x Export) Of(snapshot cluster.Snapshot) (file File, leftOut []string) {
	if !isBlank(snapshot.Tenant.Org) {
		file.Tenant = snapshot.Tenant.Org
	}
	namesakes := map[string]int{}
	for _, live := range snapshot.Clusters {
		namesakes[live.Name]++
	}
	for _, live := range inOrder(snapshot.Clusters) {
		if !x.Picks(live) {
			continue
		}
		if live.Problem != "" {
			leftOut = append(leftOut, "cluster "+escape.Quote(cmp.Or(live.ID, live.Name))+" is left out: "+live.Problem)
			continue
		}
		if isBlank(live.Name) {
			leftOut = append(leftOut, "cluster "+escape.Quote(live.ID)+" is left out: it has no name")
			continue
		}
		d := x.declare(live)
		if namesakes[live.Name] > 1 {
			d.Cluster.ID = live.ID
		}
		file.Clusters = append(file.Clusters, d.Cluster)
		for _, what := range d.LeftOut {
			leftOut = append(leftOut, "cluster "+escape.Quote(live.Name)+": "+what)
		}
	}
	return file, leftOut
}

func (x Export) declare(live cluster.Live) Declaration {
	d := Declare(live)
	switch {
	case !x.LogConfig:
	case live.Log.Problem != "":
		d.LeftOut = append(d.LeftOut, "its log configuration is left out: "+live.Log.Problem)
	default:
		d.declareLog(live.Log.Config, x.Now)
	}
	return d
}

// inOrder sorts clusters by name, and those of one name by id.
func inOrder(clusters []cluster.Live) []cluster.Live {
	return slices.SortedFunc(slices.Values(clusters), func(a, b cluster.Live) int {
		return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.ID, b.ID))
	})
}
