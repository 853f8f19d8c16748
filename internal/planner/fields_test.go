package planner_test

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"clusterctl/internal/cluster"
	"clusterctl/internal/planner"
)

// A create is done if everything is as wanted, and partial if only what follows the POST is
// missing and nobody has set it.
func TestIsMadeIn(t *testing.T) {
	t.Parallel()
	whole := plan(t, []cluster.Cluster{{
		Name: "va", Description: new("d"), Configuration: cluster.Settings{"k": new("v")},
		UpdatePreferences: cluster.Settings{"x": new("1"), "y": new("2")},
		LogConfig:         &cluster.LogConfig{RootLevel: "DEBUG", DurationMinutes: 60},
	}}, nil).Changes[0]
	plain := plan(t, []cluster.Cluster{{Name: "va", Description: new("d")}}, nil).Changes[0]
	debug := &cluster.LiveLogConfig{RootLevel: "DEBUG", Expiration: in(time.Hour)}
	info := &cluster.LiveLogConfig{RootLevel: "INFO", Expiration: in(time.Hour)}
	ended := &cluster.LiveLogConfig{RootLevel: "INFO", Expiration: in(-time.Hour)}
	const posted = `"name":"va","description":"d","configuration":{"k":"v"}`
	for name, tt := range map[string]struct {
		change        planner.Change
		doc           string
		log           *cluster.LiveLogConfig
		done, partial bool
	}{
		"done":                       {whole, `{` + posted + `,"updatePreferences":{"x":"1","y":"2","z":"3"}}`, debug, true, false},
		"all but the log":            {whole, `{` + posted + `,"updatePreferences":{"x":"1","y":"2"}}`, nil, false, true},
		"a log that has ended":       {whole, `{` + posted + `,"updatePreferences":{"x":"1","y":"2"}}`, ended, false, true},
		"another log":                {whole, `{` + posted + `,"updatePreferences":{"x":"1","y":"2"}}`, info, false, false},
		"only posted":                {whole, `{` + posted + `}`, nil, false, true},
		"one preference null":        {whole, `{` + posted + `,"updatePreferences":{"x":null}}`, nil, false, true},
		"one preference as wanted":   {whole, `{` + posted + `,"updatePreferences":{"x":"1"}}`, nil, false, true},
		"one preference is another":  {whole, `{` + posted + `,"updatePreferences":{"x":"1","y":"9"}}`, nil, false, false},
		"only posted, with a log":    {whole, `{` + posted + `}`, debug, false, false},
		"one posted field missing":   {whole, `{"name":"va","description":"d","configuration":{}}`, nil, false, false},
		"one posted field another":   {whole, `{"name":"va","description":"e","configuration":{"k":"v"}}`, nil, false, false},
		"a single request, done":     {plain, `{"name":"va","description":"d"}`, info, true, false},
		"a single request, not done": {plain, `{"name":"va"}`, nil, false, false},
	} {
		done, partial, err := tt.change.IsMadeIn(json.RawMessage(tt.doc), tt.log, noon())
		if err != nil || done != tt.done || partial != tt.partial {
			t.Errorf("%s: done %t, partial %t, %v", name, done, partial, err)
		}
	}
}

func TestIsMadeInWhatCannotBeCompared(t *testing.T) {
	t.Parallel()
	made := func() planner.Change {
		return plan(t, []cluster.Cluster{{Name: "va", LogConfig: &cluster.LogConfig{RootLevel: "DEBUG"}}}, nil).Changes[0]
	}
	for doc, harm := range map[string]func(*planner.Change){
		`{`:             func(*planner.Change) {},
		`{"name":"va"}`: func(c *planner.Change) { c.Requests[1].Body = json.RawMessage(`1`) },
		`{"name":"vb"}`: func(c *planner.Change) { c.Diff[0].Path = "name" },
	} {
		c := made()
		harm(&c)
		if done, partial, err := c.IsMadeIn(json.RawMessage(doc), nil, noon()); err == nil || done || partial {
			t.Errorf("%s: done %t, partial %t, %v", doc, done, partial, err)
		}
	}
}

func TestOpenFields(t *testing.T) {
	t.Parallel()
	for doc, want := range map[string][]string{
		`{}`: nil,
		`{"id":"1","name":"va","keyPair":{"publicKey":"x"}}`: nil,
		`{"description":null}`:                               {"/description null"},
		`{"configuration":[],"updatePreferences":null}`:      nil,
		`{"updatePreferences":{"z":"1"},"configuration":{"b/c":"2","a":null},"description":"d"}`: {
			`/description "d"`, `/configuration/a null`, `/configuration/b~1c "2"`, `/updatePreferences/z "1"`,
		},
	} {
		fields, err := planner.OpenFields(json.RawMessage(doc))
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, f := range fields {
			got = append(got, fmt.Sprintf("%s %s", f.Path, f.Value))
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", doc, diff)
		}
	}
	if fields, err := planner.OpenFields(json.RawMessage(`{`)); err == nil || fields != nil {
		t.Errorf("%v, %v", fields, err)
	}
}

func TestShowsOpenFields(t *testing.T) {
	t.Parallel()
	for doc, want := range map[string]bool{
		`{"configuration":{},"updatePreferences":{}}`:     true,
		`{"configuration":null,"updatePreferences":null}`: true,
		`{"configuration":{}}`:                            false,
		`{"updatePreferences":{}}`:                        false,
		`{"description":""}`:                              false,
		`{`:                                               false,
	} {
		if got := planner.ShowsOpenFields(json.RawMessage(doc)); got != want {
			t.Errorf("%s: %t", doc, got)
		}
	}
}
