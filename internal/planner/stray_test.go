package planner_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"clusterctl/internal/cluster"
	"clusterctl/internal/planner"
)

// TestStraysAreTheUnmanaged holds that they come in the order of their findings,
// and which of them need an id to be told apart.
func TestStraysAreTheUnmanaged(t *testing.T) {
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
	got := plan(t, desired, live)
	type told struct {
		Name, ID string
		Shared   bool
	}
	var strays, unmanaged []told
	for _, s := range got.Strays {
		strays = append(strays, told{s.Live.Name, s.Live.ID, s.Shared})
	}
	shared := map[string]bool{"4": true, "5": true, "6": true}
	for _, f := range got.Findings {
		if f.Kind == planner.Unmanaged {
			unmanaged = append(unmanaged, told{f.Name, f.ID, shared[f.ID]})
		}
	}
	if diff := cmp.Diff(unmanaged, strays); diff != "" || len(strays) != 4 {
		t.Errorf("-findings +strays:\n%s", diff)
	}

	in := input(desired, live)
	in.Policy.Prune = true
	pruned, err := planner.New(in)
	if err != nil || pruned.Strays != nil {
		t.Errorf("strays of a plan that prunes: %v, %v", pruned.Strays, err)
	}
}
