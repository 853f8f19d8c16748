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
