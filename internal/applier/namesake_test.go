package applier_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"clusterctl/internal/api"
	"clusterctl/internal/applier"
	"clusterctl/internal/cluster"
	"clusterctl/internal/jsonpatch"
)

// namesakeAt returns a cluster named va that was created this long after the own one.
func namesakeAt(id string, after time.Duration) string {
	return fmt.Sprintf(`{"id":%q,"name":"va","createdAt":%q}`, id, noon().Add(after).Format(time.RFC3339))
}

// on does something in front of the n-th call.
func (t *tenant) on(nth int, call string, do func() error) {
	t.before = func(c string) error {
		if c != call {
			return nil
		}
		if nth--; nth == 0 {
			return do()
		}
		return nil
	}
}

func (t *tenant) remove(ids ...string) {
	t.clusters = slices.DeleteFunc(t.clusters, func(c cluster.Live) bool { return slices.Contains(ids, c.ID) })
}

// One of several clusters that were created at the same time stays, judging by what is read of
// each. A cluster that cannot be read, or is not as expected, is reported.
func TestNamesakes(t *testing.T) {
	t.Parallel()
	const own, sameTime = "new-2", "another cluster of this name, 7, was created at the same time, so this run deleted its own, "
	older, younger := namesakeAt("7", -2*time.Second), namesakeAt("7", time.Second)
	failing := func(nth int, id string, status int) func(*tenant) {
		return func(t *tenant) {
			t.on(nth, "GET "+id, func() error { return refusal("GET", api.ClusterPath(id), status) })
		}
	}
	editing := func(path, value string) func(*tenant) {
		return func(t *tenant) {
			t.on(1, "GET "+own, func() error { t.set(own, path, value); return nil })
		}
	}
	for name, tt := range map[string]struct {
		arriving []string
		prepare  func(*tenant)
		want     applier.Outcome
		err      string
		left     []string
	}{
		"an older one that cannot be read": {
			arriving: []string{older}, prepare: failing(1, "7", 500), want: applier.Conflict, left: []string{"7", own},
			err: "created as new-2, but 7 has this name too, and reading failed: GET /managed-clusters/7: 500",
		},
		"a younger one that cannot be read again": {
			arriving: []string{younger}, prepare: failing(2, "7", 500), want: applier.Conflict, left: []string{"7", own},
			err: "created as new-2, but 7 has this name too: GET /managed-clusters/7: 500",
		},
		"a younger one that withdraws": {
			arriving: []string{younger}, want: applier.Applied, left: []string{own},
			prepare: func(t *tenant) { t.on(3, "GET 7", func() error { t.remove("7"); return nil }) },
		},
		"two younger ones, of which one withdraws": {
			arriving: []string{younger, namesakeAt("8", time.Second)}, want: applier.Conflict, left: []string{"8", "new-3"},
			prepare: func(t *tenant) { t.on(3, "GET 7", func() error { t.remove("7"); return nil }) },
			err:     "created as new-3, but 7, 8 have this name too (delete all but one)",
		},
		"two younger ones that withdraw": {
			arriving: []string{younger, namesakeAt("8", time.Second)}, want: applier.Applied, left: []string{"new-3"},
			prepare: func(t *tenant) { t.on(3, "GET 7", func() error { t.remove("7", "8"); return nil }) },
		},
		"a younger one and an older one": {
			arriving: []string{namesakeAt("6", time.Second), older}, want: applier.Conflict, left: []string{"6", "7"},
			err: sameTime + "new-3, but 6 has this name too (delete all but one)",
		},
		"a younger one and an older one, and nobody knows when the first was created": { // the smallest id stays
			arriving: []string{older, `{"id":"zz","name":"va"}`}, want: applier.Conflict, left: []string{"7", "zz"},
			err: sameTime + "new-3, but zz has this name too (delete all but one)",
		},
		"two older ones, of which the younger cannot be read again": {
			arriving: []string{older, namesakeAt("8", -time.Second)}, prepare: failing(2, "8", 500), want: applier.Conflict, left: []string{"7", "8"},
			err: sameTime + "new-3, but 8 has this name too: GET /managed-clusters/8: 500",
		},
		"an older one that cannot be read again": {
			arriving: []string{older}, prepare: failing(2, "7", 500), want: applier.Conflict, left: []string{"7"},
			err: sameTime + "new-2; GET /managed-clusters/7: 500",
		},
		"an older one that is gone, as it is read again": {
			arriving: []string{older}, prepare: failing(2, "7", 404), want: applier.Conflict, left: []string{"7"},
			err: sameTime + "new-2; 7 was deleted too",
		},
		"an older one, and ours has got another name": {
			arriving: []string{older}, prepare: editing("/name", `"theirs"`), want: applier.Conflict, left: []string{"7"},
			err: `new-2 was not deleted: it was renamed to "theirs" (delete the one that you do not want)`,
		},
		"an older one, and ours has got a service": {
			arriving: []string{older}, prepare: editing("/serviceCount", "1"), want: applier.Conflict, left: []string{"7", own},
			err: "new-2 was not deleted: it is in use (clients: 0, services: 1) (delete the one that you do not want)",
		},
		"an older one, and a field of ours is gone": {
			arriving: []string{older}, prepare: editing("/configuration", "{}"), want: applier.Conflict, left: []string{"7", own},
			err: "new-2 was not deleted: it was changed by someone else (delete the one that you do not want)",
		},
		"an older one, and ours is gone": {
			arriving: []string{older}, prepare: failing(1, own, 404), want: applier.Conflict, left: []string{"7", own},
			err: "new-2 was not deleted: GET /managed-clusters/new-2: 404",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				tenant := newTenant()
				p := plan(t, tenant, cluster.Cluster{Name: "va", Configuration: cluster.Settings{"gmtOffset": new("-6")}})
				for _, doc := range tt.arriving {
					tenant.arriving = append(tenant.arriving, serve(doc))
				}
				if tt.prepare != nil {
					tt.prepare(tenant)
				}
				o := run(t, tenant, p).Outcomes[0]
				if o.Outcome != tt.want || !strings.Contains(o.Error, tt.err) || (o.Error == "") != (tt.err == "") {
					t.Errorf("outcome %s, error %q\nwant    %s, error %q\n%s", o.Outcome, o.Error, tt.want, tt.err, strings.Join(tenant.calls, "\n"))
				}
				var left []string
				for _, c := range tenant.clusters {
					if c.Name == "va" {
						left = append(left, c.ID)
					}
				}
				if !slices.Equal(left, tt.left) {
					t.Errorf("%q are left of this name, want %q", left, tt.left)
				}
			})
		})
	}
}

// A problem of a withdrawn cluster is not a problem of the one that stays, which only has to be
// completed.
func TestFieldsOfAWithdrawnClusterDoNotCount(t *testing.T) {
	t.Parallel()
	tenant := newTenant()
	p := plan(t, tenant, cluster.Cluster{Name: "va", Description: new("d"), UpdatePreferences: cluster.Settings{"updateState": new("AUTO")}})
	tenant.odd = []jsonpatch.Field{{Path: "/description", Value: json.RawMessage(`"x"`)}}
	tenant.arriving = []cluster.Live{serve(`{"id":"7","name":"va","description":"d","configuration":{},"updatePreferences":{},"createdAt":"2026-03-29T11:59:59Z"}`)}
	if o := run(t, tenant, p).Outcomes[0]; o.Outcome != applier.Applied || o.ID != "7" || o.Error != "" {
		t.Errorf("outcome %+v\n%s", o, strings.Join(tenant.calls, "\n"))
	}
}
