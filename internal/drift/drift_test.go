package drift_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"clusterctl/internal/cluster"
	"clusterctl/internal/drift"
	"clusterctl/internal/jsonpatch"
	"clusterctl/internal/planner"
	"clusterctl/internal/receipt"
)

func TestDriftOf(t *testing.T) {
	t.Parallel()
	both := serve(t, `{"id":"1","name":"both","description":"live"}`)
	both.Log.Config = &cluster.LiveLogConfig{RootLevel: "TRACE", Expiration: in(time.Hour)}
	desired := []cluster.Cluster{
		{Name: "both", Description: new("file"), LogConfig: &cluster.LogConfig{RootLevel: "INFO"}},
		{Name: "lapsed", LogConfig: &cluster.LogConfig{RootLevel: "INFO"}},
		{Name: "missing"},
		{Name: "tombstone", State: cluster.Absent},
		{Name: "blocked", Type: new("iai")},
		{Name: "same"},
	}
	p := plan(t, desired, []cluster.Live{
		both,
		serve(t, `{"id":"2","name":"lapsed"}`),
		serve(t, `{"id":"3","name":"tombstone"}`),
		serve(t, `{"id":"4","name":"blocked","type":"idn"}`),
		serve(t, `{"id":"5","name":"same"}`),
		serve(t, `{"id":"6","name":"unmanaged"}`),
		serve(t, `{"id":"7","name":"own","type":"sqsCluster"}`),
	})
	d := drift.Of(p, drift.Options{})
	want := drift.Summary{Changed: 2, Missing: 1, Unmanaged: 1, Lapsed: 1, Blocked: 1}
	if diff := cmp.Diff(want, d.Summary); diff != "" {
		t.Errorf("summary (-want +got):\n%s", diff)
	}
	var got []string
	for _, item := range d.Items {
		got = append(got, string(item.Kind)+" "+item.Name)
	}
	if diff := cmp.Diff([]string{"blocked blocked", "changed both", "changed tombstone", "lapsed lapsed", "missing missing", "unmanaged unmanaged"}, got); diff != "" {
		t.Errorf("items (-want +got):\n%s", diff)
	}
	if first := d.Items[1].Diff[0]; first.Path != "/description" || string(first.Expected) != `"file"` || string(first.Found) != `"live"` {
		t.Errorf("first difference of a cluster: %+v", first)
	}
	if n := len(d.Items[1].Diff); n != 4 { // description, rootLevel, expiration, durationMinutes
		t.Errorf("%d differences in one item, want those of both changes", n)
	}
	if !d.Found() || p.Summary.Unchanged != 1 {
		t.Errorf("found %t, matching %d", d.Found(), p.Summary.Unchanged)
	}
}

// Expired log configurations and unmanaged clusters are listed, but do not count.
func TestLapsedAndUnmanagedDoNotCount(t *testing.T) {
	t.Parallel()
	d := drift.Of(plan(t,
		[]cluster.Cluster{{Name: "lapsed", LogConfig: &cluster.LogConfig{RootLevel: "INFO"}}},
		[]cluster.Live{serve(t, `{"id":"2","name":"lapsed"}`), serve(t, `{"id":"6","name":"unmanaged"}`)}), drift.Options{})
	if d.Found() || len(d.Items) != 2 {
		t.Errorf("found %t in %+v", d.Found(), d.Items)
	}
}

// driftText has one line for each item and each of its fields.
func driftText(d drift.Report) []string {
	var lines []string
	for _, item := range d.Items {
		line := fmt.Sprintf("%s %s", item.Kind, item.Name)
		if item.Cause != "" {
			line += " " + string(item.Cause)
		}
		if item.Known != nil {
			line += " known: " + item.Known.Reason
		}
		lines = append(lines, line)
		if item.Kind == cluster.DriftMissing {
			continue
		}
		for _, f := range item.Diff {
			line := fmt.Sprintf("%s: %s, not %s", f.Path, f.Expected, f.Found)
			if f.Cause != "" {
				line += fmt.Sprintf(", applied %s: %s", f.Applied, f.Cause)
			}
			lines = append(lines, line)
		}
	}
	return lines
}

// oneOfEach is a plan with one item of each kind; "match" matches.
func oneOfEach(t *testing.T) planner.Plan {
	t.Helper()
	return plan(t, []cluster.Cluster{
		{Name: "changed", Description: new("file"), Configuration: cluster.Settings{"debug": new("true"), "gmtOffset": new("-6")}},
		{Name: "absent", State: cluster.Absent},
		{Name: "lapsed", LogConfig: &cluster.LogConfig{RootLevel: "INFO"}},
		{Name: "missing", Description: new("file")},
		{Name: "blocked", Type: new("iai")},
		{Name: "match"},
	}, []cluster.Live{
		serve(t, `{"id":"1","name":"changed","description":"live","configuration":null}`),
		serve(t, `{"id":"2","name":"absent"}`),
		serve(t, `{"id":"3","name":"lapsed"}`),
		serve(t, `{"id":"4","name":"blocked","type":"idn"}`),
		serve(t, `{"id":"5","name":"match"}`),
		serve(t, `{"id":"6","name":"unmanaged"}`),
	})
}

// The rows are those of the table at countsKind. The exit code, the counted summary and
// every item agree.
func TestWhatCounts(t *testing.T) {
	t.Parallel()
	for kind, want := range map[cluster.DriftKind]struct{ always, strict, prune bool }{
		cluster.DriftChanged:   {true, true, true},
		cluster.DriftMissing:   {true, true, true},
		cluster.DriftBlocked:   {true, true, true},
		cluster.DriftUnmanaged: {false, true, true},
		cluster.DriftLapsed:    {false, true, false},
	} {
		t.Run(string(kind), func(t *testing.T) {
			t.Parallel()
			var others []cluster.KnownDrift
			for _, other := range cluster.DriftKinds() {
				if other != kind {
					others = append(others, cluster.KnownDrift{Name: "*", Kind: other, Until: in(time.Hour)})
				}
			}
			o := drift.Options{Known: others, Now: noon()}
			check := func(with string, o drift.Options, want bool) {
				d := drift.Of(oneOfEach(t), o)
				if got := d.Found(); got != want {
					t.Errorf("counts %t%s", got, with)
				}
				if got := slices.ContainsFunc(d.Items, d.Counts); got != want {
					t.Errorf("an item counts: %t%s", got, with)
				}
			}
			check("", o, want.always)
			o.Prune = true
			check(" with prune", o, want.prune)
			o.Prune, o.Strict = false, true
			check(" with strict", o, want.strict)
			o.Known = append(o.Known, cluster.KnownDrift{Name: "*", Until: in(time.Hour)})
			d := drift.Of(oneOfEach(t), o)
			if counted := d.Counted(); counted != (drift.Summary{}) {
				t.Errorf("all known, and %+v counts", counted)
			}
			if want := (drift.Summary{Known: 6}); d.Found() || d.Summary != want || oneOfEach(t).Summary.Unchanged != 1 {
				t.Errorf("all known: %+v, found %t", d.Summary, d.Found())
			}
		})
	}
}

// An absent object is reported by its declared fields.
func TestDriftTellsFields(t *testing.T) {
	t.Parallel()
	want := []string{
		`blocked blocked`,
		`changed absent`,
		`changed changed`,
		`/configuration/debug: "true", not `,
		`/configuration/gmtOffset: "-6", not `,
		`/description: "file", not "live"`,
		`lapsed lapsed`,
		`/logConfig/rootLevel: "INFO", not `,
		`/logConfig/durationMinutes: 240, not `,
		`missing missing`,
		`unmanaged unmanaged`,
	}
	if diff := cmp.Diff(want, driftText(drift.Of(oneOfEach(t), drift.Options{}))); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestKnown(t *testing.T) {
	t.Parallel()
	entry := func(name cluster.Glob, kind cluster.DriftKind, path, reason string) cluster.KnownDrift {
		return cluster.KnownDrift{Name: name, Kind: kind, Path: path, Reason: reason, Until: in(time.Nanosecond)}
	}
	ended := entry("*", "", "", "over")
	ended.Until = noon()
	whole := []string{
		`changed changed`, `/configuration/debug: "true", not `, `/configuration/gmtOffset: "-6", not `, `/description: "file", not "live"`,
	}
	for name, tt := range map[string]struct {
		known []cluster.KnownDrift
		want  []string // of the cluster "changed"
	}{
		"nothing":         {nil, whole},
		"another name":    {[]cluster.KnownDrift{entry("change", "", "", "r")}, whole},
		"another kind":    {[]cluster.KnownDrift{entry("*", cluster.DriftLapsed, "", "r")}, whole},
		"another path":    {[]cluster.KnownDrift{entry("*", "", "/configuration/gmt", "r")}, whole},
		"it has ended":    {[]cluster.KnownDrift{ended}, whole},
		"the whole":       {[]cluster.KnownDrift{entry("ch*", "", "", "r")}, append([]string{`changed changed known: r`}, whole[1:]...)},
		"by its kind":     {[]cluster.KnownDrift{entry("*", cluster.DriftChanged, "", "r")}, append([]string{`changed changed known: r`}, whole[1:]...)},
		"the first one":   {[]cluster.KnownDrift{ended, entry("*", "", "", "r"), entry("*", "", "", "s")}, append([]string{`changed changed known: r`}, whole[1:]...)},
		"one field":       {[]cluster.KnownDrift{entry("*", "", "/configuration/debug", "r")}, []string{`changed changed`, whole[2], whole[3], `changed changed known: r`, whole[1]}},
		"an object":       {[]cluster.KnownDrift{entry("*", "", "/configuration", "r")}, []string{`changed changed`, whole[3], `changed changed known: r`, whole[1], whole[2]}},
		"all its fields":  {[]cluster.KnownDrift{entry("*", "", "/description", "r"), entry("*", "", "/configuration", "s")}, []string{`changed changed known: r`, whole[3], `changed changed known: s`, whole[1], whole[2]}},
		"a field, a rest": {[]cluster.KnownDrift{entry("*", "", "/description", "r"), entry("*", "", "", "s")}, []string{`changed changed known: r`, whole[3], `changed changed known: s`, whole[1], whole[2]}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := drift.Of(oneOfEach(t), drift.Options{Known: tt.known, Now: noon()})
			d.Items = slices.DeleteFunc(d.Items, func(i drift.Item) bool { return i.Name != "changed" })
			if diff := cmp.Diff(tt.want, driftText(d)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// A path accepts fields, but no cluster that drifts as a whole.
func TestKnownPathIsOfFields(t *testing.T) {
	t.Parallel()
	known := []cluster.KnownDrift{
		{Name: "*", Path: "/name", Until: in(time.Hour)}, {Name: "*", Path: "/description", Until: in(time.Hour)},
		{Name: "*", Path: "/configuration", Until: in(time.Hour)}, {Name: "*", Path: "/logConfig", Until: in(time.Hour)},
	}
	d := drift.Of(oneOfEach(t), drift.Options{Known: known, Now: noon()})
	want := drift.Summary{Changed: 1, Missing: 1, Unmanaged: 1, Blocked: 1, Known: 3} // "changed" by two entries, and "lapsed"
	if diff := cmp.Diff(want, d.Summary); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestDriftDocument(t *testing.T) {
	t.Parallel()
	d := drift.Of(
		plan(t, []cluster.Cluster{{Name: "va", Description: new("file")}}, []cluster.Live{serve(t, `{"id":"1","name":"va","description":"live"}`)}),
		drift.Options{
			Since: []receipt.Effect{{ID: "1", Name: "va", Diff: []jsonpatch.Edit{{Path: "/description", After: json.RawMessage(`"then"`)}}}},
			Known: []cluster.KnownDrift{{Name: "va", Reason: "r", Until: in(time.Hour)}},
			Now:   noon(),
		})
	got, err := json.Marshal(d.Items)
	if err != nil {
		t.Fatal(err)
	}
	const want = `[{"kind":"changed","name":"va","id":"1","source":{"file":"","line":0,"column":0},` +
		`"diff":[{"path":"/description","expected":"file","found":"live","applied":"then","cause":"both"}],` +
		`"cause":"both","known":{"reason":"r","until":"2026-03-29T13:00:00Z"}}]`
	if string(got) != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}
