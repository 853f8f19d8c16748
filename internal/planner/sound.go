package planner

import (
	"fmt"
	"slices"

	"clusterctl/internal/cluster"
)

// withProblems returns the clusters of a listing with a Problem for each that
// cannot be distinguished from others by its id.
func withProblems(clusters []cluster.Live) []cluster.Live {
	count := make(map[string]int, len(clusters))
	for _, live := range clusters {
		count[live.ID]++
	}
	clusters = slices.Clone(clusters)
	for i := range clusters {
		switch live := &clusters[i]; {
		case live.Problem != "":
		case live.ID == "":
			live.Problem = "the tenant returned no id for it"
		case count[live.ID] > 1:
			live.Problem = fmt.Sprintf("the tenant returned its id %d times", count[live.ID])
		}
	}
	return clusters
}
