package planner_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"clusterctl/internal/cluster"
	"clusterctl/internal/jsonpatch"
	"clusterctl/internal/planner"
)

// The keys that random tenants and files speak of. "own" is one of the
// server's: no file ever declares it.
func declarableKeys() []string { return []string{"gmtOffset", "debug", "a/b", "~"} }

func settings(keys []string) *rapid.Generator[cluster.Settings] {
	value := rapid.OneOf(rapid.Just[*string](nil),
		rapid.Map(rapid.SampledFrom([]string{"", "-6", "true", "<x>"}), func(s string) *string { return &s }))
	return rapid.Map(rapid.MapOf(rapid.SampledFrom(keys), value), func(m map[string]*string) cluster.Settings { return m })
}

func logConfigs() *rapid.Generator[*cluster.LogConfig] {
	return rapid.Custom(func(t *rapid.T) *cluster.LogConfig {
		if rapid.Bool().Draw(t, "unmanaged") {
			return nil
		}
		c := cluster.LogConfig{
			RootLevel: rapid.SampledFrom(cluster.Levels()).Draw(t, "root"),
			LogLevels: rapid.MapOf(rapid.SampledFrom([]string{"x.Y", "a/b"}), rapid.SampledFrom(cluster.Levels())).Draw(t, "levels"),
		}
		switch rapid.IntRange(0, 2).Draw(t, "time") {
		case 0:
			c.DurationMinutes = rapid.IntRange(cluster.MinDurationMinutes, cluster.MaxDurationMinutes).Draw(t, "minutes")
		case 1:
			c.Expiration = noon().Add(time.Duration(rapid.IntRange(-60, 4320).Draw(t, "end")) * time.Minute)
		}
		return &c
	})
}

func desiredClusters() *rapid.Generator[[]cluster.Cluster] {
	one := rapid.Custom(func(t *rapid.T) cluster.Cluster {
		c := cluster.Cluster{Name: fmt.Sprintf("va-%d", rapid.IntRange(0, 6).Draw(t, "name")), State: cluster.Present}
		if rapid.IntRange(0, 5).Draw(t, "state") == 0 {
			c.State = cluster.Absent
			c.RemoveClients = rapid.Bool().Draw(t, "removeClients")
			return c
		}
		c.Description = rapid.Ptr(rapid.SampledFrom([]string{"", "one", "two"}), true).Draw(t, "description")
		c.Configuration = settings(declarableKeys()).Draw(t, "configuration")
		c.UpdatePreferences = settings([]string{"updateState", "notificationEmail", "processGroups"}).Draw(t, "preferences")
		c.LogConfig = logConfigs().Draw(t, "log")
		return c
	})
	return rapid.SliceOfNDistinct(one, 0, 7, func(c cluster.Cluster) string { return c.Name })
}

func liveClusters() *rapid.Generator[[]cluster.Live] {
	object := func(keys ...string) *rapid.Generator[any] {
		value := rapid.SampledFrom([]any{nil, "", "-6", "-5", "true"})
		members := rapid.Map(rapid.MapOf(rapid.SampledFrom(keys), value), func(m map[string]any) any { return m })
		return rapid.OneOf(members, members, rapid.Just[any](nil), rapid.Just[any](absent{}))
	}
	one := rapid.Custom(func(t *rapid.T) cluster.Live {
		n := rapid.IntRange(0, 9).Draw(t, "n")
		doc := map[string]any{
			"id": fmt.Sprintf("id-%d", n), "name": fmt.Sprintf("va-%d", n), "type": "idn",
			"description":       rapid.SampledFrom([]any{nil, "", "one", "two", absent{}}).Draw(t, "description"),
			"configuration":     object(append(declarableKeys(), "own")...).Draw(t, "configuration"),
			"updatePreferences": object("updateState", "notificationEmail", "processGroups", "own").Draw(t, "preferences"),
			"clientIds":         rapid.SampledFrom([]any{[]string{}, []string{"1"}, nil}).Draw(t, "clients"),
			"serial":            json.Number("12345678901234567890"),
		}
		maps.DeleteFunc(doc, func(_ string, v any) bool { return v == absent{} })
		data, err := jsonpatch.Encode(doc)
		if err != nil {
			t.Fatal(err)
		}
		live := serve(t, string(data))
		if declared := logConfigs().Draw(t, "log"); declared != nil {
			live.Log.Config = &cluster.LiveLogConfig{RootLevel: declared.RootLevel, LogLevels: declared.LogLevels, Expiration: declared.Expiration}
		}
		return live
	})
	return rapid.SliceOfNDistinct(one, 0, 9, func(l cluster.Live) string { return l.ID })
}

// absent stands for a member that is not there.
type absent struct{}

// Planning, doing what the plan says and planning again gives an empty plan,
// and no field that no file declares has changed in any cluster.
func TestApplyingConvergesAndTouchesOnlyWhatIsDeclared(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		desired := desiredClusters().Draw(t, "desired")
		before := liveClusters().Draw(t, "live")

		first := plan(t, desired, before)
		after := apply(t, first, before)
		second := plan(t, desired, after)

		if len(second.Changes) > 0 {
			t.Fatalf("the second plan is not empty: %+v", second.Changes)
		}
		if second.Summary.Blocked != first.Summary.Blocked {
			t.Fatalf("%d blocked, then %d", first.Summary.Blocked, second.Summary.Blocked)
		}
		for _, live := range after {
			was := slices.IndexFunc(before, func(l cluster.Live) bool { return l.ID == live.ID })
			if was < 0 {
				continue
			}
			d := slices.IndexFunc(desired, func(c cluster.Cluster) bool { return c.Name == live.Name })
			if diff := cmp.Diff(undeclared(t, before[was], desired, d), undeclared(t, live, desired, d)); diff != "" {
				t.Fatalf("undeclared fields of %s changed (-before +after):\n%s", live.Name, diff)
			}
		}
	})
}

// Nobody's change is overwritten unseen: no test carries null, which the vendor's
// schema of a patch does not allow, and a key that somebody puts into an object
// after it was read fails every patch that adds to the object.
func TestAdditionsAreGuarded(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		live := liveClusters().Draw(t, "live")
		for _, c := range plan(t, desiredClusters().Draw(t, "desired"), live).Changes {
			if c.Action != planner.Update {
				continue
			}
			patch, err := jsonpatch.Parse(c.Requests[0].Body)
			if err != nil {
				t.Fatal(err)
			}
			for _, op := range patch.Tests() {
				if string(op.Value) == "null" {
					t.Fatalf("a test of null: %s", c.Requests[0].Body)
				}
			}
			for _, d := range c.Diff {
				parent := jsonpatch.Edit(d).Parent()
				if d.Before != nil || parent == "" {
					continue
				}
				meddled, err := jsonpatch.Overlay(documentOf(t, live, c.Name), []jsonpatch.Field{{Path: parent + "/since", Value: json.RawMessage(`"x"`)}})
				if err != nil {
					t.Fatal(err)
				}
				if _, err := patch.Apply(meddled); !errors.Is(err, jsonpatch.ErrTestFailed) {
					t.Fatalf("%s was applied to %s: %v", c.Requests[0].Body, meddled, err)
				}
			}
		}
	})
}

// undeclared is a cluster's document without what its file declares.
func undeclared(t rapid.TB, live cluster.Live, desired []cluster.Cluster, d int) map[string]any {
	t.Helper()
	var doc map[string]any
	if err := json.Unmarshal(live.Document, &doc); err != nil {
		t.Fatal(err)
	}
	if d < 0 || desired[d].State == cluster.Absent {
		return doc
	}
	if desired[d].Description != nil {
		delete(doc, "description")
	}
	for parent, declared := range map[string]cluster.Settings{
		"configuration": desired[d].Configuration, "updatePreferences": desired[d].UpdatePreferences,
	} {
		object, _ := doc[parent].(map[string]any)
		maps.DeleteFunc(object, func(key string, _ any) bool { _, ok := declared[key]; return ok })
		if len(object) == 0 { // an object that had to be made for a declared key
			delete(doc, parent)
		}
	}
	return doc
}

// The same input in any order gives the same bytes.
func TestOrderMakesNoDifference(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		desired := desiredClusters().Draw(t, "desired")
		live := liveClusters().Draw(t, "live")
		want := document(t, plan(t, desired, live))
		got := document(t, plan(t,
			rapid.Permutation(desired).Draw(t, "desired again"),
			rapid.Permutation(live).Draw(t, "live again")))
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("the order made a difference:\n%s", diff)
		}
	})
}

func document(t rapid.TB, p planner.Plan) string {
	t.Helper()
	data, err := json.Marshal(p)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}
