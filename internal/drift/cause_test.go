package drift_test

import (
	"encoding/json"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"clusterctl/internal/cluster"
	"clusterctl/internal/drift"
	"clusterctl/internal/planner"
)

// The first rows are those of the table at causeOf.
func TestCauseOfFields(t *testing.T) {
	t.Parallel()
	declared := cluster.Cluster{Name: "va", Description: new("file"), Configuration: cluster.Settings{"gmtOffset": new("-6"), "debug": nil}}
	const (
		offset = `/configuration/gmtOffset: "-6", not "-5"`
		debug  = `/configuration/debug: , not "true"`
		text   = `/description: "file", not "live"`
		live   = `{"id":"1","name":"va","description":"live","configuration":{"gmtOffset":"-5","debug":"true"}}`
	)
	wrote := func(path, after string) planner.FieldDiff {
		d := planner.FieldDiff{Path: path}
		if after != "" {
			d.After = json.RawMessage(after)
		}
		return d
	}
	for name, tt := range map[string]struct {
		deed planner.Deed
		live string
		want []string
	}{
		"live changed":  {planner.Deed{ID: "1", Diff: []planner.FieldDiff{wrote("/description", `"file"`)}}, live, []string{"changed va live-changed", debug, offset, text + `, applied "file": live-changed`}},
		"file ahead":    {planner.Deed{ID: "1", Diff: []planner.FieldDiff{wrote("/description", `"live"`)}}, live, []string{"changed va file-ahead", debug, offset, text + `, applied "live": file-ahead`}},
		"both":          {planner.Deed{ID: "1", Diff: []planner.FieldDiff{wrote("/description", `"then"`)}}, live, []string{"changed va both", debug, offset, text + `, applied "then": both`}},
		"never applied": {planner.Deed{ID: "1", Diff: []planner.FieldDiff{wrote("/name", `"va"`)}}, live, []string{"changed va", debug, offset, text}},
		"another one's": {planner.Deed{ID: "2", Diff: []planner.FieldDiff{wrote("/description", `"file"`)}}, live, []string{"changed va", debug, offset, text}},
		"each its own": {
			planner.Deed{ID: "1", Diff: []planner.FieldDiff{wrote("/description", `"file"`), wrote("/configuration/gmtOffset", `"-5"`)}}, live,
			[]string{"changed va both", debug, offset + `, applied "-5": file-ahead`, text + `, applied "file": live-changed`},
		},
		"a removal is applied, too": {
			planner.Deed{ID: "1", Diff: []planner.FieldDiff{wrote("/configuration/debug", "")}}, live,
			[]string{"changed va live-changed", debug + `, applied : live-changed`, offset, text},
		},
		"inside of an object": {
			planner.Deed{ID: "1", Diff: []planner.FieldDiff{wrote("/configuration", `{"gmtOffset":"-5"}`)}}, live,
			[]string{"changed va both", debug + `, applied : live-changed`, offset + `, applied "-5": file-ahead`, text},
		},
		"of an object that was removed": {
			planner.Deed{ID: "1", Diff: []planner.FieldDiff{wrote("/configuration", "")}}, live,
			[]string{"changed va both", debug + `, applied : live-changed`, offset + `, applied : both`, text},
		},
		"nearest to the field": {
			planner.Deed{ID: "1", Diff: []planner.FieldDiff{wrote("/configuration/gmtOffset", `"-6"`), wrote("/configuration", `{"gmtOffset":"-5"}`)}}, live,
			[]string{"changed va live-changed", debug + `, applied : live-changed`, offset + `, applied "-6": live-changed`, text},
		},
		"not a longer name": {planner.Deed{ID: "1", Diff: []planner.FieldDiff{wrote("/conf", `{}`)}}, live, []string{"changed va", debug, offset, text}},
		"not readable":      {planner.Deed{ID: "1", Diff: []planner.FieldDiff{wrote("/configuration", `{`)}}, live, []string{"changed va", debug, offset, text}},
		"the object is gone": {
			planner.Deed{ID: "1", Diff: []planner.FieldDiff{wrote("/configuration/gmtOffset", `"-6"`)}},
			`{"id":"1","name":"va","description":"file","configuration":null}`,
			[]string{"changed va live-changed", `/configuration/gmtOffset: "-6", not , applied "-6": live-changed`},
		},
		"not settled, but done": {
			planner.Deed{ID: "1", Unsettled: true, Diff: []planner.FieldDiff{wrote("/description", `"live"`)}}, live,
			[]string{"changed va file-ahead", debug, offset, text + `, applied "live": file-ahead`},
		},
		"not settled": {planner.Deed{ID: "1", Unsettled: true, Diff: []planner.FieldDiff{wrote("/description", `"file"`)}}, live, []string{"changed va", debug, offset, text}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := drift.Of(plan(t, []cluster.Cluster{declared}, []cluster.Live{serve(t, tt.live)}),
				drift.Options{Since: []planner.Deed{tt.deed}, Now: noon()})
			if diff := cmp.Diff(tt.want, driftText(d)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// A log configuration has one cause, that of the whole.
func TestCauseOfLog(t *testing.T) {
	t.Parallel()
	log := func(level cluster.Level, end time.Duration) *cluster.LiveLogConfig {
		return &cluster.LiveLogConfig{RootLevel: level, LogLevels: map[string]cluster.Level{}, Expiration: in(end)}
	}
	window := func(end time.Duration) cluster.LogConfig {
		return cluster.LogConfig{RootLevel: "INFO", Expiration: in(end)}
	}
	info := cluster.LogConfig{RootLevel: "INFO"}
	for name, tt := range map[string]struct {
		want  cluster.LogConfig
		live  *cluster.LiveLogConfig
		after *cluster.LiveLogConfig
		cause drift.Cause
	}{
		"other levels are live":        {info, log("DEBUG", time.Hour), log("INFO", time.Hour), drift.LiveChanged},
		"none is live":                 {window(2 * time.Hour), nil, log("INFO", 2*time.Hour), drift.LiveChanged},
		"another end is live":          {window(2 * time.Hour), log("INFO", time.Hour), log("INFO", 2*time.Hour), drift.LiveChanged},
		"the file wants other levels":  {info, log("DEBUG", time.Hour), log("DEBUG", time.Hour), drift.FileAhead},
		"the file wants another end":   {window(2 * time.Hour), log("INFO", time.Hour), log("INFO", time.Hour), drift.FileAhead},
		"the file wants one again":     {window(2 * time.Hour), nil, log("INFO", -time.Hour), drift.FileAhead},
		"the file wants one at all":    {window(2 * time.Hour), nil, nil, drift.FileAhead},
		"all three differ":             {info, log("DEBUG", time.Hour), log("WARN", time.Hour), drift.BothChanged},
		"an end that was not told":     {window(2 * time.Hour), log("DEBUG", time.Hour), &cluster.LiveLogConfig{RootLevel: "INFO"}, drift.LiveChanged},
		"somebody set one, none was":   {info, log("DEBUG", time.Hour), nil, drift.BothChanged},
		"it is to be renewed in time":  {window(48 * time.Hour), log("INFO", time.Hour), log("INFO", time.Hour), ""},
		"it has lapsed, whatever else": {info, nil, log("DEBUG", -time.Hour), ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			live := serve(t, `{"id":"1","name":"va"}`)
			live.Log.Config = tt.live
			d := drift.Of(plan(t, []cluster.Cluster{{Name: "va", LogConfig: &tt.want}}, []cluster.Live{live}),
				drift.Options{Since: []planner.Deed{{ID: "1", Name: "va", Log: &planner.DeedLog{After: tt.after}}}, Now: noon()})
			if len(d.Items) != 1 || d.Items[0].Cause != tt.cause {
				t.Fatalf("want %q, got %q", tt.cause, driftText(d))
			}
			for _, f := range d.Items[0].Diff {
				if f.Cause != tt.cause {
					t.Errorf("%s: %q, want %q", f.Path, f.Cause, tt.cause)
				}
				if f.Path == "/logConfig/rootLevel" && tt.cause != "" && tt.after != nil && string(f.Applied) != `"`+string(tt.after.RootLevel)+`"` {
					t.Errorf("applied: %s", f.Applied)
				}
			}
		})
	}
}

// Whether a cluster is there at all has a cause, too.
func TestCauseOfClusters(t *testing.T) {
	t.Parallel()
	present, absent := []cluster.Cluster{{Name: "va"}}, []cluster.Cluster{{Name: "va", State: cluster.Absent}}
	made := planner.Deed{ID: "1", Name: "va", Created: true}
	wrote := planner.Deed{ID: "1", Name: "va", Diff: []planner.FieldDiff{{Path: "/description", After: json.RawMessage(`"x"`)}}}
	deleted := planner.Deed{ID: "1", Name: "va", Deleted: true}
	unsettled := func(d planner.Deed) planner.Deed { d.Unsettled = true; return d }
	for name, tt := range map[string]struct {
		desired []cluster.Cluster
		live    string // its name
		deeds   []planner.Deed
		want    string
	}{
		"missing, was made":                  {present, "", []planner.Deed{made}, "missing va live-changed"},
		"missing, was written":               {present, "", []planner.Deed{wrote}, "missing va live-changed"},
		"missing, was deleted":               {present, "", []planner.Deed{deleted}, "missing va file-ahead"},
		"missing, deleted and made again":    {present, "", []planner.Deed{{ID: "2", Name: "va"}, deleted}, "missing va live-changed"},
		"missing, never heard of":            {present, "", nil, "missing va"},
		"missing, perhaps never made":        {present, "", []planner.Deed{{Name: "va", Created: true}}, "missing va"},
		"missing, perhaps deleted":           {present, "", []planner.Deed{unsettled(wrote)}, "missing va"},
		"in no file, was made":               {nil, "va", []planner.Deed{made}, "unmanaged va file-ahead"},
		"in no file, was written":            {nil, "va", []planner.Deed{wrote}, "unmanaged va file-ahead"},
		"in no file, was made for sure":      {nil, "va", []planner.Deed{unsettled(made)}, "unmanaged va file-ahead"},
		"in no file, has another name now":   {nil, "va-2", []planner.Deed{made}, "unmanaged va-2"},
		"in no file, never heard of":         {nil, "va", []planner.Deed{{ID: "2", Name: "va", Deleted: true}}, "unmanaged va"},
		"to be absent, was made":             {absent, "va", []planner.Deed{made}, "changed va file-ahead"},
		"to be absent, was deleted":          {absent, "va", []planner.Deed{deleted}, "changed va live-changed"},
		"to be absent, was perhaps deleted":  {absent, "va", []planner.Deed{unsettled(deleted)}, "changed va"},
		"the last deed on one cluster tells": {absent, "va", []planner.Deed{made, deleted}, "changed va live-changed"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var live []cluster.Live
			if tt.live != "" {
				live = append(live, serve(t, `{"id":"1","name":"`+tt.live+`"}`))
			}
			d := drift.Of(plan(t, tt.desired, live), drift.Options{Since: tt.deeds, Now: noon()})
			if diff := cmp.Diff([]string{tt.want}, driftText(d)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// deedsOf is what a receipt tells of a plan that was applied.
func deedsOf(p planner.Plan, after []cluster.Live) []planner.Deed {
	deeds := map[string]planner.Deed{}
	for _, c := range p.Changes {
		i := slices.IndexFunc(after, func(l cluster.Live) bool { return l.ID == c.ID || c.ID == "" && l.Name == c.Name })
		d := deeds[c.Name]
		d.ID, d.Name, d.Created, d.Deleted = c.ID, c.Name, c.Action == planner.Create, c.Action == planner.Delete
		if i >= 0 {
			d.ID = after[i].ID
		}
		for _, f := range c.DocumentAfter() {
			d.Diff = append(d.Diff, planner.FieldDiff{Path: f.Path, After: f.Value})
		}
		if _, ok := c.LogRequest(); ok {
			d.Log = &planner.DeedLog{After: after[i].Log.Config}
		}
		deeds[c.Name] = d
	}
	var all []planner.Deed
	for _, d := range deeds {
		all = append(all, d)
	}
	return all
}

// What was applied and is then undone by somebody has changed live, and what
// is applied and then wanted otherwise is a file that is ahead.
func TestCausesTellWhoMoved(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		desired, before := desiredClusters().Draw(t, "desired"), liveClusters().Draw(t, "live")
		first := plan(t, desired, before)
		after := apply(t, first, before)
		o := drift.Options{Since: deedsOf(first, after), Now: noon()}

		for _, item := range drift.Of(first, o).Items {
			if item.Kind == cluster.DriftChanged || item.Kind == cluster.DriftMissing {
				expectCause(t, item, drift.LiveChanged)
			}
		}
		for _, item := range drift.Of(plan(t, desiredClusters().Draw(t, "other"), after), o).Items {
			if item.Cause != "" {
				expectCause(t, item, drift.FileAhead)
			}
		}
	})
}

// expectCause holds an item, and those of its fields that have one, to a cause.
func expectCause(t *rapid.T, item drift.Item, want drift.Cause) {
	t.Helper()
	if item.Cause != want {
		t.Fatalf("%+v: want the cause %s", item, want)
	}
	for _, f := range item.Diff {
		if f.Cause != "" && f.Cause != want {
			t.Fatalf("%+v: want the cause %s", f, want)
		}
	}
}

// What is known is taken out of drift, and nothing is lost or made up.
func TestKnownSplitsAndKeepsAll(t *testing.T) {
	t.Parallel()
	entries := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) cluster.Known {
		return cluster.Known{
			Name:  cluster.Glob(rapid.SampledFrom([]string{"*", "va-1", "va-[2-4]", "nobody"}).Draw(t, "name")),
			Kind:  rapid.SampledFrom(append(cluster.DriftKinds(), "")).Draw(t, "kind"),
			Path:  rapid.SampledFrom([]string{"", "/configuration", "/configuration/debug", "/logConfig", "/description"}).Draw(t, "path"),
			Until: in(time.Duration(rapid.IntRange(-1, 2).Draw(t, "until")) * time.Hour),
		}
	}), 0, 4)
	rapid.Check(t, func(t *rapid.T) {
		p := plan(t, desiredClusters().Draw(t, "desired"), liveClusters().Draw(t, "live"))
		all := drift.Of(p, drift.Options{Now: noon()})
		some := drift.Of(p, drift.Options{Known: entries.Draw(t, "known"), Now: noon()})

		if diff := cmp.Diff(fieldsOf(all), fieldsOf(some)); diff != "" {
			t.Fatalf("lost or made up (-all +some):\n%s", diff)
		}
		if some.Found() && !all.Found() {
			t.Fatal("what is known made drift")
		}
		s := some.Summary
		if n := s.Changed + s.Missing + s.Unmanaged + s.Lapsed + s.Blocked + s.Known; n != len(some.Items) {
			t.Fatalf("%d counted of %d", n, len(some.Items))
		}
	})
}

// fieldsOf lists what drifts, whoever knows of it.
func fieldsOf(d drift.Report) []string {
	var fields []string
	for _, item := range d.Items {
		fields = append(fields, string(item.Kind)+" "+item.Name)
		for _, f := range item.Diff {
			fields = append(fields, string(item.Kind)+" "+item.Name+" "+f.Path)
		}
	}
	slices.Sort(fields)
	return slices.Compact(fields)
}
