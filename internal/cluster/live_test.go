package cluster_test

import (
	"fmt"
	"slices"
	"testing"

	"clusterctl/internal/cluster"
)

func TestTenantIs(t *testing.T) {
	t.Parallel()
	acme := cluster.Tenant{BaseURL: "https://acme/v3", Org: "acme"}
	nameless := cluster.Tenant{BaseURL: "https://acme/v3"}
	tests := map[string]struct {
		a, b cluster.Tenant
		want bool
	}{
		"the same":                      {acme, acme, true},
		"one name, two addresses":       {acme, cluster.Tenant{BaseURL: "https://acme/v2025", Org: "acme"}, true},
		"one name, two pods":            {acme, cluster.Tenant{BaseURL: "https://acme/v3", Org: "acme", Pod: "stg"}, true},
		"two names, one address":        {acme, cluster.Tenant{BaseURL: "https://acme/v3", Org: "globex"}, false},
		"one has no name":               {acme, nameless, false},
		"no names, one address":         {nameless, nameless, true},
		"no names, two addresses":       {nameless, cluster.Tenant{BaseURL: "https://globex/v3"}, false},
		"no names and no address, zero": {cluster.Tenant{}, cluster.Tenant{}, true},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if tt.a.Is(tt.b) != tt.want || tt.b.Is(tt.a) != tt.want {
				t.Errorf("Is() = %t and %t, want %t", tt.a.Is(tt.b), tt.b.Is(tt.a), tt.want)
			}
		})
	}
}

// TestAttachments covers every pair of counts. Only two known zeros are empty.
func TestAttachments(t *testing.T) {
	t.Parallel()
	unknown, none := cluster.Count{}, cluster.Exactly(0)
	counts := []cluster.Count{unknown, none, cluster.Exactly(1), cluster.Exactly(2)}
	for _, clients := range counts {
		for _, services := range counts {
			t.Run(fmt.Sprintf("%s clients, %s services", clients, services), func(t *testing.T) {
				t.Parallel()
				live := cluster.Live{Clients: clients, Services: services}
				if got, want := live.IsEmpty(), clients == none && services == none; got != want {
					t.Errorf("IsEmpty() = %t, want %t", got, want)
				}
				if got, want := live.AttachmentsKnown(), clients != unknown && services != unknown; got != want {
					t.Errorf("AttachmentsKnown() = %t, want %t", got, want)
				}
				if got, want := clients.Equal(services), clients == services; got != want {
					t.Errorf("Equal() = %t, want %t", got, want)
				}
			})
		}
	}
}

func TestCountKnown(t *testing.T) {
	t.Parallel()
	if n, ok := (cluster.Count{}).Known(); ok {
		t.Errorf("the zero value is known to be %d", n)
	}
	for _, want := range []int{0, 1, 2} {
		if n, ok := cluster.Exactly(want).Known(); n != want || !ok {
			t.Errorf("Known() = %d, %t, want %d", n, ok, want)
		}
	}
}

func TestSourceString(t *testing.T) {
	t.Parallel()
	if got := (cluster.Source{File: "a.yaml", Line: 12, Column: 7}).String(); got != "a.yaml:12:7" {
		t.Errorf("String() = %q", got)
	}
}

func TestIDsAreInOrder(t *testing.T) {
	t.Parallel()
	got := cluster.IDs([]cluster.Live{{ID: "c"}, {ID: "a"}, {ID: "b"}})
	if want := []string{"a", "b", "c"}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	if got := cluster.IDs(nil); got == nil || len(got) > 0 {
		t.Errorf("of none: %v", got)
	}
}

func TestUnknownLogConfiguration(t *testing.T) {
	t.Parallel()
	for want, state := range map[string]cluster.LogState{
		"":                                 {Known: true, Config: &cluster.LiveLogConfig{}},
		"log configuration unknown":        {},
		"log configuration unknown: it is": {Problem: "it is"},
	} {
		if got := state.Unknown(); got != want {
			t.Errorf("%+v: %q, want %q", state, got, want)
		}
	}
}
