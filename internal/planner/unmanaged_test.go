package planner_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"clusterctl/internal/cluster"
	"clusterctl/internal/planner"
)

// TestUnmanagedClusters checks the order of the clusters and which of them need an id.
func TestUnmanagedClusters(t *testing.T) {
	t.Parallel()
	live := []cluster.Live{
		serve(t, `{"id": "6", "name": "va-taken", "type": "idn"}`),
		serve(t, `{"id": "5", "name": "va-twin", "type": "idn"}`),
		serve(t, `{"id": "4", "name": "va-twin", "type": "idn"}`),
		serve(t, `{"id": "3", "name": "va-alone", "type": "idn"}`),
		serve(t, `{"id": "2", "name": "sp", "type": "spConnectCluster"}`),
		serve(t, `{"id": "1", "name": "va-former", "type": "idn"}`),
		serve(t, `{"id": "0", "name": "va-declared", "type": "idn"}`),
	}
	desired := []cluster.Cluster{{Name: "va-declared"}, {Name: "va-taken", ID: "1"}}
	got, in := plan(t, desired, live), input(desired, live)
	type row struct {
		Name, ID string
		Shared   bool
	}
	var clusters, unmanaged []row
	for _, s := range planner.UnmanagedClusters(got, in) {
		clusters = append(clusters, row{s.Live.Name, s.Live.ID, s.Shared})
	}
	shared := map[string]bool{"4": true, "5": true, "6": true}
	for _, f := range got.Findings {
		if f.Kind == planner.Unmanaged {
			unmanaged = append(unmanaged, row{f.Name, f.ID, shared[f.ID]})
		}
	}
	if diff := cmp.Diff(unmanaged, clusters); diff != "" || len(clusters) != 4 {
		t.Errorf("-findings +clusters:\n%s", diff)
	}

	in.Policy.Prune = true
	pruned, err := planner.New(in)
	if err != nil || planner.UnmanagedClusters(pruned, in) != nil {
		t.Errorf("clusters of a plan that prunes: %v, %v", planner.UnmanagedClusters(pruned, in), err)
	}
}
