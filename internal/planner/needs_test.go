package planner_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"clusterctl/internal/cluster"
	"clusterctl/internal/planner"
	"clusterctl/internal/policy"
)

// Reading one name is enough only if no other cluster matters, and if its cluster exists
// or may have any name.
func TestNeedOfOneName(t *testing.T) {
	t.Parallel()
	va, vb := cluster.Cluster{Name: "va"}, cluster.Cluster{Name: "vb"}
	only := func(globs ...cluster.Glob) cluster.Selection { return cluster.Selection{Target: globs} }
	for name, tt := range map[string]struct {
		in   planner.Input
		want string
		all  bool // once no cluster of the name is listed
	}{
		"all are selected":     {planner.Input{Desired: []cluster.Cluster{va}}, "", false},
		"a pattern":            {planner.Input{Desired: []cluster.Cluster{va}, Selection: only("va*")}, "", false},
		"two names":            {planner.Input{Desired: []cluster.Cluster{va, vb}, Selection: only("va", "vb")}, "", false},
		"one name":             {planner.Input{Desired: []cluster.Cluster{va, vb}, Selection: only("va")}, "va", true},
		"one, in no file":      {planner.Input{Desired: []cluster.Cluster{vb}, Selection: only("va")}, "va", false},
		"one, to be absent":    {planner.Input{Desired: []cluster.Cluster{{Name: "va", State: cluster.Absent}}, Selection: only("va")}, "va", false},
		"similar ones allowed": {planner.Input{Desired: []cluster.Cluster{va}, Selection: only("va"), Policy: policy.Policy{AllowSimilarNames: true}}, "va", false},
		"prune":                {planner.Input{Desired: []cluster.Cluster{va}, Selection: only("va"), Policy: policy.Policy{Prune: true}}, "", false},
		"a limit":              {planner.Input{Desired: []cluster.Cluster{va}, Selection: only("va"), Policy: policy.Policy{MaxUpdates: &policy.Limit{N: 1}, MaxDeletes: &policy.Limit{}}}, "va", true},
		"a share of updates":   {planner.Input{Desired: []cluster.Cluster{va}, Selection: only("va"), Policy: policy.Policy{MaxUpdates: percent(9)}}, "", false},
		"a share of deletes":   {planner.Input{Desired: []cluster.Cluster{va}, Selection: only("va"), Policy: policy.Policy{MaxDeletes: percent(9)}}, "", false},
		"bound by id":          {planner.Input{Desired: []cluster.Cluster{{Name: "va", ID: "1"}}, Selection: only("va")}, "", false},
		"renamed":              {planner.Input{Desired: []cluster.Cluster{{Name: "va", RenamedFrom: "was"}}, Selection: only("va")}, "", false},
		"another is renamed":   {planner.Input{Desired: []cluster.Cluster{va, {Name: "vb", RenamedFrom: "was"}}, Selection: only("va")}, "va", true},
	} {
		if got := tt.in.Need().Name; got != tt.want {
			t.Errorf("%s: reads %q, want %q", name, got, tt.want)
		}
		if got := tt.in.NeedsAllNames(nil); got != tt.all {
			t.Errorf("%s, none listed: needs all %t", name, got)
		}
		if tt.in.NeedsAllNames([]cluster.Live{{ID: "1", Name: "va"}}) {
			t.Errorf("%s, listed: needs all", name)
		}
	}
}

// Only clusters to be deleted that are not listed are read one by one.
func TestRereadOfDeletes(t *testing.T) {
	t.Parallel()
	change := func(action planner.Action, id string) planner.Change {
		return planner.Change{Action: action, ID: id, Name: id}
	}
	p := planner.Plan{Changes: []planner.Change{
		change(planner.Update, "1"), change(planner.SetLog, "2"), change(planner.Delete, "3"), change(planner.Delete, "4"), change(planner.Delete, "5"),
	}}
	for _, tt := range []struct {
		listed []cluster.Live
		want   []string
	}{
		{nil, []string{"3", "4", "5"}},
		{[]cluster.Live{{ID: "4"}, {ID: "1"}}, []string{"3", "5"}},
		{[]cluster.Live{{ID: "3"}, {ID: "4"}, {ID: "5"}}, []string{}},
	} {
		if diff := cmp.Diff(tt.want, p.Need().Reread(tt.listed)); diff != "" {
			t.Errorf("%v (-want +got):\n%s", tt.listed, diff)
		}
	}
}
