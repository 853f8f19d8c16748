package planner_test

import (
	"encoding/json"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"clusterctl/internal/cluster"
	"clusterctl/internal/jsonpatch"
	"clusterctl/internal/planner"
)

func TestCompare(t *testing.T) {
	t.Parallel()
	const doc = `{"name":"va","n":1.0,"o":{"a":1,"b":[null]},"null":null,"empty":"","configuration":{"k":"v"}}`
	tests := map[string]struct {
		doc  string // doc, unless it says another
		path string
		want string // empty: to be absent
		text string // empty: as wanted
	}{
		"as wanted":                       {path: "/name", want: `"va"`},
		"another value":                   {path: "/name", want: `"vb"`, text: `/name: expected "vb", found "va"`},
		"of another type":                 {path: "/configuration/k", want: `1`, text: `/configuration/k: expected 1, found "v"`},
		"a number in another form":        {path: "/n", want: `1`},
		"an object in another order":      {path: "/o", want: `{ "b":[null], "a":1 }`},
		"missing":                         {path: "/configuration/x", want: `"v"`, text: `/configuration/x: expected "v", found nothing`},
		"missing with its parent":         {path: "/gone/x", want: `"v"`, text: `/gone/x: expected "v", found nothing`},
		"to be absent, and is":            {path: "/configuration/x"},
		"to be absent, and is null":       {path: "/null"},
		"to be null, and is absent":       {path: "/configuration/x", want: `null`},
		"to be absent, and is not":        {path: "/configuration/k", text: `/configuration/k: expected nothing, found "v"`},
		"null where a value should be":    {path: "/null", want: `"v"`, text: `/null: expected "v", found null`},
		"an empty text is no null":        {path: "/empty", text: `/empty: expected nothing, found ""`},
		"no description is an empty one":  {path: "/description", want: `""`},
		"a null description is empty too": {doc: `{"description":null}`, path: "/description", want: `""`},
		"an empty description is none":    {doc: `{"description":""}`, path: "/description"},
		"a number is its text":            {doc: `{"configuration":{"k":-6}}`, path: "/configuration/k", want: `"-6"`},
		"a text is its number":            {doc: `{"configuration":{"k":"-6"}}`, path: "/configuration/k", want: `-6`},
		"a boolean is its text":           {doc: `{"updatePreferences":{"k":true}}`, path: "/updatePreferences/k", want: `"true"`},
		"a number is not another text":    {doc: `{"configuration":{"k":-6.0}}`, path: "/configuration/k", want: `"-6"`, text: `/configuration/k: expected "-6", found -6.0`},
		"a boolean is not another text":   {doc: `{"configuration":{"k":true}}`, path: "/configuration/k", want: `"True"`, text: `/configuration/k: expected "True", found true`},
		"in an object it is its text":     {doc: `{"configuration":{"k":6}}`, path: "/configuration", want: `{"k":"6"}`},
		"elsewhere it is a number":        {doc: `{"description":6}`, path: "/description", want: `"6"`, text: `/description: expected "6", found 6`},
		"an object is no text":            {doc: `{"configuration":{"k":{}}}`, path: "/configuration/k", want: `"{}"`, text: `/configuration/k: expected "{}", found {}`},
		"a list is no text":               {doc: `{"configuration":{"k":[]}}`, path: "/configuration/k", want: `"[]"`, text: `/configuration/k: expected "[]", found []`},
		"null is no text":                 {doc: `{"configuration":{"k":null}}`, path: "/configuration/k", want: `"null"`, text: `/configuration/k: expected "null", found null`},
		"a description to be emptied":     {doc: `{"description":"x"}`, path: "/description", want: `""`, text: `/description: expected "", found "x"`},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if tt.doc == "" {
				tt.doc = doc
			}
			want := []jsonpatch.Field{{Path: tt.path}}
			if tt.want != "" {
				want[0].Value = json.RawMessage(tt.want)
			}
			found, err := planner.Compare(json.RawMessage(tt.doc), want)
			if err != nil {
				t.Fatal(err)
			}
			if got := found.String(); got != tt.text {
				t.Errorf("got  %q\nwant %q", got, tt.text)
			}
			if len(found) > 0 {
				if diff := cmp.Diff(want, found.Wanted()); diff != "" {
					t.Errorf("wanted (-want +got):\n%s", diff)
				}
			}
		})
	}
}

func TestMismatchesAreOneLine(t *testing.T) {
	t.Parallel()
	found, err := planner.Compare(json.RawMessage(`{"a":1}`), []jsonpatch.Field{
		{Path: "/a", Value: json.RawMessage("2")}, {Path: "/b", Value: json.RawMessage("3")},
	})
	if err != nil {
		t.Fatal(err)
	}
	if got := found.String(); got != "/a: expected 2, found 1; /b: expected 3, found nothing" {
		t.Error(got)
	}
}

func TestCompareWithWhatIsNoDocument(t *testing.T) {
	t.Parallel()
	if found, err := planner.Compare(json.RawMessage(`{`), []jsonpatch.Field{{Path: "/a"}}); err == nil {
		t.Errorf("no error, but %v", found)
	}
}

// The fields of a create: what POST accepts, what follows, and what is not in the
// document.
func TestFieldsOfAChange(t *testing.T) {
	t.Parallel()
	c := plan(t, []cluster.Cluster{{
		Name: "va", Configuration: cluster.Settings{"logConfig": new("x")},
		UpdatePreferences: cluster.Settings{"updateState": new("AUTO")},
		LogConfig:         &cluster.LogConfig{RootLevel: "INFO"},
	}}, nil).Changes[0]
	posted := []string{"/name", "/configuration/logConfig"}
	document := append(slices.Clone(posted), "/updatePreferences/updateState")
	all := append(slices.Clone(document), "/logConfig/rootLevel", "/logConfig/durationMinutes")
	for name, tt := range map[string]struct{ got, want []string }{
		"posted":   {paths(c.PostedAfter()), posted},
		"document": {paths(c.DocumentAfter()), document},
		"after":    {paths(c.After()), all},
		"before":   {paths(c.Before()), all},
	} {
		if diff := cmp.Diff(tt.want, tt.got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
	for _, f := range c.Before() {
		if f.Value != nil {
			t.Errorf("%s was %s before there was a cluster", f.Path, f.Value)
		}
	}
}

func paths(fields []jsonpatch.Field) []string {
	var list []string
	for _, f := range fields {
		list = append(list, f.Path)
	}
	return list
}

// A cluster has the reviewed fields before a change and the wanted fields after it.
func TestAChangeLeadsFromBeforeToAfter(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		before := liveClusters().Draw(t, "live")
		p := plan(t, desiredClusters().Draw(t, "desired"), before)
		after := apply(t, p, before)
		for _, c := range p.Changes {
			if c.Action == planner.Update {
				mustHave(t, documentOf(t, before, c.Name), c.Before())
			}
			if c.Action == planner.Update || c.Action == planner.Create {
				mustHave(t, documentOf(t, after, c.Name), c.DocumentAfter())
			}
		}
	})
}

func documentOf(t rapid.TB, live []cluster.Live, name string) json.RawMessage {
	t.Helper()
	i := slices.IndexFunc(live, func(l cluster.Live) bool { return l.Name == name })
	if i < 0 {
		t.Fatalf("no cluster %s", name)
	}
	return live[i].Document
}

func mustHave(t rapid.TB, doc json.RawMessage, want []jsonpatch.Field) {
	t.Helper()
	found, err := planner.Compare(doc, want)
	if err != nil {
		t.Fatal(err)
	}
	if len(found) > 0 {
		t.Fatalf("%s\nin %s", found, doc)
	}
}
