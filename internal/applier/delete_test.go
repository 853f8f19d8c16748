package applier_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"clusterctl/internal/applier"
	"clusterctl/internal/cluster"
	"clusterctl/internal/jsonpatch"
	"clusterctl/internal/planner"
)

// The plan of an undo has the state of a cluster that a run created. If any of it has changed, or
// has a new key, someone uses the cluster, and it is not deleted.
func TestDeleteHoldsTheClusterAgainstWhatWasShown(t *testing.T) {
	t.Parallel()
	for doc, want := range map[string]struct {
		outcome applier.Outcome
		err     string
	}{
		`{"id":"1","name":"va","status":"NORMAL","configuration":{"gmtOffset":"5"}}`: {outcome: applier.Applied},
		`{"id":"1","name":"va","configuration":{"gmtOffset":"9"}}`:                   {applier.Conflict, `changed by someone else: /configuration: expected {"gmtOffset":"5"}`},
		`{"id":"1","name":"va","configuration":{"gmtOffset":"5","own":"x"}}`:         {applier.Conflict, `found {"gmtOffset":"5","own":"x"}`},
	} {
		tenant := newTenant(doc)
		p := planner.Plan{Changes: []planner.Change{{
			Action: planner.Delete, Name: "va", ID: "1",
			Diff:     []jsonpatch.Edit{{Path: "/configuration", Before: []byte(`{"gmtOffset":"5"}`)}},
			Requests: []planner.Request{{Method: "DELETE", Path: "/managed-clusters/1"}},
		}}}
		o := applier.Run(t.Context(), tenant, p, options()).Outcomes[0]
		if o.Outcome != want.outcome || !strings.Contains(o.Error, want.err) {
			t.Errorf("%s: %s, %q", doc, o.Outcome, o.Error)
		}
		if isThere := len(tenant.clusters) == 1; isThere != (want.outcome == applier.Conflict) {
			t.Errorf("%s: still there: %t", doc, isThere)
		}
	}
}

// A log configuration goes with its cluster, so it has to be as it was reviewed.
func TestDeleteKeepsALogConfigurationThatNobodyReviewed(t *testing.T) {
	t.Parallel()
	info := &cluster.LiveLogConfig{RootLevel: "INFO", Expiration: noon().Add(time.Hour)}
	debug := &cluster.LiveLogConfig{RootLevel: "DEBUG", Expiration: noon().Add(time.Hour)}
	expired := &cluster.LiveLogConfig{RootLevel: "DEBUG", Expiration: noon().Add(-time.Hour)}
	known := func(c *cluster.LiveLogConfig) cluster.LogState { return cluster.LogState{Known: true, Config: c} }
	for name, tt := range map[string]struct {
		planned, listed cluster.LogState // listed is with the cluster when it is deleted
		inForce         *cluster.LiveLogConfig
		want            applier.Outcome
		err             string
		reads           bool // the log configuration on its own
	}{
		"none":                      {known(nil), known(nil), nil, applier.Applied, "", false},
		"as reviewed":               {known(info), known(info), info, applier.Applied, "", false},
		"expired since":             {known(info), known(nil), nil, applier.Applied, "", false},
		"expired before":            {known(expired), known(expired), expired, applier.Applied, "", false},
		"set since":                 {known(nil), known(debug), debug, applier.Conflict, "log configuration: expected none, found rootLevel DEBUG", false},
		"changed since":             {known(info), known(debug), debug, applier.Conflict, "expected rootLevel INFO", false},
		"not known to the plan":     {cluster.LogState{}, known(debug), debug, applier.Applied, "", false},
		"not listed, as reviewed":   {known(info), cluster.LogState{}, info, applier.Applied, "", true},
		"not listed, changed since": {known(info), cluster.LogState{}, debug, applier.Conflict, "found rootLevel DEBUG", true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tenant := newTenant(old())
			tenant.clusters[0].Log = tt.planned
			p, err := planner.New(planner.Input{
				Desired:  []cluster.Cluster{{Name: "va", State: cluster.Absent}},
				Snapshot: cluster.Snapshot{Clusters: slices.Clone(tenant.clusters), Listing: cluster.Listing{Verified: true}}, Now: noon(),
			})
			if err != nil || p.Verify() != nil {
				t.Fatal(err, p.Verify())
			}
			tenant.clusters[0].Log = tt.listed
			if tt.inForce != nil {
				tenant.logs["1"] = tt.inForce
			}
			o := applier.Run(t.Context(), tenant, p, options()).Outcomes[0]
			if o.Outcome != tt.want || !strings.Contains(o.Error, tt.err) {
				t.Errorf("%s: %s", o.Outcome, o.Error)
			}
			if reads := slices.Contains(tenant.calls, "GET 1/log-config"); reads != tt.reads {
				t.Errorf("%v", tenant.calls)
			}
			isStale := tt.want == applier.Conflict
			snapshot := cluster.Snapshot{Clusters: slices.Clone(newTenant(old()).clusters), Listing: cluster.Listing{Verified: true}}
			snapshot.Clusters[0].Log = known(tt.inForce)
			if got := p.Recheck(planner.RecheckInput{Snapshot: snapshot, Now: noon()})[0]; (got.Stale != "") != isStale {
				t.Errorf("fresh: %+v", got)
			}
		})
	}
}
