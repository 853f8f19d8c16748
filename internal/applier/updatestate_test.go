package applier_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"clusterctl/internal/applier"
	"clusterctl/internal/cluster"
)

const entitlement = "(updateState DISABLED requires an entitlement; ask SailPoint to grant it)"

// A tenant that refuses to disable updates gets all other fields of the same update.
func TestRefusedUpdateStateTakesNoOtherFieldWithIt(t *testing.T) {
	t.Parallel()
	off := cluster.Settings{"updateState": new("DISABLED")}
	whole := `{"id":"1","name":"va","description":"old","configuration":{"gmtOffset":"-5"},"updatePreferences":{"updateState":"AUTO"}}`
	tests := map[string]struct {
		desired cluster.Cluster
		live    string
		status  int
		// noTests also refuses all tests, and all every patch.
		noTests, all bool
		want         applier.Outcome
		found        map[string]string // by path: what the document has in the end
		calls        []string
	}{
		"with a description": {
			desired: cluster.Cluster{Name: "va", Description: new("new"), UpdatePreferences: off}, live: whole, status: 400,
			want: applier.NotApplied, found: map[string]string{"/description": `"new"`, "/updatePreferences/updateState": `"AUTO"`},
			calls: []string{"PATCH 1", "GET 1", "PATCH 1", "PATCH 1"},
		},
		"with a configuration, refused by 422": {
			desired: cluster.Cluster{Name: "va", Configuration: cluster.Settings{"gmtOffset": new("3"), "added": new("x")}, UpdatePreferences: off}, live: whole, status: 422,
			want: applier.NotApplied, found: map[string]string{"/configuration/gmtOffset": `"3"`, "/configuration/added": `"x"`},
			calls: []string{"PATCH 1", "GET 1", "PATCH 1", "PATCH 1"},
		},
		"by itself": {
			desired: cluster.Cluster{Name: "va", UpdatePreferences: off}, live: whole, status: 400,
			want: applier.NotApplied, found: map[string]string{"/updatePreferences/updateState": `"AUTO"`},
			calls: []string{"PATCH 1", "GET 1", "PATCH 1"},
		},
		"alone in a new object": {
			desired: cluster.Cluster{Name: "va", UpdatePreferences: off}, live: `{"id":"1","name":"va"}`, status: 400,
			want: applier.NotApplied, found: map[string]string{"/updatePreferences": ""}, calls: []string{"GET 1", "PATCH 1"},
		},
		"in a new object": {
			desired: cluster.Cluster{Name: "va", UpdatePreferences: cluster.Settings{"updateState": new("DISABLED"), "notificationEmail": new("a@b.example")}},
			live:    `{"id":"1","name":"va"}`, status: 400,
			want: applier.NotApplied, found: map[string]string{"/updatePreferences": `{"notificationEmail":"a@b.example"}`},
			calls: []string{"GET 1", "PATCH 1", "GET 1", "PATCH 1"},
		},
		"where tests are refused as well": {
			desired: cluster.Cluster{Name: "va", Description: new("new"), UpdatePreferences: off}, live: whole, status: 400, noTests: true,
			want: applier.NotApplied, found: map[string]string{"/description": `"new"`},
			calls: []string{"PATCH 1", "GET 1", "PATCH 1", "PATCH 1", "GET 1", "PATCH 1"},
		},
		"where every patch is refused": {
			desired: cluster.Cluster{Name: "va", Description: new("new"), UpdatePreferences: off}, live: whole, status: 400, all: true,
			want: applier.Failed, found: map[string]string{"/description": `"old"`},
			calls: []string{"PATCH 1", "GET 1", "PATCH 1", "PATCH 1", "GET 1", "PATCH 1"},
		},
		"of a new cluster": {
			desired: cluster.Cluster{
				Name: "vb", UpdatePreferences: cluster.Settings{"updateState": new("DISABLED"), "notificationEmail": new("a@b.example")},
				LogConfig: &cluster.LogConfig{RootLevel: "INFO", DurationMinutes: 60},
			},
			live: whole, status: 400,
			want: applier.NotApplied, found: map[string]string{"/updatePreferences/notificationEmail": `"a@b.example"`},
			calls: []string{"FIND vb", "POST", "FIND vb", "PATCH new-2", "GET new-2", "PATCH new-2", "PATCH new-2", "PUT new-2"},
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tenant := newTenant(tt.live)
			tenant.before = func(call string) error {
				isRefused := strings.Contains(call, `"DISABLED"`) || tt.noTests && strings.Contains(call, `"op":"test"`) || tt.all
				if strings.HasPrefix(call, "PATCH") && isRefused {
					return refusal(http.MethodPatch, "/managed-clusters/1", tt.status)
				}
				return nil
			}
			d := newDisk()
			p := plan(t, tenant, tt.desired)
			r := runInto(t.Context(), d, tenant, p)
			checkReceipt(t, d, r)
			o := r.Outcomes[0]
			if o.Outcome != tt.want || strings.HasSuffix(o.Error, entitlement) != (tt.want == applier.NotApplied) || r.IsComplete() {
				t.Errorf("outcome %s, error %q, want %s", o.Outcome, o.Error, tt.want)
			}
			checkCalls(t, tt.calls, tenant.calls)
			checkFields(t, tenant.clusters[len(tenant.clusters)-1], tt.found)
		})
	}
}

// A tenant that accepts the update state gets no further request.
func TestAcceptedUpdateStateTakesOneRequest(t *testing.T) {
	t.Parallel()
	tenant := newTenant(`{"id":"1","name":"va","updatePreferences":{"updateState":"AUTO"}}`)
	r := run(t, tenant, plan(t, tenant, cluster.Cluster{Name: "va", UpdatePreferences: cluster.Settings{"updateState": new("DISABLED")}}))
	checkCalls(t, []string{"PATCH 1"}, tenant.calls)
	if r.Summary.Applied != 1 {
		t.Errorf("summary %+v", r.Summary)
	}
}

func checkFields(t *testing.T, live cluster.Live, want map[string]string) {
	t.Helper()
	found := map[string]string{}
	for path := range want {
		found[path] = lookup(t, live.Document, path)
	}
	if diff := cmp.Diff(want, found); diff != "" {
		t.Errorf("fields (-want +got):\n%s", diff)
	}
}

// On a tenant that accepted tests before, a refused patch is not sent without them.
func TestTestsThatWereTakenAreKept(t *testing.T) {
	t.Parallel()
	tenant := newTenant(`{"id":"1","name":"va","description":"old"}`, `{"id":"2","name":"vb","description":"old"}`)
	p := plan(t, tenant, cluster.Cluster{Name: "va", Description: new("new")}, cluster.Cluster{Name: "vb", Description: new("new")})
	tenant.before = func(call string) error {
		if strings.HasPrefix(call, "PATCH 2") {
			return refusal(http.MethodPatch, "/managed-clusters/2", 422)
		}
		return nil
	}
	opts := options()
	opts.Parallelism = 1
	r := applier.Run(t.Context(), tenant, p, opts)
	checkCalls(t, []string{"PATCH 1", "PATCH 2", "GET 2"}, tenant.calls)
	if r.Summary.Applied != 1 || r.Summary.Failed != 1 {
		t.Errorf("summary %+v", r.Summary)
	}
}

// An accepted patch is not repeated without the update state if only the look-up after it is
// refused.
func TestRefusedLookIsNoRefusedUpdateState(t *testing.T) {
	t.Parallel()
	for _, status := range []int{400, 409, 412, 422} {
		tenant := newTenant(`{"id":"1","name":"va","description":"old","updatePreferences":{"updateState":"AUTO"}}`)
		tenant.hides = "/updatePreferences"
		desired := cluster.Cluster{Name: "va", Description: new("new"), UpdatePreferences: cluster.Settings{"updateState": new("DISABLED")}}
		p := plan(t, tenant, desired)
		tenant.before = func(call string) error {
			if strings.HasPrefix(call, "GET") {
				return refusal(http.MethodGet, "/managed-clusters/1", status)
			}
			return nil
		}
		r := run(t, tenant, p)
		checkCalls(t, []string{"PATCH 1", "GET 1"}, tenant.calls)
		if o := r.Outcomes[0]; o.Outcome != applier.Unknown || strings.HasSuffix(o.Error, entitlement) {
			t.Errorf("%d: outcome %s, error %q, want unknown", status, o.Outcome, o.Error)
		}
	}
}

// An update state that was refused, and left out of the next patch, is no effect of the run: undo
// must not touch it.
func TestARefusedUpdateStateIsNoEffect(t *testing.T) {
	t.Parallel()
	tenant := newTenant(`{"id":"1","name":"va","description":"old","updatePreferences":{"updateState":"AUTO"}}`)
	tenant.before = func(call string) error {
		if strings.Contains(call, `"value":"DISABLED"`) {
			return refusal(http.MethodPatch, "/managed-clusters/1", http.StatusBadRequest)
		}
		return nil
	}
	d := newDisk()
	runInto(t.Context(), d, tenant, plan(t, tenant, cluster.Cluster{
		Name: "va", Description: new("new"), UpdatePreferences: cluster.Settings{"updateState": new("DISABLED")},
	}))
	var paths []string
	for _, e := range effectsOf(t, d.text()) {
		for _, edit := range e.Diff {
			paths = append(paths, edit.Path)
		}
	}
	if diff := cmp.Diff([]string{"/description"}, paths); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
