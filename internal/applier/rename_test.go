package applier_test

import (
	"strings"
	"testing"
	"testing/synctest"

	"clusterctl/internal/applier"
	"clusterctl/internal/cluster"
)

// A cluster is given a name that nobody else has, and only then.
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
			err:   "another cluster did not give up the name: c",
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

// A listing that shows another cluster of the new name may lag behind: what
// counts is how that cluster is read, if it can be.
func TestRenameToANameThatIsListed(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		status int // of the answer to the GET of the other cluster; 0 shows it
		want   applier.Outcome
		err    string
	}{
		"it is there":       {0, applier.Conflict, "its new name was taken by another cluster, 7"},
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
