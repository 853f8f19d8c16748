package undo_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"clusterctl/internal/cluster"
	"clusterctl/internal/jsonpatch"
	"clusterctl/internal/planner"
	"clusterctl/internal/receipt"
	"clusterctl/internal/testkit/fixture"
	"clusterctl/internal/undo"
)

func undone(t rapid.TB, effects []receipt.Effect, live []cluster.Live) planner.Plan {
	t.Helper()
	p, err := undo.Plan(input(nil, live), effects)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// requests returns the requests of a plan as they are sent.
func requests(p planner.Plan) []string {
	var sent []string
	for _, c := range p.Changes {
		for _, r := range c.Requests {
			sent = append(sent, strings.TrimSpace(r.Method+" "+r.Path+" "+string(r.Body)))
		}
	}
	return sent
}

func messages(p planner.Plan) []string {
	var lines []string
	for _, f := range p.Findings {
		lines = append(lines, fmt.Sprintf("%s %s %s: %s", f.Kind, f.Name, f.ID, f.Message))
	}
	return lines
}

// The rows are those of the tables at undoer.undo and undoer.restoreFields.
func TestUndo(t *testing.T) {
	t.Parallel()
	const (
		asLeft = `{"id":"1","name":"va","type":"idn","description":"new","configuration":{"gmtOffset":"-6","own":null}}`
		back   = `PATCH /managed-clusters/1 [` +
			`{"op":"test","path":"/configuration/gmtOffset","value":"-6"},{"op":"replace","path":"/configuration/gmtOffset","value":"-5"},` +
			`{"op":"test","path":"/description","value":"new"},{"op":"remove","path":"/description"}]`
		irreversible = "irreversible va 1: deleted with its keys and clients, which cannot be restored; to create a new cluster, apply a file that declares it"
		unanswered   = "blocked va : the create request got no response; "
		changed      = "blocked va 1: changed since the run: "
		inUse        = "blocked va 1: cannot be deleted: changed since the run: "
	)
	written := []jsonpatch.Edit{fieldDiff("/configuration/gmtOffset", `"-5"`, `"-6"`), fieldDiff("/description", "", `"new"`)}
	made := []jsonpatch.Edit{fieldDiff("/name", "", `"va"`), fieldDiff("/type", "", `"idn"`), fieldDiff("/description", "", `"new"`), fieldDiff("/configuration/gmtOffset", "", `"-6"`)}
	tests := map[string]struct {
		effect    receipt.Effect
		live      []string
		requests  []string
		findings  []string
		unchanged int
	}{
		"created without an answer, none of the name": {
			effect:    receipt.Effect{Created: true, Unknown: true, Diff: made},
			live:      []string{`{"id":"1","name":"vb"}`},
			unchanged: 1,
		},
		"created without an answer, one of the name": {
			effect:   receipt.Effect{Created: true, Unknown: true, Diff: made},
			live:     []string{asLeft},
			findings: []string{unanswered + "live cluster 1 has this name: if that run created it, delete it manually"},
		},
		"created without an answer, two of the name": {
			effect:   receipt.Effect{Created: true, Unknown: true, Diff: made},
			live:     []string{`{"id":"2","name":"va"}`, asLeft},
			findings: []string{unanswered + "live clusters 1, 2 have this name: if that run created one of them, delete it manually"},
		},
		"created, gone": {
			effect:    receipt.Effect{ID: "1", Created: true, Diff: made},
			unchanged: 1,
		},
		"created, as left": {
			effect:   receipt.Effect{ID: "1", Created: true, Diff: made},
			live:     []string{asLeft},
			requests: []string{"DELETE /managed-clusters/1"},
		},
		"created, clients and services attached": {
			effect:   receipt.Effect{ID: "1", Created: true},
			live:     []string{`{"id":"1","name":"va","clientIds":["7","8"],"serviceCount":3}`},
			findings: []string{"blocked va 1: cannot be deleted: 2 clients and 3 services attached; remove them first"},
		},
		"created, services attached": {
			effect:   receipt.Effect{ID: "1", Created: true},
			live:     []string{`{"id":"1","name":"va","serviceCount":1}`},
			findings: []string{"blocked va 1: cannot be deleted: 0 clients and 1 service attached; remove them first"},
		},
		"created, of a type that the tenant keeps": {
			effect:   receipt.Effect{ID: "1", Created: true},
			live:     []string{`{"id":"1","name":"va","type":"sqsCluster"}`},
			findings: []string{"blocked va 1: cannot be deleted: system-managed (type sqsCluster)"},
		},
		"created, changed since": {
			effect:   receipt.Effect{ID: "1", Created: true, Diff: made},
			live:     []string{`{"id":"1","name":"vb","type":"idn","description":"new","configuration":{}}`},
			findings: []string{`blocked vb 1: cannot be deleted: changed since the run: /configuration/gmtOffset: expected "-6", found nothing; /name: expected "va", found "vb"`},
		},
		"created, described since where nothing had been": {
			effect:   receipt.Effect{ID: "1", Created: true, Diff: []jsonpatch.Edit{fieldDiff("/description", "", `""`)}},
			live:     []string{asLeft},
			findings: []string{inUse + `/description: expected "", found "new"`},
		},
		"created and cut off, one field as left and one as before": {
			effect:   receipt.Effect{ID: "1", Created: true, Unknown: true, Diff: made},
			live:     []string{`{"id":"1","name":"va","type":"idn","description":"new"}`},
			requests: []string{"DELETE /managed-clusters/1"},
		},
		"created and cut off, changed since": {
			effect:   receipt.Effect{ID: "1", Created: true, Unknown: true, Diff: made},
			live:     []string{`{"id":"1","name":"va","type":"idn","description":"other"}`},
			findings: []string{inUse + `/description: expected "new", found "other"`},
		},
		"created and deleted": {
			effect:    receipt.Effect{ID: "1", Created: true, Deleted: true, Diff: made},
			unchanged: 1,
		},
		"created and deleted, but there after all": {
			effect:   receipt.Effect{ID: "1", Created: true, Deleted: true, Unknown: true, Diff: made},
			live:     []string{asLeft},
			requests: []string{"DELETE /managed-clusters/1"},
		},
		"created, nothing more known, described since": {
			effect:   receipt.Effect{ID: "1", Created: true, Diff: []jsonpatch.Edit{fieldDiff("/name", "", `"va"`)}},
			live:     []string{asLeft},
			requests: []string{"DELETE /managed-clusters/1"},
		},
		"created whole, as left": {
			effect:   receipt.Effect{ID: "1", Created: true, Whole: true, Diff: made},
			live:     []string{asLeft},
			requests: []string{"DELETE /managed-clusters/1"},
		},
		"created whole, the server's own changed since": {
			effect:   receipt.Effect{ID: "1", Created: true, Whole: true, Diff: append(slices.Clone(made), fieldDiff("/updatePreferences/updateState", "", `"AUTO"`))},
			live:     []string{`{"id":"1","name":"va","type":"idn","description":"new","configuration":{"gmtOffset":"-6"},"updatePreferences":{"updateState":"DISABLED"}}`},
			findings: []string{inUse + `/updatePreferences/updateState: expected "AUTO", found "DISABLED"`},
		},
		"created whole, more put in since": {
			effect:   receipt.Effect{ID: "1", Created: true, Whole: true, Diff: []jsonpatch.Edit{fieldDiff("/name", "", `"va"`), fieldDiff("/configuration", "", `{"gmtOffset":"-6"}`)}},
			live:     []string{`{"id":"1","name":"va","description":"theirs","configuration":{"a/b":"1","gmtOffset":"-6","own":null},"updatePreferences":{"updateState":"AUTO"}}`},
			findings: []string{inUse + `/description: expected nothing, found "theirs"; /configuration/a~1b: expected nothing, found "1"; /updatePreferences/updateState: expected nothing, found "AUTO"`},
		},
		"created whole, cut off, more put in since": {
			effect:   receipt.Effect{ID: "1", Created: true, Whole: true, Unknown: true, Diff: made},
			live:     []string{`{"id":"1","name":"va","type":"idn","configuration":{"theirs":"1"}}`},
			findings: []string{inUse + `/configuration/theirs: expected nothing, found "1"`},
		},
		"created whole, changed by someone else before a later run": {
			effect:   receipt.Effect{ID: "1", Created: true, Whole: true, Diff: []jsonpatch.Edit{fieldDiff("/name", "", `"va"`), fieldDiff("/description", `"theirs"`, `"new"`)}},
			live:     []string{`{"id":"1","name":"va","description":"new"}`},
			findings: []string{`blocked va 1: cannot be deleted: changed by someone else before the last write: /description: expected "new", found "theirs"`},
		},
		"created, logging set by someone else before a later run": {
			effect:   receipt.Effect{ID: "1", Created: true, Log: &receipt.LogEffect{Before: &cluster.LiveLogConfig{RootLevel: "DEBUG"}}},
			live:     []string{asLeft},
			findings: []string{`blocked va 1: cannot be deleted: changed by someone else before the last write: log configuration: expected none, found rootLevel DEBUG with 0 logLevels`},
		},
		"adopted, one of the name": {
			effect:   receipt.Effect{ID: "1", Created: true, Adopted: true, Diff: made},
			live:     []string{asLeft},
			findings: []string{"blocked va 1: the create request got no response; live cluster 1 has this name: if that run created it, delete it manually"},
		},
		"adopted, renamed since": {
			effect:   receipt.Effect{ID: "1", Created: true, Adopted: true, Diff: made},
			live:     []string{`{"id":"1","name":"vb"}`},
			findings: []string{"blocked vb 1: the create request got no response; live cluster 1 has this name: if that run created it, delete it manually"},
		},
		"adopted, gone": {
			effect:    receipt.Effect{ID: "1", Created: true, Adopted: true, Diff: made},
			unchanged: 1,
		},
		"deleted": {
			effect:   receipt.Effect{ID: "1", Deleted: true},
			findings: []string{irreversible},
		},
		"deleted, and served still": {
			effect:   receipt.Effect{ID: "1", Deleted: true},
			live:     []string{asLeft},
			findings: []string{irreversible},
		},
		"deleted without an answer, gone": {
			effect:   receipt.Effect{ID: "1", Deleted: true, Unknown: true, Diff: written},
			findings: []string{irreversible},
		},
		"deleted without an answer, there after all": {
			effect:   receipt.Effect{ID: "1", Deleted: true, Unknown: true, Diff: written},
			live:     []string{asLeft},
			requests: []string{back},
		},
		"written, gone": {
			effect:   receipt.Effect{ID: "1", Diff: written},
			live:     []string{`{"id":"2","name":"va"}`},
			findings: []string{"blocked va 1: no longer exists"},
		},
		"written, as before": {
			effect:    receipt.Effect{ID: "1", Diff: written},
			live:      []string{`{"id":"1","name":"va","description":null,"configuration":{"gmtOffset":"-5"}}`},
			unchanged: 1,
		},
		"written, as left": {
			effect:   receipt.Effect{ID: "1", Diff: written},
			live:     []string{asLeft},
			requests: []string{back},
		},
		"written, one field as before": {
			effect:   receipt.Effect{ID: "1", Unknown: true, Diff: written},
			live:     []string{`{"id":"1","name":"va","description":"","configuration":{"gmtOffset":"-6"}}`},
			requests: []string{`PATCH /managed-clusters/1 [{"op":"test","path":"/configuration/gmtOffset","value":"-6"},{"op":"replace","path":"/configuration/gmtOffset","value":"-5"}]`},
		},
		"written, changed since": {
			effect:   receipt.Effect{ID: "1", Diff: written},
			live:     []string{`{"id":"1","name":"va","description":"new","configuration":{"gmtOffset":"-7"}}`},
			findings: []string{changed + `/configuration/gmtOffset: expected "-6", found "-7"`},
		},
		"written to and fro, and changed since": {
			effect:    receipt.Effect{ID: "1", Diff: []jsonpatch.Edit{fieldDiff("/description", "null", `""`)}},
			live:      []string{`{"id":"1","name":"va","description":"other"}`},
			unchanged: 1,
		},
		"removed": {
			effect:   receipt.Effect{ID: "1", Diff: []jsonpatch.Edit{fieldDiff("/configuration/debug", `"true"`, "")}},
			live:     []string{`{"id":"1","name":"va"}`},
			requests: []string{`PATCH /managed-clusters/1 [{"op":"add","path":"/configuration","value":{"debug":"true"}}]`},
		},
		"renamed, and someone has moved it on": {
			effect:   receipt.Effect{ID: "1", Diff: []jsonpatch.Edit{fieldDiff("/name", `"old"`, `"va"`)}},
			live:     []string{`{"id":"1","name":"vc"}`},
			findings: []string{`blocked vc 1: changed since the run: /name: expected "va", found "vc"`},
		},
		"renamed": {
			effect:   receipt.Effect{ID: "1", Diff: []jsonpatch.Edit{fieldDiff("/name", `"old"`, `"va"`)}},
			live:     []string{`{"id":"1","name":"va"}`},
			requests: []string{`PATCH /managed-clusters/1 [{"op":"test","path":"/name","value":"va"},{"op":"replace","path":"/name","value":"old"}]`},
		},
		"renamed, and another has the old name": {
			effect:   receipt.Effect{ID: "1", Diff: []jsonpatch.Edit{fieldDiff("/name", `"old"`, `"va"`), fieldDiff("/description", "", `"new"`)}},
			live:     []string{`{"id":"3","name":"old"}`, `{"id":"1","name":"va","description":"new"}`, `{"id":"2","name":"old"}`},
			findings: []string{`blocked va 1: cannot be renamed from "va" to "old": live cluster 2 has that name; rename or delete it first`},
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tt.effect.Name = "va"
			tt.effect.Source = cluster.Source{File: "r.jsonl", Line: 7, Column: 1}
			var live []cluster.Live
			for _, doc := range tt.live {
				live = append(live, serve(t, doc))
			}
			p := undone(t, []receipt.Effect{tt.effect}, live)
			if diff := cmp.Diff(tt.requests, requests(p)); diff != "" {
				t.Errorf("requests (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(tt.findings, messages(p)); diff != "" {
				t.Errorf("findings (-want +got):\n%s", diff)
			}
			if p.Summary.Unchanged != tt.unchanged {
				t.Errorf("%d unchanged, want %d", p.Summary.Unchanged, tt.unchanged)
			}
			for _, c := range p.Changes {
				if c.Source == nil || *c.Source != tt.effect.Source || c.Name != "va" {
					t.Errorf("change of %s from %v, want va from %s", c.Name, c.Source, tt.effect.Source)
				}
			}
			for _, f := range p.Findings {
				if f.Source == nil || *f.Source != tt.effect.Source {
					t.Errorf("finding from %v, want %s", f.Source, tt.effect.Source)
				}
			}
		})
	}
}

// Keys that someone else added to an object that a run added stay there.
func TestUndoOfAnObjectThatWasPutIn(t *testing.T) {
	t.Parallel()
	made := []jsonpatch.Edit{fieldDiff("/configuration", "", `{"a":"1","b":"2"}`)}
	wasNull := []jsonpatch.Edit{fieldDiff("/configuration", "null", `{"a":"1"}`)}
	again := []jsonpatch.Edit{fieldDiff("/configuration/b", "", `"3"`), fieldDiff("/configuration", "", `{"a":"1"}`), fieldDiff("/configuration/a", `"1"`, `"2"`)}
	tests := map[string]struct {
		diff          []jsonpatch.Edit
		configuration string
		want          string // the operations; empty for none
		changed       string
	}{
		"as left": {
			diff: made, configuration: `{"a":"1","b":"2"}`,
			want: `{"op":"test","path":"/configuration","value":{"a":"1","b":"2"}},{"op":"remove","path":"/configuration"}`,
		},
		"null before": {
			diff: wasNull, configuration: `{"a":"1"}`,
			want: `{"op":"test","path":"/configuration","value":{"a":"1"}},{"op":"replace","path":"/configuration","value":null}`,
		},
		"with a key of someone else's": {
			diff: made, configuration: `{"a":"1","b":"2","own":null}`,
			want: `{"op":"test","path":"/configuration/a","value":"1"},{"op":"remove","path":"/configuration/a"},` +
				`{"op":"test","path":"/configuration/b","value":"2"},{"op":"remove","path":"/configuration/b"}`,
		},
		"with only one key left": {
			diff: made, configuration: `{"b":"2"}`,
			want: `{"op":"test","path":"/configuration","value":{"b":"2"}},{"op":"remove","path":"/configuration"}`,
		},
		"with another value": {
			diff: made, configuration: `{"a":"9","b":"2"}`,
			changed: `/configuration/a: expected "1", found "9"`,
		},
		"emptied":                         {diff: made, configuration: `{}`},
		"gone":                            {diff: made, configuration: `null`},
		"only someone else's":             {diff: made, configuration: `{"own":"x"}`},
		"no object any more":              {diff: made, configuration: `"text"`},
		"written to afterwards":           {diff: again, configuration: `{"a":"2","b":"3"}`, want: `{"op":"test","path":"/configuration","value":{"a":"2","b":"3"}},{"op":"remove","path":"/configuration"}`},
		"written to afterwards, as first": {diff: again, configuration: `{"a":"1"}`, changed: `/configuration/a: expected "2", found "1"`},
		"taken out": {
			diff: []jsonpatch.Edit{fieldDiff("/configuration", `{"a":"1"}`, "")}, configuration: `{"own":"x"}`,
			want: `{"op":"test","path":"/configuration","value":{"own":"x"}},{"op":"add","path":"/configuration/a","value":"1"}`,
		},
		"object by object": {
			diff: []jsonpatch.Edit{fieldDiff("/configuration", `{"a":"1","b":"2"}`, `{"a":"1","b":"3"}`)}, configuration: `{"a":"5","b":"3"}`,
			want: `{"op":"test","path":"/configuration/b","value":"3"},{"op":"replace","path":"/configuration/b","value":"2"}`,
		},
		"a text by an object": {
			diff: []jsonpatch.Edit{fieldDiff("/configuration", `"text"`, `{"a":"1"}`)}, configuration: `{"a":"1","own":"x"}`,
			changed: `/configuration: expected {"a":"1"}, found {"a":"1","own":"x"}`,
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			live := serve(t, `{"id":"1","name":"va","configuration":`+tt.configuration+`}`)
			p := undone(t, []receipt.Effect{{ID: "1", Name: "va", Diff: tt.diff}}, []cluster.Live{live})
			var want, findings []string
			if tt.want != "" {
				want = []string{"PATCH /managed-clusters/1 [" + tt.want + "]"}
			}
			if tt.changed != "" {
				findings = []string{"blocked va 1: changed since the run: " + tt.changed}
			}
			if diff := cmp.Diff(want, requests(p)); diff != "" {
				t.Errorf("requests (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(findings, messages(p)); diff != "" {
				t.Errorf("findings (-want +got):\n%s", diff)
			}
		})
	}
}

// The rows are those of the table at undoer.restoreLog.
func TestUndoOfALogConfiguration(t *testing.T) {
	t.Parallel()
	log := func(root cluster.Level, left time.Duration) *cluster.LiveLogConfig {
		return &cluster.LiveLogConfig{RootLevel: root, LogLevels: map[string]cluster.Level{"x.Y": "DEBUG"}, Expiration: in(left)}
	}
	endless := func(root cluster.Level) *cluster.LiveLogConfig {
		c := log(root, 0)
		c.Expiration = time.Time{}
		return c
	}
	ending := func(left time.Duration) *cluster.LiveLogConfig {
		return &cluster.LiveLogConfig{RootLevel: "INFO", Expiration: in(left)}
	}
	const (
		end     = `{"rootLevel":"INFO","logLevels":{},"durationMinutes":5}`
		warn    = `{"rootLevel":"WARN","logLevels":{"x.Y":"DEBUG"},`
		changed = "changed"
	)
	warnForTwoHours, infoForFour := log("WARN", 2*time.Hour), log("INFO", 4*time.Hour)
	tests := map[string]struct {
		before, after, live *cluster.LiveLogConfig
		want                string // the body that is PUT; empty for unchanged
		wrong               time.Duration
	}{
		"none before, none":                             {after: infoForFour},
		"none before, ended":                            {after: infoForFour, live: log("INFO", 0)},
		"none before, as left":                          {after: infoForFour, live: infoForFour, want: end},
		"none before, as left, to the second":           {after: infoForFour, live: log("INFO", 4*time.Hour-time.Millisecond), want: end},
		"none before, ends soon":                        {after: infoForFour, live: ending(5 * time.Minute)},
		"none before, ends soon by a clock ahead":       {after: infoForFour, live: ending(5*time.Minute + 20*time.Second)},
		"none before, ends soon, and was so left":       {after: ending(time.Minute), live: ending(time.Minute)},
		"none before, ends too late":                    {after: infoForFour, live: ending(7 * time.Minute), want: changed},
		"none before, never ends":                       {after: infoForFour, live: &cluster.LiveLogConfig{RootLevel: "INFO"}, want: changed},
		"none before, INFO for long as left":            {after: ending(time.Hour), live: ending(time.Hour), want: end},
		"none before, other levels":                     {after: infoForFour, live: log("WARN", 4*time.Hour), want: changed},
		"none before, another end":                      {after: infoForFour, live: log("INFO", 3*time.Hour), want: changed},
		"ended since, as left":                          {before: log("WARN", 0), after: infoForFour, live: infoForFour, want: end},
		"ended since, none":                             {before: log("WARN", -time.Hour), after: infoForFour},
		"in force before, none":                         {before: warnForTwoHours, after: infoForFour, want: warn + `"expiration":"2026-03-29T14:00:00Z"}`, wrong: 2 * time.Hour},
		"in force before, ended":                        {before: warnForTwoHours, after: log("INFO", -time.Hour), live: log("INFO", -time.Hour), want: warn + `"expiration":"2026-03-29T14:00:00Z"}`, wrong: 2 * time.Hour},
		"in force before, as before":                    {before: warnForTwoHours, after: infoForFour, live: warnForTwoHours},
		"in force before, as left":                      {before: warnForTwoHours, after: infoForFour, live: infoForFour, want: warn + `"expiration":"2026-03-29T14:00:00Z"}`, wrong: 2 * time.Hour},
		"in force before, as left but for the end":      {before: warnForTwoHours, after: log("WARN", 4*time.Hour), live: log("WARN", 4*time.Hour), want: warn + `"expiration":"2026-03-29T14:00:00Z"}`, wrong: 2 * time.Hour},
		"in force before, anything else":                {before: warnForTwoHours, after: infoForFour, live: log("TRACE", 4*time.Hour), want: changed},
		"in force before, none after, anything else":    {before: warnForTwoHours, live: infoForFour, want: changed},
		"in force before, no response, set":             {before: warnForTwoHours, after: endless("INFO"), live: infoForFour, want: warn + `"expiration":"2026-03-29T14:00:00Z"}`, wrong: 2 * time.Hour},
		"in force before, no response, not set":         {before: warnForTwoHours, after: endless("INFO"), live: warnForTwoHours},
		"no end known before, as left":                  {before: endless("WARN"), after: infoForFour, live: infoForFour, want: warn + `"durationMinutes":1440}`},
		"no end known before, as before":                {before: endless("WARN"), after: infoForFour, live: log("WARN", time.Minute)},
		"ends beyond a day before, as left":             {before: log("WARN", 30*time.Hour), after: infoForFour, live: infoForFour, want: warn + `"durationMinutes":1440}`, wrong: 6 * time.Hour},
		"ends beyond a day before, as undone":           {before: log("WARN", 30*time.Hour), after: infoForFour, live: log("WARN", 24*time.Hour)},
		"ends within a day before, to the very instant": {before: log("WARN", 24*time.Hour), after: infoForFour, live: infoForFour, want: warn + `"expiration":"2026-03-30T12:00:00Z"}`, wrong: 24 * time.Hour},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			live := serve(t, `{"id":"1","name":"va"}`)
			live.Log.Config = tt.live
			p := undone(t, []receipt.Effect{{ID: "1", Name: "va", Log: &receipt.LogEffect{Before: tt.before, After: tt.after}}}, []cluster.Live{live})
			var want, findings []string
			switch tt.want {
			case changed:
				findings = []string{fmt.Sprintf("blocked va 1: changed since the run: log configuration: expected %s, found %s", tt.after, tt.live)}
			case "":
				if p.Summary.Unchanged != 1 {
					t.Errorf("%d unchanged, want 1", p.Summary.Unchanged)
				}
			default:
				want = []string{"PUT /managed-clusters/1/log-config " + tt.want}
			}
			if diff := cmp.Diff(want, requests(p)); diff != "" {
				t.Errorf("requests (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(findings, messages(p)); diff != "" {
				t.Errorf("findings (-want +got):\n%s", diff)
			}
			var expires *time.Time
			if tt.wrong != 0 {
				expires = new(in(tt.wrong))
			}
			if diff := cmp.Diff(expires, p.ExpiresAt); diff != "" {
				t.Errorf("expiry (-want +got):\n%s", diff)
			}
			for _, c := range p.Changes {
				if c.Lapsed {
					t.Error("called lapsed")
				}
			}
		})
	}
}

// A created cluster is kept if someone else has set its log configuration.
func TestUndoOfACreationWithALogConfiguration(t *testing.T) {
	t.Parallel()
	set := &cluster.LiveLogConfig{RootLevel: "WARN", Expiration: in(time.Hour)}
	longer := &cluster.LiveLogConfig{RootLevel: "WARN", Expiration: in(2 * time.Hour)}
	ending := &cluster.LiveLogConfig{RootLevel: "INFO", Expiration: in(5 * time.Minute)}
	tests := map[string]struct {
		after, live *cluster.LiveLogConfig
		blocked     bool
	}{
		"as left":                     {after: set, live: set},
		"ended":                       {after: set},
		"ending, as by an undo":       {after: set, live: ending},
		"another end":                 {after: set, live: longer, blocked: true},
		"where none was set":          {live: set, blocked: true},
		"where none was set, ended":   {live: &cluster.LiveLogConfig{RootLevel: "WARN", Expiration: in(-time.Hour)}},
		"where none was set, nor now": {},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			live := serve(t, `{"id":"1","name":"va"}`)
			live.Log.Config = tt.live
			d := receipt.Effect{ID: "1", Name: "va", Created: true}
			if tt.after != nil {
				d.Log = &receipt.LogEffect{After: tt.after}
			}
			p := undone(t, []receipt.Effect{d}, []cluster.Live{live})
			var want []string
			if tt.blocked {
				want = []string{fmt.Sprintf("blocked va 1: cannot be deleted: changed since the run: log configuration: expected %s, found %s", tt.after, tt.live)}
			}
			if diff := cmp.Diff(want, messages(p)); diff != "" || (p.Summary.Delete == 1) == tt.blocked {
				t.Errorf("summary %+v, findings (-want +got):\n%s", p.Summary, diff)
			}
		})
	}
}

// If one half of a cluster cannot be rolled back, the other half still is.
func TestUndoTakesDocumentAndLogConfigurationBackApart(t *testing.T) {
	t.Parallel()
	live := serve(t, `{"id":"1","name":"va","description":"other"}`)
	live.Log.Config = &cluster.LiveLogConfig{RootLevel: "DEBUG", Expiration: in(time.Hour)}
	p := undone(t, []receipt.Effect{{
		ID: "1", Name: "va",
		Diff: []jsonpatch.Edit{fieldDiff("/description", "", `"new"`)},
		Log:  &receipt.LogEffect{After: live.Log.Config},
	}}, []cluster.Live{live})
	if want := (planner.Summary{SetLog: 1, Blocked: 1}); p.Summary != want {
		t.Errorf("summary %+v, want %+v", p.Summary, want)
	}
	want := []jsonpatch.Edit{
		fieldDiff("/logConfig/rootLevel", `"DEBUG"`, `"INFO"`),
		fieldDiff("/logConfig/expiration", `"2026-03-29T13:00:00Z"`, ""),
		fieldDiff("/logConfig/durationMinutes", "", "5"),
	}
	if diff := cmp.Diff(want, p.Changes[0].Diff); diff != "" {
		t.Errorf("diff (-want +got):\n%s", diff)
	}
}

// The plan of an undo is a complete plan: tenant, listing, order, digest, budget, counts.
func TestUndoIsAPlan(t *testing.T) {
	t.Parallel()
	live := []cluster.Live{
		serve(t, `{"id":"1","name":"vb","description":"new"}`), serve(t, `{"id":"2","name":"va","description":"new"}`),
		serve(t, `{"id":"3","name":"aa"}`), serve(t, `{"id":"9","name":"not written"}`),
	}
	written := []jsonpatch.Edit{fieldDiff("/description", `"old"`, `"new"`)}
	in, effects := input(nil, live), []receipt.Effect{
		{ID: "3", Name: "aa", Created: true},
		{ID: "1", Name: "vb", Diff: written},
		{ID: "2", Name: "va", Diff: written},
		{ID: "4", Name: "gone", Deleted: true},
	}
	p, err := undo.Plan(in, effects)
	if err != nil {
		t.Fatal(err)
	}
	want := planner.Plan{
		FormatVersion: planner.FormatVersion, Tool: in.Tool, CreatedAt: noon(), Undo: true, Tenant: in.Snapshot.Tenant, Listing: in.Snapshot.Listing,
		Budget:  planner.Budget{Requests: 5, Seconds: 1},
		Summary: planner.Summary{Update: 2, Delete: 1, Irreversible: 1}, Warnings: []planner.Warning{}, Waivers: []planner.Waiver{},
	}
	if diff := cmp.Diff(want, p, cmpopts.IgnoreFields(planner.Plan{}, "Digest", "Changes", "Findings")); diff != "" {
		t.Errorf("plan (-want +got):\n%s", diff)
	}
	if err := p.Verify(); err != nil {
		t.Error(err)
	}
	var order []string
	for _, c := range p.Changes {
		order = append(order, c.Name)
	}
	if diff := cmp.Diff([]string{"va", "vb", "aa"}, order); diff != "" || !strings.HasPrefix(p.Digest, "sha256:") {
		t.Errorf("digest %q, order (-want +got):\n%s", p.Digest, diff)
	}

	in.Selection = cluster.Selection{Target: []cluster.Glob{"v*"}, Exclude: []cluster.Glob{"vb"}}
	if p, err = undo.Plan(in, effects); err != nil || p.Summary != (planner.Summary{Update: 1}) {
		t.Errorf("narrowed to va: %+v, %v", p.Summary, err)
	}
}

func TestADeletedClusterIsNothingToWaitFor(t *testing.T) {
	t.Parallel()
	p := undone(t, []receipt.Effect{{ID: "1", Name: "va", Deleted: true}}, nil)
	if !p.IsEmpty() {
		t.Errorf("the plan is not empty: %+v", p)
	}
	data, err := json.Marshal(p.Summary)
	if err != nil || !strings.Contains(string(data), `"irreversible":1`) {
		t.Errorf("summary %s, %v", data, err)
	}
}

// What cannot be read is one blocked item; everything else is rolled back.
func TestUndoOfWhatCannotBeRead(t *testing.T) {
	t.Parallel()
	at := cluster.Source{File: "r.jsonl", Line: 7, Column: 1}
	live := []cluster.Live{
		serve(t, `{"id":"1","name":"va","description":"new","configuration":"text"}`),
		serve(t, `{"id":"2","name":"whole","description":"new"}`),
	}
	tests := map[string]struct {
		effect receipt.Effect
		want   string
	}{
		"before that cannot be looked for": {receipt.Effect{Diff: []jsonpatch.Edit{fieldDiff("description", "", `"new"`)}}, "does not start with /"},
		"created likewise":                 {receipt.Effect{Created: true, Diff: []jsonpatch.Edit{fieldDiff("description", "", `"new"`)}}, "does not start with /"},
		"no object to lay it over":         {receipt.Effect{Diff: []jsonpatch.Edit{fieldDiff("/configuration/k", `"v"`, "")}}, "not an object in the tenant"},
		"no name before":                   {receipt.Effect{Diff: []jsonpatch.Edit{fieldDiff("/name", "", `"va"`)}}, "the new name is not a string"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tt.effect.ID, tt.effect.Name, tt.effect.Source = "1", "va", at
			whole := receipt.Effect{ID: "2", Name: "whole", Diff: []jsonpatch.Edit{fieldDiff("/description", `"old"`, `"new"`)}}
			p := undone(t, []receipt.Effect{tt.effect, whole}, live)
			if len(p.Changes) != 1 || p.Changes[0].Name != "whole" || p.Summary.Blocked != 1 {
				t.Fatalf("want va blocked and whole taken back: %+v, %+v", p.Changes, p.Findings)
			}
			if f := p.Findings[0]; f.Name != "va" || *f.Source != at || !strings.Contains(f.Message, tt.want) {
				t.Errorf("%+v, want one with the place, the name and %q", f, tt.want)
			}
		})
	}
}

func TestNeedsLogConfigToUndo(t *testing.T) {
	t.Parallel()
	log := &receipt.LogEffect{}
	needs := undo.Need([]receipt.Effect{
		{ID: "set", Log: log}, {ID: "made", Created: true, Log: log}, {ID: "written"},
		{ID: "cut off", Deleted: true, Unknown: true, Log: log},
	}).Log
	for id, want := range map[string]bool{"set": true, "made": true, "written": false, "cut off": true, "unknown": false} {
		if got := needs(cluster.Live{ID: id}); got != want {
			t.Errorf("%s: %t, want %t", id, got, want)
		}
	}
}

// history is a tenant before and after some runs of apply, and their effects.
type history struct {
	before, after []cluster.Live
	effects       []receipt.Effect
}

// histories draws random files that are applied one after the other to a random tenant.
// Some clusters are renamed as well.
func histories() *rapid.Generator[history] {
	return rapid.Custom(func(t *rapid.T) history {
		h := history{before: liveClusters().Draw(t, "live")}
		h.after = h.before
		for run := range rapid.IntRange(1, 4).Draw(t, "runs") {
			desired := desiredClusters().Draw(t, "desired")
			for _, l := range h.after {
				isFree := !slices.ContainsFunc(desired, func(c cluster.Cluster) bool { return c.Name == l.Name })
				if isFree && rapid.Bool().Draw(t, "rename") {
					desired = append(desired, cluster.Cluster{ID: l.ID, Name: fmt.Sprintf("renamed %s in %d", l.ID, run), State: cluster.Present})
				}
			}
			h.run(t, run, desired)
		}
		return h
	})
}

// run applies one file and records the effects, as a receipt would.
func (h *history) run(t rapid.TB, run int, desired []cluster.Cluster) {
	t.Helper()
	was := h.after
	p := plan(t, desired, was)
	h.after = apply(t, p, was)
	for i, l := range h.after {
		if strings.HasPrefix(l.ID, "new-") { // ids are unique
			h.after[i] = fixture.Patched(t, l, json.RawMessage(fmt.Sprintf(`[{"op":"replace","path":"/id","value":"made in %d as %s"}]`, run, l.ID)))
		}
	}
	for _, c := range p.Changes {
		id := c.ID
		if c.Action == planner.Create {
			id = h.after[slices.IndexFunc(h.after, func(l cluster.Live) bool { return l.Name == c.Name })].ID
		}
		h.note(id, c, was)
	}
}

func (h *history) note(id string, c planner.Change, was []cluster.Live) {
	i := slices.IndexFunc(h.effects, func(d receipt.Effect) bool { return d.ID == id })
	if i < 0 {
		i = len(h.effects)
		h.effects = append(h.effects, receipt.Effect{ID: id, Created: c.Action == planner.Create})
	}
	d := &h.effects[i]
	d.Name, d.Deleted = c.Name, c.Action == planner.Delete
	for _, field := range c.Diff {
		j := slices.IndexFunc(d.Diff, func(f jsonpatch.Edit) bool { return f.Path == field.Path })
		switch {
		case strings.HasPrefix(field.Path, "/logConfig/"):
		case j < 0:
			d.Diff = append(d.Diff, field)
		default:
			d.Diff[j].After = field.After
		}
	}
	if _, isSet := c.LogRequest(); isSet {
		if d.Log == nil {
			d.Log = &receipt.LogEffect{Before: logOf(was, id)}
		}
		d.Log.After = logOf(h.after, id)
	}
}

func logOf(live []cluster.Live, id string) *cluster.LiveLogConfig {
	i := slices.IndexFunc(live, func(l cluster.Live) bool { return l.ID == id })
	if i < 0 {
		return nil
	}
	return live[i].Log.Config
}

// Undo restores documents and log configurations, keeps what someone else has added
// since, and changes nothing when it is repeated. The name of a cluster to be deleted can
// be restored only after the delete.
func TestUndoLeadsBack(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		h := histories().Draw(t, "history")
		if rapid.Bool().Draw(t, "someone else was there") {
			h.putInForeign(t)
		}
		live := h.after
		for range 2 {
			p := undone(t, h.effects, live)
			live = apply(t, p, live)
			if p.Summary.Blocked == 0 {
				break
			}
		}

		if again := undone(t, h.effects, live); len(again.Changes) > 0 || again.Summary.Blocked > 0 {
			t.Fatalf("undone twice: changes %+v, findings %+v", again.Changes, again.Findings)
		}
		for _, d := range h.effects {
			if d.Deleted {
				h.before = slices.DeleteFunc(slices.Clone(h.before), func(l cluster.Live) bool { return l.ID == d.ID })
			}
		}
		if diff := cmp.Diff(documents(t, h.before), documents(t, live)); diff != "" {
			t.Fatalf("not as before (-before +after):\n%s", diff)
		}
		for _, l := range h.before {
			expectSameLog(t, l.Log.Config, logOf(live, l.ID))
		}
	})
}

// putInForeign adds keys of someone else next to written and existing ones, and to the
// expected documents.
func (h *history) putInForeign(t rapid.TB) {
	t.Helper()
	put := func(clusters []cluster.Live) []cluster.Live {
		clusters = slices.Clone(clusters)
		for i, l := range clusters {
			doc, err := jsonpatch.Overlay(l.Document, []jsonpatch.Field{
				{Path: "/configuration/foreign", Value: jsonpatch.Quote("x")}, {Path: "/alertKey", Value: jsonpatch.Quote("y")},
			})
			if err != nil {
				t.Fatal(err)
			}
			clusters[i].Document = doc
		}
		return clusters
	}
	h.before, h.after = put(h.before), put(h.after)
}

// documents returns documents by id, without meaningless parts: null members, empty
// objects and empty descriptions.
func documents(t rapid.TB, live []cluster.Live) map[string]any {
	t.Helper()
	byID := map[string]any{}
	for _, l := range live {
		var doc map[string]any
		if err := json.Unmarshal(l.Document, &doc); err != nil {
			t.Fatal(err)
		}
		for _, value := range doc {
			if o, ok := value.(map[string]any); ok {
				maps.DeleteFunc(o, func(_ string, v any) bool { return v == nil })
			}
		}
		maps.DeleteFunc(doc, func(key string, v any) bool {
			o, isObject := v.(map[string]any)
			return v == nil || isObject && len(o) == 0 || key == "description" && v == ""
		})
		byID[l.ID] = doc
	}
	return byID
}

// expectSameLog allows for what the API cannot do: end a configuration at once, or grant
// more than a day, which may be requested if the end is not known.
func expectSameLog(t rapid.TB, before, after *cluster.LiveLogConfig) {
	t.Helper()
	const day = cluster.MaxDurationMinutes * time.Minute
	switch {
	case !before.InForce(noon()):
		isEnding := after != nil && after.RootLevel == "INFO" && len(after.LogLevels) == 0 && !after.Expiration.After(in(6*time.Minute))
		if after.InForce(noon()) && !isEnding {
			t.Fatalf("log configuration %s, want none", after)
		}
	case !after.InForce(noon()) || !after.SameLevels(*before):
		t.Fatalf("log configuration %s, want %s", after, before)
	case !before.Expiration.IsZero() && !before.Expiration.After(in(day)) && !after.Equal(before):
		t.Fatalf("log configuration %s, want %s", after, before)
	}
}

// The same effects on the same tenant give the same bytes in any order.
func TestOrderMakesNoDifferenceToUndo(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		h := histories().Draw(t, "history")
		want := document(t, undone(t, h.effects, h.after))
		for i := range h.effects {
			h.effects[i].Diff = rapid.Permutation(h.effects[i].Diff).Draw(t, "diff again")
		}
		got := document(t, undone(t, rapid.Permutation(h.effects).Draw(t, "effects again"), rapid.Permutation(h.after).Draw(t, "live again")))
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("the order made a difference:\n%s", diff)
		}
	})
}

func TestMissingToUndo(t *testing.T) {
	t.Parallel()
	listed := []cluster.Live{serve(t, `{"id":"1","name":"va"}`)}
	for name, tt := range map[string]struct {
		effect receipt.Effect
		want   cluster.Missing
	}{
		"there":                    {receipt.Effect{ID: "1", Name: "va"}, cluster.Missing{}},
		"there under another name": {receipt.Effect{ID: "1", Name: "vb"}, cluster.Missing{}},
		"not there":                {receipt.Effect{ID: "2", Name: "va"}, cluster.Missing{Others: true}},
		"deleted by the run":       {receipt.Effect{ID: "2", Name: "va", Deleted: true}, cluster.Missing{}},
		"made without an answer":   {receipt.Effect{Name: "vb", Created: true}, cluster.Missing{Names: []string{"vb"}}},
		"made, and of that name":   {receipt.Effect{Name: "va", Created: true}, cluster.Missing{}},
	} {
		if got := undo.Need([]receipt.Effect{tt.effect}).Missing(listed); !cmp.Equal(got, tt.want) {
			t.Errorf("%s: missing %+v, want %+v", name, got, tt.want)
		}
	}
}
