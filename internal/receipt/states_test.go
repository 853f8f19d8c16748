package receipt_test

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"clusterctl/internal/cluster"
	"clusterctl/internal/jsonpatch"
	"clusterctl/internal/planner"
	"clusterctl/internal/receipt"
)

// Each method has its own kinds of states before and after.
func TestStatesOfMethods(t *testing.T) {
	t.Parallel()
	states := map[string]string{"no cluster": "null", "fields": fieldsJSON(""), "a log": `{"logConfig":null}`}
	requests := map[string]string{
		"POST":   intent(1, planner.Create, "", "POST", `{}`, ""),
		"PATCH":  intent(1, planner.Update, "1", "PATCH", `[]`, ""),
		"PUT":    intent(1, planner.SetLog, "1", "PUT", `{}`, ""),
		"DELETE": intent(1, planner.Delete, "1", "DELETE", `null`, ""),
	}
	fitting := map[string][]string{
		"POST":   {"no cluster, no cluster", "no cluster, fields"},
		"PATCH":  {"fields, fields"},
		"PUT":    {"a log, a log"},
		"DELETE": {"fields, no cluster", "fields, fields"},
	}
	for method, request := range requests {
		for before, was := range states {
			for after, is := range states {
				_, err := receipt.Read("r", strings.NewReader(receiptOf(start, request, outcome(1, "1", was, is))))
				fits := slices.Contains(fitting[method], before+", "+after)
				if want := "r:3: before and after do not match a " + method; fits != (err == nil) || err != nil && err.Error() != want {
					t.Errorf("%s, %s, then %s: %v", method, before, after, err)
				}
			}
		}
	}
}

// The number and the depth of the fields of a receipt are limited.
func TestBoundsOfAReceipt(t *testing.T) {
	t.Parallel()
	patch := func(diff string) string { return receiptOf(start, intent(1, planner.Update, "1", "PATCH", `[]`, diff)) }
	longest := `{"type":"` + strings.Repeat("x", 32<<20-9)
	for name, tt := range map[string]struct{ in, err string }{
		"many fields":         {patch(strings.Repeat(`{"path":"/a"},`, 9_999) + `{"path":"/a"}`), ""},
		"too many fields":     {patch(strings.Repeat(`{"path":"/a"},`, 10_000) + `{"path":"/a"}`), "r:2: diff: more than 10000 fields"},
		"a deep field":        {patch(`{"path":"` + strings.Repeat("/a", 32) + `"}`), ""},
		"too deep a field":    {patch(`{"path":"` + strings.Repeat("/a", 33) + `"}`), "is not a JSON pointer to a field"},
		"the whole document":  {receiptOf(start, intent(1, planner.Update, "1", "PATCH", `[]`, ""), outcome(1, "1", fieldsJSON(""), fieldsJSON(`"":1`))), `r:3: after: "" is not a JSON pointer to a field`},
		"a long line":         {longest, ""},
		"too long a line":     {longest + "x", "r:1: more than 32 MiB"},
		"no request":          {receiptOf(start, intent(1, planner.Update, "1", "PATCH", `[]`, ""), unsettled(0)), "r:3: outcome of request 0, which the run did not send"},
		"the next request":    {receiptOf(start, intent(1, planner.Update, "1", "PATCH", `[]`, ""), unsettled(2)), "r:3: outcome of request 2, which the run did not send"},
		"seq from 0":          {receiptOf(start, intent(0, planner.Update, "1", "PATCH", `[]`, "")), "r:2: seq is 0, but the next request of the run is 1"},
		"a type that is none": {receiptOf(start, `{"type":1}`), "r:2: not a line of a receipt"},
		"an empty type":       {receiptOf(start, `{"type":""}`), "r:2: not a line of a receipt"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := receipt.Read("r", strings.NewReader(tt.in))
			if tt.err == "" && err != nil || tt.err != "" && (err == nil || !strings.Contains(err.Error(), tt.err)) {
				t.Errorf("err = %v, want %q", err, tt.err)
			}
		})
	}
}

// The number of fields that all requests write to one cluster is limited.
func TestBoundOfWrites(t *testing.T) {
	t.Parallel()
	fields := map[string]json.RawMessage{}
	for _, c := range "abcdefghij" {
		fields["/"+string(c)] = json.RawMessage("1")
	}
	request := receipt.Request{
		Change: receipt.RequestedChange{Action: planner.Update, ID: "1"}, Method: "PATCH",
		Outcome: &receipt.Outcome{ID: "1", Before: &receipt.State{}, After: &receipt.State{Fields: fields}},
	}
	run := receipt.Run{Requests: slices.Repeat([]receipt.Request{request}, 20_000)}
	if _, err := receipt.Effects([]receipt.Run{run}); err != nil {
		t.Error(err)
	}
	run.Requests = append(run.Requests, request)
	if _, err := receipt.Effects([]receipt.Run{run}); err == nil || err.Error() != ":0: more than 200000 fields written to one cluster" {
		t.Errorf("err = %v", err)
	}
}

// Runs that were not read from a file may have values that no line has.
func TestEffectsOfABadPointer(t *testing.T) {
	t.Parallel()
	outcome := &receipt.Outcome{ID: "1", After: &receipt.State{Fields: map[string]json.RawMessage{"a": json.RawMessage("1")}}}
	run := receipt.Run{Requests: []receipt.Request{{Change: receipt.RequestedChange{ID: "1"}, Method: "PATCH", Outcome: outcome}}}
	if effects, err := receipt.Effects([]receipt.Run{run}); effects != nil || err == nil {
		t.Errorf("effects %+v, error %v", effects, err)
	}
}

func TestFieldsOfADocument(t *testing.T) {
	t.Parallel()
	s, err := receipt.FieldsAt(json.RawMessage(`{"a":{"b":null},"c":1}`), []string{"/a/b", "/c", "/gone", "/c/d"})
	if keys := slices.Sorted(maps.Keys(s.Fields)); err != nil || !slices.Equal(keys, []string{"/a/b", "/c"}) || string(s.Fields["/c"]) != "1" {
		t.Errorf("%v, %v", s, err)
	}
	if s, err := receipt.FieldsAt(json.RawMessage(`<html>`), []string{"/a"}); s != nil || err == nil {
		t.Errorf("%v, %v", s, err)
	}
	of := receipt.FieldsOf([]jsonpatch.Field{{Path: "/a", Value: json.RawMessage("null")}, {Path: "/b"}})
	if diff := cmp.Diff(map[string]json.RawMessage{"/a": json.RawMessage("null")}, of.Fields); diff != "" {
		t.Errorf("fields (-want +got):\n%s", diff)
	}
}

// A state is in a document as it is in a line.
func TestStateAsJSON(t *testing.T) {
	t.Parallel()
	for want, s := range map[string]*receipt.State{
		`null`:                  nil,
		`{"fields":{}}`:         {Fields: map[string]json.RawMessage{}},
		`{"fields":{"/a":"<"}}`: {Fields: map[string]json.RawMessage{"/a": json.RawMessage(`"<"`)}},
		`{"logConfig":null}`:    {},
		`{"logConfig":{"rootLevel":"WARN","logLevels":{}}}`: {Log: &cluster.LiveLogConfig{RootLevel: "WARN"}},
		`{"logConfig":{"rootLevel":"WARN","logLevels":{"a":"OFF"},"expiration":"2026-03-29T12:00:00Z"}}`: {
			Log: &cluster.LiveLogConfig{RootLevel: "WARN", LogLevels: map[string]cluster.Level{"a": "OFF"}, Expiration: noon().Local()},
		},
	} {
		got, err := jsonpatch.Encode(s)
		if err != nil || string(got) != want {
			t.Errorf("%s, %v, want %s", got, err, want)
		}
	}
}

// Each outcome that is not in force counts as one.
func TestNotInForce(t *testing.T) {
	t.Parallel()
	s := receipt.Summary{Applied: 1 << 10, Unchanged: 1 << 11, Failed: 1, Conflict: 2, NotApplied: 4, Skipped: 1 << 12, NotAttempted: 1 << 13, Unverified: 8, Unknown: 16}
	if n := s.NotInForce(); n != 31 {
		t.Errorf("%d, want 31", n)
	}
}

func TestSchemaIsACopy(t *testing.T) {
	t.Parallel()
	schema := receipt.Schema()
	if !json.Valid(schema) {
		t.Errorf("no JSON: %s", schema)
	}
	schema[0] = 'x'
	if receipt.Schema()[0] != '{' {
		t.Error("the schema can be changed")
	}
}
