package planner_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"clusterctl/internal/cluster"
	"clusterctl/internal/drift"
	"clusterctl/internal/jsonpatch"
	"clusterctl/internal/planner"
	"clusterctl/internal/policy"
	"clusterctl/internal/receipt"
	"clusterctl/internal/testkit/fixture"
)

// observe decodes a cluster as a tenant returned it, whatever the document is like.
// Absent or unusual values are unknown.
func observe(doc json.RawMessage) cluster.Live {
	var members map[string]json.RawMessage
	_ = json.Unmarshal(doc, &members)
	l := cluster.Live{Document: doc}
	_ = json.Unmarshal(members["id"], &l.ID)
	_ = json.Unmarshal(members["type"], &l.Type)
	if json.Unmarshal(members["name"], &l.Name) != nil || l.Name == "" {
		l.Name, l.Problem = string(members["name"]), "its name is not text"
	}
	var clients []any
	if json.Unmarshal(members["clientIds"], &clients) == nil && clients != nil {
		l.Clients = cluster.Exactly(len(clients))
	}
	var services *int
	if json.Unmarshal(members["serviceCount"], &services) == nil && services != nil {
		l.Services = cluster.Exactly(*services)
	}
	var log *struct{ Expiration time.Time }
	l.Log.Known = members["logConfiguration"] == nil || json.Unmarshal(members["logConfiguration"], &log) == nil && log == nil
	if !l.Log.Known {
		l.Log.Problem = "not understood"
	}
	return l
}

// cases returns the bodies in a file of testdata, by name.
func cases(t *testing.T, file string) map[string]cluster.Live {
	t.Helper()
	data, err := os.ReadFile("testdata/" + file)
	if err != nil {
		t.Fatal(err)
	}
	var list []struct {
		Case string
		Body json.RawMessage
	}
	if err := json.Unmarshal(data, &list); err != nil {
		t.Fatal(err)
	}
	byName := map[string]cluster.Live{}
	for _, c := range list {
		byName[c.Case] = observe(c.Body)
	}
	return byName
}

// A cluster is deleted only if its attachments and its type are known, or its entry says
// that they do not matter.
func TestUnknownCounts(t *testing.T) {
	t.Parallel()
	for name, odd := range cases(t, "unknown_counts.json") {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for how, tt := range map[string]struct {
				desired []cluster.Cluster
				prune   bool
				deletes bool
			}{
				"pruned":                         {prune: true},
				"tombstone":                      {desired: tombstone(func(c *cluster.Cluster) { c.Name = "va-odd" })},
				"tombstone with all that counts": {desired: tombstone(id(odd.ID), removeClients), deletes: true},
			} {
				in := input(append(tt.desired, cluster.Cluster{Name: "kept"}), []cluster.Live{odd, serve(t, kept)})
				in.Policy.Prune = tt.prune
				p, err := planner.New(in)
				if err != nil {
					t.Fatal(err)
				}
				if tt.deletes {
					if len(p.Changes) != 1 || p.Changes[0].AttachedUnknown == odd.AttachmentsKnown() {
						t.Errorf("%s: want a delete that says whether attachments are known: %+v", how, p.Changes)
					}
					continue
				}
				if len(p.Changes) > 0 || p.Summary.Blocked != 1 || !strings.Contains(p.Findings[0].Message, "unknown") {
					t.Errorf("%s: want it blocked as unknown: %+v, %+v", how, p.Changes, p.Findings)
				}
			}
		})
	}
}

// Each odd body is one blocked, updated or unchanged cluster. The intact cluster next to
// it is still planned.
func TestOddClusters(t *testing.T) {
	t.Parallel()
	want := map[string]string{ // nothing else is blocked
		"name-as-number":        "its name is not text",
		"configuration-as-list": `"configuration" is not an object in the tenant`,
		"log-without-zone":      "log configuration unknown: not understood",
	}
	for name, odd := range cases(t, "odd_clusters.json") {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			entry := cluster.Cluster{
				Name: odd.Name, State: cluster.Present,
				Configuration: cluster.Settings{"gmtOffset": new("-7")}, LogConfig: &cluster.LogConfig{RootLevel: "INFO"},
			}
			p := plan(t, append(declare(described), entry), []cluster.Live{odd, serve(t, one)})
			var changed []string
			for _, c := range p.Changes {
				changed = append(changed, string(c.Action)+" "+c.Name)
			}
			if want[name] == "" {
				if diff := cmp.Diff([]string{"update va", "update " + odd.Name, "set-log " + odd.Name}, changed); diff != "" {
					t.Errorf("(-want +got):\n%s\n%+v", diff, p.Findings)
				}
				return
			}
			if diff := cmp.Diff([]string{"update va"}, changed); diff != "" || p.Summary.Blocked != 1 || !strings.Contains(p.Findings[0].Message, want[name]) {
				t.Errorf("want it blocked as %q: %+v\n(-want +got):\n%s", want[name], p.Findings, diff)
			}
		})
	}
}

// Keys of one object that differ in case are different keys.
func TestKeysThatDifferInCase(t *testing.T) {
	t.Parallel()
	p := plan(t, declare(func(c *cluster.Cluster) { c.Configuration = cluster.Settings{"key": new("1"), "KEY": new("3")} }),
		[]cluster.Live{observe([]byte(`{"id":"1","name":"va","Name":"x","configuration":{"Key":"0","key":"1","KEY":"2"},"Configuration":7}`))})
	if len(p.Changes) != 1 {
		t.Fatalf("%+v, %+v", p.Changes, p.Findings)
	}
	if diff := cmp.Diff([]jsonpatch.Edit{fieldDiff("/configuration/KEY", `"2"`, `"3"`)}, p.Changes[0].Diff); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// absent stands for an absent member.
type absent struct{}

// oddClusters returns clusters whose fields were dropped, set to null or given another
// type. They share no name and no id with those of liveClusters.
func oddClusters() *rapid.Generator[[]cluster.Live] {
	fields := []string{"id", "name", "type", "description", "configuration", "updatePreferences", "clientIds", "serviceCount", "logConfiguration"}
	value := rapid.SampledFrom([]any{absent{}, nil, 7, "text", true, []any{}, []any{1}, map[string]any{}, map[string]any{"debug": 1, "own": nil}})
	one := rapid.Custom(func(t *rapid.T) cluster.Live {
		n := rapid.IntRange(0, 4).Draw(t, "n")
		doc := map[string]any{
			"id": fmt.Sprintf("odd-id-%d", n), "name": fmt.Sprintf("odd-%d", n), "type": "idn",
			"configuration": map[string]any{"gmtOffset": "-6"}, "clientIds": []string{}, "serviceCount": 0,
		}
		for _, field := range rapid.SliceOfDistinct(rapid.SampledFrom(fields), rapid.ID).Draw(t, "fields") {
			doc[field] = value.Draw(t, field)
		}
		maps.DeleteFunc(doc, func(_ string, v any) bool { return v == any(absent{}) })
		data, err := jsonpatch.Encode(doc)
		if err != nil {
			t.Fatal(err)
		}
		return observe(data)
	})
	return rapid.SliceOfN(one, 0, 6)
}

// oddEntries returns entries for the clusters of oddClusters.
func oddEntries() *rapid.Generator[[]cluster.Cluster] {
	one := rapid.Custom(func(t *rapid.T) cluster.Cluster {
		n := rapid.IntRange(0, 4).Draw(t, "n")
		c := cluster.Cluster{Name: fmt.Sprintf("odd-%d", n), State: cluster.Present}
		if rapid.Bool().Draw(t, "pinned") {
			c.ID = fmt.Sprintf("odd-id-%d", rapid.IntRange(0, 4).Draw(t, "id"))
		}
		if rapid.Bool().Draw(t, "absent") {
			c.State, c.RemoveClients = cluster.Absent, rapid.Bool().Draw(t, "removeClients")
			return c
		}
		c.Description = new("x")
		c.Configuration = fixture.Settings(fixture.DeclarableKeys()).Draw(t, "configuration")
		c.LogConfig = fixture.LogConfigs().Draw(t, "log")
		return c
	})
	return rapid.SliceOfNDistinct(one, 0, 5, func(c cluster.Cluster) string { return c.Name })
}

func isOdd(name string) bool { return !strings.HasPrefix(name, "va-") && name != "anchor" }

// changesOfWhole returns the changes of the intact clusters, as a document.
func changesOfWhole(t *rapid.T, p planner.Plan) string {
	whole := slices.DeleteFunc(slices.Clone(p.Changes), func(c planner.Change) bool { return isOdd(c.Name) })
	data, err := json.MarshalIndent(whole, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// A tenant with odd clusters is planned, rechecked, undone and checked for drift as if
// they were not there. None of them is deleted unless its attachments are known or its
// entry says that they do not matter.
func TestOddClustersAreNobodyElsesTrouble(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		desired := append(desiredClusters().Draw(t, "desired"), cluster.Cluster{Name: "anchor", State: cluster.Present})
		whole := append(liveClusters().Draw(t, "live"), serve(t, `{"id":"anchor","name":"anchor"}`))
		odd := oddClusters().Draw(t, "odd")
		prune := rapid.Bool().Draw(t, "prune")
		planOf := func(desired []cluster.Cluster, live []cluster.Live) planner.Plan {
			in := input(desired, live)
			in.Policy = policy.Policy{Prune: prune, MaxDeletes: &policy.Limit{N: 100}}
			p, err := planner.New(in)
			if err != nil {
				t.Fatal(err)
			}
			return p
		}
		alone := planOf(desired, whole)
		all, every := slices.Concat(desired, oddEntries().Draw(t, "odd desired")), slices.Concat(whole, odd)
		together := planOf(all, every)

		if diff := cmp.Diff(changesOfWhole(t, alone), changesOfWhole(t, together)); diff != "" {
			t.Fatalf("changes of whole clusters, without odd ones and with them:\n%s", diff)
		}
		again := planOf(rapid.Permutation(all).Draw(t, "desired again"), rapid.Permutation(every).Draw(t, "live again"))
		if diff := cmp.Diff(document(t, together), document(t, again)); diff != "" {
			t.Fatalf("the order made a difference:\n%s", diff)
		}
		expectKnownDeletes(t, together, every)
		drift.Of(together, drift.Options{Now: noon()})
		expectFreshApartFromOdd(t, saved(t, together), every)
		expectUndoApartFromOdd(t, whole, odd)
	})
}

func expectKnownDeletes(t *rapid.T, p planner.Plan, live []cluster.Live) {
	for _, c := range p.Changes {
		isUnknown := func(l cluster.Live) bool { return l.ID == c.ID && !l.AttachmentsKnown() }
		if c.Action == planner.Delete && !c.RemoveClients && slices.ContainsFunc(live, isUnknown) {
			t.Fatalf("deletes a cluster whose attachments are not known: %+v", c)
		}
		if c.ID == "" && c.Action != planner.Create {
			t.Fatalf("writes to a cluster without an id: %+v", c)
		}
	}
}

func expectFreshApartFromOdd(t *rapid.T, p planner.Plan, live []cluster.Live) {
	if err := p.Verify(); err != nil {
		t.Fatal(err)
	}
	for i, s := range recheck(t, p, live) {
		if s != (planner.Freshness{}) && !isOdd(p.Changes[i].Name) {
			t.Fatalf("%+v, though nothing happened: %+v", s, p.Changes[i])
		}
	}
}

func expectUndoApartFromOdd(t *rapid.T, whole, odd []cluster.Live) {
	var effects []receipt.Effect
	for _, l := range append(slices.Clone(whole), odd...) {
		effects = append(effects, receipt.Effect{
			ID: l.ID, Name: l.Name, Created: strings.HasSuffix(l.ID, "3"),
			Diff: []jsonpatch.Edit{fieldDiff("/configuration/debug", `"was"`, `"true"`)}, Log: &receipt.LogEffect{},
		})
	}
	alone := undone(t, effects[:len(whole)], whole)
	together := undone(t, effects, append(slices.Clone(whole), odd...))
	if diff := cmp.Diff(changesOfWhole(t, alone), changesOfWhole(t, together)); diff != "" {
		t.Fatalf("undo of whole clusters, without odd ones and with them:\n%s", diff)
	}
	expectKnownDeletes(t, together, odd)
}
