package applier_test

import (
	"errors"
	"strings"
	"testing"
	"testing/synctest"

	"clusterctl/internal/api"
	"clusterctl/internal/applier"
	"clusterctl/internal/cluster"
)

// A POST that got no answer is sent again only if the listing is current: it shows
// a cluster whose POST was sent later.
func TestPostAgain(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		lost    string // of a and b, which are created in this order
		isStale bool   // the listing does not show them
		posts   int
		outcome applier.Outcome
	}{
		"the listing shows a later cluster": {lost: "a", posts: 2, outcome: applier.Applied},
		"the listing shows no later one":    {lost: "a", isStale: true, posts: 1, outcome: applier.Unknown},
		"there is an earlier cluster alone": {lost: "b", posts: 1, outcome: applier.Unknown},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				tenant := newTenant()
				p := plan(t, tenant, cluster.Cluster{Name: "a"}, cluster.Cluster{Name: "b"})
				posts := 0
				tenant.before = func(call string) error {
					isLost := strings.HasPrefix(call, `POST {"name":"`+tt.lost)
					switch {
					case isLost:
						posts++
					case call == "LIST" && tt.isStale:
						tenant.clusters = nil
					}
					if isLost && posts == 1 {
						return &api.Unanswered{Method: "POST", Path: api.ClustersPath, Sent: true, Err: errors.New("connection reset")}
					}
					return nil
				}
				opts := options()
				opts.Parallelism = 1
				r := applier.Run(t.Context(), tenant, p, opts)
				i := strings.Index("ab", tt.lost)
				if posts != tt.posts || r.Outcomes[i].Outcome != tt.outcome || r.Outcomes[1-i].Outcome != applier.Applied {
					t.Errorf("%d POSTs, outcomes %+v\n%s", posts, r.Outcomes, strings.Join(tenant.calls, "\n"))
				}
			})
		})
	}
}
