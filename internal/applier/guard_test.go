package applier_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"clusterctl/internal/applier"
	"clusterctl/internal/cluster"
	"clusterctl/internal/jsonpatch"
)

func lookup(t *testing.T, doc json.RawMessage, path string) string {
	t.Helper()
	value, there, err := jsonpatch.Lookup(doc, path)
	if err != nil {
		t.Fatal(err)
	}
	if !there {
		return ""
	}
	return string(value)
}

// set sets a field of a cluster, as someone else would.
func (t *tenant) set(id, path, value string) {
	i := t.indexOf(id)
	doc, err := jsonpatch.Overlay(t.clusters[i].Document, []jsonpatch.Field{{Path: path, Value: json.RawMessage(value)}})
	if err != nil {
		panic(err)
	}
	t.clusters[i] = serve(string(doc))
}

// additions are changes that add a key, for each action and place.
func additions() map[string]struct {
	desired    cluster.Cluster
	live, path string
} {
	type addition = struct {
		desired    cluster.Cluster
		live, path string
	}
	key := cluster.Settings{"k": new("ours")}
	return map[string]addition{
		"update, with a parent": {
			cluster.Cluster{Name: "va", Configuration: key}, `{"id":"1","name":"va","configuration":{"gmtOffset":"-5"}}`, "/configuration/k",
		},
		"update, without a parent": {
			cluster.Cluster{Name: "va", Configuration: key}, `{"id":"1","name":"va"}`, "/configuration/k",
		},
		"update, of a null": {
			cluster.Cluster{Name: "va", Configuration: key}, `{"id":"1","name":"va","configuration":{"k":null}}`, "/configuration/k",
		},
		"update, at the top": {
			cluster.Cluster{Name: "va", Description: new("ours")}, `{"id":"1","name":"va"}`, "/description",
		},
		"completion, with a parent": {
			cluster.Cluster{Name: "va", UpdatePreferences: key}, "", "/updatePreferences/k",
		},
		"completion, without a parent": {
			cluster.Cluster{Name: "va", UpdatePreferences: key}, "bare", "/updatePreferences/k",
		},
	}
}

// A key that someone adds before the last read, or, if a test guards it, before the PATCH itself,
// is never overwritten.
func TestAddedKeysAreNotOverwritten(t *testing.T) {
	t.Parallel()
	for name, tt := range additions() {
		for tests, status := range map[string]int{"tests taken": 0, "refused by 400": 400, "refused by 422": 422} {
			for fails, failed := range map[string]int{"": 400, ", a failed test is 409": 409, ", a failed test is 412": 412} {
				t.Run(name+", "+tests+fails, func(t *testing.T) {
					t.Parallel()
					tenant := newTenant()
					if strings.HasPrefix(tt.live, "{") {
						tenant = newTenant(tt.live)
					}
					tenant.bare, tenant.failedTest = tt.live == "bare", failed
					p := plan(t, tenant, tt.desired)
					tenant.before = addBeforeLastRead(tenant, tt.path, status)
					r := run(t, tenant, p)
					o := r.Outcomes[0]
					if o.Outcome != applier.Conflict || !strings.Contains(o.Error, `"theirs"`) {
						t.Errorf("outcome %s, error %q\n%s", o.Outcome, o.Error, strings.Join(tenant.calls, "\n"))
					}
					if got := lookup(t, tenant.clusters[0].Document, tt.path); got != `"theirs"` {
						t.Errorf("%s is %s, so theirs was overwritten:\n%s", tt.path, got, strings.Join(tenant.calls, "\n"))
					}
				})
			}
		}
	}
}

// addBeforeLastRead lets someone else add a key right before the first PATCH with tests, or
// otherwise before the GET that precedes the PATCH. With a status, the tenant refuses tests.
func addBeforeLastRead(tenant *tenant, path string, status int) func(string) error {
	isAdded, isFirst := false, tenant.bare
	return func(call string) error {
		isPatch := strings.HasPrefix(call, "PATCH")
		hasTests := strings.Contains(call, `"op":"test"`)
		isRead := strings.HasPrefix(call, "GET") && !strings.Contains(call, "log-config")
		if isRead && isFirst {
			isFirst = false
			return nil
		}
		if len(tenant.clusters) > 0 && !isAdded && (isPatch && hasTests || isRead) {
			isAdded = true
			tenant.set(tenant.clusters[0].ID, path, `"theirs"`)
		}
		if isPatch && hasTests && status != 0 {
			return refusal(http.MethodPatch, "/managed-clusters/1", status)
		}
		return nil
	}
}

// A server that adds its own keys to an object makes the test of the object fail: the test is
// renewed, and the server's keys are kept.
func TestGuardsAreRenewed(t *testing.T) {
	t.Parallel()
	for times, want := range map[int]applier.Outcome{1: applier.Applied, 2: applier.Applied, 3: applier.Conflict} {
		t.Run(fmt.Sprint(times, " times"), func(t *testing.T) {
			t.Parallel()
			tenant := newTenant(`{"id":"1","name":"va","configuration":{"gmtOffset":"-5"}}`)
			p := plan(t, tenant, cluster.Cluster{Name: "va", Configuration: cluster.Settings{"k": new("ours")}})
			patches := 0
			tenant.before = func(call string) error {
				if strings.HasPrefix(call, "PATCH") && patches < times {
					patches++
					tenant.set("1", "/configuration/servers", fmt.Sprintf(`"%d"`, patches))
				}
				return nil
			}
			d := newDisk()
			r := runInto(t.Context(), d, tenant, p)
			checkReceipt(t, d, r)
			if o := r.Outcomes[0]; o.Outcome != want {
				t.Errorf("outcome %s, error %q, want %s", o.Outcome, o.Error, want)
			}
			if got, want := lookup(t, tenant.clusters[0].Document, "/configuration/servers"), fmt.Sprintf(`"%d"`, times); got != want {
				t.Errorf("the server's own key is %s, want %s", got, want)
			}
		})
	}
}

// A run finds out only once that a server does not support tests.
func TestRefusedTestsAreRemembered(t *testing.T) {
	t.Parallel()
	for _, status := range []int{400, 422} {
		tenant := newTenant(`{"id":"1","name":"a","description":"x"}`, `{"id":"2","name":"b","description":"x"}`)
		p := plan(t, tenant, cluster.Cluster{Name: "a", Description: new("y")}, cluster.Cluster{Name: "b", Description: new("y")})
		tenant.before = func(call string) error {
			if strings.Contains(call, `"op":"test"`) {
				return refusal(http.MethodPatch, "/managed-clusters", status)
			}
			return nil
		}
		opts := options()
		opts.Parallelism = 1
		r := applier.Run(t.Context(), tenant, p, opts)
		checkCalls(t, []string{`PATCH 1 [{"op":"test"`, "GET 1", `PATCH 1 [{"op":"replace"`, "GET 2", `PATCH 2 [{"op":"replace"`}, tenant.calls)
		if r.Summary.Applied != 2 {
			t.Errorf("%d: summary %+v", status, r.Summary)
		}
	}
}

// A response about another cluster than the requested one is never used.
func TestAnswersAboutAnotherCluster(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		desired cluster.Cluster
		live    string
		call    string // whose answer is about another cluster
		want    applier.Outcome
	}{
		"GET in front of a delete": {cluster.Cluster{Name: "va", State: cluster.Absent}, old(), "GET 1", applier.Failed},
		"GET in front of a patch":  {cluster.Cluster{Name: "va", Description: new("d")}, `{"id":"1","name":"va"}`, "GET 1", applier.Failed},
		"PATCH":                    {renamed(), old(), "PATCH 1", applier.Applied}, // it is read back
		"POST":                     {cluster.Cluster{Name: "vb"}, old(), "POST", applier.Applied},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				other := `{"id":"2","name":"other","description":"theirs"}`
				tenant := newTenant(tt.live, other)
				p := plan(t, tenant, tt.desired)
				tenant.answerID = func(call string) string {
					if strings.HasPrefix(call, tt.call) {
						return "2"
					}
					return ""
				}
				opts := options()
				opts.Preexisting.IDs = []string{"1", "2"}
				r := applier.Run(t.Context(), tenant, p, opts)
				if o := r.Outcomes[0]; o.Outcome != tt.want || o.ID == "2" {
					t.Errorf("outcome %+v, want %s", o, tt.want)
				}
				for _, call := range tenant.calls {
					if strings.HasPrefix(call, "PATCH 2") || strings.HasPrefix(call, "DELETE") {
						t.Errorf("written: %s", call)
					}
				}
				if i := tenant.indexOf("2"); i < 0 || string(tenant.clusters[i].Document) != other {
					t.Errorf("the other cluster was changed: %+v", tenant.clusters)
				}
			})
		})
	}
}

// If the response to a POST has the id of another cluster, that cluster is never changed or
// deleted.
func TestPostAnsweredWithAnotherID(t *testing.T) {
	t.Parallel()
	full := cluster.Cluster{Name: "va", UpdatePreferences: cluster.Settings{"updateState": new("AUTO")}}
	other := `{"id":"2","name":"other","createdAt":"2026-03-29T11:00:00Z"}`
	for _, known := range []applier.Preexisting{{IDs: []string{"2"}, Complete: true}, {Complete: true}, {}} {
		for _, id := range []string{"2", "nobody's"} {
			for _, isMade := range []bool{true, false} {
				for _, arriving := range []string{"", `{"id":"7","name":"va","createdAt":"2026-03-29T11:59:59Z"}`} {
					t.Run(fmt.Sprintf("known %v, id %s, made %t, arriving %t", known, id, isMade, arriving != ""), func(t *testing.T) {
						t.Parallel()
						synctest.Test(t, func(t *testing.T) {
							tenant := newTenant(other)
							p := plan(t, tenant, full)
							if arriving != "" {
								tenant.arriving = []cluster.Live{serve(arriving)}
							}
							tenant.answerID = func(call string) string {
								if strings.HasPrefix(call, "POST") {
									return id
								}
								return ""
							}
							tenant.posts = func() bool { return isMade }
							opts := options()
							opts.Preexisting = known
							r := applier.Run(t.Context(), tenant, p, opts)
							if i := tenant.indexOf("2"); i < 0 || string(tenant.clusters[i].Document) != other {
								t.Errorf("the other cluster was changed: %+v", tenant.clusters)
							}
							expectReportedIfTwice(t, tenant, r)
						})
					})
				}
			}
		}
	}
}

// expectReportedIfTwice checks that no run reports success while a name is duplicate or missing.
func expectReportedIfTwice(t *testing.T, tenant *tenant, results ...applier.Result) {
	t.Helper()
	n := 0
	for _, c := range tenant.clusters {
		if c.Name == "va" {
			n++
		}
	}
	if n == 1 {
		return
	}
	for _, r := range results {
		if !r.IsComplete() {
			return
		}
	}
	t.Errorf("va is there %d times, and every run says that it is complete:\n%s", n, strings.Join(tenant.calls, "\n"))
}

// Two POSTs whose responses have the same id are two clusters.
func TestTwoPostsAnsweredWithOneID(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		tenant := newTenant()
		p := plan(t, tenant, cluster.Cluster{Name: "a", Configuration: cluster.Settings{"x": new("1")}}, cluster.Cluster{Name: "b"})
		tenant.answerID = func(call string) string {
			if strings.HasPrefix(call, "POST") {
				return "new-1"
			}
			return ""
		}
		opts := options()
		opts.Parallelism = 1
		r := applier.Run(t.Context(), tenant, p, opts)
		if r.Outcomes[0].ID != "new-1" || r.Outcomes[1].ID != "new-2" || r.Summary.Applied != 2 {
			t.Errorf("outcomes %+v", r.Outcomes)
		}
	})
}

// Look-ups of a cluster never exceed the grace.
func TestLooksEndWithTheGrace(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		tenant := newTenant()
		p := plan(t, tenant, cluster.Cluster{Name: "va"})
		tenant.hidden = 1000
		began := time.Now()
		r := run(t, tenant, p)
		if took := time.Since(began); took != options().CreateGrace {
			t.Errorf("took %s, want %s", took, options().CreateGrace)
		}
		want := "created, but not verified as the only cluster of this name: not listed within 2s (do not apply again until status shows it; use a longer --create-grace next time)"
		if o := r.Outcomes[0]; o.Outcome != applier.Unverified || o.Error != want || o.ID != "new-1" || r.IsComplete() {
			t.Errorf("outcome %+v", o)
		}
	})
}

// An accepted POST is not sent again, whatever its response: the tenant may have changed the name
// of the cluster.
func TestAnAcceptedPostIsNotSentAgain(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		tenant := newTenant()
		p := plan(t, tenant, cluster.Cluster{Name: "a"}, cluster.Cluster{Name: "b"})
		posts := 0
		tenant.answerID = func(call string) string {
			if !strings.HasPrefix(call, "POST") {
				return ""
			}
			if posts++; posts == 1 {
				return "nobody's"
			}
			return ""
		}
		made := 0
		tenant.posts = func() bool { made++; return made > 1 }
		opts := options()
		opts.Parallelism = 1
		r := applier.Run(t.Context(), tenant, p, opts)
		if posts != 2 || r.Outcomes[0].Outcome != applier.Unknown || r.Outcomes[1].Outcome != applier.Applied {
			t.Errorf("%d posts, outcomes %+v", posts, r.Outcomes)
		}
	})
}
