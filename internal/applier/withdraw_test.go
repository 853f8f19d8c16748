package applier_test

import (
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"clusterctl/internal/applier"
	"clusterctl/internal/cluster"
)

// A cluster is withdrawn only if this run is known to have created it: all older clusters are
// known, and it is not one of them.
func TestOnlyTheOwnClusterIsWithdrawn(t *testing.T) {
	t.Parallel()
	const older = `{"id":"2","name":"va","createdAt":"2026-03-29T11:00:00Z"}`
	for name, tt := range map[string]struct {
		known    applier.Preexisting
		answerID string                 // of the POST
		log      *cluster.LiveLogConfig // set by someone else after the create
		deleted  []string
		outcome  applier.Outcome
	}{
		"its own":                      {known: applier.Preexisting{IDs: []string{"2"}, Complete: true}, deleted: []string{"DELETE new-3 false"}, outcome: applier.Conflict},
		"older clusters are not known": {known: applier.Preexisting{IDs: []string{"2"}}, outcome: applier.Conflict},
		"the answer is about an older": {known: applier.Preexisting{IDs: []string{"2"}, Complete: true}, answerID: "2", outcome: applier.Conflict},
		"someone else has set its log": {known: applier.Preexisting{IDs: []string{"2"}, Complete: true}, log: &cluster.LiveLogConfig{RootLevel: "DEBUG", Expiration: noon().Add(time.Hour)}, outcome: applier.Conflict},
		"its log has expired":          {known: applier.Preexisting{IDs: []string{"2"}, Complete: true}, log: &cluster.LiveLogConfig{RootLevel: "DEBUG", Expiration: noon().Add(-time.Hour)}, deleted: []string{"DELETE new-3 false"}, outcome: applier.Conflict},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				tenant := newTenant()
				p := plan(t, tenant, cluster.Cluster{Name: "va"})
				tenant.clusters = append(tenant.clusters, serve(older))
				tenant.arriving = []cluster.Live{serve(`{"id":"7","name":"va","createdAt":"2026-03-29T10:00:00Z"}`)}
				tenant.hidden = 1 // the look-up before the POST
				tenant.answerID = func(call string) string {
					if strings.HasPrefix(call, "POST") {
						return tt.answerID
					}
					return ""
				}
				tenant.before = func(call string) error {
					if call == "GET new-3" && tt.log != nil {
						tenant.logs["new-3"] = tt.log
					}
					return nil
				}
				opts := options()
				opts.Preexisting = tt.known
				r := applier.Run(t.Context(), tenant, p, opts)
				deleted := slices.DeleteFunc(slices.Clone(tenant.calls), func(call string) bool { return !strings.HasPrefix(call, "DELETE") })
				if !slices.Equal(deleted, tt.deleted) || r.Outcomes[0].Outcome != tt.outcome {
					t.Errorf("deleted %q, outcome %+v\n%s", deleted, r.Outcomes[0], strings.Join(tenant.calls, "\n"))
				}
			})
		})
	}
}
