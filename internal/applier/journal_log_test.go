package applier_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"clusterctl/internal/applier"
	"clusterctl/internal/cluster"
	"clusterctl/internal/planner"
	"clusterctl/internal/undo"
)

// TestInverseOfLogIsThatOfUndo compares the inverse in the receipt of a log configuration with
// the plan of an immediate undo, for every row of the undo's table without changes by someone
// else.
func TestInverseOfLogIsThatOfUndo(t *testing.T) {
	t.Parallel()
	minutes := func(n int) time.Time { return noon().Add(time.Duration(n) * time.Minute) }
	debug := func(end time.Time) *cluster.LiveLogConfig {
		return &cluster.LiveLogConfig{RootLevel: "DEBUG", LogLevels: map[string]cluster.Level{"a.B": "TRACE"}, Expiration: end}
	}
	wanted := map[string]cluster.LogConfig{
		"another level":     {RootLevel: "WARN", DurationMinutes: 60},
		"a window":          {RootLevel: "WARN", Expiration: minutes(90)},
		"INFO for a moment": {RootLevel: "INFO", DurationMinutes: cluster.MinDurationMinutes},
		"another end":       {RootLevel: "DEBUG", LogLevels: map[string]cluster.Level{"a.B": "TRACE"}, Expiration: minutes(30)},
	}
	for beforeName, before := range map[string]*cluster.LiveLogConfig{
		"none":              nil,
		"ended":             debug(minutes(-1)),
		"in force":          debug(minutes(60)),
		"end not known":     {RootLevel: "DEBUG"},
		"beyond 24 hours":   debug(minutes(3000)),
		"without logLevels": {RootLevel: "ERROR", Expiration: minutes(60)},
		"INFO, ending":      {RootLevel: "INFO", Expiration: minutes(3)},
	} {
		for name, want := range wanted {
			t.Run(beforeName+", then "+name, func(t *testing.T) {
				t.Parallel()
				d, tenant := newDisk(), newTenant(`{"id":"1","name":"va"}`)
				tenant.logs["1"] = before
				checkReceipt(t, d, runInto(t.Context(), d, tenant, plan(t, tenant, cluster.Cluster{Name: "va", LogConfig: &want})))
				if diff := cmp.Diff(undoneBy(t, d, tenant), inversesIn(t, d)); diff != "" {
					t.Errorf("what an undo plans, and the receipt's inverse (-want +got):\n%s", diff)
				}
			})
		}
	}
}

// undoneBy are the requests of an undo.
func undoneBy(t *testing.T, d *disk, tenant *tenant) []planner.Request {
	t.Helper()
	live := serve(`{"id":"1","name":"va"}`)
	live.Log.Config = tenant.logs["1"]
	p, err := undo.Plan(planner.Input{
		Snapshot: cluster.Snapshot{Clusters: []cluster.Live{live}, Listing: cluster.Listing{Verified: true}}, Now: noon(),
	}, effectsOf(t, d.text()))
	if err != nil {
		t.Fatal(err)
	}
	requests := []planner.Request{}
	for _, c := range p.Changes {
		requests = append(requests, c.Requests...)
	}
	return requests
}

// inversesIn are the inverse requests of a receipt.
func inversesIn(t *testing.T, d *disk) []planner.Request {
	t.Helper()
	requests := []planner.Request{}
	for _, run := range readReceipt(t, d.text()).Runs {
		for _, r := range run.Requests {
			requests = append(requests, r.Outcome.Inverse...)
		}
	}
	return requests
}

// A run that completes a create that another run began does not replace a log configuration that was
// set since it judged the cluster.
func TestACompletedCreateKeepsALogConfigurationOfSomeoneElse(t *testing.T) {
	t.Parallel()
	tenant := newTenant()
	p := plan(t, tenant, cluster.Cluster{
		Name: "va", UpdatePreferences: cluster.Settings{"updateState": new("AUTO")}, LogConfig: &cluster.LogConfig{RootLevel: "INFO"},
	})
	tenant.clusters = append(tenant.clusters, serve(`{"id":"7","name":"va","updatePreferences":{"updateState":null}}`))
	theirs := &cluster.LiveLogConfig{RootLevel: "DEBUG", Expiration: noon().Add(time.Hour)}
	tenant.after = func(call string) error {
		if strings.HasPrefix(call, "PATCH 7") {
			tenant.logs["7"] = theirs
		}
		return nil
	}
	o := applier.Run(t.Context(), tenant, p, options()).Outcomes[0]
	if o.Outcome != applier.Conflict || tenant.logs["7"] != theirs {
		t.Errorf("%s: %s, and the log configuration is %s", o.Outcome, o.Error, tenant.logs["7"])
	}
}
