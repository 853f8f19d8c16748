package planner_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"clusterctl/internal/cluster"
	"clusterctl/internal/planner"
)

// Values that match only as text are not planned. The plan has one warning about them.
func TestValuesThatAreNotText(t *testing.T) {
	t.Parallel()
	entry := func(name string) cluster.Cluster {
		return cluster.Cluster{
			Name: name, Configuration: cluster.Settings{"debug": new("true"), "gmtOffset": new("-6")},
			UpdatePreferences: cluster.Settings{"processGroups": new("1")},
		}
	}
	desired := []cluster.Cluster{entry("vb"), entry("va")}
	served := `"configuration":{"debug":true,"gmtOffset":-6},"updatePreferences":{"processGroups":1}}`
	p := plan(t, desired, []cluster.Live{serve(t, `{"id":"1","name":"va",`+served), serve(t, `{"id":"2","name":"vb",`+served)})
	want := []planner.Warning{{Code: "value-not-text", Message: `the tenant returned /configuration/debug of "va" as true instead of a string ` +
		`(and 5 more like it); such values are compared as strings`}}
	if diff := cmp.Diff(want, p.Warnings); diff != "" || len(p.Changes) > 0 || p.Summary.Unchanged != 2 {
		t.Errorf("%d changes, warnings (-want +got):\n%s", len(p.Changes), diff)
	}
	// A value that differs is planned, without a warning.
	p = plan(t, []cluster.Cluster{{Name: "va", Configuration: cluster.Settings{"debug": new("false")}}}, []cluster.Live{serve(t, `{"id":"1","name":"va",`+served)})
	if len(p.Changes) != 1 || len(p.Warnings) > 0 {
		t.Errorf("%+v, %+v", p.Changes, p.Warnings)
	}
}

// A create with a former name that no cluster has is probably a rename with a typo.
func TestFormerNamesThatNobodyHas(t *testing.T) {
	t.Parallel()
	at := func(line int) cluster.Source { return cluster.Source{File: "f", Line: line, Column: 5} }
	renamed := func(name, from string, line int) cluster.Cluster {
		return cluster.Cluster{Name: name, RenamedFrom: from, State: cluster.Present, Source: at(line)}
	}
	in := input([]cluster.Cluster{
		renamed("vz", "vz-old", 2), renamed("vb", "vb-old", 1), renamed("vc", "vc-old", 3), renamed("vd", "vd-old", 4),
		{Name: "ve", State: cluster.Present}, {Name: "vf", RenamedFrom: "vf-old", State: cluster.Absent},
	}, []cluster.Live{serve(t, `{"id":"3","name":"vc-old"}`), serve(t, `{"id":"4","name":"vd"}`)})
	second, first := at(2), at(1)
	warned := func(text string, source *cluster.Source) planner.Warning {
		return planner.Warning{Code: "renamed-from-unmatched", Message: "no live cluster is named " + text + ", so the cluster is created; correct renamedFrom, or remove it", Source: source}
	}
	want := []planner.Warning{warned(`"vb" or "vb-old"`, &first), warned(`"vz" or "vz-old"`, &second)}
	p, err := planner.New(in)
	if diff := cmp.Diff(want, p.Warnings); diff != "" || err != nil {
		t.Errorf("%v, warnings (-want +got):\n%s", err, diff)
	}
	in.Policy.Allow = []string{"renamed-from-unmatched"}
	if p, err = planner.New(in); err != nil || len(p.Warnings) > 0 {
		t.Errorf("%v, allowed: %+v", err, p.Warnings)
	}
}
