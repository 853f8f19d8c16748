package undo_test

import (
	"strings"
	"testing"

	"clusterctl/internal/cluster"
	"clusterctl/internal/jsonpatch"
	"clusterctl/internal/receipt"
	"clusterctl/internal/undo"
)

// A cluster that the listing does not show as the runs left it is read by id: the listing
// may lag behind.
func TestNotAsLeft(t *testing.T) {
	t.Parallel()
	written := receipt.Effect{ID: "1", Name: "va", Diff: []jsonpatch.Edit{fieldDiff("/description", `"old"`, `"new"`)}}
	with := func(change func(*receipt.Effect)) receipt.Effect {
		d := written
		change(&d)
		return d
	}
	for name, tt := range map[string]struct {
		effect receipt.Effect
		live   string
		want   bool
	}{
		"as left":                      {written, `{"id":"1","name":"va","description":"new"}`, false},
		"as before":                    {written, `{"id":"1","name":"va","description":"old"}`, true},
		"changed":                      {written, `{"id":"1","name":"va","description":"other"}`, true},
		"not listed":                   {written, `{"id":"2","name":"vb"}`, true},
		"created, not listed":          {with(func(d *receipt.Effect) { d.Created = true }), `{"id":"2","name":"vb"}`, true},
		"adopted, not listed":          {with(func(d *receipt.Effect) { d.Created, d.Adopted = true, true }), `{"id":"2","name":"vb"}`, true},
		"created, id unknown":          {with(func(d *receipt.Effect) { d.Created, d.ID = true, "" }), `{"id":"2","name":"vb"}`, false},
		"deleted, not listed":          {with(func(d *receipt.Effect) { d.Deleted = true }), `{"id":"2","name":"vb"}`, false},
		"deleted, cut off, not listed": {with(func(d *receipt.Effect) { d.Deleted, d.Unknown = true, true }), `{"id":"2","name":"vb"}`, true},
		"log set, none listed":         {with(func(d *receipt.Effect) { d.Log = &receipt.LogEffect{After: &cluster.LiveLogConfig{RootLevel: "INFO"}} }), `{"id":"1","name":"va","description":"new"}`, true},
	} {
		listed := serve(t, tt.live)
		if ids := undo.Need([]receipt.Effect{tt.effect}).Reread([]cluster.Live{listed}); (len(ids) == 1) != tt.want {
			t.Errorf("%s: read by id: %q, want %t", name, ids, tt.want)
		}
		listed.Problem = "its name is not text"
		if ids := undo.Need([]receipt.Effect{tt.effect}).Reread([]cluster.Live{listed}); listed.ID == tt.effect.ID && len(ids) > 0 {
			t.Errorf("%s, with a problem: read by id: %q", name, ids)
		}
	}
}

// So is one with another log configuration.
func TestLogNotAsLeft(t *testing.T) {
	t.Parallel()
	info, warn := &cluster.LiveLogConfig{RootLevel: "INFO"}, &cluster.LiveLogConfig{RootLevel: "WARN"}
	for name, tt := range map[string]struct {
		left, listed *cluster.LiveLogConfig
		want         bool
	}{
		"as left": {info, info, false}, "changed": {info, warn, true}, "not listed": {info, nil, true},
		"none was left": {nil, info, true}, "none was left, or listed": {nil, nil, true},
	} {
		effect := receipt.Effect{ID: "1", Name: "va", Log: &receipt.LogEffect{After: tt.left}}
		listed := serve(t, `{"id":"1","name":"va"}`)
		listed.Log.Config = tt.listed
		if ids := undo.Need([]receipt.Effect{effect}).Reread([]cluster.Live{listed}); (len(ids) == 1) != tt.want {
			t.Errorf("%s: read by id: %q, want %t", name, ids, tt.want)
		}
	}
}

// A create without a response always has a warning: its cluster may still appear.
func TestUndoWarnsOfUnansweredCreations(t *testing.T) {
	t.Parallel()
	p := undone(t, []receipt.Effect{{Name: "va", Created: true, Unknown: true}}, nil)
	if len(p.Warnings) != 1 || !strings.Contains(p.Warnings[0].Message, `the create request for "va" got no response`) {
		t.Errorf("warnings %+v", p.Warnings)
	}
}

func untyped(l *cluster.Live)         { l.Type = "" }
func clientsUnknown(l *cluster.Live)  { l.Clients = cluster.Count{} }
func servicesUnknown(l *cluster.Live) { l.Services = cluster.Count{} }
func withProblem(l *cluster.Live)     { l.Problem = "its name is not text" }
func logUnknown(l *cluster.Live)      { l.Log = cluster.LogState{Problem: "no such date"} }

// What is unknown about a cluster blocks the undo of that cluster only.
func TestUndoOfWhatIsNotKnown(t *testing.T) {
	t.Parallel()
	written := receipt.Effect{ID: "1", Name: "va", Diff: []jsonpatch.Edit{fieldDiff("/configuration/a", `"1"`, `"2"`)}}
	logged := receipt.Effect{ID: "1", Name: "va", Log: &receipt.LogEffect{}}
	created := receipt.Effect{ID: "1", Name: "va", Created: true, Diff: []jsonpatch.Edit{fieldDiff("/configuration/a", "", `"2"`)}}
	without := func(l *cluster.Live) { l.ID = "7"; l.Name = "another" }
	for name, tt := range map[string]struct {
		effect            receipt.Effect
		odd               func(*cluster.Live)
		unverified, trust bool
		want              string // empty: taken back, or nothing to do
	}{
		"written, with a problem":             {effect: written, odd: withProblem, want: "its name is not text"},
		"written, log not known":              {effect: written, odd: logUnknown},
		"log set, not known":                  {effect: logged, odd: logUnknown, want: "log configuration unknown: no such date"},
		"created, with a problem":             {effect: created, odd: withProblem, want: "its name is not text"},
		"created, clients not known":          {effect: created, odd: clientsUnknown, want: "cannot be deleted: attached clients unknown; to delete it anyway, apply an entry with state: absent and removeClients: true"},
		"created, services not known":         {effect: created, odd: servicesUnknown, want: "attached clients unknown"},
		"created, type not known":             {effect: created, odd: untyped},
		"created, log not known":              {effect: created, odd: logUnknown, want: "log configuration unknown"},
		"created, not verified":               {effect: created, unverified: true, want: "the listing is not verified"},
		"created, not verified, trusted":      {effect: created, unverified: true, trust: true},
		"created, not listed, not verified":   {effect: created, odd: without, unverified: true, want: "the listing is not verified"},
		"created, not listed, but trusted":    {effect: created, odd: without, unverified: true, trust: true},
		"written, not listed, not verified":   {effect: written, odd: without, unverified: true, want: "the listing is not verified"},
		"written, not verified":               {effect: written, unverified: true},
		"created without an answer, likewise": {effect: receipt.Effect{Name: "va", Created: true}, odd: without, unverified: true, want: "the listing is not verified"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			clusters := []cluster.Live{serve(t, `{"id":"1","name":"va","configuration":{"a":"2"}}`)}
			if tt.odd != nil {
				tt.odd(&clusters[0])
			}
			whole := receipt.Effect{ID: "2", Name: "whole", Diff: []jsonpatch.Edit{fieldDiff("/configuration/a", `"1"`, `"2"`)}}
			in := input(nil, append(clusters, serve(t, `{"id":"2","name":"whole","configuration":{"a":"2"}}`)))
			in.Snapshot.Listing.Verified, in.TrustListing = !tt.unverified, tt.trust
			p, err := undo.Plan(in, []receipt.Effect{tt.effect, whole})
			if err != nil {
				t.Fatal(err)
			}
			if got := strings.Join(messages(p), "\n"); !strings.Contains(got, tt.want) || (tt.want == "") != (got == "") {
				t.Errorf("messages %q, want %q", got, tt.want)
			}
			if p.Changes == nil || p.Changes[0].Name != "whole" && p.Changes[len(p.Changes)-1].Name != "whole" {
				t.Errorf("the other cluster is not taken back: %+v", p.Changes)
			}
		})
	}
}
