package planner_test

import (
	"encoding/json"
	"testing"

	"clusterctl/internal/cluster"
	"clusterctl/internal/jsonpatch"
	"clusterctl/internal/planner"
)

// Something unknown makes its change stale, and no other.
func TestRecheckOfWhatIsNotKnown(t *testing.T) {
	t.Parallel()
	made := saved(t, plan(t, []cluster.Cluster{
		{Name: "made", State: cluster.Present},
		{Name: "changed", State: cluster.Present, Description: new("x"), LogConfig: &cluster.LogConfig{RootLevel: "INFO"}},
		{Name: "doomed", State: cluster.Absent},
	}, []cluster.Live{serve(t, `{"id":"1","name":"changed"}`), serve(t, `{"id":"2","name":"doomed"}`)}))
	const create, update, setLog, remove = 0, 1, 2, 3
	problem := func(l *cluster.Live) { l.Problem = "odd" }
	for name, tt := range map[string]struct {
		changed, doomed   func(*cluster.Live)
		come              string // another live cluster
		without           bool   // the two are not there
		unverified, trust bool
		want              map[int]string
	}{
		"all known":                        {},
		"a problem":                        {changed: problem, want: map[int]string{update: "odd", setLog: "odd"}},
		"another with a problem":           {doomed: problem, want: map[int]string{remove: "odd"}},
		"no document":                      {changed: func(l *cluster.Live) { l.Document = nil }, want: map[int]string{update: "the document is not valid JSON"}},
		"log not known":                    {changed: logUnknown, want: map[int]string{setLog: "log configuration unknown: no such date"}},
		"log not asked for":                {changed: func(l *cluster.Live) { l.Log.Known = false }, want: map[int]string{setLog: "log configuration unknown"}},
		"clients not known":                {doomed: clientsUnknown, want: map[int]string{remove: "changed since the plan was made: attached: expected 0 clients and 0 services, found an unknown number"}},
		"two of one id":                    {come: `{"id":"2","name":"twin"}`, want: map[int]string{remove: "the tenant returned its id 2 times"}},
		"one of its name, without an id":   {come: `{"name":"made"}`, want: map[int]string{create: "a cluster of this name now exists: (no id)"}},
		"not verified":                     {unverified: true, want: map[int]string{create: "not listed, but the listing is not verified", remove: "the listing is not verified"}},
		"not verified, nothing there":      {unverified: true, without: true, want: map[int]string{create: "not listed, but the listing", update: "not listed, but the listing", setLog: "not listed, but the listing", remove: "the listing"}},
		"not verified, trusted":            {unverified: true, trust: true},
		"not verified, trusted, not there": {unverified: true, trust: true, without: true, want: map[int]string{update: "no longer exists", setLog: "no longer exists", remove: "done"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			in := planner.RecheckInput{Snapshot: input(nil, []cluster.Live{serve(t, `{"id":"1","name":"changed"}`), serve(t, `{"id":"2","name":"doomed"}`)}).Snapshot, Now: noon(), TrustListing: tt.trust}
			in.Snapshot.Listing.Verified = !tt.unverified
			for i, change := range []func(*cluster.Live){tt.changed, tt.doomed} {
				if change != nil {
					change(&in.Snapshot.Clusters[i])
				}
			}
			if tt.without {
				in.Snapshot.Clusters = nil
			}
			if tt.come != "" {
				in.Snapshot.Clusters = append(in.Snapshot.Clusters, serve(t, tt.come))
			}
			for i, s := range made.Recheck(in) {
				expectFreshness(t, s, tt.want[i])
			}
		})
	}
}

// The rows are those of the table at AttachedSince.
func TestAttachedSince(t *testing.T) {
	t.Parallel()
	known, other, unknown := cluster.Exactly(2), cluster.Exactly(3), cluster.Count{}
	for name, tt := range map[string]struct {
		reviewed, now [2]cluster.Count // clients and services
		want          string
	}{
		"as reviewed":                 {[2]cluster.Count{known, known}, [2]cluster.Count{known, known}, ""},
		"another count":               {[2]cluster.Count{known, known}, [2]cluster.Count{known, other}, "attached: expected 2 clients and 2 services, found 2 clients and 3 services"},
		"none now":                    {[2]cluster.Count{known, known}, [2]cluster.Count{cluster.Exactly(0), known}, "attached: expected 2 clients and 2 services, found 0 clients and 2 services"},
		"clients not known now":       {[2]cluster.Count{known, known}, [2]cluster.Count{unknown, known}, "attached: expected 2 clients and 2 services, found an unknown number"},
		"services not known now":      {[2]cluster.Count{known, known}, [2]cluster.Count{known, unknown}, "attached: expected 2 clients and 2 services, found an unknown number"},
		"known by now":                {[2]cluster.Count{unknown, unknown}, [2]cluster.Count{known, known}, ""},
		"never known":                 {[2]cluster.Count{unknown, unknown}, [2]cluster.Count{unknown, unknown}, ""},
		"the known one is another":    {[2]cluster.Count{known, unknown}, [2]cluster.Count{other, unknown}, "attached: expected 2 clients and 0 services, found 3 clients and ? services"},
		"the known one not known now": {[2]cluster.Count{known, unknown}, [2]cluster.Count{unknown, unknown}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			set := func(counts [2]cluster.Count) cluster.Live {
				return live(func(l *cluster.Live) { l.Clients, l.Services = counts[0], counts[1] })[0]
			}
			c := plan(t, tombstone(removeClients), []cluster.Live{set(tt.reviewed)}).Changes[0]
			if got := c.AttachedSince(set(tt.now)); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
			// An edited plan may say that nothing was known, without allowing that.
			c.RemoveClients = false
			if now := set(tt.now); !now.AttachmentsKnown() && c.AttachedSince(now) == "" {
				t.Error("accepted without removeClients")
			}
		})
	}
}

// A cluster whose document cannot be compared makes its change stale.
func TestRecheckOfADocumentThatCannotBeCompared(t *testing.T) {
	t.Parallel()
	broken := func(id, name string) cluster.Live {
		return cluster.Live{ID: id, Name: name, Document: json.RawMessage(`{`)}
	}
	p := planner.Plan{Changes: []planner.Change{
		{Action: planner.Create, Name: "va", Diff: []jsonpatch.Edit{fieldDiff("/name", "", `"va"`)}},
		{Action: planner.Update, ID: "2", Name: "vb", Diff: []jsonpatch.Edit{fieldDiff("/description", `"a"`, `"b"`)}},
		{Action: planner.Delete, ID: "3", Name: "vc", Diff: []jsonpatch.Edit{fieldDiff("/name", `"vc"`, "")}},
	}}
	for i, f := range recheck(t, p, []cluster.Live{broken("1", "va"), broken("2", "vb"), broken("3", "vc")}) {
		if want := (planner.Freshness{Stale: "the document is not valid JSON"}); f != want {
			t.Errorf("%s: %+v", p.Changes[i].Action, f)
		}
	}
}
