package cluster_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"clusterctl/internal/cluster"
)

func noon() time.Time { return time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC) }

// sound returns a cluster that meets no condition.
func sound() cluster.Live {
	none := cluster.AsReturned("")
	return cluster.Live{
		ID: "1", Name: "va", Clients: cluster.Exactly(2), Status: "NORMAL", Operational: new(true), Alert: none, Indicators: none,
		Installed: cluster.AsReturned("123.1"), Available: none, OutdatedAt: none, Log: cluster.LogState{Known: true},
	}
}

func findings(c cluster.Conditions, clusters ...cluster.Live) string {
	var found []string
	s := cluster.Snapshot{Clusters: clusters, Listing: cluster.Listing{Verified: true}}
	for _, f := range c.Findings(s, cluster.Selection{}, noon()) {
		found = append(found, f.Name+" "+string(f.Kind)+": "+f.Message)
	}
	return strings.Join(found, "; ")
}

func TestFindings(t *testing.T) {
	t.Parallel()
	all := cluster.Conditions{Unhealthy: true, Outdated: true, Expiring: time.Hour}
	unknown, text := cluster.Returned{}, cluster.AsReturned
	window := func(left time.Duration) cluster.LogState {
		return cluster.LogState{Known: true, Config: &cluster.LiveLogConfig{RootLevel: "DEBUG", Expiration: noon().Add(left)}}
	}
	for name, tt := range map[string]struct {
		edit func(*cluster.Live)
		want string
	}{
		"nothing wrong":         {func(*cluster.Live) {}, ""},
		"indicators are normal": {func(l *cluster.Live) { l.Indicators = text("NORMAL") }, ""},
		"failed":                {func(l *cluster.Live) { l.Status = "FAILED" }, "va unhealthy: status FAILED"},
		"a status of tomorrow":  {func(l *cluster.Live) { l.Status = "DEGRADED" }, "va unhealthy: status DEGRADED"},
		"normal, in lower case": {func(l *cluster.Live) { l.Status = "normal" }, "va unhealthy: status normal"},
		"not operational":       {func(l *cluster.Live) { l.Operational = new(false) }, "va unhealthy: not operational"},
		"an alert":              {func(l *cluster.Live) { l.Alert = text("LIMITED_RESOURCES") }, "va unhealthy: alert LIMITED_RESOURCES"},
		"indicators":            {func(l *cluster.Live) { l.Indicators = text("ERROR") }, "va unhealthy: health indicators ERROR"},
		"wrong and unknown":     {func(l *cluster.Live) { l.Status, l.Operational = "FAILED", nil }, "va unhealthy: status FAILED"},
		"no status":             {func(l *cluster.Live) { l.Status = "" }, "va health-unknown: status not returned"},
		"no operational":        {func(l *cluster.Live) { l.Operational = nil }, "va health-unknown: operational not returned"},
		"an odd alert":          {func(l *cluster.Live) { l.Alert = unknown }, "va health-unknown: alertKey not returned"},
		"odd indicators":        {func(l *cluster.Live) { l.Indicators = unknown }, "va health-unknown: consolidatedHealthIndicatorsStatus not returned"},

		"an update":               {func(l *cluster.Live) { l.Available = text("124.0") }, "va outdated: installed version 123.1, available 124.0"},
		"the installed one":       {func(l *cluster.Live) { l.Available = text("123.1") }, ""},
		"out of date":             {func(l *cluster.Live) { l.OutdatedAt = text("long ago") }, "va outdated: outdated since long ago"},
		"an update of nothing":    {func(l *cluster.Live) { l.Available, l.Installed = text("124.0"), unknown }, "va outdated: installed version unknown, available 124.0"},
		"no version":              {func(l *cluster.Live) { l.Installed = unknown }, "va version-unknown: currentInstalledReleaseVersion not returned"},
		"a null version":          {func(l *cluster.Live) { l.Installed = text("") }, "va version-unknown: currentInstalledReleaseVersion not returned"},
		"none without clients":    {func(l *cluster.Live) { l.Installed, l.Clients = text(""), cluster.Exactly(0) }, ""},
		"none, clients unknown":   {func(l *cluster.Live) { l.Installed, l.Clients = text(""), cluster.Count{} }, "va version-unknown: currentInstalledReleaseVersion not returned"},
		"no available version":    {func(l *cluster.Live) { l.Available = unknown }, "va version-unknown: updatePackage not returned"},
		"an odd out-of-date time": {func(l *cluster.Live) { l.OutdatedAt = unknown }, "va version-unknown: isOutOfDateNotifiedAt not returned"},

		"expires soon":          {func(l *cluster.Live) { l.Log = window(59 * time.Minute) }, "va expiring: log configuration expires at 2026-11-22T12:59:00Z"},
		"at the limit":          {func(l *cluster.Live) { l.Log = window(time.Hour) }, "va expiring: log configuration expires at 2026-11-22T13:00:00Z"},
		"expires later":         {func(l *cluster.Live) { l.Log = window(time.Hour + time.Second) }, ""},
		"has expired":           {func(l *cluster.Live) { l.Log = window(0) }, ""},
		"log unknown":           {func(l *cluster.Live) { l.Log = cluster.LogState{} }, "va log-unknown: log configuration unknown"},
		"log not readable":      {func(l *cluster.Live) { l.Log = cluster.LogState{Problem: "500"} }, "va log-unknown: log configuration unknown: 500"},
		"expiration not served": {func(l *cluster.Live) { l.Log.Config = &cluster.LiveLogConfig{RootLevel: "INFO"} }, "va log-unknown: expiration of the log configuration not returned"},

		"everything unknown": {
			func(l *cluster.Live) { *l = cluster.Live{Name: "va"} },
			"va health-unknown: status not returned, operational not returned, alertKey not returned, consolidatedHealthIndicatorsStatus not returned; " +
				"va version-unknown: currentInstalledReleaseVersion not returned, updatePackage not returned, isOutOfDateNotifiedAt not returned; " +
				"va log-unknown: log configuration unknown",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			live := sound()
			tt.edit(&live)
			if got := findings(all, live); got != tt.want {
				t.Errorf("got  %s\nwant %s", got, tt.want)
			}
			if got := findings(cluster.Conditions{}, live); got != "" {
				t.Errorf("nothing is checked, but found %s", got)
			}
		})
	}
}

// Each member of a cluster that a condition needs is a finding if it is unknown: the zero value
// of a new member must not pass, either.
func TestTheZeroValueNeverPasses(t *testing.T) {
	t.Parallel()
	for _, c := range []cluster.Conditions{{Unhealthy: true}, {Outdated: true}, {Expiring: time.Hour}} {
		if findings(c, cluster.Live{}) == "" {
			t.Errorf("%+v: an unknown cluster passes", c)
		}
		if got := findings(c, sound()); got != "" {
			t.Errorf("%+v: of a sound cluster: %s", c, got)
		}
	}
}

func TestFindingsInOrder(t *testing.T) {
	t.Parallel()
	sick := func(name, id string) cluster.Live {
		l := sound()
		l.Name, l.ID, l.Status, l.Available = name, id, "FAILED", cluster.AsReturned("124.0")
		return l
	}
	s := cluster.Snapshot{Clusters: []cluster.Live{sick("b", "1"), sick("a", "3"), sick("a", "2"), sick("", "4"), sick("z", "5")}}
	picked := cluster.Selection{Target: []cluster.Glob{"*", "z", "c*"}, Exclude: []cluster.Glob{"z"}}
	var got []string
	for _, f := range (cluster.Conditions{Unhealthy: true, Outdated: true}).Findings(s, picked, noon()) {
		got = append(got, string(f.Kind)+" "+f.Name+f.ID)
	}
	want := []string{"listing-unverified ", "not-found c*", "not-found z", "unhealthy 4", "unhealthy a2", "unhealthy a3", "unhealthy b1", "outdated 4", "outdated a2", "outdated a3", "outdated b1"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	kinds := cluster.FindingKinds()
	if slices.Sort(kinds); len(slices.Compact(kinds)) != 8 {
		t.Errorf("kinds: %v", kinds)
	}
}

func TestReturnedInJSON(t *testing.T) {
	t.Parallel()
	for want, r := range map[string]cluster.Returned{"null": {}, `""`: cluster.AsReturned(""), `"a"`: cluster.AsReturned("a")} {
		if got, err := json.Marshal(r); err != nil || string(got) != want {
			t.Errorf("%+v: %s, %v, want %s", r, got, err, want)
		}
	}
	if !(cluster.Returned{}).Equal(cluster.Returned{}) || cluster.AsReturned("").Equal(cluster.Returned{}) {
		t.Error("none equals unknown")
	}
}
