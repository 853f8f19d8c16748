package command

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"clusterctl/internal/cluster"
	"clusterctl/internal/policy"
)

func TestPolicyOver(t *testing.T) {
	t.Parallel()
	scope := policy.Selector{Names: []cluster.Glob{"va-*"}}
	tests := map[string]struct {
		flags       policyOptions
		files, want policy.Policy
	}{
		"nothing of either":     {},
		"the files alone":       {files: policy.Policy{Prune: true, MaxDeletes: new(3)}, want: policy.Policy{Prune: true, MaxDeletes: new(3)}},
		"the flags alone":       {flags: policyOptions{true, new(2)}, want: policy.Policy{Prune: true, MaxDeletes: new(2)}},
		"the cap of the flag":   {policyOptions{maxDeletes: new(0)}, policy.Policy{Prune: true, MaxDeletes: new(3)}, policy.Policy{Prune: true, MaxDeletes: new(0)}},
		"a higher one":          {policyOptions{maxDeletes: new(9)}, policy.Policy{MaxDeletes: new(3)}, policy.Policy{MaxDeletes: new(9)}},
		"the cap of the files":  {policyOptions{prune: true}, policy.Policy{MaxDeletes: new(3)}, policy.Policy{Prune: true, MaxDeletes: new(3)}},
		"the rest of the files": {policyOptions{prune: true}, policy.Policy{Scope: scope}, policy.Policy{Prune: true, Scope: scope}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(tt.want, tt.flags.over(tt.files)); diff != "" {
				t.Error(diff)
			}
		})
	}
}
