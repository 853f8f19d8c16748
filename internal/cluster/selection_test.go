package cluster_test

import (
	"testing"

	"clusterctl/internal/cluster"
)

func TestSelection(t *testing.T) {
	t.Parallel()
	globs := func(g ...cluster.Glob) []cluster.Glob { return g }
	tests := map[string]struct {
		selection cluster.Selection
		only      string
		picks     map[string]bool
	}{
		"all":          {cluster.Selection{}, "", map[string]bool{"va": true, "": true}},
		"one":          {cluster.Selection{Target: globs("va")}, "va", map[string]bool{"va": true, "va-1": false}},
		"a pattern":    {cluster.Selection{Target: globs("va-*")}, "", map[string]bool{"va": false, "va-1": true}},
		"several":      {cluster.Selection{Target: globs("a", "b")}, "", map[string]bool{"a": true, "b": true, "c": false}},
		"but some":     {cluster.Selection{Exclude: globs("lab-*")}, "", map[string]bool{"va": true, "lab-1": false}},
		"exclude wins": {cluster.Selection{Target: globs("va-*"), Exclude: globs("va-2")}, "", map[string]bool{"va-1": true, "va-2": false}},
	}
	for name, tt := range tests {
		if got := tt.selection.OnlyName(); got != tt.only {
			t.Errorf("%s: only %q, want %q", name, got, tt.only)
		}
		for cluster, want := range tt.picks {
			if got := tt.selection.Picks(cluster); got != want {
				t.Errorf("%s: picks %q: %t, want %t", name, cluster, got, want)
			}
		}
	}
}
