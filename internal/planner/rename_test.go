package planner_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"clusterctl/internal/cluster"
	"clusterctl/internal/jsonpatch"
	"clusterctl/internal/planner"
)

// uniqueNames is a tenant in which every name is unique.
type uniqueNames map[string]json.RawMessage // by id

func (u uniqueNames) live(t *rapid.T) []cluster.Live {
	var clusters []cluster.Live
	for _, id := range slices.Sorted(maps.Keys(u)) {
		clusters = append(clusters, cluster.Live{
			ID: id, Name: u.name(t, id), Type: "idn", Document: u[id], Clients: cluster.Exactly(0), Services: cluster.Exactly(0),
		})
	}
	return clusters
}

func (u uniqueNames) name(t *rapid.T, id string) string {
	var served struct{ Name string }
	if err := json.Unmarshal(u[id], &served); err != nil {
		t.Fatal(err)
	}
	return served.Name
}

// take applies one step like a tenant that refuses a name in use.
func (u uniqueNames) take(t *rapid.T, c planner.Change) {
	if len(c.Requests) != 1 {
		t.Fatalf("a step of %d requests: %+v", len(c.Requests), c)
	}
	patch, err := jsonpatch.Parse(c.Requests[0].Body)
	if err != nil {
		t.Fatal(err)
	}
	doc, err := patch.Apply(u[c.ID])
	if err != nil {
		t.Fatalf("%s: %v", c.ID, err)
	}
	u[c.ID] = doc
	for id := range u {
		if id != c.ID && u.name(t, id) == u.name(t, c.ID) {
			t.Fatalf("%s and %s are both named %q", id, c.ID, u.name(t, id))
		}
	}
}

func planNames(t *rapid.T, desired []cluster.Cluster, u uniqueNames) planner.Plan {
	plan, err := planner.New(planner.Input{
		Desired: desired, Now: noon(), Tool: "test",
		Snapshot: cluster.Snapshot{Clusters: u.live(t), Listing: cluster.Listing{Verified: true}},
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := plan.Verify(); err != nil {
		t.Fatalf("%v: %+v", err, plan.Changes)
	}
	return plan
}

// Whatever names clusters pinned by id swap or pass on, one plan achieves it on a tenant
// that refuses names in use, and after any interruption the next plan does.
func TestRenamesConvergeInOnePlan(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		names := []string{"a", "b", "c", "d", "e", "f", "g", "h"}
		size := rapid.IntRange(1, 6).Draw(t, "clusters")
		before := rapid.Permutation(names).Draw(t, "before")[:size]
		after := rapid.Permutation(names).Draw(t, "after")[:size]
		tenant := uniqueNames{}
		var desired []cluster.Cluster
		for i := range size {
			id := fmt.Sprintf("id-%d", i)
			tenant[id] = json.RawMessage(fmt.Sprintf(`{"id":%q,"name":%q,"description":"old"}`, id, before[i]))
			description := rapid.SampledFrom([]string{"old", "new"}).Draw(t, "description")
			desired = append(desired, cluster.Cluster{ID: id, Name: after[i], State: cluster.Present, Description: &description})
		}
		cut := rapid.IntRange(0, 2*size).Draw(t, "cut")
		for run := range 2 {
			plan := planNames(t, desired, tenant)
			if plan.Summary.Blocked > 0 {
				t.Fatalf("run %d: blocked: %+v", run, plan.Findings)
			}
			for _, wave := range planner.Waves(plan.Changes) {
				for _, step := range wave {
					if run == 0 && cut == 0 {
						continue
					}
					cut--
					tenant.take(t, step.Change)
				}
			}
		}
		if plan := planNames(t, desired, tenant); !plan.IsEmpty() {
			t.Fatalf("still to do: %+v", plan.Changes)
		}
	})
}

// A name that a cluster keeps cannot be passed on, and neither can the names that depend
// on it.
func TestRenamesWaitForWhoKeepsTheName(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		const length = 4
		// Each cluster takes the name of the next one, except for the last, which keeps
		// its name.
		tenant := uniqueNames{}
		var desired []cluster.Cluster
		for i := range length {
			id := fmt.Sprintf("id-%d", i)
			tenant[id] = json.RawMessage(fmt.Sprintf(`{"id":%q,"name":"n%d"}`, id, i))
			desired = append(desired, cluster.Cluster{ID: id, Name: fmt.Sprintf("n%d", min(i+1, length-1)), State: cluster.Present})
		}
		keeper := desired[length-1]
		desired = rapid.Permutation(desired[:length-1]).Draw(t, "order")
		if rapid.Bool().Draw(t, "declared") {
			desired = append(desired, keeper)
		}
		plan := planNames(t, desired, tenant)
		if len(plan.Changes) != 0 || plan.Summary.Blocked != length-1 {
			t.Fatalf("changes %+v, findings %+v", plan.Changes, plan.Findings)
		}
	})
}

// A saved plan with a swap is refused if its temporary name was changed or removed.
func TestSwapOfASavedPlanIsVerified(t *testing.T) {
	t.Parallel()
	desired := []cluster.Cluster{
		{ID: "1", Name: "b", State: cluster.Present}, {ID: "2", Name: "a", State: cluster.Present},
	}
	live := []cluster.Live{serve(t, `{"id":"1","name":"a"}`), serve(t, `{"id":"2","name":"b"}`)}
	swap := func() planner.Plan { return plan(t, desired, live) }
	if err := swap().Verify(); err != nil {
		t.Fatal(err)
	}
	tests := map[string]func(requests []planner.Request) []planner.Request{
		"no detour":     func(r []planner.Request) []planner.Request { return r[1:] },
		"only a detour": func(r []planner.Request) []planner.Request { return r[:1] },
		"detour twice":  func(r []planner.Request) []planner.Request { return append(r[:1:1], r...) },
		"the other way": func(r []planner.Request) []planner.Request { return []planner.Request{r[1], r[0]} },
		"another detour": func(r []planner.Request) []planner.Request {
			r[0].Body = json.RawMessage(`[{"op":"test","path":"/name","value":"a"},{"op":"replace","path":"/name","value":"c"}]`)
			return r
		},
	}
	for name, change := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := swap()
			for i := range p.Changes {
				if len(p.Changes[i].Requests) > 1 {
					p.Changes[i].Requests = change(p.Changes[i].Requests)
				}
			}
			if err := resign(t, p).Verify(); err == nil {
				t.Error("verified")
			}
		})
	}
}

// A step waits for exactly the changes that free its name.
func TestStepsWaitForGivers(t *testing.T) {
	t.Parallel()
	rename := func(id, from, to string) planner.Change {
		return planner.Change{Action: planner.Update, ID: id, Name: to, Diff: []jsonpatch.Edit{fieldDiff("/name", `"`+from+`"`, `"`+to+`"`)}}
	}
	var got [][]string
	for _, wave := range planner.Waves([]planner.Change{rename("1", "b", "c"), rename("2", "a", "b"), rename("3", "b", "d"), rename("4", "x", "y")}) {
		var steps []string
		for _, step := range wave {
			steps = append(steps, fmt.Sprint(step.Index, step.After))
		}
		got = append(got, steps)
	}
	if diff := cmp.Diff([][]string{{"0 []", "2 []", "3 []"}, {"1 [0 2]"}}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// A cluster that cannot have its new name keeps its log configuration too. Changes of
// other clusters stay.
func TestALogOfABlockedRenameIsNotSet(t *testing.T) {
	t.Parallel()
	log := &cluster.LogConfig{RootLevel: "DEBUG", DurationMinutes: 60}
	p := plan(t, []cluster.Cluster{{Name: "taken", ID: "1", LogConfig: log}, {Name: "other", LogConfig: log}}, []cluster.Live{
		serve(t, `{"id":"1","name":"old"}`), serve(t, `{"id":"2","name":"taken"}`), serve(t, `{"id":"3","name":"other"}`),
	})
	if len(p.Changes) != 1 || p.Changes[0].Action != planner.SetLog || p.Changes[0].ID != "3" || p.Summary.Blocked != 1 {
		t.Errorf("%+v, %+v", p.Changes, p.Findings)
	}
}

// A cluster of the new name may exist if the listing is not verified. Then nothing is renamed, by
// id or by renamedFrom, in a new plan or in a saved one.
func TestNoRenameWithoutAVerifiedListing(t *testing.T) {
	t.Parallel()
	for name, declared := range map[string]cluster.Cluster{
		"by id":          {Name: "new", ID: "1"},
		"by renamedFrom": {Name: "new", RenamedFrom: "old"},
	} {
		for _, isTrusted := range []bool{false, true} {
			in := input([]cluster.Cluster{declared}, []cluster.Live{serve(t, `{"id":"1","name":"old"}`)})
			verified, err := planner.New(in)
			if err != nil || verified.Summary.Update != 1 {
				t.Fatalf("%s: %+v, %v", name, verified.Summary, err)
			}
			in.Snapshot.Listing.Verified, in.TrustListing = false, isTrusted
			p, err := planner.New(in)
			if err != nil || p.Summary.Update == 1 != isTrusted || p.Summary.Blocked == 1 == isTrusted {
				t.Errorf("%s, trusted %t: %+v, %v", name, isTrusted, p.Summary, err)
			}
			recheck := planner.RecheckInput{Snapshot: in.Snapshot, TrustListing: isTrusted, Now: in.Now}
			if got := verified.Recheck(recheck)[0]; (got.Stale == "") != isTrusted {
				t.Errorf("%s, trusted %t: %+v", name, isTrusted, got)
			}
		}
	}
}
