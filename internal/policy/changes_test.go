package policy_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"clusterctl/internal/policy"
)

func TestChangesOfRules(t *testing.T) {
	t.Parallel()
	rule := func(name, deny string) policy.Rule { return policy.Rule{Name: name, Deny: deny} }
	a, b, c := rule("a", "true"), rule("b", "true"), rule("c", "true")
	for name, tt := range map[string]struct {
		rules, from []policy.Rule
		want        []string
	}{
		"none":         {nil, nil, nil},
		"the same":     {[]policy.Rule{a, b}, []policy.Rule{a, b}, nil},
		"none, stated": {[]policy.Rule{}, nil, nil},
		"removed":      {[]policy.Rule{b}, []policy.Rule{a, b, c}, []string{"rule a removed", "rule c removed"}},
		"added":        {[]policy.Rule{b, a}, []policy.Rule{a}, []string{"rule b added"}},
		"changed":      {[]policy.Rule{rule("a", "false"), c}, []policy.Rule{a, b}, []string{"rule a changed", "rule b removed", "rule c added"}},
		"moved":        {[]policy.Rule{b, a}, []policy.Rule{a, b}, []string{"the order of rules"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := policy.Policy{Rules: tt.rules}.ChangesFrom(policy.Policy{Rules: tt.from})
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}
