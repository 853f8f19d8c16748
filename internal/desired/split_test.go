package desired

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"clusterctl/internal/cluster"
)

// TestSplit checks what is shared, and that names of variables are valid and unique, whatever
// the clusters are called.
func TestSplit(t *testing.T) {
	t.Parallel()
	part := func(name, value string, more ...cluster.Cluster) Part {
		settings := func() cluster.Settings { return cluster.Settings{"k": &value, "same": new("variable_")} }
		return Part{Name: name, File: File{Tenant: name, Clusters: append([]cluster.Cluster{
			{Name: "1-a", Configuration: settings()}, {Name: "1.a", Configuration: settings()}, {Name: "twin", ID: name}, {Name: "é"},
		}, more...)}}
	}
	common, shared, rest := Split([]Part{part("x", "1"), part("y", "${2}", cluster.Cluster{Name: "only"})})
	const want = `version: 1
clusters:
  - name: 1-a
    configuration:
      k: ${_1_A_K}
      same: variable_
  - name: 1.a
    configuration:
      k: ${_1_A_K_2}
      same: variable_
  - name: é
`
	if diff := cmp.Diff(want, string(common)); diff != "" || shared != 3 {
		t.Errorf("%d shared (-want +got):\n%s", shared, diff)
	}
	variables := map[string]string{"_1_A_K": "${2}", "_1_A_K_2": "${2}"}
	if diff := cmp.Diff(variables, rest[1].Variables); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]cluster.Cluster{{Name: "twin", ID: "y"}, {Name: "only"}}, rest[1].File.Clusters); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestSplitKeepsApart checks that clusters are not shared if one file sets a field that the other
// does not, or their log configurations differ: no variable can express that.
func TestSplitKeepsApart(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]cluster.Cluster{
		"a type":            {Type: new("idn")},
		"a description":     {Description: new("d")},
		"configuration":     {Configuration: cluster.Settings{"k": new("v")}},
		"a removed key":     {Configuration: cluster.Settings{"k": nil}},
		"preferences":       {UpdatePreferences: cluster.Settings{"k": new("v")}},
		"log configuration": {LogConfig: &cluster.LogConfig{RootLevel: "INFO"}},
	} {
		c.Name = "va"
		one, other := File{Clusters: []cluster.Cluster{c}}, File{Clusters: []cluster.Cluster{{Name: "va"}}}
		if _, shared, rest := Split([]Part{{File: one}, {File: other}}); shared > 0 || len(rest[0].File.Clusters)+len(rest[1].File.Clusters) != 2 {
			t.Errorf("%s: %d shared, %+v", name, shared, rest)
		}
	}
}
