package applier_test

import (
	"strings"
	"testing"

	"clusterctl/internal/applier"
	"clusterctl/internal/jsonpatch"
	"clusterctl/internal/planner"
)

// The plan of an undo has the state of a cluster that a run created. If any of it has changed, or
// has a new key, someone uses the cluster, and it is not deleted.
func TestDeleteHoldsTheClusterAgainstWhatWasShown(t *testing.T) {
	t.Parallel()
	for doc, want := range map[string]struct {
		outcome applier.Outcome
		err     string
	}{
		`{"id":"1","name":"va","status":"NORMAL","configuration":{"gmtOffset":"5"}}`: {outcome: applier.Applied},
		`{"id":"1","name":"va","configuration":{"gmtOffset":"9"}}`:                   {applier.Conflict, `changed by someone else: /configuration: expected {"gmtOffset":"5"}`},
		`{"id":"1","name":"va","configuration":{"gmtOffset":"5","own":"x"}}`:         {applier.Conflict, `found {"gmtOffset":"5","own":"x"}`},
	} {
		tenant := newTenant(doc)
		p := planner.Plan{Changes: []planner.Change{{
			Action: planner.Delete, Name: "va", ID: "1",
			Diff:     []jsonpatch.Edit{{Path: "/configuration", Before: []byte(`{"gmtOffset":"5"}`)}},
			Requests: []planner.Request{{Method: "DELETE", Path: "/managed-clusters/1"}},
		}}}
		o := applier.Run(t.Context(), tenant, p, options()).Outcomes[0]
		if o.Outcome != want.outcome || !strings.Contains(o.Error, want.err) {
			t.Errorf("%s: %s, %q", doc, o.Outcome, o.Error)
		}
		if isThere := len(tenant.clusters) == 1; isThere != (want.outcome == applier.Conflict) {
			t.Errorf("%s: still there: %t", doc, isThere)
		}
	}
}
