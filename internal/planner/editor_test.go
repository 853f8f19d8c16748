package planner_test

import (
	"encoding/json"
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"clusterctl/internal/cluster"
	"clusterctl/internal/planner"
)

func finding(kind planner.FindingKind, name, message string) planner.Finding {
	return planner.Finding{Kind: kind, Name: name, Message: message}
}

// An editor finds clusters, makes all edits of a cluster or none, and counts unchanged
// clusters.
func TestEditor(t *testing.T) {
	t.Parallel()
	odd := serve(t, `{"id":"3","name":"odd"}`)
	odd.Problem = "its name is not text"
	logged := serve(t, `{"id":"1","name":"va"}`)
	logged.Log.Config = &cluster.LiveLogConfig{RootLevel: "DEBUG", Expiration: in(time.Hour)}
	input := input(nil, []cluster.Live{logged, serve(t, `{"id":"5","name":"twin"}`), serve(t, `{"id":"4","name":"twin"}`), odd})
	e := planner.NewEditor(input)

	if diff := cmp.Diff([]string{"4", "5"}, e.Named("twin")); diff != "" {
		t.Errorf("twins (-want +got):\n%s", diff)
	}
	if live, problem := e.Find("3"); live == nil || problem != odd.Problem {
		t.Errorf("%+v, %q", live, problem)
	}
	if live, problem := e.Find("9"); live != nil || problem != "" {
		t.Errorf("%+v, %q", live, problem)
	}
	va, problem := e.Find("1")
	if va == nil || problem != "" {
		t.Fatalf("%+v, %q", va, problem)
	}

	failure := errors.New("in vain")
	at := cluster.Source{File: "r.jsonl", Line: 7, Column: 1}
	rename := func() error { return e.Update(va, at, json.RawMessage(`{"id":"1","name":"vb"}`)) }
	for _, edit := range []func() error{
		func() error { return nil },                                        // unchanged
		func() error { return e.Update(va, at, va.Document) },              // likewise
		func() error { return e.RestoreLog(va, at, va.Log.Config) },        // likewise
		func() error { return errors.Join(rename(), failure) },             // none of it
		func() error { return rename() },                                   // one change
		func() error { return e.RestoreLog(va, at, nil) },                  // another
		func() error { e.Note(finding("ignored", "va", "x")); return nil }, // a finding
		func() error { live, _ := e.Find("4"); e.Delete(live, at, ""); return nil },
		func() error { live, _ := e.Find("5"); e.Delete(live, at, "in use"); return nil },
	} {
		if err := e.Edit(edit); err != nil && !errors.Is(err, failure) {
			t.Fatal(err)
		}
	}
	p, err := e.Plan()
	if err != nil {
		t.Fatal(err)
	}
	if want := (planner.Summary{Update: 1, SetLog: 1, Delete: 1, Unchanged: 3, Ignored: 1, Blocked: 1}); p.Summary != want {
		t.Errorf("%+v, want %+v", p.Summary, want)
	}
	for _, c := range p.Changes {
		if c.Source == nil || *c.Source != at {
			t.Errorf("%s %s: at %v", c.Action, c.Name, c.Source)
		}
	}
	if f := p.Findings[0]; f.Message != "cannot be deleted: in use" || f.ID != "5" {
		t.Errorf("%+v", p.Findings)
	}
}

// An editor never deletes what must not be deleted. A cluster that may only be missing
// from the listing has a problem.
func TestEditorRefuses(t *testing.T) {
	t.Parallel()
	in := input(nil, []cluster.Live{serve(t, `{"id":"1","name":"va","type":"sqsCluster"}`), serve(t, `{"id":"2","name":"vb","clientIds":["1"]}`)})
	in.Snapshot.Listing.Verified = false
	e := planner.NewEditor(in)
	if live, problem := e.Find("9"); live != nil || problem == "" {
		t.Errorf("%+v, %q", live, problem)
	}
	for _, id := range []string{"1", "2"} {
		live, _ := e.Find(id)
		e.Delete(live, cluster.Source{}, "in use")
	}
	p, err := e.Plan()
	if err != nil || len(p.Changes) > 0 || len(p.Findings) != 2 {
		t.Fatalf("%+v, %+v, %v", p.Changes, p.Findings, err)
	}
	const notListed = "the listing is not verified and may be incomplete; if you know that it is complete, use --trust-listing"
	if got := []string{p.Findings[0].Message, p.Findings[1].Message}; !cmp.Equal(got, []string{"cannot be deleted: system-managed (type sqsCluster)", "cannot be deleted: " + notListed}) {
		t.Errorf("%q", got)
	}
}
