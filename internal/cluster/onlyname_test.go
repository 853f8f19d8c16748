package cluster_test

import (
	"testing"

	"clusterctl/internal/cluster"
)

func TestOnlyName(t *testing.T) {
	t.Parallel()
	for pattern, want := range map[cluster.Glob]string{"va": "va", "*": "", "va-?": "", "va-[ab]": "", "": "", "a]b": "a]b"} {
		if got := (cluster.Selection{Target: []cluster.Glob{pattern}}).OnlyName(); got != want {
			t.Errorf("only name of %q: %q, want %q", pattern, got, want)
		}
	}
}
