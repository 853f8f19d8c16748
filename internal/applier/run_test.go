package applier_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"clusterctl/internal/api"
	"clusterctl/internal/applier"
	"clusterctl/internal/cluster"
	"clusterctl/internal/crash"
	"clusterctl/internal/jsonpatch"
	"clusterctl/internal/planner"
	"clusterctl/internal/receipt"
)

// plan plans for the current state of the tenant.
func plan(t *testing.T, tenant *tenant, desired ...cluster.Cluster) planner.Plan {
	t.Helper()
	live := append([]cluster.Live{}, tenant.clusters...)
	for i := range live {
		live[i].Log.Config = tenant.logs[live[i].ID]
	}
	p, err := planner.New(planner.Input{Desired: desired, Snapshot: cluster.Snapshot{Clusters: live, Listing: cluster.Listing{Verified: true}}, Now: noon()})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func options() applier.Options {
	return applier.Options{
		Tool: "clusterctl/test", Now: noon, CreateGrace: 2 * time.Second, Parallelism: 4,
		Preexisting: applier.Preexisting{Complete: true},
	}
}

func run(t *testing.T, tenant *tenant, p planner.Plan) applier.Result {
	t.Helper()
	return applier.Run(t.Context(), tenant, p, options())
}

func old() string {
	return `{"id":"1","name":"va","type":"idn","description":"old","configuration":{"gmtOffset":"-5"}}`
}

func renamed() cluster.Cluster { return cluster.Cluster{Name: "va", Description: new("new")} }

func TestOutcomes(t *testing.T) {
	t.Parallel()
	full := cluster.Cluster{
		Name: "va", Description: new("d"), Configuration: cluster.Settings{"gmtOffset": new("-6"), "va_version": nil},
		UpdatePreferences: cluster.Settings{"updateState": new("AUTO")},
		LogConfig:         &cluster.LogConfig{RootLevel: "INFO", DurationMinutes: 60},
	}
	adding := cluster.Cluster{Name: "va", Configuration: cluster.Settings{"debug": new("true")}}
	logged := cluster.Cluster{Name: "va", LogConfig: &cluster.LogConfig{RootLevel: "INFO", LogLevels: map[string]cluster.Level{"x": "OFF"}, DurationMinutes: 60}}
	window := cluster.Cluster{Name: "va", LogConfig: &cluster.LogConfig{RootLevel: "INFO", Expiration: noon().Add(time.Hour)}}
	gone := cluster.Cluster{Name: "va", State: cluster.Absent}
	unknown := func(method string) error {
		return &api.Unanswered{Method: method, Path: "/managed-clusters/1", Sent: true, Err: errors.New("connection reset")}
	}
	failing := func(prefix string, err error) func(string) error {
		return func(call string) error {
			if strings.HasPrefix(call, prefix) {
				return err
			}
			return nil
		}
	}
	once := func(prefix string, err error) func(string) error {
		return func(call string) error {
			if strings.HasPrefix(call, prefix) {
				prefix = "never again"
				return err
			}
			return nil
		}
	}

	// nth fails the n-th call of a kind.
	nth := func(n int, prefix string, err error) func(string) error {
		return func(call string) error {
			if strings.HasPrefix(call, prefix) {
				if n--; n == 0 {
					return err
				}
			}
			return nil
		}
	}
	// looks are those of a whole grace.
	looks := []string{"FIND va", "FIND va", "FIND va", "FIND va", "FIND va", "FIND va"}
	unreadable := cluster.Live{ID: "1", Name: "va", Document: json.RawMessage("<html>")}

	tests := map[string]struct {
		desired cluster.Cluster
		live    []string
		log     *cluster.LiveLogConfig
		// between runs between plan and apply.
		between func(*tenant)
		want    applier.Outcome
		err     string
		calls   []string // the prefixes of what is sent, in order
		status  []int    // of the writes reported
	}{
		"create": {
			desired: cluster.Cluster{Name: "va"}, want: applier.Applied,
			calls: []string{"FIND va", "POST", "FIND va"}, status: []int{200},
		},
		"create in three steps": {
			desired: full, want: applier.Applied,
			calls: []string{"FIND va", "POST", "FIND va", `PATCH new-1 [{"op":"test","path":"/updatePreferences","value":{"updateState":null}},{"op":"add","path":"/updatePreferences/updateState","value":"AUTO"}]`, "PUT new-1"}, status: []int{200, 200, 200},
		},
		"create, answered with little": {
			desired: full, want: applier.Applied, between: func(t *tenant) { t.mute = true },
			calls: []string{"FIND va", "POST", "GET new-1", "FIND va", "PATCH new-1", "GET new-1", "PUT new-1", "GET new-1/log-config"}, status: []int{200, 200, 200},
		},
		"create, but it has come as wanted": {
			desired: full, want: applier.Unchanged,
			between: func(t *tenant) {
				t.clusters = append(t.clusters, serve(`{"id":"7","name":"va","description":"d","configuration":{"gmtOffset":"-6"},"updatePreferences":{"updateState":"AUTO"}}`))
				t.logs["7"] = &cluster.LiveLogConfig{RootLevel: "INFO", Expiration: noon().Add(time.Minute)}
			},
			calls: []string{"FIND va", "GET 7/log-config"},
		},
		"create, but another has come": {
			desired: full, want: applier.Conflict, err: "another cluster of this name now exists: 7",
			between: func(t *tenant) { t.clusters = append(t.clusters, serve(`{"id":"7","name":"va","description":"x"}`)) },
			calls:   []string{"FIND va", "GET 7"},
		},
		"create, but it has come with another log": {
			desired: full, want: applier.Conflict, err: "of this name now exists",
			between: func(t *tenant) {
				t.clusters = append(t.clusters, serve(`{"id":"7","name":"va","description":"d","configuration":{"gmtOffset":"-6"},"updatePreferences":{"updateState":"AUTO"}}`))
				t.logs["7"] = &cluster.LiveLogConfig{RootLevel: "TRACE"}
			},
			calls: []string{"FIND va", "GET 7/log-config"},
		},
		"create, but it has come with something where more is to go": {
			desired: full, want: applier.Conflict, err: "of this name now exists",
			between: func(t *tenant) {
				t.clusters = append(t.clusters, serve(`{"id":"7","name":"va","description":"d","configuration":{"gmtOffset":"-6"},"updatePreferences":{"updateState":"MANUAL"}}`))
			},
			calls: []string{"FIND va", "GET 7/log-config"},
		},
		"create, begun by a run that was cut off": {
			desired: full, want: applier.Applied,
			between: func(t *tenant) {
				t.clusters = append(t.clusters, serve(`{"id":"7","name":"va","description":"d","configuration":{"gmtOffset":"-6"},"updatePreferences":{"updateState":null}}`))
			},
			calls: []string{
				"FIND va", "GET 7/log-config",
				`PATCH 7 [{"op":"test","path":"/updatePreferences","value":{"updateState":null}},{"op":"add","path":"/updatePreferences/updateState","value":"AUTO"}]`,
				"GET 7/log-config",
				`PUT 7 {"rootLevel":"INFO","logLevels":{},"durationMinutes":60}`,
			},
			status: []int{200, 200},
		},
		"create, but two have come": {
			desired: full, want: applier.Conflict, err: "2 clusters of this name",
			between: func(t *tenant) {
				t.clusters = append(t.clusters, serve(`{"id":"7","name":"va"}`), serve(`{"id":"8","name":"va"}`))
			},
			calls: []string{"FIND va"},
		},
		"create, listed by nobody and gone": {
			desired: full, want: applier.Unknown, err: "the response to the create request is about cluster new-1, which does not have this name (the cluster may have been created",
			between: func(t *tenant) {
				t.hidden = 1000
				t.before = failing("GET new-1", refusal("GET", "/managed-clusters/new-1", 404))
			},
			calls: slices.Concat([]string{"FIND va", "POST"}, looks, []string{"GET new-1"}, looks), status: []int{200},
		},
		"create, made with another name": {
			desired: full, want: applier.Unknown, err: "the response to the create request is about another cluster, new-1 (the cluster may have been created",
			between: func(t *tenant) { t.odd = []jsonpatch.Field{{Path: "/name", Value: json.RawMessage(`"vb"`)}} },
			calls:   append([]string{"FIND va", "POST", "GET new-1"}, looks...), status: []int{200},
		},
		"create, read without a name": {
			desired: full, want: applier.Unknown, err: "the response to the create request has no name, only the id new-1 (the cluster may have been created",
			between: func(t *tenant) { t.odd = []jsonpatch.Field{{Path: "/name", Value: json.RawMessage(`null`)}} },
			calls:   append([]string{"FIND va", "POST", "GET new-1"}, looks...), status: []int{200},
		},
		"create, and a field is not taken": {
			desired: full, want: applier.NotApplied, err: `accepted by the tenant, but not in effect: /description: expected "d", found "x"`,
			between: func(t *tenant) { t.odd = []jsonpatch.Field{{Path: "/description", Value: json.RawMessage(`"x"`)}} },
			calls:   []string{"FIND va", "POST", "GET new-1", "FIND va", "PATCH new-1", "PUT new-1"}, status: []int{200, 200, 200},
		},
		"create, made as wanted at once": {
			desired: cluster.Cluster{Name: "va", UpdatePreferences: cluster.Settings{"updateState": new("AUTO")}}, want: applier.Applied,
			between: func(t *tenant) {
				t.odd = []jsonpatch.Field{{Path: "/updatePreferences/updateState", Value: json.RawMessage(`"AUTO"`)}}
			},
			calls: []string{"FIND va", "POST", "FIND va"}, status: []int{200},
		},
		"create, but the log of what has come cannot be read": {
			desired: full, want: applier.Failed, err: "GET /managed-clusters/7/log-config: 500",
			between: func(t *tenant) {
				t.clusters = append(t.clusters, serve(`{"id":"7","name":"va","description":"d","configuration":{"gmtOffset":"-6"},"updatePreferences":{"updateState":"AUTO"}}`))
				t.before = failing("GET 7/log-config", refusal("GET", "/managed-clusters/7/log-config", 500))
			},
			calls: []string{"FIND va", "GET 7/log-config"},
		},
		"create, answered without the object to complete, which cannot be read at all": {
			desired: cluster.Cluster{Name: "va", UpdatePreferences: cluster.Settings{"updateState": new("AUTO")}},
			want:    applier.Failed, err: "GET /managed-clusters/new-1: 500",
			between: func(t *tenant) {
				t.hides, t.before = "/updatePreferences", failing("GET", refusal("GET", "/managed-clusters/new-1", 500))
			},
			calls: []string{"FIND va", "POST", "GET new-1", "FIND va", "GET new-1"}, status: []int{200},
		},
		"update, read back with no JSON": {
			desired: renamed(), live: []string{old()}, want: applier.Unknown, err: "the document is not valid JSON",
			between: func(t *tenant) {
				t.mute = true
				t.before = func(call string) error {
					if call == "GET 1" {
						t.clusters[0] = unreadable
					}
					return nil
				}
			},
			calls: []string{"PATCH 1", "GET 1"}, status: []int{200},
		},
		"update, refused with its tests and without": { // the first refusal is that of what was reviewed
			desired: renamed(), live: []string{old()}, want: applier.Failed, err: "400 Bad Request: no",
			between: func(t *tenant) {
				t.before = func(call string) error {
					if strings.HasPrefix(call, `PATCH 1 [{"op":"test"`) {
						return refusal("PATCH", "/managed-clusters/1", 400)
					}
					return failing("PATCH", refusal("PATCH", "/managed-clusters/1", 422))(call)
				}
			},
			calls: []string{"PATCH 1", "GET 1", `PATCH 1 [{"op":"replace"`}, status: []int{400, 422},
		},
		"update, taken, and the look refused": {
			desired: renamed(), live: []string{old()}, want: applier.Unknown, err: "GET /managed-clusters/1: 400",
			between: func(t *tenant) {
				t.mute = true
				t.before = failing("GET", refusal("GET", "/managed-clusters/1", 400))
			},
			calls: []string{"PATCH 1", "GET 1"}, status: []int{200},
		},
		"update, taken without its tests, and the look refused": {
			desired: renamed(), live: []string{old()}, want: applier.Unknown, err: "GET /managed-clusters/1: 400",
			between: func(t *tenant) {
				t.mute = true
				tests, look := failing(`PATCH 1 [{"op":"test"`, refusal("PATCH", "/managed-clusters/1", 422)), nth(2, "GET", refusal("GET", "/managed-clusters/1", 400))
				t.before = func(call string) error { return errors.Join(tests(call), look(call)) }
			},
			calls: []string{"PATCH 1", "GET 1", `PATCH 1 [{"op":"replace"`, "GET 1"}, status: []int{422, 200},
		},
		"update, refused and gone": {
			desired: renamed(), live: []string{old()}, want: applier.Conflict, err: "cluster 1 no longer exists",
			between: func(t *tenant) {
				t.before = failing("PATCH", refusal("PATCH", "/managed-clusters/1", 400))
				t.clusters = nil
			},
			calls: []string{"PATCH 1", "GET 1"}, status: []int{400},
		},
		"update that adds to what is gone": {
			desired: adding, live: []string{old()}, want: applier.Conflict, err: "changed by someone else: /configuration was removed",
			between: func(t *tenant) { t.clusters[0] = serve(`{"id":"1","name":"va","description":"old"}`) },
			calls:   []string{"PATCH 1", "GET 1"}, status: []int{400},
		},
		"delete, unreadable": {
			desired: gone, live: []string{old()}, want: applier.Failed, err: "the document is not valid JSON",
			between: func(t *tenant) { t.clusters[0].Document = unreadable.Document },
			calls:   []string{"GET 1"},
		},
		"delete one that has got a service": {
			desired: gone, live: []string{old()}, want: applier.Conflict, err: "attached: expected 0 clients and 0 services, found 0 clients and 1 service",
			between: func(t *tenant) { t.clusters[0].Services = cluster.Exactly(1) },
			calls:   []string{"GET 1"},
		},
		"create, refused": {
			desired: full, want: applier.Failed, err: "POST /managed-clusters: 403 Forbidden: no (request id req-1)",
			between: func(t *tenant) { t.before = failing("POST", refusal("POST", "/managed-clusters", 403)) },
			calls:   []string{"FIND va", "POST"}, status: []int{403},
		},
		"create, no response but made": {
			desired: cluster.Cluster{Name: "va"}, want: applier.Applied,
			between: func(t *tenant) { t.after = once("POST", unknown("POST")) },
			calls:   append([]string{"FIND va", "POST"}, looks...), status: []int{0},
		},
		"create, no response and not made": { // no later write shows that the listing is current
			desired: cluster.Cluster{Name: "va"}, want: applier.Unknown, err: "the cluster may have been created",
			between: func(t *tenant) { t.before = once("POST", unknown("POST")) },
			calls:   append([]string{"FIND va", "POST"}, looks...), status: []int{0},
		},
		"create, no response and listed late": {
			desired: cluster.Cluster{Name: "va"}, want: applier.Applied,
			between: func(t *tenant) {
				t.after = once("POST", unknown("POST"))
				t.hidden = 3
			},
			calls: append([]string{"FIND va", "POST"}, looks...), status: []int{0},
		},
		"create, never an answer": {
			desired: cluster.Cluster{Name: "va"}, want: applier.Unknown, err: "connection reset (the cluster may have been created; wait a minute, then check with status before you apply again)",
			between: func(t *tenant) { t.before = failing("POST", unknown("POST")) },
			calls:   append([]string{"FIND va", "POST"}, looks...), status: []int{0},
		},
		"create, no response and another has come": {
			desired: full, want: applier.Conflict, err: "another cluster of this name now exists: 7",
			between: func(t *tenant) {
				t.before = once("POST", unknown("POST"))
				t.arriving = append(t.arriving, serve(`{"id":"7","name":"va","description":"x"}`))
			},
			calls: []string{"FIND va", "POST", "FIND va"}, status: []int{0},
		},
		"create, no response and two have come": {
			desired: full, want: applier.Conflict, err: "the create request got no usable response, and 7, 8 have this name (delete the ones that you do not want)",
			between: func(t *tenant) {
				t.before = once("POST", unknown("POST"))
				t.arriving = append(t.arriving, serve(`{"id":"8","name":"va","description":"d","configuration":{"gmtOffset":"-6"}}`), serve(`{"id":"7","name":"va"}`))
			},
			calls: []string{"FIND va", "POST", "FIND va"}, status: []int{0},
		},
		"create, no response, made, and another has come": { // neither can be recognized, so neither is deleted
			desired: full, want: applier.Conflict, err: "the create request got no usable response, and 7, new-1 have this name",
			between: func(t *tenant) {
				t.after = once("POST", unknown("POST"))
				looks := 0
				t.before = func(call string) error {
					if looks += strings.Count(call, "FIND"); looks == 3 && len(t.clusters) == 1 {
						t.clusters = append(t.clusters, serve(`{"id":"7","name":"va","createdAt":"2026-03-29T11:59:59Z"}`))
					}
					return nil
				}
			},
			calls: []string{"FIND va", "POST", "FIND va", "FIND va"}, status: []int{0},
		},
		"create, no response and nothing to be seen": {
			desired: cluster.Cluster{Name: "va"}, want: applier.Unknown, err: "wait a minute, then check with status before you apply again; the look-up failed",
			between: func(t *tenant) {
				t.before = func(call string) error {
					if strings.HasPrefix(call, "POST") || len(t.calls) > 1 {
						return unknown("POST")
					}
					return nil
				}
			},
			calls: []string{"FIND va", "POST", "FIND va"}, status: []int{0},
		},
		"create, a namesake was older": {
			desired: full, want: applier.Conflict, err: "another cluster of this name, 7, was created at the same time, so this run deleted its own, new-2",
			between: func(t *tenant) {
				t.arriving = append(t.arriving, serve(`{"id":"7","name":"va","createdAt":"2026-03-29T11:59:59Z"}`))
			},
			calls: []string{"FIND va", "POST", "FIND va", "GET 7", "GET new-2", "GET new-2/log-config", "DELETE new-2", "GET new-2", "GET 7"}, status: []int{200, 204},
		},
		"create, two namesakes were older": { // what one of them is like does not matter while both are there
			desired: cluster.Cluster{Name: "va"}, want: applier.Conflict,
			err: "another cluster of this name, 7, was created at the same time, so this run deleted its own, new-3, but 8 has this name too (delete all but one)",
			between: func(t *tenant) {
				t.arriving = append(t.arriving, serve(`{"id":"7","name":"va","createdAt":"2026-03-29T11:59:58Z"}`), serve(`{"id":"8","name":"va","createdAt":"2026-03-29T11:59:59Z"}`))
			},
			calls: []string{"FIND va", "POST", "FIND va", "GET 7", "GET 8", "GET new-3", "GET new-3/log-config", "DELETE new-3", "GET new-3", "GET 8", "GET 8", "GET 8", "GET 8", "GET 8", "GET 8"}, status: []int{200, 204},
		},
		"create, two namesakes were older and one withdrew": {
			desired: cluster.Cluster{Name: "va"}, want: applier.Unchanged,
			between: func(t *tenant) {
				t.arriving = append(t.arriving, serve(`{"id":"7","name":"va","createdAt":"2026-03-29T11:59:58Z"}`), serve(`{"id":"8","name":"va","createdAt":"2026-03-29T11:59:59Z"}`))
				t.before = func(call string) error {
					if strings.HasPrefix(call, "DELETE") {
						t.clusters = slices.DeleteFunc(t.clusters, func(c cluster.Live) bool { return c.ID == "8" })
					}
					return nil
				}
			},
			calls: []string{"FIND va", "POST", "FIND va", "GET 7", "GET 8", "GET new-3", "GET new-3/log-config", "DELETE new-3", "GET new-3", "GET 8", "GET 7"}, status: []int{200, 204},
		},
		"create, a namesake was older but ours is in use": {
			desired: full, want: applier.Conflict, err: "created as new-2, but 7 has this name too, and new-2 was not deleted: it is in use (clients: 1, services: 0) (delete the one that you do not want)",
			between: func(t *tenant) {
				t.arriving = append(t.arriving, serve(`{"id":"7","name":"va","createdAt":"2026-03-29T11:59:59Z"}`))
				t.clientsOf = "new-"
			},
			calls: []string{"FIND va", "POST", "FIND va", "GET 7", "GET new-2"}, status: []int{200},
		},
		"create, a namesake was younger": {
			desired: cluster.Cluster{Name: "va"}, want: applier.Conflict, err: "created as new-2, but 7 has this name too (delete all but one)",
			between: func(t *tenant) {
				t.arriving = append(t.arriving, serve(`{"id":"7","name":"va","createdAt":"2026-03-29T12:00:01Z"}`))
			},
			calls: []string{"FIND va", "POST", "FIND va", "GET 7", "GET 7", "GET 7", "GET 7", "GET 7", "GET 7", "GET 7"}, status: []int{200},
		},
		"create, a namesake of an unknown moment": { // the lower id stays
			desired: cluster.Cluster{Name: "va"}, want: applier.Conflict, err: "created as new-2, but zz has this name too",
			between: func(t *tenant) {
				t.arriving = append(t.arriving, serve(`{"id":"zz","name":"va"}`))
			},
			calls: []string{"FIND va", "POST", "FIND va", "GET zz", "GET zz", "GET zz", "GET zz", "GET zz", "GET zz", "GET zz"}, status: []int{200},
		},
		"create, a namesake of the same moment": { // the lower id stays, and is as wanted
			desired: cluster.Cluster{Name: "va"}, want: applier.Unchanged,
			between: func(t *tenant) {
				t.arriving = append(t.arriving, serve(`{"id":"7","name":"va","createdAt":"2026-03-29T12:00:00Z"}`))
			},
			calls: []string{"FIND va", "POST", "FIND va", "GET 7", "GET new-2", "GET new-2/log-config", "DELETE new-2", "GET new-2", "GET 7"}, status: []int{200, 204},
		},
		"create, a namesake was older but is gone": { // a listing shows it all the same
			desired: cluster.Cluster{Name: "va"}, want: applier.Applied,
			between: func(t *tenant) {
				t.arriving = append(t.arriving, serve(`{"id":"7","name":"va","createdAt":"2026-03-29T11:59:59Z"}`))
				t.before = func(call string) error {
					if call == "GET 7" {
						t.clusters = slices.DeleteFunc(t.clusters, func(c cluster.Live) bool { return c.ID == "7" })
					}
					return nil
				}
			},
			calls: []string{"FIND va", "POST", "FIND va", "GET 7"}, status: []int{200},
		},
		"create, a namesake was older but withdrew as well": {
			desired: cluster.Cluster{Name: "va"}, want: applier.Conflict, err: "another cluster of this name, 7, was created at the same time, so this run deleted its own, new-2; 7 was deleted too",
			between: func(t *tenant) {
				t.arriving = append(t.arriving, serve(`{"id":"7","name":"va","createdAt":"2026-03-29T11:59:59Z"}`))
				t.before = func(call string) error {
					if strings.HasPrefix(call, "DELETE") {
						t.clusters = slices.DeleteFunc(t.clusters, func(c cluster.Live) bool { return c.ID == "7" })
					}
					return nil
				}
			},
			calls: []string{"FIND va", "POST", "FIND va", "GET 7", "GET new-2", "GET new-2/log-config", "DELETE new-2", "GET new-2", "GET 7"}, status: []int{200, 204},
		},
		"create, a namesake was older and begun": {
			desired: full, want: applier.Applied,
			between: func(t *tenant) {
				t.arriving = append(t.arriving, serve(`{"id":"7","name":"va","description":"d","configuration":{"gmtOffset":"-6"},"updatePreferences":{"updateState":null},"createdAt":"2026-03-29T11:59:59Z"}`))
			},
			calls: []string{"FIND va", "POST", "FIND va", "GET 7", "GET new-2", "GET new-2/log-config", "DELETE new-2", "GET new-2", "GET 7", "GET 7/log-config", "PATCH 7", "GET 7/log-config", "PUT 7"}, status: []int{200, 204, 200, 200},
		},
		"create, a namesake was older but ours was changed": {
			desired: full, want: applier.Conflict, err: "new-2 was not deleted: it was changed by someone else",
			between: func(t *tenant) {
				t.arriving = append(t.arriving, serve(`{"id":"7","name":"va","createdAt":"2026-03-29T11:59:59Z"}`))
				t.before = func(call string) error {
					if call == "GET 7" {
						t.set("new-2", "/configuration/theirs", `"x"`)
					}
					return nil
				}
			},
			calls: []string{"FIND va", "POST", "FIND va", "GET 7", "GET new-2"}, status: []int{200},
		},
		"create, completed without an answer": {
			desired: full, want: applier.Applied,
			between: func(t *tenant) { t.after = once("PATCH", unknown("PATCH")) },
			calls:   []string{"FIND va", "POST", "FIND va", "PATCH new-1", "GET new-1", "PUT new-1"}, status: []int{200, 0, 200},
		},
		"create, completed at the second try": {
			desired: full, want: applier.Applied,
			between: func(t *tenant) { t.before = once("PATCH", unknown("PATCH")) },
			calls:   []string{"FIND va", "POST", "FIND va", "PATCH new-1", "GET new-1", "PATCH new-1", "PUT new-1"}, status: []int{200, 0, 200, 200},
		},
		"create, completed where tests are not taken": {
			desired: full, want: applier.Applied,
			between: func(t *tenant) {
				t.before = failing(`PATCH new-1 [{"op":"test"`, refusal("PATCH", "/managed-clusters/new-1", 400))
			},
			calls: []string{"FIND va", "POST", "FIND va", "PATCH new-1", "GET new-1", `PATCH new-1 [{"op":"add"`, "PUT new-1"}, status: []int{200, 400, 200, 200},
		},
		"create, someone else was there before it was completed": {
			desired: full, want: applier.Conflict, err: `changed by someone else: /updatePreferences/updateState: expected null, found "DISABLED"`,
			between: func(t *tenant) { t.before = t.setBeforePatch("DISABLED") },
			calls:   []string{"FIND va", "POST", "FIND va", "PATCH new-1", "GET new-1"}, status: []int{200, 400},
		},
		"create, someone else completed it": {
			desired: full, want: applier.Applied,
			between: func(t *tenant) { t.before = t.setBeforePatch("AUTO") },
			calls:   []string{"FIND va", "POST", "FIND va", "PATCH new-1", "GET new-1", "PUT new-1"}, status: []int{200, 400, 200},
		},
		"create, deleted by someone else before it was completed": {
			desired: full, want: applier.Conflict, err: "cluster new-1 no longer exists",
			between: func(t *tenant) {
				t.before = func(call string) error {
					if !strings.HasPrefix(call, "PATCH") {
						return nil
					}
					t.clusters = nil
					return refusal("PATCH", "/managed-clusters/new-1", 400)
				}
			},
			calls: []string{"FIND va", "POST", "FIND va", "PATCH new-1", "GET new-1"}, status: []int{200, 400},
		},
		"create, refused and not to be looked at": {
			desired: full, want: applier.Failed, err: "GET /managed-clusters/new-1: 500",
			between: func(t *tenant) {
				t.before = func(call string) error {
					return errors.Join(failing("PATCH", refusal("PATCH", "/managed-clusters/new-1", 400))(call),
						failing("GET", refusal("GET", "/managed-clusters/new-1", 500))(call))
				}
			},
			calls: []string{"FIND va", "POST", "FIND va", "PATCH new-1", "GET new-1"}, status: []int{200, 400},
		},
		"create, look-up fails": {
			desired: full, want: applier.Failed, err: "500",
			between: func(t *tenant) { t.before = failing("FIND", refusal("GET", "/managed-clusters", 500)) },
			calls:   []string{"FIND va"},
		},
		"create, completed in vain": {
			desired: full, want: applier.NotApplied,
			err:     `accepted by the tenant, but not in effect: /updatePreferences/updateState: expected "AUTO", found null; /logConfig: expected rootLevel INFO with 0 logLevels, found none`,
			between: func(t *tenant) { t.deaf = true },
			calls:   []string{"FIND va", "POST", "FIND va", "PATCH new-1", "GET new-1", "PUT new-1", "GET new-1/log-config"}, status: []int{200, 200, 200},
		},

		"create, answered for another": {
			desired: cluster.Cluster{Name: "va"}, want: applier.Applied,
			between: func(t *tenant) { t.answerAs = "vb" },
			calls:   append([]string{"FIND va", "POST"}, looks...), status: []int{0},
		},
		"create, not to be read back": {
			desired: full, want: applier.Unknown, err: "GET /managed-clusters/new-1: 500",
			between: func(t *tenant) {
				t.mute = true
				t.before = failing("GET", refusal("GET", "/managed-clusters/new-1", 500))
			},
			calls: []string{"FIND va", "POST", "GET new-1", "FIND va"}, status: []int{200},
		},
		"create, namesakes not to be seen": {
			desired: full, want: applier.Unverified, err: "created, but not verified as the only cluster of this name: GET /managed-clusters: 500",
			between: func(t *tenant) { t.before = nth(2, "FIND", refusal("GET", "/managed-clusters", 500)) },
			calls:   []string{"FIND va", "POST", "FIND va", "GET new-1", "PATCH new-1", "PUT new-1"}, status: []int{200, 200, 200},
		},
		"create, namesakes not to be seen and completed in vain": {
			desired: full, want: applier.Unverified,
			err: `GET /managed-clusters: 500 Internal Server Error: no (request id req-1); accepted by the tenant, but not in effect: /updatePreferences/updateState: expected "AUTO", found null; /logConfig: `,
			between: func(t *tenant) {
				t.deaf = true
				t.before = nth(2, "FIND", refusal("GET", "/managed-clusters", 500))
			},
			calls:  []string{"FIND va", "POST", "FIND va", "GET new-1", "PATCH new-1", "GET new-1", "PUT new-1", "GET new-1/log-config"},
			status: []int{200, 200, 200},
		},
		"create, namesakes not to be seen and the log refused": {
			desired: full, want: applier.Failed, err: "PUT /managed-clusters/new-1/log-config: 403",
			between: func(t *tenant) {
				unseen, refused := nth(2, "FIND", refusal("GET", "/managed-clusters", 500)), failing("PUT", refusal("PUT", "/managed-clusters/new-1/log-config", 403))
				t.before = func(call string) error { return errors.Join(unseen(call), refused(call)) }
			},
			calls:  []string{"FIND va", "POST", "FIND va", "GET new-1", "PATCH new-1", "PUT new-1"},
			status: []int{200, 200, 403},
		},
		"create, answered with an object less, which cannot be read": { // the other one is known
			desired: cluster.Cluster{Name: "va", UpdatePreferences: cluster.Settings{"updateState": new("AUTO")}},
			want:    applier.Applied,
			between: func(t *tenant) {
				t.hides, t.before = "/configuration", nth(1, "GET", refusal("GET", "/managed-clusters/new-1", 500))
			},
			calls:  []string{"FIND va", "POST", "GET new-1", "FIND va", "PATCH new-1"},
			status: []int{200, 200},
		},
		"create, answered without the object to complete, which cannot be read": {
			desired: cluster.Cluster{Name: "va", UpdatePreferences: cluster.Settings{"updateState": new("AUTO")}},
			want:    applier.Applied,
			between: func(t *tenant) {
				t.hides, t.before = "/updatePreferences", nth(1, "GET", refusal("GET", "/managed-clusters/new-1", 500))
			},
			calls:  []string{"FIND va", "POST", "GET new-1", "FIND va", "GET new-1", "PATCH new-1", "GET new-1"},
			status: []int{200, 200},
		},
		"create, a namesake was older but ours cannot be read": {
			desired: full, want: applier.Conflict, err: "created as new-2, but 7 has this name too, and new-2 was not deleted: GET /managed-clusters/new-2: 500",
			between: func(t *tenant) {
				t.arriving = append(t.arriving, serve(`{"id":"7","name":"va","createdAt":"2026-03-29T11:59:59Z"}`))
				t.before = failing("GET new-2", refusal("GET", "/managed-clusters/new-2", 500))
			},
			calls: []string{"FIND va", "POST", "FIND va", "GET 7", "GET new-2"}, status: []int{200},
		},
		"create, answered with no JSON": {
			desired: cluster.Cluster{Name: "va"}, want: applier.Unknown, err: "the document is not valid JSON",
			between: func(t *tenant) { t.answers = "<html>" },
			calls:   []string{"FIND va", "POST", "FIND va"}, status: []int{200},
		},
		"update, answered with no JSON": {
			desired: renamed(), live: []string{old()}, want: applier.Unknown, err: "the document is not valid JSON",
			between: func(t *tenant) { t.answers = "<html>" },
			calls:   []string{"PATCH 1"}, status: []int{200},
		},
		"update, answered with a list": {
			desired: renamed(), live: []string{old()}, want: applier.Applied,
			between: func(t *tenant) { t.answers = "[]" },
			calls:   []string{"PATCH 1", "GET 1"}, status: []int{200},
		},
		"create, but with a list where an object is to be completed": {
			desired: cluster.Cluster{Name: "va", UpdatePreferences: cluster.Settings{"updateState": new("AUTO")}},
			want:    applier.Failed, err: `cannot set /updatePreferences/updateState: "updatePreferences" is not an object in the tenant`,
			between: func(t *tenant) {
				t.bare, t.odd = true, []jsonpatch.Field{{Path: "/configuration", Value: json.RawMessage("{}")}, {Path: "/updatePreferences", Value: json.RawMessage("[]")}}
			},
			calls: []string{"FIND va", "POST", "FIND va"}, status: []int{200},
		},
		"create, a namesake was older but ours is unreadable": {
			desired: full, want: applier.Conflict, err: "created as new-2, but 7 has this name too, and new-2 was not deleted: the document is not valid JSON",
			between: func(t *tenant) {
				t.arriving = append(t.arriving, serve(`{"id":"7","name":"va","createdAt":"2026-03-29T11:59:59Z"}`))
				t.before = func(call string) error {
					if call == "GET new-2" {
						t.clusters[t.indexOf("new-2")].Document = json.RawMessage("<html>")
					}
					return nil
				}
			},
			calls: []string{"FIND va", "POST", "FIND va", "GET 7", "GET new-2"}, status: []int{200},
		},
		"create, a namesake was older but ours stays": {
			desired: full, want: applier.Conflict, err: "created as new-2, but 7 has this name too, and deleting new-2 failed: DELETE",
			between: func(t *tenant) {
				t.arriving = append(t.arriving, serve(`{"id":"7","name":"va","createdAt":"2026-03-29T11:59:59Z"}`))
				t.before = failing("DELETE", refusal("DELETE", "/managed-clusters/new-2", 403))
			},
			calls: []string{"FIND va", "POST", "FIND va", "GET 7", "GET new-2", "GET new-2/log-config", "DELETE new-2"}, status: []int{200, 403},
		},
		"create, completion never answered": {
			desired: full, want: applier.Failed, err: "connection reset",
			between: func(t *tenant) { t.before = failing("PATCH", unknown("PATCH")) },
			calls:   []string{"FIND va", "POST", "FIND va", "PATCH", "GET new-1", "PATCH", "GET new-1", "PATCH", "GET new-1"}, status: []int{200, 0, 0, 0},
		},
		"create, completed by the last PATCH that is sent": {
			desired: full, want: applier.Applied,
			between: func(t *tenant) {
				first, second := nth(1, "PATCH", unknown("PATCH")), nth(2, "PATCH", unknown("PATCH"))
				t.before = func(call string) error { return errors.Join(first(call), second(call)) }
				t.after = failing("PATCH", unknown("PATCH"))
			},
			calls: []string{"FIND va", "POST", "FIND va", "PATCH", "GET new-1", "PATCH", "GET new-1", "PATCH", "GET new-1", "PUT"}, status: []int{200, 0, 0, 0, 200},
		},
		"create, completion not to be seen": {
			desired: full, want: applier.Unknown, err: "connection reset",
			between: func(t *tenant) {
				t.before = func(call string) error {
					return errors.Join(failing("PATCH", unknown("PATCH"))(call), failing("GET", unknown("GET"))(call))
				}
			},
			calls: []string{"FIND va", "POST", "FIND va", "PATCH", "GET new-1"}, status: []int{200, 0},
		},
		"create, completion refused": {
			desired: full, want: applier.Failed, err: "403",
			between: func(t *tenant) { t.before = failing("PATCH", refusal("PATCH", "/managed-clusters/new-1", 403)) },
			calls:   []string{"FIND va", "POST", "FIND va", "PATCH"}, status: []int{200, 403},
		},
		"create, but what has come is unreadable": {
			desired: full, want: applier.Failed, err: "the document is not valid JSON",
			between: func(t *tenant) { t.clusters = append(t.clusters, unreadable) },
			calls:   []string{"FIND va", "GET 1"},
		},
		"create, no response and what has come is unreadable": {
			desired: full, want: applier.Unknown, err: "the look-up failed: the document is not valid JSON",
			between: func(t *tenant) {
				t.before = once("POST", unknown("POST"))
				t.arriving = append(t.arriving, unreadable)
			},
			calls: []string{"FIND va", "POST", "FIND va"}, status: []int{0},
		},

		"update, not to be read back": {
			desired: renamed(), live: []string{old()}, want: applier.Unknown, err: "GET /managed-clusters/1: 500",
			between: func(t *tenant) {
				t.mute = true
				t.before = failing("GET", refusal("GET", "/managed-clusters/1", 500))
			},
			calls: []string{"PATCH 1", "GET 1"}, status: []int{200},
		},
		"update that adds, unreadable": {
			desired: adding, live: []string{old()}, want: applier.Failed, err: "the document is not valid JSON",
			between: func(t *tenant) { t.clusters[0] = unreadable },
			calls:   []string{"PATCH 1", "GET 1"}, status: []int{400},
		},
		"set a log, no response": {
			desired: logged, live: []string{old()}, want: applier.Unknown, err: "connection reset",
			between: func(t *tenant) { t.after = failing("PUT", unknown("PUT")) },
			calls:   []string{"GET 1/log-config", "PUT 1"}, status: []int{0},
		},
		"set a log, refused": {
			desired: logged, live: []string{old()}, want: applier.Failed, err: "403",
			between: func(t *tenant) { t.before = failing("PUT", refusal("PUT", "/managed-clusters/1/log-config", 403)) },
			calls:   []string{"GET 1/log-config", "PUT 1"}, status: []int{403},
		},
		"set a log, not to be read back": {
			desired: logged, live: []string{old()}, want: applier.Unknown, err: "503",
			between: func(t *tenant) {
				t.mute = true
				t.before = nth(2, "GET", refusal("GET", "/managed-clusters/1/log-config", 503))
			},
			calls: []string{"GET 1/log-config", "PUT 1", "GET 1/log-config"}, status: []int{200},
		},
		"delete, cannot look": {
			desired: gone, live: []string{old()}, want: applier.Failed, err: "503",
			between: func(t *tenant) { t.before = failing("GET", refusal("GET", "/managed-clusters/1", 503)) },
			calls:   []string{"GET 1"},
		},
		"delete, no response": {
			desired: gone, live: []string{old()}, want: applier.Unknown, err: "connection reset",
			between: func(t *tenant) { t.after = failing("DELETE", unknown("DELETE")) },
			calls:   []string{"GET 1", "DELETE 1"}, status: []int{0},
		},
		"delete, not to be seen whether it is gone": {
			desired: gone, live: []string{old()}, want: applier.Unknown, err: "503",
			between: func(t *tenant) { t.before = nth(2, "GET", refusal("GET", "/managed-clusters/1", 503)) },
			calls:   []string{"GET 1", "DELETE 1", "GET 1"}, status: []int{204},
		},

		"update": {
			desired: renamed(), live: []string{old()}, want: applier.Applied,
			calls: []string{"PATCH 1"}, status: []int{200},
		},
		"update, answered with little": {
			desired: renamed(), live: []string{old()}, want: applier.Applied, between: func(t *tenant) { t.mute = true },
			calls: []string{"PATCH 1", "GET 1"}, status: []int{200},
		},
		"update in vain": {
			desired: renamed(), live: []string{old()}, want: applier.NotApplied, between: func(t *tenant) { t.deaf = true },
			err:   `accepted by the tenant, but not in effect: /description: expected "new", found "old"`,
			calls: []string{"PATCH 1", "GET 1"}, status: []int{200},
		},
		"update, changed by someone else": {
			desired: renamed(), live: []string{old()}, want: applier.Conflict,
			between: func(t *tenant) { t.clusters[0] = serve(`{"id":"1","name":"va","description":"theirs"}`) },
			err:     `changed by someone else: /description: expected "old", found "theirs"`,
			calls:   []string{"PATCH 1", "GET 1"}, status: []int{400},
		},
		"update, done by someone else": {
			desired: renamed(), live: []string{old()}, want: applier.Unchanged,
			between: func(t *tenant) { t.clusters[0] = serve(`{"id":"1","name":"va","description":"new"}`) },
			calls:   []string{"PATCH 1", "GET 1"}, status: []int{400},
		},
		"update, the server takes no tests": {
			desired: renamed(), live: []string{old()}, want: applier.Applied,
			between: func(t *tenant) {
				t.before = failing(`PATCH 1 [{"op":"test"`, refusal("PATCH", "/managed-clusters/1", 400))
			},
			calls: []string{"PATCH 1", "GET 1", `PATCH 1 [{"op":"replace"`}, status: []int{400, 200},
		},
		"update, refused for another reason": {
			desired: renamed(), live: []string{old()}, want: applier.Failed, err: "400 Bad Request: no",
			between: func(t *tenant) { t.before = failing("PATCH", refusal("PATCH", "/managed-clusters/1", 400)) },
			calls:   []string{"PATCH 1", "GET 1", "PATCH 1"}, status: []int{400, 400},
		},
		"update, refused and not to be looked at": { // the look's failure is not the patch's
			desired: renamed(), live: []string{old()}, want: applier.Failed, err: "GET /managed-clusters/1: 500",
			between: func(t *tenant) {
				t.before = func(call string) error {
					return errors.Join(failing("PATCH", refusal("PATCH", "/managed-clusters/1", 400))(call),
						failing("GET", refusal("GET", "/managed-clusters/1", 500))(call))
				}
			},
			calls: []string{"PATCH 1", "GET 1"}, status: []int{400},
		},
		"update, no response but done": {
			desired: renamed(), live: []string{old()}, want: applier.Applied,
			between: func(t *tenant) { t.after = once("PATCH", unknown("PATCH")) },
			calls:   []string{"PATCH 1", "GET 1"}, status: []int{0},
		},
		"update, no response and not done": {
			desired: renamed(), live: []string{old()}, want: applier.Applied,
			between: func(t *tenant) { t.before = once("PATCH", unknown("PATCH")) },
			calls:   []string{"PATCH 1", "GET 1", "PATCH 1"}, status: []int{0, 200},
		},
		"update, never an answer": {
			desired: renamed(), live: []string{old()}, want: applier.Failed, err: "connection reset",
			between: func(t *tenant) { t.before = failing("PATCH", unknown("PATCH")) },
			calls:   []string{"PATCH 1", "GET 1", "PATCH 1", "GET 1", "PATCH 1", "GET 1"}, status: []int{0, 0, 0},
		},
		"update, no response and changed by someone else": {
			desired: renamed(), live: []string{old()}, want: applier.Conflict, err: `found "theirs"`,
			between: func(t *tenant) {
				t.clusters[0] = serve(`{"id":"1","name":"va","description":"theirs"}`)
				t.before = once("PATCH", unknown("PATCH"))
			},
			calls: []string{"PATCH 1", "GET 1"}, status: []int{0},
		},
		"update, no response at all": {
			desired: renamed(), live: []string{old()}, want: applier.Unknown, err: "connection reset",
			between: func(t *tenant) { t.before = func(string) error { return unknown("PATCH") } },
			calls:   []string{"PATCH 1", "GET 1"}, status: []int{0},
		},
		"update that adds tests the object": {
			desired: adding, live: []string{old()}, want: applier.Applied,
			calls: []string{`PATCH 1 [{"op":"test","path":"/configuration"`}, status: []int{200},
		},
		"update that adds at the top looks first": {
			desired: cluster.Cluster{Name: "va", Description: new("d")}, live: []string{`{"id":"1","name":"va"}`}, want: applier.Applied,
			calls: []string{"GET 1", "PATCH 1"}, status: []int{200},
		},
		"update that adds, added by someone else": {
			desired: adding, live: []string{old()}, want: applier.Conflict, err: `/configuration/debug: expected nothing, found "false"`,
			between: func(t *tenant) {
				t.clusters[0] = serve(`{"id":"1","name":"va","configuration":{"debug":"false"}}`)
			},
			calls: []string{"PATCH 1", "GET 1"}, status: []int{400},
		},
		"update that adds, already there": {
			desired: adding, live: []string{old()}, want: applier.Unchanged,
			between: func(t *tenant) { t.clusters[0] = serve(`{"id":"1","name":"va","configuration":{"debug":"true"}}`) },
			calls:   []string{"PATCH 1", "GET 1"}, status: []int{400},
		},
		"update that adds to a cluster gone": {
			desired: adding, live: []string{old()}, want: applier.Conflict, err: "cluster 1 no longer exists",
			between: func(t *tenant) { t.clusters = nil },
			calls:   []string{"PATCH 1"}, status: []int{404},
		},

		"set a log": {
			desired: logged, live: []string{old()}, want: applier.Applied,
			calls: []string{"GET 1/log-config", "PUT 1"}, status: []int{200},
		},
		"set a log over one that was reviewed": {
			desired: logged, live: []string{old()}, log: &cluster.LiveLogConfig{RootLevel: "WARN", LogLevels: map[string]cluster.Level{"y": "OFF"}, Expiration: noon().Add(time.Hour)},
			want: applier.Applied, calls: []string{"GET 1/log-config", "PUT 1"}, status: []int{200},
		},
		"set a log over one that ended since": {
			desired: logged, live: []string{old()}, log: &cluster.LiveLogConfig{RootLevel: "WARN", Expiration: noon().Add(time.Hour)},
			between: func(t *tenant) { t.logs["1"] = nil },
			want:    applier.Applied, calls: []string{"GET 1/log-config", "PUT 1"}, status: []int{200},
		},
		"set a log, someone set another": {
			desired: logged, live: []string{old()}, want: applier.Conflict,
			between: func(t *tenant) {
				t.logs["1"] = &cluster.LiveLogConfig{RootLevel: "TRACE", Expiration: noon().Add(time.Hour)}
			},
			err:   "log configuration changed by someone else: expected none, found rootLevel TRACE with 0 logLevels until 2026-03-29T13:00:00Z",
			calls: []string{"GET 1/log-config"},
		},
		"set a log, someone made it longer": {
			desired: logged, live: []string{old()}, log: &cluster.LiveLogConfig{RootLevel: "WARN", Expiration: noon().Add(time.Hour)}, want: applier.Conflict, err: "until 2026-03-29T14:00:00Z",
			between: func(t *tenant) {
				t.logs["1"] = &cluster.LiveLogConfig{RootLevel: "WARN", Expiration: noon().Add(2 * time.Hour)}
			},
			calls: []string{"GET 1/log-config"},
		},
		"set a log, someone set the same": {
			desired: logged, live: []string{old()}, want: applier.Unchanged,
			between: func(t *tenant) {
				t.logs["1"] = &cluster.LiveLogConfig{RootLevel: "INFO", LogLevels: map[string]cluster.Level{"x": "OFF"}, Expiration: noon().Add(time.Hour)}
			},
			calls: []string{"GET 1/log-config"},
		},
		"set a window": {
			desired: window, live: []string{old()}, want: applier.Applied, calls: []string{"GET 1/log-config", `PUT 1 {"rootLevel":"INFO","logLevels":{},"expiration":"2026-03-29T13:00:00Z"}`}, status: []int{200},
		},
		"set a log, answered with little": {
			desired: logged, live: []string{old()}, want: applier.Applied, between: func(t *tenant) { t.mute = true },
			calls: []string{"GET 1/log-config", "PUT 1", "GET 1/log-config"}, status: []int{200},
		},
		"set a log in vain": {
			desired: logged, live: []string{old()}, want: applier.NotApplied, between: func(t *tenant) { t.deaf = true },
			err:   "found none",
			calls: []string{"GET 1/log-config", "PUT 1", "GET 1/log-config"}, status: []int{200},
		},
		"set a log, cannot look": {
			desired: logged, live: []string{old()}, want: applier.Failed, err: "503",
			between: func(t *tenant) {
				t.before = failing("GET", refusal("GET", "/managed-clusters/1/log-config", 503))
			},
			calls: []string{"GET 1/log-config"},
		},

		"delete": {
			desired: gone, live: []string{old()}, want: applier.Applied,
			calls: []string{"GET 1", "DELETE 1 false", "GET 1"}, status: []int{204},
		},
		"delete with clients": {
			desired: cluster.Cluster{Name: "va", State: cluster.Absent, RemoveClients: true}, live: []string{`{"id":"1","name":"va","clientIds":["7"]}`},
			want: applier.Applied, calls: []string{"GET 1", "DELETE 1 true", "GET 1"}, status: []int{204},
		},
		"delete one that is gone": {
			desired: gone, live: []string{old()}, want: applier.Unchanged, between: func(t *tenant) { t.clusters = nil },
			calls: []string{"GET 1"},
		},
		"delete one that was renamed": {
			desired: gone, live: []string{old()}, want: applier.Conflict, err: `renamed to "vb"`,
			between: func(t *tenant) { t.clusters[0].Name = "vb" },
			calls:   []string{"GET 1"},
		},
		"delete one that has got clients": {
			desired: gone, live: []string{old()}, want: applier.Conflict, err: "attached: expected 0 clients and 0 services, found 2 clients and 0 services",
			between: func(t *tenant) { t.clusters[0].Clients = cluster.Exactly(2) },
			calls:   []string{"GET 1"},
		},
		"delete, refused": {
			desired: gone, live: []string{old()}, want: applier.Failed, err: "403",
			between: func(t *tenant) { t.before = failing("DELETE", refusal("DELETE", "/managed-clusters/1", 403)) },
			calls:   []string{"GET 1", "DELETE 1"}, status: []int{403},
		},
		"delete, refused and still there": {
			desired: gone, live: []string{old()}, want: applier.Failed, err: "400",
			between: func(t *tenant) { t.before = failing("DELETE", refusal("DELETE", "/managed-clusters/1", 400)) },
			calls:   []string{"GET 1", "DELETE 1", "GET 1"}, status: []int{400},
		},
		"delete, refused because it is gone": {
			desired: gone, live: []string{old()}, want: applier.Applied,
			between: func(t *tenant) { t.after = failing("DELETE", refusal("DELETE", "/managed-clusters/1", 400)) },
			calls:   []string{"GET 1", "DELETE 1", "GET 1"}, status: []int{400},
		},
		"delete in vain": {
			desired: gone, live: []string{old()}, want: applier.NotApplied, err: "still exists",
			between: func(t *tenant) { t.deaf = true },
			calls:   []string{"GET 1", "DELETE 1", "GET 1", "GET 1", "GET 1", "GET 1", "GET 1"}, status: []int{204},
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				tenant := newTenant(tt.live...)
				if tt.log != nil {
					tenant.logs["1"] = tt.log
				}
				p := plan(t, tenant, tt.desired)
				if tt.between != nil {
					tt.between(tenant)
				}
				d, before := newDisk(), tenant.clone()
				r := runInto(t.Context(), d, tenant, p)
				checkReceipt(t, d, r)
				if !isOthers(name) {
					checkEffects(t, effectsOf(t, d.text()), before, tenant)
				}
				if len(r.Outcomes) != 1 {
					t.Fatalf("outcomes %+v, want one", r.Outcomes)
				}
				o := r.Outcomes[0]
				if o.Outcome != tt.want || !strings.Contains(o.Error, tt.err) || (o.Error == "") != (tt.err == "") {
					t.Errorf("outcome %s, error %q\nwant    %s, error %q", o.Outcome, o.Error, tt.want, tt.err)
				}
				checkCalls(t, tt.calls, tenant.calls)
				var status []int
				for _, e := range o.Requests {
					status = append(status, e.Status)
				}
				if diff := cmp.Diff(tt.status, status); diff != "" {
					t.Errorf("status of the writes (-want +got):\n%s", diff)
				}
			})
		})
	}
}

// isOthers reports whether someone else changes the tenant in a case, judging by its name.
func isOthers(name string) bool {
	for _, word := range []string{"another has come", "another name", "what has come", "namesake", "someone else"} {
		if strings.Contains(name, word) {
			return true
		}
	}
	return false
}

// setBeforePatch lets someone else set updateState before the first PATCH, so that its test
// fails.
func (t *tenant) setBeforePatch(state string) func(call string) error {
	isSet := false
	return func(call string) error {
		if isSet || !strings.HasPrefix(call, "PATCH new-1") {
			return nil
		}
		isSet = true
		live := &t.clusters[t.indexOf("new-1")]
		live.Document = json.RawMessage(strings.Replace(string(live.Document), `"updateState":null`, `"updateState":"`+state+`"`, 1))
		return refusal("PATCH", "/managed-clusters/new-1", 400)
	}
}

func checkCalls(t *testing.T, want, got []string) {
	t.Helper()
	same := len(want) == len(got)
	for i := range min(len(want), len(got)) {
		same = same && strings.HasPrefix(got[i], want[i])
	}
	if !same {
		t.Errorf("calls:\n%s\nwant:\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// Creates come first, then updates, log configurations, deletes.
func TestOrder(t *testing.T) {
	t.Parallel()
	tenant := newTenant(`{"id":"1","name":"a","description":"x"}`, `{"id":"2","name":"gone"}`)
	p := plan(t, tenant,
		cluster.Cluster{Name: "gone", State: cluster.Absent},
		cluster.Cluster{Name: "a", Description: new("y"), LogConfig: &cluster.LogConfig{RootLevel: "INFO"}},
		cluster.Cluster{Name: "new"})
	r := run(t, tenant, p)
	checkCalls(t, []string{"FIND new", "POST", "FIND new", "PATCH 1", "GET 1/log-config", "PUT 1", "GET 2", "DELETE 2", "GET 2"}, tenant.calls)
	if !r.IsComplete() || r.Summary.Applied != 4 {
		t.Errorf("summary %+v", r.Summary)
	}
}

// A result identifies its run and its plan.
func TestResult(t *testing.T) {
	t.Parallel()
	tenant := newTenant()
	p := plan(t, tenant, cluster.Cluster{Name: "va"})
	p.Digest, p.Summary.Blocked = "sha256:0", 2
	opts := options()
	opts.Tenant, opts.Listing, opts.Warnings = cluster.Tenant{Org: "acme"}, &cluster.Listing{Verified: true}, []planner.Warning{{Code: "c"}}
	now := noon()
	opts.Now = func() time.Time { now = now.Add(time.Second); return now.Local() }
	got := applier.Run(t.Context(), tenant, p, opts)
	want := applier.Result{
		FormatVersion: planner.FormatVersion, Tool: "clusterctl/test", Tenant: opts.Tenant, Listing: opts.Listing, Digest: "sha256:0",
		StartedAt: noon().Add(time.Second), FinishedAt: now.UTC(), Summary: receipt.Summary{Applied: 1, Skipped: 2},
		Warnings: opts.Warnings, Outcomes: []applier.ChangeResult{{
			Action: planner.Create, Name: "va", ID: "new-1", Outcome: applier.Applied,
			Requests: []api.Exchange{{Method: "POST", Path: api.ClustersPath, Status: 200, RequestID: "req-0"}},
		}},
	}
	if diff := cmp.Diff(want, got); diff != "" || got.FinishedAt.Location() != time.UTC || got.StartedAt.Location() != time.UTC {
		t.Errorf("result (-want +got):\n%s", diff)
	}
}

// Running the same plan again writes nothing.
func TestRunningTwiceIsANoOp(t *testing.T) {
	t.Parallel()
	tenant := newTenant(`{"id":"1","name":"a","description":"x"}`, `{"id":"2","name":"gone"}`)
	p := plan(t, tenant,
		cluster.Cluster{Name: "gone", State: cluster.Absent},
		cluster.Cluster{Name: "a", Configuration: cluster.Settings{"k": new("v")}, LogConfig: &cluster.LogConfig{RootLevel: "INFO"}},
		cluster.Cluster{Name: "new", LogConfig: &cluster.LogConfig{RootLevel: "INFO"}})
	if first := run(t, tenant, p); first.Summary.Applied != 4 {
		t.Fatalf("first run: %+v", first)
	}
	tenant.calls = nil
	second := run(t, tenant, p)
	if second.Summary.Unchanged != 4 || !second.IsComplete() {
		t.Errorf("second run: %+v", second)
	}
	for _, call := range tenant.calls {
		if !strings.HasPrefix(call, "GET") && !strings.HasPrefix(call, "FIND") {
			t.Errorf("the second run wrote: %s", call)
		}
	}
}

func manyCreates(n int) []cluster.Cluster {
	var desired []cluster.Cluster
	for i := range n {
		desired = append(desired, cluster.Cluster{Name: fmt.Sprintf("va-%02d", i)})
	}
	return desired
}

func TestStopOnErrorStartsNothingMore(t *testing.T) {
	t.Parallel()
	tenant := newTenant()
	tenant.before = func(call string) error {
		if strings.HasPrefix(call, `POST {"name":"va-01"`) {
			return refusal("POST", "/managed-clusters", 403)
		}
		return nil
	}
	p := plan(t, tenant, manyCreates(5)...)
	opts := options()
	opts.Parallelism, opts.StopOnError = 1, true
	r := applier.Run(t.Context(), tenant, p, opts)
	want := receipt.Summary{Applied: 1, Failed: 1, NotAttempted: 3}
	if r.Summary != want || r.IsComplete() {
		t.Errorf("summary %+v, want %+v", r.Summary, want)
	}

	opts.StopOnError = false
	tenant.clusters = nil
	r = applier.Run(t.Context(), tenant, p, opts)
	if want := (receipt.Summary{Applied: 4, Failed: 1}); r.Summary != want {
		t.Errorf("continuing: summary %+v, want %+v", r.Summary, want)
	}
}

// After the first interrupt, nothing more starts and requests in progress finish.
func TestStopFinishesWhatIsUnderWay(t *testing.T) {
	t.Parallel()
	tenant := newTenant()
	stop := make(chan struct{})
	var once sync.Once
	tenant.before = func(call string) error {
		if strings.HasPrefix(call, "POST") {
			once.Do(func() { close(stop) })
		}
		return nil
	}
	opts := options()
	opts.Parallelism, opts.Stop = 1, stop
	var reported atomic.Int32
	opts.Report = func(applier.ChangeResult) { reported.Add(1) }
	r := applier.Run(t.Context(), tenant, plan(t, tenant, manyCreates(3)...), opts)
	if want := (receipt.Summary{Applied: 1, NotAttempted: 2}); r.Summary != want {
		t.Errorf("summary %+v, want %+v", r.Summary, want)
	}
	if reported.Load() != 3 {
		t.Errorf("%d outcomes reported, want 3", reported.Load())
	}
}

func TestCancelledBeforeItBegins(t *testing.T) {
	t.Parallel()
	tenant := newTenant()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	r := applier.Run(ctx, tenant, plan(t, tenant, manyCreates(2)...), options())
	if want := (receipt.Summary{NotAttempted: 2}); r.Summary != want || len(tenant.calls) > 0 {
		t.Errorf("summary %+v, calls %v", r.Summary, tenant.calls)
	}
}

// The parallelism limits how many clusters are changed at once.
func TestParallelism(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := &slowWriter{tenant: newTenant()}
		opts := options()
		opts.Parallelism = 3
		p := plan(t, w.tenant, manyCreates(12)...)
		r := applier.Run(t.Context(), w, p, opts)
		if r.Summary.Applied != 12 || w.most.Load() != 3 {
			t.Errorf("summary %+v, at most %d at once", r.Summary, w.most.Load())
		}
	})
}

// slowWriter counts how many creations are under way at once.
type slowWriter struct {
	*tenant
	now, most atomic.Int32
}

func (w *slowWriter) Create(ctx context.Context, body json.RawMessage) (api.Answer[cluster.Live], error) {
	n := w.now.Add(1)
	defer w.now.Add(-1)
	for {
		most := w.most.Load()
		if n <= most || w.most.CompareAndSwap(most, n) {
			break
		}
	}
	timer := time.NewTimer(time.Second)
	<-timer.C
	return w.tenant.Create(ctx, body)
}

func TestDeleteWaitsNoLongerThanItsContext(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		tenant := newTenant(old())
		tenant.deaf = true
		p := plan(t, tenant, cluster.Cluster{Name: "va", State: cluster.Absent})
		ctx, cancel := context.WithTimeout(t.Context(), 600*time.Millisecond)
		defer cancel()
		r := applier.Run(ctx, tenant, p, options())
		if o := r.Outcomes[0]; o.Outcome != applier.Unknown || !strings.Contains(o.Error, "deadline") {
			t.Errorf("outcome %+v", o)
		}
	})
}

// After an update that failed or had a conflict, the cluster is not changed further. An update
// that is only not in effect does not stop the rest.
func TestStepsOfOneClusterHoldEachOtherBack(t *testing.T) {
	t.Parallel()
	log := &cluster.LogConfig{RootLevel: "INFO", DurationMinutes: 60}
	tests := map[string]struct {
		between func(*tenant)
		stop    bool
		words   []applier.Outcome
		summary receipt.Summary
	}{
		"applied": {
			func(*tenant) {}, false,
			[]applier.Outcome{applier.Applied, applier.Applied, applier.Applied, applier.Applied}, receipt.Summary{Applied: 4},
		},
		"failed": {
			func(t *tenant) {
				t.before = func(call string) error {
					if strings.HasPrefix(call, "PATCH 1") {
						return refusal("PATCH", "/managed-clusters/1", 403)
					}
					return nil
				}
			}, false,
			[]applier.Outcome{applier.Failed, applier.Applied, applier.Skipped, applier.Applied}, receipt.Summary{Applied: 2, Failed: 1, Skipped: 1},
		},
		"a conflict": {
			func(t *tenant) { t.clusters[0] = serve(`{"id":"1","name":"a","description":"theirs"}`) }, false,
			[]applier.Outcome{applier.Conflict, applier.Applied, applier.Skipped, applier.Applied}, receipt.Summary{Applied: 2, Conflict: 1, Skipped: 1},
		},
		"a conflict that stops": {
			func(t *tenant) { t.clusters[0] = serve(`{"id":"1","name":"a","description":"theirs"}`) }, true,
			[]applier.Outcome{applier.Conflict, applier.NotAttempted, applier.NotAttempted, applier.NotAttempted}, receipt.Summary{Conflict: 1, NotAttempted: 3},
		},
		"unknown": {
			func(t *tenant) {
				t.before = func(call string) error {
					if strings.HasPrefix(call, "PATCH 1") || call == "GET 1" {
						return &api.Unanswered{Method: "PATCH", Path: "/managed-clusters/1", Sent: true, Err: errFull}
					}
					return nil
				}
			}, false,
			[]applier.Outcome{applier.Unknown, applier.Applied, applier.Skipped, applier.Applied}, receipt.Summary{Applied: 2, Unknown: 1, Skipped: 1},
		},
		"not in force": {
			func(t *tenant) { t.deaf = true }, false,
			[]applier.Outcome{applier.NotApplied, applier.NotApplied, applier.NotApplied, applier.NotApplied}, receipt.Summary{NotApplied: 4},
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tenant := newTenant(`{"id":"1","name":"a","description":"x"}`, `{"id":"2","name":"b","description":"x"}`)
			p := plan(t, tenant,
				cluster.Cluster{Name: "a", Description: new("y"), LogConfig: log},
				cluster.Cluster{Name: "b", Description: new("y"), LogConfig: log})
			tt.between(tenant)
			opts := options()
			opts.Parallelism, opts.StopOnError = 1, tt.stop
			r := applier.Run(t.Context(), tenant, p, opts)
			var words []applier.Outcome
			for _, o := range r.Outcomes {
				words = append(words, o.Outcome)
				if o.Outcome == applier.Skipped && (o.Error != "the update of the same cluster did not succeed" || o.ID != "1" || len(o.Requests) > 0) {
					t.Errorf("outcome %+v", o)
				}
			}
			if diff := cmp.Diff(tt.words, words); diff != "" {
				t.Errorf("outcomes (-want +got):\n%s", diff)
			}
			if r.Summary != tt.summary {
				t.Errorf("summary %+v, want %+v", r.Summary, tt.summary)
			}
		})
	}
}

// A change that is already in effect needs no request, stopped or not.
func TestInForceIsUnchanged(t *testing.T) {
	t.Parallel()
	d, tenant := newDisk(), newTenant()
	p := plan(t, tenant, manyCreates(3)...)
	opts := options()
	opts.Journal = receipt.NewJournal(d)
	opts.IsDone = func(i int) bool { return i != 1 }
	r := applier.Run(t.Context(), tenant, p, opts)
	if want := (receipt.Summary{Applied: 1, Unchanged: 2}); r.Summary != want || r.Outcomes[1].Outcome != applier.Applied {
		t.Errorf("summary %+v, want %+v", r.Summary, want)
	}
	checkCalls(t, []string{"FIND va-01", "POST", "FIND va-01"}, tenant.calls)
	if n := strings.Count(d.text(), `"intent"`); n != 1 {
		t.Errorf("%d intents, want 1:\n%s", n, d.text())
	}

	stop := make(chan struct{})
	close(stop)
	opts.Stop = stop
	r = applier.Run(t.Context(), tenant, p, opts)
	if want := (receipt.Summary{Unchanged: 2, NotAttempted: 1}); r.Summary != want {
		t.Errorf("stopped: summary %+v, want %+v", r.Summary, want)
	}
}

// A hand-made plan may contain nonsense.
func TestChangesThatMakeNoSense(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		change planner.Change
		want   string
	}{
		"an action": {planner.Change{Action: "rename"}, `unknown action "rename"`},
		"a patch":   {planner.Change{Action: planner.Update, Requests: []planner.Request{{Body: json.RawMessage(`{}`)}}}, "not a JSON Patch"},
		"a log":     {planner.Change{Action: planner.SetLog, Requests: []planner.Request{{Body: json.RawMessage(`[]`)}}}, "invalid log configuration"},
		"a log's diff": {
			planner.Change{Action: planner.SetLog, Requests: []planner.Request{{Body: json.RawMessage(`{}`)}}, Diff: []jsonpatch.Edit{{Path: "/logConfig/rootLevel", Before: json.RawMessage("1")}}},
			"invalid diff",
		},
		"a body": {planner.Change{Action: planner.Create, Requests: []planner.Request{{Method: "POST", Body: json.RawMessage(`{`)}}}, "receipt: json: "},
		"what follows a creation": {
			planner.Change{Action: planner.Create, Requests: []planner.Request{{Method: "POST", Body: json.RawMessage(`{}`)}, {Method: "PATCH", Body: json.RawMessage(`{}`)}}},
			"not a JSON Patch",
		},
		"the log of a creation": {
			planner.Change{Action: planner.Create, Requests: []planner.Request{{Method: "POST", Body: json.RawMessage(`{}`)}, {Method: "PUT", Body: json.RawMessage(`[]`)}}},
			"invalid log configuration",
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := runInto(t.Context(), newDisk(), newTenant(), planner.Plan{Changes: []planner.Change{tt.change}}).Outcomes[0]
			if o.Outcome != applier.Failed || !strings.Contains(o.Error, tt.want) {
				t.Errorf("outcome %s, error %q, want %q", o.Outcome, o.Error, tt.want)
			}
		})
	}
}

// An interrupt during the look-up of a create without a response leaves the outcome unknown, and
// reports that.
func TestInterruptedWhileLooking(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		d, tenant := newDisk(), newTenant()
		tenant.before = func(call string) error {
			if strings.HasPrefix(call, "POST") {
				return &api.Unanswered{Method: "POST", Path: api.ClustersPath, Sent: true, Err: errFull}
			}
			return nil
		}
		ctx, cancel := context.WithTimeout(t.Context(), 500*time.Millisecond)
		defer cancel()
		r := runInto(ctx, d, tenant, plan(t, tenant, cluster.Cluster{Name: "va"}))
		checkReceipt(t, d, r)
		if o := r.Outcomes[0]; o.Outcome != applier.Unknown || !strings.HasSuffix(o.Error, "(the cluster may have been created; wait a minute, then check with status before you apply again)") {
			t.Errorf("outcome %+v", o)
		}
		if effects := effectsOf(t, d.text()); len(effects) != 1 || !effects[0].Unknown {
			t.Errorf("effects %+v", effects)
		}
	})
}

// A panic fails its own change. A panic in a callback reaches the caller.
func TestPanics(t *testing.T) {
	t.Parallel()
	tenant := newTenant()
	p := plan(t, tenant, manyCreates(2)...)
	tenant.posts = func() bool {
		if len(tenant.clusters) == 0 {
			tenant.clusters = append(tenant.clusters, cluster.Live{ID: "0"})
			defer tenant.mu.Unlock()
			panic("of the tenant")
		}
		return true
	}
	opts := options()
	opts.Parallelism = 1
	r := applier.Run(t.Context(), tenant, p, opts)
	if o := r.Outcomes[0]; o.Outcome != applier.Failed || !strings.HasPrefix(o.Error, "internal error: of the tenant") || r.Outcomes[1].Outcome != applier.Applied {
		t.Errorf("outcomes %+v", r.Outcomes)
	}
	opts.Report = func(applier.ChangeResult) { panic("of the report") }
	defer func() {
		if err, ok := recover().(*crash.Error); !ok || err.Value != "of the report" {
			t.Errorf("panic %v", err)
		}
	}()
	applier.Run(t.Context(), tenant, p, opts)
	t.Error("no panic")
}
