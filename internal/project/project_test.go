package project

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func sample() Project {
	return Project{Tenants: []Tenant{
		{Name: "production", Labels: map[string]string{"stage": "prod"}},
		{Name: "sandbox-eu", Labels: map[string]string{"stage": "test", "region": "eu"}},
		{Name: "sandbox-us", Labels: map[string]string{"stage": "test", "region": "us"}},
	}}
}

func TestSelect(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		selectors, want string
		err             string
	}{
		{"production", "production", ""},
		{"*", "production sandbox-eu sandbox-us", ""},
		{"sandbox-us production", "production sandbox-us", ""},
		{"sandbox-*", "sandbox-eu sandbox-us", ""},
		{"stage=test", "sandbox-eu sandbox-us", ""},
		{"region=e?", "sandbox-eu", ""},
		{"region=*", "sandbox-eu sandbox-us", ""},
		{"prodution", "", `no tenant matches "prodution" (did you mean "production"?)`},
		{"* stage=tset", "", `no tenant matches "stage=tset" (the project has production, sandbox-eu, sandbox-us)`},
	} {
		t.Run(tc.selectors, func(t *testing.T) {
			t.Parallel()
			var selectors []Selector
			for s := range strings.FieldsSeq(tc.selectors) {
				selector, err := ParseSelector(s)
				if err != nil {
					t.Fatal(err)
				}
				selectors = append(selectors, selector)
			}
			tenants, err := sample().Select(selectors)
			if got := strings.Join(Project{Tenants: tenants}.Names(), " "); got != tc.want {
				t.Errorf("%s, want %s", got, tc.want)
			}
			if message := fmt.Sprint(err); tc.err != "" && message != tc.err || tc.err == "" && err != nil {
				t.Errorf("%s, want %s", message, tc.err)
			}
		})
	}
}

func TestParseSelectorRefuses(t *testing.T) {
	t.Parallel()
	for _, s := range []string{"=x", "stage=", "va-[", "stage=["} {
		if _, err := ParseSelector(s); err == nil {
			t.Errorf("%q is accepted", s)
		}
	}
}

func TestIsName(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]bool{"acme-sb": true, "a": true, "1.x_y": true, "": false, ".a": false, "-a": false, "a/b": false, "a b": false, "a*": false, "ä": false} {
		if IsName(name) != want {
			t.Errorf("%q: %v", name, !want)
		}
	}
}

func TestParseShard(t *testing.T) {
	t.Parallel()
	for _, s := range []string{"", "1", "0/4", "5/4", "1/0", "a/4", "1/4/2", "-1/4", "1/10001"} {
		if shard, err := ParseShard(s); err == nil {
			t.Errorf("%q is accepted as %v", s, shard)
		}
	}
	if shard, err := ParseShard("4/4"); err != nil || shard != (Shard{4, 4}) {
		t.Errorf("%v, %v", shard, err)
	}
}

// TestShards checks that each tenant is in one shard, that a tenant that is added moves no
// other, and that one more shard takes only its own tenants.
func TestShards(t *testing.T) {
	t.Parallel()
	var tenants []Tenant
	for i := range 400 {
		tenants = append(tenants, Tenant{Name: fmt.Sprintf("tenant-%03d", i)})
	}
	names := func(s Shard, of []Tenant) []string { return Project{Tenants: s.Of(of)}.Names() }
	var all []string
	for i := 1; i <= 4; i++ {
		share := names(Shard{i, 4}, tenants)
		if len(share) < 70 || len(share) > 130 {
			t.Errorf("shard %d has %d of 400 tenants", i, len(share))
		}
		all = append(all, share...)
		fewer := slices.DeleteFunc(slices.Clone(share), func(name string) bool { return name == "tenant-000" })
		if diff := cmp.Diff(fewer, names(Shard{i, 4}, tenants[1:])); diff != "" {
			t.Errorf("a tenant moved: %s", diff)
		}
		for _, name := range names(Shard{i, 5}, tenants) {
			if !slices.Contains(share, name) {
				t.Errorf("%s moved to shard %d of 5", name, i)
			}
		}
	}
	slices.Sort(all)
	if diff := cmp.Diff(names(Shard{}, tenants), all); diff != "" {
		t.Error(diff)
	}
}
