package planner_test

import (
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"clusterctl/internal/cluster"
	"clusterctl/internal/jsonpatch"
	"clusterctl/internal/planner"
)

// Plan, apply and plan again: the second plan is empty, and no undeclared field of any
// cluster has changed.
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

// No change of someone else is overwritten unseen. No test carries null, which the
// vendor's schema of a patch does not allow, and a key that someone adds to an object
// fails every patch that adds to it.
func TestAdditionsAreGuarded(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		live := liveClusters().Draw(t, "live")
		p := plan(t, desiredClusters().Draw(t, "desired"), live)
		for i, c := range p.Changes {
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
				parent := d.Parent()
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
				expectTestRequired(t, p, i, parent)
			}
		}
	})
}

// expectTestRequired removes the test of a parent from the i-th change of a plan, which
// must then fail verification.
func expectTestRequired(t *rapid.T, p planner.Plan, i int, parent string) {
	p.Changes = slices.Clone(p.Changes)
	request := p.Changes[i].Requests[0]
	patch, err := jsonpatch.Parse(request.Body)
	if err != nil {
		t.Fatal(err)
	}
	isTest := func(op jsonpatch.Operation) bool { return op.Op == jsonpatch.OpTest && op.Path == parent }
	if request.Body, err = jsonpatch.Encode(slices.DeleteFunc(patch, isTest)); err != nil {
		t.Fatal(err)
	}
	p.Changes[i].Requests = []planner.Request{request}
	if err := resign(t, p).Verify(); err == nil || !strings.Contains(err.Error(), "without a test of "+parent) {
		t.Fatalf("trusted without the test of %s: %v", parent, err)
	}
}

// undeclared returns a cluster's document without the declared fields.
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
