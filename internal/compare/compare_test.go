package compare_test

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"clusterctl/internal/cluster"
	"clusterctl/internal/compare"
)

func noon() time.Time { return time.Date(2026, 3, 29, 12, 0, 0, 0, time.UTC) }

func files(clusters ...cluster.Cluster) compare.Side {
	side := compare.Side{Name: "files"}
	for i, c := range clusters {
		c.Source = cluster.Source{File: "a.yaml", Line: i + 1, Column: 1}
		side.Entries = append(side.Entries, compare.Entry{Cluster: c})
	}
	return side
}

func tenant(entries ...compare.Entry) compare.Side {
	return compare.Side{Name: "acme", Tenant: &cluster.Tenant{Org: "acme"}, Listing: &cluster.Listing{Verified: true}, Entries: entries}
}

// live is a cluster named va with this log configuration.
func live(log *cluster.LiveLogConfig) compare.Entry {
	return compare.Entry{Cluster: cluster.Cluster{Name: "va"}, Live: &cluster.Live{ID: "1", Name: "va", Log: cluster.LogState{Known: true, Config: log}}}
}

func unreadLog() compare.Entry {
	e := live(nil)
	e.Live.Log = cluster.LogState{Problem: "503"}
	return e
}

// lines are the items of a report, one line each.
func lines(r compare.Report) []string {
	var lines []string
	for _, i := range r.Items {
		line := strings.TrimSpace(string(i.Kind) + " " + i.Name)
		if i.Message != "" {
			line += ": " + i.Message
		}
		for _, f := range i.Diff {
			line += fmt.Sprintf("; %s %s → %s", f.Path, f.A, f.B)
		}
		lines = append(lines, line)
	}
	return lines
}

func TestCompare(t *testing.T) {
	t.Parallel()
	in := func(d time.Duration) time.Time { return noon().Add(d) }
	levels := func(expiration time.Time) *cluster.LiveLogConfig {
		return &cluster.LiveLogConfig{RootLevel: "INFO", LogLevels: map[string]cluster.Level{"a/b": "DEBUG"}, Expiration: expiration}
	}
	declared := func(c cluster.LogConfig) cluster.Cluster {
		c.RootLevel, c.LogLevels = "INFO", map[string]cluster.Level{"a/b": "DEBUG"}
		return cluster.Cluster{Name: "va", LogConfig: &c}
	}
	described := func(text string) cluster.Cluster { return cluster.Cluster{Name: "va", Description: &text} }
	named := func(names ...string) (side compare.Side) {
		for _, name := range names {
			side.Entries = append(side.Entries, compare.Entry{Cluster: cluster.Cluster{Name: name}})
		}
		side.Name = "files"
		return side
	}
	unverified := tenant(live(nil))
	unverified.Listing.Verified = false
	number := live(nil)
	number.Others = map[string]json.RawMessage{"/configuration/n": json.RawMessage("-6")}
	const levelsOnlyInA = `changed va; /logConfig/logLevels/a~1b "DEBUG" → ; /logConfig/rootLevel "INFO" → `
	for name, tt := range map[string]struct {
		a, b compare.Side
		want []string
	}{
		"nothing":                          {files(), files(), nil},
		"equal":                            {named("a", "b"), named("b", "a"), nil},
		"only on one side":                 {named("a", "b"), named("b", "c"), []string{"only-in-a a", "only-in-b c"}},
		"an absent cluster":                {files(cluster.Cluster{Name: "va", State: cluster.Absent}), files(), nil},
		"no description":                   {files(described("")), named("va"), nil},
		"another description":              {files(described("x")), files(described("y")), []string{`changed va; /description "x" → "y"`}},
		"a setting that a file removes":    {files(cluster.Cluster{Name: "va", Configuration: cluster.Settings{"k": nil}}), named("va"), nil},
		"several of one name":              {named("va", "va"), named(), []string{"unknown va: files has 2 clusters of this name (give them different names, or leave them out with --exclude)"}},
		"an unreadable cluster":            {tenant(compare.Entry{Cluster: cluster.Cluster{Name: "va"}, Unknown: "bad"}), named("va"), []string{"unknown va: acme: bad"}},
		"an unreadable cluster alone":      {tenant(compare.Entry{Cluster: cluster.Cluster{Name: "va"}, Unknown: "bad"}), named(), []string{"unknown va: acme: bad"}},
		"an unverified listing":            {named("va"), unverified, []string{"unknown: the listing of acme is not verified, so clusters may be missing"}},
		"a log that was not read":          {named("va"), tenant(unreadLog()), []string{"unknown va: log configuration unknown: 503 (to leave it out, use --ignore /logConfig)"}},
		"a log that was not read, alone":   {named(), tenant(unreadLog()), []string{"only-in-b va"}},
		"a number and its text":            {tenant(number), files(cluster.Cluster{Name: "va", Configuration: cluster.Settings{"n": new("-6")}}), nil},
		"levels for different times":       {tenant(live(levels(in(time.Hour)))), tenant(live(levels(in(2 * time.Hour)))), nil},
		"levels without an end":            {tenant(live(levels(time.Time{}))), tenant(live(levels(in(time.Hour)))), nil},
		"levels that have ended":           {tenant(live(levels(noon()))), tenant(live(nil)), nil},
		"levels on one side":               {tenant(live(levels(in(time.Hour)))), tenant(live(nil)), []string{levelsOnlyInA}},
		"declared and live levels":         {files(declared(cluster.LogConfig{DurationMinutes: 5})), tenant(live(levels(in(time.Hour)))), nil},
		"a declared window that has ended": {files(declared(cluster.LogConfig{Expiration: noon()})), tenant(live(nil)), nil},
		"declared levels, none live":       {files(declared(cluster.LogConfig{})), tenant(live(nil)), []string{levelsOnlyInA}},
		"the default duration":             {files(declared(cluster.LogConfig{})), files(declared(cluster.LogConfig{DurationMinutes: cluster.DefaultDurationMinutes})), nil},
		"a duration and a window": {
			files(declared(cluster.LogConfig{DurationMinutes: 5})), files(declared(cluster.LogConfig{Expiration: noon()})),
			[]string{`changed va; /logConfig/durationMinutes 5 → ; /logConfig/expiration  → "2026-03-29T12:00:00Z"`},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := compare.Of(tt.a, tt.b, compare.Options{Now: noon()})
			if diff := cmp.Diff(tt.want, lines(r)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			back := compare.Of(tt.b, tt.a, compare.Options{Now: noon()})
			s := r.Summary
			s.OnlyInA, s.OnlyInB = s.OnlyInB, s.OnlyInA
			if back.Summary != s || r.Differs() != back.Differs() {
				t.Errorf("the other way round: %+v, want %+v", back.Summary, s)
			}
		})
	}
}

// TestEveryFieldCounts sets each field of a declared cluster and of its log configuration on
// one side only. A new field is compared, or it is listed here.
func TestEveryFieldCounts(t *testing.T) {
	t.Parallel()
	notCompared := []string{"Source", "Name", "ID", "RenamedFrom", "State", "RemoveClients"}
	isCounted := func(a, b cluster.Cluster) bool {
		return compare.Of(files(a), files(b), compare.Options{Now: noon()}).Differs()
	}
	for f := range reflect.TypeFor[cluster.Cluster]().Fields() {
		var a cluster.Cluster
		fill(reflect.ValueOf(&a).Elem().FieldByName(f.Name))
		a.Name, a.State = "va", cluster.Present
		if got, want := isCounted(a, cluster.Cluster{Name: "va"}), !slices.Contains(notCompared, f.Name); got != want {
			t.Errorf("%s: counts %t, want %t", f.Name, got, want)
		}
	}
	for f := range reflect.TypeFor[cluster.LogConfig]().Fields() {
		var log cluster.LogConfig
		fill(reflect.ValueOf(&log).Elem().FieldByName(f.Name))
		if !isCounted(cluster.Cluster{Name: "va", LogConfig: &log}, cluster.Cluster{Name: "va", LogConfig: &cluster.LogConfig{}}) {
			t.Errorf("%s of the log configuration does not count", f.Name)
		}
	}
}

// fill sets a value to something other than its zero value.
func fill(v reflect.Value) {
	if v.Type() == reflect.TypeFor[time.Time]() {
		v.Set(reflect.ValueOf(noon()))
		return
	}
	switch v.Kind() {
	case reflect.String:
		v.SetString("x")
	case reflect.Int:
		v.SetInt(7)
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(v.Elem())
	case reflect.Map:
		value := reflect.New(v.Type().Elem()).Elem()
		fill(value)
		v.Set(reflect.MakeMap(v.Type()))
		v.SetMapIndex(reflect.ValueOf("x").Convert(v.Type().Key()), value)
	case reflect.Struct:
		for _, field := range v.Fields() {
			fill(field)
		}
	default:
		panic("cannot fill " + v.Type().String())
	}
}

func TestSelection(t *testing.T) {
	t.Parallel()
	side := files(cluster.Cluster{Name: "va-a"}, cluster.Cluster{Name: "va-b"}, cluster.Cluster{Name: "db"})
	selection := cluster.Selection{Target: []cluster.Glob{"va-*"}, Exclude: []cluster.Glob{"va-b"}}
	r := compare.Of(side, files(), compare.Options{Selection: selection})
	if diff := cmp.Diff([]string{"only-in-a va-a"}, lines(r)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestIgnored(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		glob cluster.Glob
		path string
		want bool
	}{
		{"/description", "/description", true},
		{"/configuration", "/configuration/a/b", true},
		{"/configuration/*", "/configuration/a", true},
		{"/configuration/*", "/configurations", false},
		{"/config", "/configuration/a", false},
		{"/*/debug", "/configuration/debug", true},
		{"/", "/description", false},
	} {
		if got := (compare.Ignored{tt.glob}).Covers(tt.path); got != tt.want {
			t.Errorf("%s covers %s: %t", tt.glob, tt.path, got)
		}
	}
	if r := compare.Of(files(cluster.Cluster{Name: "va"}), tenant(unreadLog()), compare.Options{Ignored: compare.Ignored{"/logConfig"}}); len(r.Items) > 0 {
		t.Errorf("an ignored log configuration: %q", lines(r))
	}
}

func TestTrustedListing(t *testing.T) {
	t.Parallel()
	side := tenant()
	side.Listing.Verified = false
	if r := compare.Of(side, files(), compare.Options{TrustListing: true}); len(r.Items) > 0 {
		t.Errorf("a trusted listing: %q", lines(r))
	}
}
