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
	"clusterctl/internal/jsonpatch"
	"clusterctl/internal/planner"
	"clusterctl/internal/receipt"
	"clusterctl/internal/testkit/fixture"
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
	wrote := func(path, after string) jsonpatch.Edit {
		d := jsonpatch.Edit{Path: path}
		if after != "" {
			d.After = json.RawMessage(after)
		}
		return d
	}
	for name, tt := range map[string]struct {
		effect receipt.Effect
		live   string
		want   []string
	}{
		"live changed":  {receipt.Effect{ID: "1", Diff: []jsonpatch.Edit{wrote("/description", `"file"`)}}, live, []string{"changed va live-changed", debug, offset, text + `, applied "file": live-changed`}},
		"file ahead":    {receipt.Effect{ID: "1", Diff: []jsonpatch.Edit{wrote("/description", `"live"`)}}, live, []string{"changed va file-ahead", debug, offset, text + `, applied "live": file-ahead`}},
		"both":          {receipt.Effect{ID: "1", Diff: []jsonpatch.Edit{wrote("/description", `"then"`)}}, live, []string{"changed va both", debug, offset, text + `, applied "then": both`}},
		"never applied": {receipt.Effect{ID: "1", Diff: []jsonpatch.Edit{wrote("/name", `"va"`)}}, live, []string{"changed va", debug, offset, text}},
		"another one's": {receipt.Effect{ID: "2", Diff: []jsonpatch.Edit{wrote("/description", `"file"`)}}, live, []string{"changed va", debug, offset, text}},
		"each its own": {
			receipt.Effect{ID: "1", Diff: []jsonpatch.Edit{wrote("/description", `"file"`), wrote("/configuration/gmtOffset", `"-5"`)}}, live,
			[]string{"changed va both", debug, offset + `, applied "-5": file-ahead`, text + `, applied "file": live-changed`},
		},
		"a removal is applied, too": {
			receipt.Effect{ID: "1", Diff: []jsonpatch.Edit{wrote("/configuration/debug", "")}}, live,
			[]string{"changed va live-changed", debug + `, applied : live-changed`, offset, text},
		},
		"inside of an object": {
			receipt.Effect{ID: "1", Diff: []jsonpatch.Edit{wrote("/configuration", `{"gmtOffset":"-5"}`)}}, live,
			[]string{"changed va both", debug + `, applied : live-changed`, offset + `, applied "-5": file-ahead`, text},
		},
		"of an object that was removed": {
			receipt.Effect{ID: "1", Diff: []jsonpatch.Edit{wrote("/configuration", "")}}, live,
			[]string{"changed va both", debug + `, applied : live-changed`, offset + `, applied : both`, text},
		},
		"nearest to the field": {
			receipt.Effect{ID: "1", Diff: []jsonpatch.Edit{wrote("/configuration/gmtOffset", `"-6"`), wrote("/configuration", `{"gmtOffset":"-5"}`)}}, live,
			[]string{"changed va live-changed", debug + `, applied : live-changed`, offset + `, applied "-6": live-changed`, text},
		},
		"not a longer name": {receipt.Effect{ID: "1", Diff: []jsonpatch.Edit{wrote("/conf", `{}`)}}, live, []string{"changed va", debug, offset, text}},
		"not readable":      {receipt.Effect{ID: "1", Diff: []jsonpatch.Edit{wrote("/configuration", `{`)}}, live, []string{"changed va", debug, offset, text}},
		"the object is gone": {
			receipt.Effect{ID: "1", Diff: []jsonpatch.Edit{wrote("/configuration/gmtOffset", `"-6"`)}},
			`{"id":"1","name":"va","description":"file","configuration":null}`,
			[]string{"changed va live-changed", `/configuration/gmtOffset: "-6", not , applied "-6": live-changed`},
		},
		"not settled, but done": {
			receipt.Effect{ID: "1", Unknown: true, Diff: []jsonpatch.Edit{wrote("/description", `"live"`)}}, live,
			[]string{"changed va file-ahead", debug, offset, text + `, applied "live": file-ahead`},
		},
		"not settled": {receipt.Effect{ID: "1", Unknown: true, Diff: []jsonpatch.Edit{wrote("/description", `"file"`)}}, live, []string{"changed va", debug, offset, text}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := drift.Of(plan(t, []cluster.Cluster{declared}, []cluster.Live{serve(t, tt.live)}),
				drift.Options{Since: []receipt.Effect{tt.effect}, Now: noon()})
			if diff := cmp.Diff(tt.want, driftText(d)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// All fields of a log configuration have the same cause.
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
		"an end that was unknown":      {window(2 * time.Hour), log("DEBUG", time.Hour), &cluster.LiveLogConfig{RootLevel: "INFO"}, drift.LiveChanged},
		"someone set one, none was":    {info, log("DEBUG", time.Hour), nil, drift.BothChanged},
		"it is to be renewed in time":  {window(48 * time.Hour), log("INFO", time.Hour), log("INFO", time.Hour), ""},
		"it has lapsed, whatever else": {info, nil, log("DEBUG", -time.Hour), ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			live := serve(t, `{"id":"1","name":"va"}`)
			live.Log.Config = tt.live
			d := drift.Of(plan(t, []cluster.Cluster{{Name: "va", LogConfig: &tt.want}}, []cluster.Live{live}),
				drift.Options{Since: []receipt.Effect{{ID: "1", Name: "va", Log: &receipt.LogEffect{After: tt.after}}}, Now: noon()})
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

// A change of a log configuration that cannot be read has no cause.
func TestNoCauseOfAnUnreadableLog(t *testing.T) {
	t.Parallel()
	live := serve(t, `{"id":"1","name":"va"}`)
	live.Log.Config = &cluster.LiveLogConfig{RootLevel: "DEBUG", LogLevels: map[string]cluster.Level{}, Expiration: in(time.Hour)}
	since := []receipt.Effect{{ID: "1", Name: "va", Log: &receipt.LogEffect{After: live.Log.Config}}}
	for name, change := range map[string]func(*planner.Change){
		"no request":           func(c *planner.Change) { c.Requests = nil },
		"no log configuration": func(c *planner.Change) { c.Requests[0].Body = json.RawMessage(`[]`) },
		"no such expiration":   func(c *planner.Change) { c.Diff = append(c.Diff, fixture.FieldDiff("/logConfig/expiration", "7", "")) },
		"none of these":        func(*planner.Change) {},
	} {
		p := plan(t, []cluster.Cluster{{Name: "va", LogConfig: &cluster.LogConfig{RootLevel: "INFO"}}}, []cluster.Live{live})
		change(&p.Changes[0])
		d := drift.Of(p, drift.Options{Since: since, Now: noon()})
		if hasCause := d.Items[0].Cause != ""; hasCause != (name == "none of these") {
			t.Errorf("%s: cause %q", name, d.Items[0].Cause)
		}
	}
}

// The presence or absence of a cluster has a cause too.
func TestCauseOfClusters(t *testing.T) {
	t.Parallel()
	present, absent := []cluster.Cluster{{Name: "va"}}, []cluster.Cluster{{Name: "va", State: cluster.Absent}}
	made := receipt.Effect{ID: "1", Name: "va", Created: true}
	wrote := receipt.Effect{ID: "1", Name: "va", Diff: []jsonpatch.Edit{{Path: "/description", After: json.RawMessage(`"x"`)}}}
	deleted := receipt.Effect{ID: "1", Name: "va", Deleted: true}
	unsettled := func(d receipt.Effect) receipt.Effect { d.Unknown = true; return d }
	for name, tt := range map[string]struct {
		desired []cluster.Cluster
		live    string // its name
		effects []receipt.Effect
		want    string
	}{
		"missing, was made":                     {present, "", []receipt.Effect{made}, "missing va live-changed"},
		"missing, was written":                  {present, "", []receipt.Effect{wrote}, "missing va live-changed"},
		"missing, was deleted":                  {present, "", []receipt.Effect{deleted}, "missing va file-ahead"},
		"missing, deleted and made again":       {present, "", []receipt.Effect{{ID: "2", Name: "va"}, deleted}, "missing va live-changed"},
		"missing, never heard of":               {present, "", nil, "missing va"},
		"missing, perhaps never made":           {present, "", []receipt.Effect{{Name: "va", Created: true}}, "missing va"},
		"missing, perhaps deleted":              {present, "", []receipt.Effect{unsettled(wrote)}, "missing va"},
		"in no file, was made":                  {nil, "va", []receipt.Effect{made}, "unmanaged va file-ahead"},
		"in no file, was written":               {nil, "va", []receipt.Effect{wrote}, "unmanaged va file-ahead"},
		"in no file, was made for sure":         {nil, "va", []receipt.Effect{unsettled(made)}, "unmanaged va file-ahead"},
		"in no file, has another name now":      {nil, "va-2", []receipt.Effect{made}, "unmanaged va-2"},
		"in no file, never heard of":            {nil, "va", []receipt.Effect{{ID: "2", Name: "va", Deleted: true}}, "unmanaged va"},
		"to be absent, was made":                {absent, "va", []receipt.Effect{made}, "changed va file-ahead"},
		"to be absent, was deleted":             {absent, "va", []receipt.Effect{deleted}, "changed va live-changed"},
		"to be absent, was perhaps deleted":     {absent, "va", []receipt.Effect{unsettled(deleted)}, "changed va"},
		"the last effect on one cluster counts": {absent, "va", []receipt.Effect{made, deleted}, "changed va live-changed"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var live []cluster.Live
			if tt.live != "" {
				live = append(live, serve(t, `{"id":"1","name":"`+tt.live+`"}`))
			}
			d := drift.Of(plan(t, tt.desired, live), drift.Options{Since: tt.effects, Now: noon()})
			if diff := cmp.Diff([]string{tt.want}, driftText(d)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// effectsOf returns the effects of a plan that was applied, as a receipt has them.
func effectsOf(p planner.Plan, after []cluster.Live) []receipt.Effect {
	effects := map[string]receipt.Effect{}
	for _, c := range p.Changes {
		i := slices.IndexFunc(after, func(l cluster.Live) bool { return l.ID == c.ID || c.ID == "" && l.Name == c.Name })
		d := effects[c.Name]
		d.ID, d.Name, d.Created, d.Deleted = c.ID, c.Name, c.Action == planner.Create, c.Action == planner.Delete
		if i >= 0 {
			d.ID = after[i].ID
		}
		for _, f := range c.DocumentAfter() {
			d.Diff = append(d.Diff, jsonpatch.Edit{Path: f.Path, After: f.Value})
		}
		if _, ok := c.LogRequest(); ok {
			d.Log = &receipt.LogEffect{After: after[i].Log.Config}
		}
		effects[c.Name] = d
	}
	var all []receipt.Effect
	for _, d := range effects {
		all = append(all, d)
	}
	return all
}

// An applied value that someone reverts is changed live. One that the file then wants
// otherwise is a file that is ahead.
func TestCausesTellWhoMoved(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		desired, before := desiredClusters().Draw(t, "desired"), liveClusters().Draw(t, "live")
		first := plan(t, desired, before)
		after := apply(t, first, before)
		o := drift.Options{Since: effectsOf(first, after), Now: noon()}

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

// expectCause checks the cause of an item and of each of its fields that has one.
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

// Known drift is split off, and nothing is lost or added.
func TestKnownSplitsAndKeepsAll(t *testing.T) {
	t.Parallel()
	entries := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) cluster.KnownDrift {
		return cluster.KnownDrift{
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

// fieldsOf lists everything that drifts, known or not.
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
