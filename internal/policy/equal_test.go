package policy_test

import (
	"reflect"
	"testing"

	"clusterctl/internal/cluster"
	"clusterctl/internal/policy"
)

// TestPoliciesThatDifferInOnePlace checks that such policies are never equal, whichever
// place it is.
func TestPoliciesThatDifferInOnePlace(t *testing.T) {
	t.Parallel()
	full := func(edit func(*policy.Policy)) policy.Policy {
		selector := func() policy.Selector {
			return policy.Selector{Names: []cluster.Glob{"a", "b"}, Types: []string{"idn", "iai"}}
		}
		p := policy.Policy{Prune: true, Scope: selector(), Ignore: selector(), Protect: selector(), MaxDeletes: &policy.Limit{N: 1}, MaxUpdates: &policy.Limit{N: 1}, Allow: []string{"a"}, Rules: []policy.Rule{{Name: "r"}}}
		edit(&p)
		return p
	}
	unchanged := full(func(*policy.Policy) {})
	if same := full(func(*policy.Policy) {}); !unchanged.Equal(same) || unchanged.ChangesFrom(same) != nil {
		t.Error("a policy is not equal to itself")
	}
	edits := map[string]func(*policy.Policy){
		"similar":    func(p *policy.Policy) { p.AllowSimilarNames = true },
		"prune":      func(p *policy.Policy) { p.Prune = false },
		"cap of 0":   func(p *policy.Policy) { p.MaxDeletes = &policy.Limit{} },
		"updates":    func(p *policy.Policy) { p.MaxUpdates = nil },
		"allow":      func(p *policy.Policy) { p.Allow = []string{"b"} },
		"no allow":   func(p *policy.Policy) { p.Allow = nil },
		"percent":    func(p *policy.Policy) { p.MaxUpdates = &policy.Limit{N: 1, IsPercent: true} },
		"no cap":     func(p *policy.Policy) { p.MaxDeletes = nil },
		"no scope":   func(p *policy.Policy) { p.Scope = policy.Selector{} },
		"no ignore":  func(p *policy.Policy) { p.Ignore = policy.Selector{} },
		"no rules":   func(p *policy.Policy) { p.Rules = nil },
		"other rule": func(p *policy.Policy) { p.Rules = []policy.Rule{{Name: "r", Deny: "true"}} },
	}
	selectors := map[string]func(*policy.Policy) *policy.Selector{
		"scope":   func(p *policy.Policy) *policy.Selector { return &p.Scope },
		"ignore":  func(p *policy.Policy) *policy.Selector { return &p.Ignore },
		"protect": func(p *policy.Policy) *policy.Selector { return &p.Protect },
	}
	for name, of := range selectors {
		edits[name+", one name less"] = func(p *policy.Policy) { of(p).Names = of(p).Names[:1] }
		edits[name+", one name more"] = func(p *policy.Policy) { of(p).Names = append(of(p).Names, "c") }
		edits[name+", another type"] = func(p *policy.Policy) { of(p).Types = []string{"idn", "x"} }
		edits[name+", no types"] = func(p *policy.Policy) { of(p).Types = []string{} }
		edits[name+", types not stated"] = func(p *policy.Policy) { of(p).Types = nil }
	}
	edited := map[string]bool{}
	for name, edit := range edits {
		for _, field := range differences(unchanged, full(edit)) {
			edited[field] = true
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			other := full(edit)
			if unchanged.Equal(other) || other.Equal(unchanged) {
				t.Errorf("%+v is equal to %+v", unchanged, other)
			}
			if len(unchanged.ChangesFrom(other)) != 1 || len(other.ChangesFrom(unchanged)) != 1 {
				t.Errorf("the difference is %q", other.ChangesFrom(unchanged))
			}
		})
	}
	if fields := reflect.TypeFor[policy.Policy]().NumField(); len(edited) != fields {
		t.Errorf("edited %d of %d fields: %v", len(edited), fields, edited)
	}
}

// differences returns the fields that differ.
func differences(a, b policy.Policy) []string {
	var fields []string
	x, y := reflect.ValueOf(a), reflect.ValueOf(b)
	for i := range x.NumField() {
		if !reflect.DeepEqual(x.Field(i).Interface(), y.Field(i).Interface()) {
			fields = append(fields, x.Type().Field(i).Name)
		}
	}
	return fields
}
