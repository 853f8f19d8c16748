package planner

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"clusterctl/internal/cluster"
)

// pair is a declared cluster and the live one it is about; either may be
// missing, but not both.
type pair struct {
	desired *cluster.Cluster
	live    *cluster.Live
}

// isIgnored reports whether a rule leaves the live cluster alone.
func (p pair) isIgnored() bool {
	return p.live != nil && slices.Contains(cluster.SystemTypes(), p.live.Type)
}

func ignoredMessage(liveType string) string {
	return fmt.Sprintf("of type %s, which the tenant keeps for itself", liveType)
}

// match pairs declared and live clusters by name. A wanted name that several
// live clusters have is an error: none of them can be told to be the one.
func match(desired []cluster.Cluster, live []cluster.Live) ([]pair, error) {
	byName := make(map[string][]*cluster.Live, len(live))
	for i := range live {
		byName[live[i].Name] = append(byName[live[i].Name], &live[i])
	}
	var (
		pairs  []pair
		errs   []error
		wanted = make(map[string]bool, len(desired))
	)
	for i := range desired {
		d := &desired[i]
		wanted[d.Name] = true
		switch candidates := byName[d.Name]; len(candidates) {
		case 0:
			pairs = append(pairs, pair{desired: d})
		case 1:
			pairs = append(pairs, pair{desired: d, live: candidates[0]})
		default:
			errs = append(errs, ambiguous(d, candidates))
		}
	}
	for i := range live {
		if !wanted[live[i].Name] {
			pairs = append(pairs, pair{live: &live[i]})
		}
	}
	slices.SortFunc(errs, func(x, y error) int { return strings.Compare(x.Error(), y.Error()) })
	return pairs, errors.Join(errs...)
}

func ambiguous(d *cluster.Cluster, candidates []*cluster.Live) error {
	ids := make([]string, 0, len(candidates))
	for _, c := range candidates {
		ids = append(ids, c.ID)
	}
	slices.Sort(ids)
	return fmt.Errorf("%s: %d live clusters are named %q: %s (rename or delete all but one)",
		d.Source, len(ids), d.Name, strings.Join(ids, ", "))
}

// NeedsLogConfig tells of which live clusters a plan has to know the log
// configuration: those whose file manages it.
func NeedsLogConfig(desired []cluster.Cluster) func(cluster.Live) bool {
	managed := make(map[string]bool, len(desired))
	for _, d := range desired {
		if d.LogConfig != nil {
			managed[d.Name] = true
		}
	}
	return func(live cluster.Live) bool { return managed[live.Name] }
}

// Missing tells whether a cluster that should be there is not among those
// listed, so that a plan would create it.
func Missing(desired []cluster.Cluster) func([]cluster.Live) bool {
	return func(listed []cluster.Live) bool {
		names := make(map[string]bool, len(listed))
		for _, live := range listed {
			names[live.Name] = true
		}
		return slices.ContainsFunc(desired, func(d cluster.Cluster) bool {
			return d.State != cluster.Absent && !names[d.Name]
		})
	}
}
