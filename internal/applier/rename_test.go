package applier_test

import (
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"clusterctl/internal/applier"
	"clusterctl/internal/cluster"

	"github.com/google/go-cmp/cmp"
)

// A cluster is renamed only if no other cluster has the new name.
func TestRenames(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		fail  string // the call that is refused
		want  map[string]applier.Outcome
		err   string // of the cluster named b
		calls []string
	}{
		"one after the other": {
			want:  map[string]applier.Outcome{"b": applier.Applied, "c": applier.Applied},
			calls: []string{"FIND c", "PATCH 2", "FIND b", "PATCH 1"},
		},
		"the name is not given up": {
			fail: "PATCH 2", want: map[string]applier.Outcome{"b": applier.Skipped, "c": applier.Failed},
			err:   "the change that frees its name did not succeed: c",
			calls: []string{"FIND c", "PATCH 2"},
		},
		"the name cannot be looked up": {
			fail: "FIND b", want: map[string]applier.Outcome{"b": applier.Failed, "c": applier.Applied}, err: "403",
			calls: []string{"FIND c", "PATCH 2", "FIND b"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				tenant := newTenant(`{"id":"1","name":"a"}`, `{"id":"2","name":"b"}`)
				p := plan(t, tenant, cluster.Cluster{ID: "1", Name: "b"}, cluster.Cluster{ID: "2", Name: "c"})
				tenant.before = func(call string) error {
					if tt.fail != "" && strings.HasPrefix(call, tt.fail) {
						return refusal("PATCH", "/managed-clusters/2", 403)
					}
					return nil
				}
				for _, o := range run(t, tenant, p).Outcomes { // the calls say that there are two
					if o.Outcome != tt.want[o.Name] || o.Name == "b" && !strings.Contains(o.Error, tt.err) || o.Requests == nil {
						t.Errorf("%+v, want %s and %q", o, tt.want[o.Name], tt.err)
					}
				}
				checkCalls(t, tt.calls, tenant.calls)
			})
		})
	}
}

// Swapping two names takes three requests but has two results: the cluster with a temporary name
// has both requests in one result.
func TestSwap(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		nth    int // the PATCH that is refused; 0 is none
		want   []applier.Outcome
		writes []int
		errs   []string
	}{
		"applied":          {0, []applier.Outcome{applier.Applied, applier.Applied}, []int{2, 1}, []string{"", ""}},
		"the first fails":  {1, []applier.Outcome{applier.Failed, applier.Skipped}, []int{1, 0}, []string{"403", "the change that frees its name did not succeed: a"}},
		"the second fails": {2, []applier.Outcome{applier.Skipped, applier.Failed}, []int{1, 1}, []string{"the change that frees its name did not succeed: b", "403"}},
		"the third fails":  {3, []applier.Outcome{applier.Failed, applier.Applied}, []int{2, 1}, []string{"403", ""}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tenant := newTenant(`{"id":"1","name":"a"}`, `{"id":"2","name":"b"}`)
			p := plan(t, tenant, cluster.Cluster{ID: "1", Name: "b"}, cluster.Cluster{ID: "2", Name: "a"})
			patches := 0
			tenant.before = func(call string) error {
				if strings.HasPrefix(call, "PATCH") {
					if patches++; patches == tt.nth {
						return refusal("PATCH", "/managed-clusters/1", 403)
					}
				}
				return nil
			}
			opts := options()
			opts.Parallelism = 0 // which is one at a time
			var reported []applier.ChangeResult
			opts.Report = func(r applier.ChangeResult) { reported = append(reported, r) }
			r := applier.Run(t.Context(), tenant, p, opts)
			slices.SortFunc(reported, func(x, y applier.ChangeResult) int { return strings.Compare(x.Name, y.Name) })
			if diff := cmp.Diff(r.Outcomes, reported); diff != "" || len(r.Outcomes) != 2 {
				t.Errorf("reported (-results +got):\n%s", diff)
			}
			for i, o := range r.Outcomes {
				if o.Outcome != tt.want[i] || len(o.Requests) != tt.writes[i] || !strings.Contains(o.Error, tt.errs[i]) || (o.Error == "") != (tt.errs[i] == "") {
					t.Errorf("%+v, want %s, %d requests and %q", o, tt.want[i], tt.writes[i], tt.errs[i])
				}
			}
		})
	}
}

// A listing that shows another cluster with the new name may be late: that cluster is read by id.
func TestRenameToANameThatIsListed(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		status int // of the answer to the GET of the other cluster; 0 shows it
		want   applier.Outcome
		err    string
	}{
		"it is there":       {0, applier.Conflict, "its new name is taken by another cluster: 7"},
		"it is gone":        {404, applier.Applied, ""},
		"it cannot be read": {403, applier.Failed, "403"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				tenant := newTenant(`{"id":"1","name":"a"}`)
				p := plan(t, tenant, cluster.Cluster{Name: "b", RenamedFrom: "a"})
				tenant.clusters = append(tenant.clusters, serve(`{"id":"7","name":"b"}`))
				tenant.before = func(call string) error {
					if call == "GET 7" && tt.status != 0 {
						return refusal("GET", "/managed-clusters/7", tt.status)
					}
					return nil
				}
				if o := run(t, tenant, p).Outcomes[0]; o.Outcome != tt.want || !strings.Contains(o.Error, tt.err) {
					t.Errorf("%+v, want %s and %q", o, tt.want, tt.err)
				}
			})
		})
	}
}

// The cluster itself may already have the new name.
func TestRenameToTheNameThatItHas(t *testing.T) {
	t.Parallel()
	tenant := newTenant(`{"id":"1","name":"a"}`)
	p := plan(t, tenant, cluster.Cluster{Name: "b", RenamedFrom: "a"})
	tenant.set("1", "/name", `"b"`)
	if o := run(t, tenant, p).Outcomes[0]; o.Outcome != applier.Unchanged || o.Error != "" {
		t.Errorf("%+v", o)
	}
	checkCalls(t, []string{"FIND b", "PATCH 1", "GET 1"}, tenant.calls)
}
