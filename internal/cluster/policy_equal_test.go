package cluster_test

import (
	"reflect"
	"testing"

	"clusterctl/internal/cluster"
)

// TestPoliciesThatDifferInOnePlace are never equal, whichever place it is.
func TestPoliciesThatDifferInOnePlace(t *testing.T) {
	t.Parallel()
	full := func(edit func(*cluster.Policy)) cluster.Policy {
		selector := func() cluster.Selector {
			return cluster.Selector{Names: []cluster.Glob{"a", "b"}, Types: []string{"idn", "iai"}}
		}
		p := cluster.Policy{Prune: true, Scope: selector(), Ignore: selector(), Protect: selector(), MaxDeletes: new(1)}
		edit(&p)
		return p
	}
	unchanged := full(func(*cluster.Policy) {})
	if !unchanged.Equal(full(func(*cluster.Policy) {})) {
		t.Error("a policy is not equal to itself")
	}
	edits := map[string]func(*cluster.Policy){
		"similar":   func(p *cluster.Policy) { p.AllowSimilarNames = true },
		"prune":     func(p *cluster.Policy) { p.Prune = false },
		"cap of 0":  func(p *cluster.Policy) { p.MaxDeletes = new(0) },
		"no cap":    func(p *cluster.Policy) { p.MaxDeletes = nil },
		"no scope":  func(p *cluster.Policy) { p.Scope = cluster.Selector{} },
		"no ignore": func(p *cluster.Policy) { p.Ignore = cluster.Selector{} },
	}
	selectors := map[string]func(*cluster.Policy) *cluster.Selector{
		"scope":   func(p *cluster.Policy) *cluster.Selector { return &p.Scope },
		"ignore":  func(p *cluster.Policy) *cluster.Selector { return &p.Ignore },
		"protect": func(p *cluster.Policy) *cluster.Selector { return &p.Protect },
	}
	for name, of := range selectors {
		edits[name+", one name less"] = func(p *cluster.Policy) { of(p).Names = of(p).Names[:1] }
		edits[name+", one name more"] = func(p *cluster.Policy) { of(p).Names = append(of(p).Names, "c") }
		edits[name+", another type"] = func(p *cluster.Policy) { of(p).Types = []string{"idn", "x"} }
		edits[name+", no types"] = func(p *cluster.Policy) { of(p).Types = []string{} }
		edits[name+", types not stated"] = func(p *cluster.Policy) { of(p).Types = nil }
	}
	edited := map[string]bool{}
	for name, edit := range edits {
		for _, field := range differences(unchanged, full(edit)) {
			edited[field] = true
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if other := full(edit); unchanged.Equal(other) || other.Equal(unchanged) {
				t.Errorf("%+v is equal to %+v", unchanged, other)
			}
		})
	}
	if fields := reflect.TypeFor[cluster.Policy]().NumField(); len(edited) != fields {
		t.Errorf("edited %d of %d fields: %v", len(edited), fields, edited)
	}
}

// differences are the fields that differ.
func differences(a, b cluster.Policy) []string {
	var fields []string
	x, y := reflect.ValueOf(a), reflect.ValueOf(b)
	for i := range x.NumField() {
		if !reflect.DeepEqual(x.Field(i).Interface(), y.Field(i).Interface()) {
			fields = append(fields, x.Type().Field(i).Name)
		}
	}
	return fields
}
