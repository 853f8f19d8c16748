package receipt_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"clusterctl/internal/cluster"
	"clusterctl/internal/jsonpatch"
	"clusterctl/internal/planner"
	"clusterctl/internal/receipt"
	"clusterctl/internal/undo"
)

// stretch is a document that runs and someone else write to in turn, the receipt of the runs, and
// the values that an undo must restore, by path.
type stretch struct {
	doc   json.RawMessage
	lines []string
	begun map[string]json.RawMessage
	// left are the values that a place may have been left with.
	left map[string][]json.RawMessage
	// undone are the places whose last write is in doubt, and was not done.
	undone map[string]bool
	values int
}

func (s *stretch) at(t *rapid.T, path string) json.RawMessage {
	value, there, err := jsonpatch.Lookup(s.doc, path)
	if err != nil {
		t.Fatal(err)
	}
	if !there {
		return nil
	}
	return value
}

// value returns a value that was not written yet.
func (s *stretch) value() json.RawMessage {
	s.values++
	return jsonpatch.Quote(fmt.Sprint("value ", s.values))
}

func (s *stretch) write(t *rapid.T, path string, value json.RawMessage) jsonpatch.Patch {
	next, err := jsonpatch.Overlay(s.doc, []jsonpatch.Field{{Path: path, Value: value}})
	if err != nil {
		t.Fatal(err)
	}
	patch, err := jsonpatch.Diff(s.doc, next)
	if err != nil {
		t.Fatal(err)
	}
	s.doc = next
	return patch
}

func (s *stretch) isLeft(path string, value json.RawMessage) bool {
	return slices.ContainsFunc(s.left[path], func(v json.RawMessage) bool { return string(v) == string(value) })
}

// run adds a run of one request, which is interrupted in doubt or settled.
func (s *stretch) run(t *rapid.T, path string) {
	was, found, wanted := s.doc, s.at(t, path), json.RawMessage(nil)
	if found == nil || rapid.Bool().Draw(t, "put in") {
		wanted = s.value()
	}
	if !s.isLeft(path, found) {
		s.begun[path] = found
	}
	before, after := map[string]json.RawMessage{}, map[string]json.RawMessage{}
	var diff []string
	for _, op := range s.write(t, path, wanted).WithoutTests() {
		note(t, before, was, op.Path)
		note(t, after, s.doc, op.Path)
		d, err := jsonpatch.Encode(jsonpatch.Edit{Path: op.Path, Before: before[op.Path], After: after[op.Path]})
		if err != nil {
			t.Fatal(err)
		}
		diff = append(diff, string(d))
	}
	s.lines = append(s.lines, start, intent(1, planner.Update, "1", "PATCH", `[]`, strings.Join(diff, ",")))
	s.left[path], s.undone[path] = []json.RawMessage{wanted}, false
	if !rapid.Bool().Draw(t, "in doubt") {
		s.lines = append(s.lines, outcome(1, "1", encode(t, before), encode(t, after)))
		return
	}
	s.left[path] = append(s.left[path], found)
	if rapid.Bool().Draw(t, "not done") {
		s.doc, s.undone[path] = was, true
	}
}

// Interrupted runs and someone else write in turn. An undo restores each place as it was before
// the last series of runs without other changes, or refuses.
func TestUndoBringsBackTheLastStretch(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s := stretch{
			doc:   json.RawMessage(rapid.SampledFrom([]string{`{}`, `{"c":{}}`, `{"c":{"x":"0","own":"1"},"d":"0"}`}).Draw(t, "document")),
			begun: map[string]json.RawMessage{}, left: map[string][]json.RawMessage{}, undone: map[string]bool{},
		}
		paths := rapid.SampledFrom([]string{"/c/x", "/c/y", "/d"})
		touched := false
		for range rapid.IntRange(1, 8).Draw(t, "writes") {
			path := paths.Draw(t, "path")
			if rapid.Bool().Draw(t, "someone else") {
				s.write(t, path, s.value())
				touched = true
				continue
			}
			s.run(t, path)
		}
		past, err := receipt.Read("r.jsonl", strings.NewReader(receiptOf(append(s.lines, start)...)))
		if err != nil {
			t.Fatal(err)
		}
		effects, err := receipt.Effects(past.Runs)
		if err != nil {
			t.Fatal(err)
		}
		live := cluster.Live{ID: "1", Name: "va", Document: s.doc}
		plan, err := undo.Plan(planner.Input{Snapshot: cluster.Snapshot{Clusters: []cluster.Live{live}}, Now: noon()}, effects)
		if err != nil {
			t.Fatal(err)
		}
		if plan.Summary.Blocked > 0 {
			if !touched && !slices.Contains(slices.Collect(maps.Values(s.undone)), true) {
				t.Fatalf("refused, though nobody was there: %+v", plan.Findings)
			}
			return
		}
		// What ended as it had begun is kept, whatever it is by now; and of what
		// was taken away, perhaps, nobody knows that it was not.
		for path := range s.begun {
			if live := s.at(t, path); !s.isLeft(path, live) || s.undone[path] && s.begun[path] == nil {
				s.begun[path] = live
			}
		}
		s.undo(t, plan)
		for path, want := range s.begun {
			if got := s.at(t, path); string(got) != string(want) {
				t.Fatalf("%s is %s after the undo, want %s\n%s", path, got, want, strings.Join(s.lines, "\n"))
			}
		}
	})
}

func (s *stretch) undo(t *rapid.T, plan planner.Plan) {
	for _, change := range plan.Changes {
		patch, err := jsonpatch.Parse(change.Requests[0].Body)
		if err != nil {
			t.Fatal(err)
		}
		if s.doc, err = patch.Apply(s.doc); err != nil {
			t.Fatal(err)
		}
	}
}
