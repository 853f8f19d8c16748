package planner_test

import (
	"strings"
	"testing"

	"clusterctl/internal/cluster"
	"clusterctl/internal/planner"
)

// A cluster that the listing does not show as it was left is read by its id: the
// listing may lag behind.
func TestNotAsLeft(t *testing.T) {
	t.Parallel()
	written := planner.Deed{ID: "1", Name: "va", Diff: []planner.FieldDiff{fieldDiff("/description", `"old"`, `"new"`)}}
	with := func(change func(*planner.Deed)) planner.Deed {
		d := written
		change(&d)
		return d
	}
	for name, tt := range map[string]struct {
		deed planner.Deed
		live string
		want bool
	}{
		"as left":                      {written, `{"id":"1","name":"va","description":"new"}`, false},
		"as before":                    {written, `{"id":"1","name":"va","description":"old"}`, true},
		"changed":                      {written, `{"id":"1","name":"va","description":"other"}`, true},
		"not listed":                   {written, `{"id":"2","name":"vb"}`, true},
		"created, not listed":          {with(func(d *planner.Deed) { d.Created = true }), `{"id":"2","name":"vb"}`, true},
		"adopted, not listed":          {with(func(d *planner.Deed) { d.Created, d.Adopted = true, true }), `{"id":"2","name":"vb"}`, true},
		"created, id unknown":          {with(func(d *planner.Deed) { d.Created, d.ID = true, "" }), `{"id":"2","name":"vb"}`, false},
		"deleted, not listed":          {with(func(d *planner.Deed) { d.Deleted = true }), `{"id":"2","name":"vb"}`, false},
		"deleted, cut off, not listed": {with(func(d *planner.Deed) { d.Deleted, d.Unsettled = true, true }), `{"id":"2","name":"vb"}`, true},
		"log set, none listed":         {with(func(d *planner.Deed) { d.Log = &planner.DeedLog{After: &cluster.LiveLogConfig{RootLevel: "INFO"}} }), `{"id":"1","name":"va","description":"new"}`, true},
	} {
		listed := serve(t, tt.live)
		if ids := planner.NotAsLeft([]planner.Deed{tt.deed})([]cluster.Live{listed}); (len(ids) == 1) != tt.want {
			t.Errorf("%s: read by id: %q, want %t", name, ids, tt.want)
		}
		listed.Problem = "its name is not text"
		if ids := planner.NotAsLeft([]planner.Deed{tt.deed})([]cluster.Live{listed}); listed.ID == tt.deed.ID && len(ids) > 0 {
			t.Errorf("%s, with a problem: read by id: %q", name, ids)
		}
	}
}

// A creation that got no answer is never passed over: its cluster may still show up.
func TestUndoWarnsOfUnansweredCreations(t *testing.T) {
	t.Parallel()
	p, err := planner.Undo(undoInput([]planner.Deed{{Name: "va", Created: true, Unsettled: true}}, nil))
	if err != nil {
		t.Fatal(err)
	}
	if len(p.Warnings) != 1 || !strings.Contains(p.Warnings[0].Message, `the creation of "va" got no answer`) {
		t.Errorf("warnings %+v", p.Warnings)
	}
}

// What is not known of a cluster blocks the undo of what was done to it, and of
// nothing else.
func TestUndoOfWhatIsNotKnown(t *testing.T) {
	t.Parallel()
	written := planner.Deed{ID: "1", Name: "va", Diff: []planner.FieldDiff{fieldDiff("/configuration/a", `"1"`, `"2"`)}}
	logged := planner.Deed{ID: "1", Name: "va", Log: &planner.DeedLog{}}
	created := planner.Deed{ID: "1", Name: "va", Created: true, Diff: []planner.FieldDiff{fieldDiff("/configuration/a", "", `"2"`)}}
	without := func(l *cluster.Live) { l.ID = "7"; l.Name = "another" }
	for name, tt := range map[string]struct {
		deed              planner.Deed
		odd               func(*cluster.Live)
		unverified, trust bool
		want              string // empty: taken back, or nothing to do
	}{
		"written, with a problem":             {deed: written, odd: withProblem, want: "its name is not text"},
		"written, log not known":              {deed: written, odd: logUnknown},
		"log set, not known":                  {deed: logged, odd: logUnknown, want: "log configuration not known: no such date"},
		"created, with a problem":             {deed: created, odd: withProblem, want: "its name is not text"},
		"created, clients not known":          {deed: created, odd: clientsUnknown, want: "attached clients not known (delete it with an entry that has state: absent and removeClients: true)"},
		"created, services not known":         {deed: created, odd: servicesUnknown, want: "attached clients not known"},
		"created, type not known":             {deed: created, odd: untyped},
		"created, log not known":              {deed: created, odd: logUnknown, want: "log configuration not known"},
		"created, not verified":               {deed: created, unverified: true, want: "the listing is not verified"},
		"created, not verified, trusted":      {deed: created, unverified: true, trust: true},
		"created, not listed, not verified":   {deed: created, odd: without, unverified: true, want: "the listing is not verified"},
		"created, not listed, but trusted":    {deed: created, odd: without, unverified: true, trust: true},
		"written, not listed, not verified":   {deed: written, odd: without, unverified: true, want: "the listing is not verified"},
		"written, not verified":               {deed: written, unverified: true},
		"created without an answer, likewise": {deed: planner.Deed{Name: "va", Created: true}, odd: without, unverified: true, want: "the listing is not verified"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			clusters := live(serving(`{"id":"1","name":"va","configuration":{"a":"2"}}`))
			if tt.odd != nil {
				tt.odd(&clusters[0])
			}
			whole := planner.Deed{ID: "2", Name: "whole", Diff: []planner.FieldDiff{fieldDiff("/configuration/a", `"1"`, `"2"`)}}
			in := undoInput([]planner.Deed{tt.deed, whole}, append(clusters, serve(t, `{"id":"2","name":"whole","configuration":{"a":"2"}}`)))
			in.Snapshot.Proof.Verified, in.TrustListing = !tt.unverified, tt.trust
			p, err := planner.Undo(in)
			if err != nil {
				t.Fatal(err)
			}
			if told := strings.Join(messages(p), "\n"); !strings.Contains(told, tt.want) || (tt.want == "") != (told == "") {
				t.Errorf("told %q, want %q", told, tt.want)
			}
			if p.Changes == nil || p.Changes[0].Name != "whole" && p.Changes[len(p.Changes)-1].Name != "whole" {
				t.Errorf("the other cluster is not taken back: %+v", p.Changes)
			}
		})
	}
}
