package applier_test

import (
	"cmp"
	"errors"
	"maps"
	"strings"
	"testing"
	"testing/synctest"

	"clusterctl/internal/api"
	"clusterctl/internal/applier"
	"clusterctl/internal/cluster"
)

// A POST without a response is sent again only if the listing is current: it shows a cluster that
// was posted later, and none of the name.
func TestPostAgain(t *testing.T) {
	t.Parallel()
	lists := func(docs ...string) func(*tenant) error {
		return func(t *tenant) error {
			for _, doc := range docs {
				t.clusters = append(t.clusters, serve(doc))
			}
			return nil
		}
	}
	for name, tt := range map[string]struct {
		lost    string // of a and b, which are created in this order
		times   int    // that it is lost; 0 is once
		list    func(*tenant) error
		fail    string // the second call of this kind is refused
		posts   int
		outcome applier.Outcome
		other   applier.Outcome // of the other cluster, unless it is Applied
		err     string
	}{
		"the listing shows a later cluster":     {lost: "a", posts: 2, outcome: applier.Applied},
		"the listing shows no later one":        {lost: "a", list: func(t *tenant) error { t.clusters = nil; return nil }, posts: 1, outcome: applier.Unknown, err: "connection reset (the cluster may have been created"},
		"the look-up fails":                     {lost: "a", fail: "FIND a b", posts: 1, outcome: applier.Unknown, other: applier.Unverified, err: "connection reset"},
		"there is an earlier cluster alone":     {lost: "b", posts: 1, outcome: applier.Unknown, err: "connection reset (the cluster may have been created"},
		"the listing fails":                     {lost: "a", list: func(*tenant) error { return refusal("GET", "/managed-clusters", 500) }, posts: 1, outcome: applier.Unknown, err: "connection reset (the cluster may have been created"},
		"the listing shows it":                  {lost: "a", list: lists(`{"id":"7","name":"a","description":"d"}`), posts: 1, outcome: applier.Applied},
		"the listing shows two of the name":     {lost: "a", list: lists(`{"id":"7","name":"a","description":"d"}`, `{"id":"8","name":"a"}`), posts: 1, outcome: applier.Conflict, err: "the create request got no usable response, and 7, 8 have this name (delete the ones that you do not want)"},
		"the listing shows another of the name": {lost: "a", list: lists(`{"id":"7","name":"a","description":"x"}`), posts: 1, outcome: applier.Conflict, err: "another cluster of this name now exists: 7"},
		"it is lost again":                      {lost: "a", times: 2, posts: 2, outcome: applier.Unknown, err: "connection reset (the cluster may have been created"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				d, tenant := newDisk(), newTenant()
				p := plan(t, tenant, cluster.Cluster{Name: "a", Description: new("d")}, cluster.Cluster{Name: "b", Description: new("d")})
				posts, failing := 0, 0
				tenant.before = func(call string) error {
					if tt.fail != "" && call == tt.fail {
						if failing++; failing == 2 {
							return refusal("GET", "/managed-clusters", 500)
						}
					}
					if call == "LIST" && tt.list != nil {
						return tt.list(tenant)
					}
					if !strings.HasPrefix(call, "POST") || !strings.Contains(call, `"name":"`+tt.lost) {
						return nil
					}
					if posts++; posts > max(tt.times, 1) {
						return nil
					}
					return &api.Unanswered{Method: "POST", Path: api.ClustersPath, Sent: true, Err: errors.New("connection reset")}
				}
				r := runInto(t.Context(), d, tenant, p)
				readReceipt(t, d.text())
				i := strings.Index("ab", tt.lost)
				o := r.Outcomes[i]
				if posts != tt.posts || o.Outcome != tt.outcome || r.Outcomes[1-i].Outcome != cmp.Or(tt.other, applier.Applied) {
					t.Errorf("%d POSTs, outcomes %+v\n%s", posts, r.Outcomes, strings.Join(tenant.calls, "\n"))
				}
				if !strings.Contains(o.Error, tt.err) || (o.Error == "") != (tt.err == "") {
					t.Errorf("error %q, want %q", o.Error, tt.err)
				}
			})
		})
	}
}

// Each repeated POST may prove another listing current. A cluster gets three of them at most.
func TestPostAgainAndAgain(t *testing.T) {
	t.Parallel()
	for lostOfA, want := range map[int]struct {
		posts   map[string]int
		outcome applier.Outcome // of a
	}{
		2: {map[string]int{"a": 3, "b": 2, "c": 1}, applier.Applied},
		3: {map[string]int{"a": 3, "b": 2, "c": 1}, applier.Unknown},
	} {
		synctest.Test(t, func(t *testing.T) {
			tenant := newTenant()
			p := plan(t, tenant, cluster.Cluster{Name: "a"}, cluster.Cluster{Name: "b"}, cluster.Cluster{Name: "c"})
			posts, lost := map[string]int{}, map[string]int{"a": lostOfA, "b": 1}
			tenant.before = func(call string) error {
				body, isPost := strings.CutPrefix(call, `POST {"name":"`)
				if !isPost {
					return nil
				}
				name := body[:1]
				if posts[name]++; posts[name] > lost[name] {
					return nil
				}
				return &api.Unanswered{Method: "POST", Path: api.ClustersPath, Sent: true, Err: errors.New("connection reset")}
			}
			opts := options()
			opts.Parallelism = 1
			r := applier.Run(t.Context(), tenant, p, opts)
			if !maps.Equal(posts, want.posts) || r.Outcomes[0].Outcome != want.outcome || r.Summary.Applied < 2 {
				t.Errorf("%d lost: POSTs %v, outcomes %+v", lostOfA, posts, r.Outcomes)
			}
		})
	}
}
