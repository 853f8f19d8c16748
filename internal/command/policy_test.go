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
		"the files alone":       {files: policy.Policy{Prune: true, MaxDeletes: &policy.Limit{N: 3}}, want: policy.Policy{Prune: true, MaxDeletes: &policy.Limit{N: 3}}},
		"the flags alone":       {flags: policyOptions{prune: true, maxDeletes: &policy.Limit{N: 2}}, want: policy.Policy{Prune: true, MaxDeletes: &policy.Limit{N: 2}}},
		"the cap of the flag":   {policyOptions{maxDeletes: &policy.Limit{N: 0}}, policy.Policy{Prune: true, MaxDeletes: &policy.Limit{N: 3}}, policy.Policy{Prune: true, MaxDeletes: &policy.Limit{N: 0}}},
		"a higher one":          {policyOptions{maxDeletes: &policy.Limit{N: 9}}, policy.Policy{MaxDeletes: &policy.Limit{N: 3}}, policy.Policy{MaxDeletes: &policy.Limit{N: 9}}},
		"the cap of the files":  {policyOptions{prune: true}, policy.Policy{MaxDeletes: &policy.Limit{N: 3}}, policy.Policy{Prune: true, MaxDeletes: &policy.Limit{N: 3}}},
		"the limit on updates":  {policyOptions{maxUpdates: &policy.Limit{N: 5, IsPercent: true}}, policy.Policy{MaxUpdates: &policy.Limit{N: 3}}, policy.Policy{MaxUpdates: &policy.Limit{N: 5, IsPercent: true}}},
		"that of the files":     {policyOptions{maxDeletes: &policy.Limit{N: 1}}, policy.Policy{MaxUpdates: &policy.Limit{N: 3}}, policy.Policy{MaxDeletes: &policy.Limit{N: 1}, MaxUpdates: &policy.Limit{N: 3}}},
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
