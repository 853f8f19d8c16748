package planner_test

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"pgregory.net/rapid"

	"clusterctl/internal/cluster"
	"clusterctl/internal/jsonpatch"
	"clusterctl/internal/planner"
)

// noon is when all tests of this package take place.
func noon() time.Time { return time.Date(2026, 3, 29, 12, 0, 0, 0, time.UTC) }

func plan(t rapid.TB, desired []cluster.Cluster, live []cluster.Live) planner.Plan {
	t.Helper()
	p, err := planner.New(input(desired, live))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func input(desired []cluster.Cluster, live []cluster.Live) planner.Input {
	return planner.Input{
		Desired: desired,
		Snapshot: cluster.Snapshot{
			Tenant:   cluster.Tenant{BaseURL: "https://acme.example/v3", Org: "acme"},
			Clusters: live,
			Proof:    cluster.Proof{Listed: len(live), Total: len(live), Pages: 1, Reads: 1, Verified: true},
		},
		Now:  noon(),
		Tool: "clusterctl/test",
		Rate: planner.Rate{Requests: 100, Span: 10 * time.Second},
	}
}

// serve is a cluster as a tenant would serve this document. What the document does
// not have is known all the same: nothing attached, and the usual type.
func serve(t rapid.TB, doc string) cluster.Live {
	t.Helper()
	var served struct {
		ID, Name, Type string
		ClientIDs      []string
		ServiceCount   int
	}
	if err := json.Unmarshal([]byte(doc), &served); err != nil {
		t.Fatalf("%v: %s", err, doc)
	}
	return cluster.Live{
		ID: served.ID, Name: served.Name, Type: cmp.Or(served.Type, cluster.DefaultType),
		Clients: cluster.Exactly(len(served.ClientIDs)), Services: cluster.Exactly(served.ServiceCount),
		Document: json.RawMessage(doc),
		Log:      cluster.LogState{Known: true},
	}
}

// apply does to clusters what a tenant would do with the plan's requests. New
// clusters get keys of the server's own.
func apply(t rapid.TB, p planner.Plan, live []cluster.Live) []cluster.Live {
	t.Helper()
	live = slices.Clone(live)
	for i, c := range p.Changes {
		id := c.ID
		for _, r := range c.Requests {
			switch r.Method {
			case "POST":
				id = fmt.Sprintf("new-%d", i)
				live = append(live, created(t, id, r.Body))
			case "DELETE":
				live = slices.DeleteFunc(live, func(l cluster.Live) bool { return l.ID == id })
			case "PATCH":
				at := slices.IndexFunc(live, func(l cluster.Live) bool { return l.ID == id })
				live[at] = patched(t, live[at], r.Body)
			case "PUT":
				at := slices.IndexFunc(live, func(l cluster.Live) bool { return l.ID == id })
				live[at].Log = set(t, r.Body)
			}
		}
	}
	return live
}

func created(t rapid.TB, id string, body json.RawMessage) cluster.Live {
	t.Helper()
	doc, err := jsonpatch.Overlay(json.RawMessage(`{"type":"idn","description":null,"configuration":{},"updatePreferences":{"updateState":null},"clientIds":[]}`),
		[]jsonpatch.Field{{Path: "/id", Value: jsonpatch.Quote(id)}})
	if err != nil {
		t.Fatal(err)
	}
	var posted map[string]json.RawMessage
	if err := json.Unmarshal(body, &posted); err != nil {
		t.Fatal(err)
	}
	var fields []jsonpatch.Field
	for key, value := range posted {
		fields = append(fields, jsonpatch.Field{Path: jsonpatch.Pointer(key), Value: value})
	}
	fields = append(fields, jsonpatch.Field{Path: "/configuration/va_version", Value: json.RawMessage("null")})
	slices.SortFunc(fields, func(a, b jsonpatch.Field) int { return strings.Compare(a.Path, b.Path) })
	if doc, err = jsonpatch.Overlay(doc, fields); err != nil {
		t.Fatal(err)
	}
	return serve(t, string(doc))
}

func patched(t rapid.TB, live cluster.Live, body json.RawMessage) cluster.Live {
	t.Helper()
	patch, err := jsonpatch.Parse(body)
	if err != nil {
		t.Fatal(err)
	}
	doc, err := patch.Apply(live.Document)
	if err != nil {
		t.Fatalf("%v: %s on %s", err, body, live.Document)
	}
	log := live.Log
	live = serve(t, string(doc))
	live.Log = log
	return live
}

func set(t rapid.TB, body json.RawMessage) cluster.LogState {
	t.Helper()
	var put struct {
		RootLevel       cluster.Level
		LogLevels       map[string]cluster.Level
		DurationMinutes int
		Expiration      time.Time
	}
	if err := json.Unmarshal(body, &put); err != nil {
		t.Fatal(err)
	}
	if put.Expiration.IsZero() == (put.DurationMinutes == 0) {
		t.Fatalf("PUT sets not exactly one of durationMinutes and expiration: %s", body)
	}
	if put.DurationMinutes != 0 {
		put.Expiration = noon().Add(time.Duration(put.DurationMinutes) * time.Minute)
	}
	return cluster.LogState{Known: true, Config: &cluster.LiveLogConfig{
		RootLevel: put.RootLevel, LogLevels: put.LogLevels, Expiration: put.Expiration,
	}}
}
