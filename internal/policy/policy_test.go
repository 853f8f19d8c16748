package policy_test

import (
	"testing"

	"clusterctl/internal/cluster"
	"clusterctl/internal/policy"
)

func TestPolicy(t *testing.T) {
	t.Parallel()
	none := []string{}
	for _, tc := range []struct {
		name                 string
		policy               policy.Policy
		cluster, clusterType string
		ignores, owns, holds bool
	}{
		{name: "zero owns all", cluster: "a", clusterType: "idn", owns: true},
		{name: "zero ignores the tenant's own", cluster: "a", clusterType: "sqsCluster", ignores: true},
		{
			name:    "names to ignore do not replace the types",
			policy:  policy.Policy{Ignore: policy.Selector{Names: []cluster.Glob{"lab-*"}}},
			cluster: "a", clusterType: "spConnectCluster", ignores: true,
		},
		{
			name:    "types that are stated do",
			policy:  policy.Policy{Ignore: policy.Selector{Types: none}},
			cluster: "a", clusterType: "spConnectCluster", owns: true,
		},
		{
			name:    "ignored by name",
			policy:  policy.Policy{Ignore: policy.Selector{Names: []cluster.Glob{"lab-*"}}},
			cluster: "lab-1", clusterType: "idn", ignores: true,
		},
		{
			name:    "in scope by name",
			policy:  policy.Policy{Scope: policy.Selector{Names: []cluster.Glob{"va-*"}}},
			cluster: "va-1", clusterType: "idn", owns: true,
		},
		{
			name:    "in scope by type",
			policy:  policy.Policy{Scope: policy.Selector{Names: []cluster.Glob{"va-*"}, Types: []string{"iai"}}},
			cluster: "harvester", clusterType: "iai", owns: true,
		},
		{
			name:    "out of scope",
			policy:  policy.Policy{Scope: policy.Selector{Names: []cluster.Glob{"va-*"}}},
			cluster: "lab-1", clusterType: "idn",
		},
		{
			name:    "a scope of nothing",
			policy:  policy.Policy{Scope: policy.Selector{Types: none}},
			cluster: "a", clusterType: "idn",
		},
		{
			name:    "ignored wins over scope",
			policy:  policy.Policy{Scope: policy.Selector{Names: []cluster.Glob{"*"}}, Ignore: policy.Selector{Names: []cluster.Glob{"lab-*"}}},
			cluster: "lab-1", clusterType: "idn", ignores: true,
		},
		{
			name:    "protected",
			policy:  policy.Policy{Protect: policy.Selector{Names: []cluster.Glob{"va-prod-*"}}},
			cluster: "va-prod-1", clusterType: "idn", owns: true, holds: true,
		},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			for what, got := range map[string][2]bool{
				"ignores":  {tc.policy.Ignores(tc.cluster, tc.clusterType), tc.ignores},
				"owns":     {tc.policy.Owns(tc.cluster, tc.clusterType), tc.owns},
				"protects": {tc.policy.Protects(tc.cluster, tc.clusterType), tc.holds},
			} {
				if got[0] != got[1] {
					t.Errorf("%s: %t, want %t", what, got[0], got[1])
				}
			}
		})
	}
}

func TestPolicyEqual(t *testing.T) {
	t.Parallel()
	three, four := policy.Limit{N: 3}, policy.Limit{N: 4}
	names := func(globs ...cluster.Glob) policy.Policy {
		return policy.Policy{Scope: policy.Selector{Names: globs}}
	}
	for _, tc := range []struct {
		name string
		a, b policy.Policy
		want bool
	}{
		{"zero", policy.Policy{}, policy.Policy{}, true},
		{"prune", policy.Policy{Prune: true}, policy.Policy{}, false},
		{"similar names", policy.Policy{AllowSimilarNames: true}, policy.Policy{}, false},
		{"names in another order, one twice", names("a", "b"), names("b", "a", "b"), true},
		{"other names", names("a"), names("b"), false},
		{"no names and none stated", names([]cluster.Glob{}...), names(), false},
		{"codes in another order, one twice", policy.Policy{Allow: []string{"a", "b"}}, policy.Policy{Allow: []string{"b", "a", "b"}}, true},
		{"no code and none stated", policy.Policy{Allow: []string{}}, policy.Policy{}, true},
		{"the same cap", policy.Policy{MaxDeletes: &three}, policy.Policy{MaxDeletes: &policy.Limit{N: 3}}, true},
		{"another cap", policy.Policy{MaxDeletes: &three}, policy.Policy{MaxDeletes: &four}, false},
		{"a cap and none", policy.Policy{MaxDeletes: &three}, policy.Policy{}, false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			if (len(tc.a.ChangesFrom(tc.b)) == 0) != tc.want {
				t.Errorf("the difference is %q", tc.a.ChangesFrom(tc.b))
			}
			if tc.a.Equal(tc.b) != tc.want || tc.b.Equal(tc.a) != tc.want {
				t.Errorf("want %t", tc.want)
			}
		})
	}
}
