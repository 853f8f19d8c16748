package main

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"clusterctl/internal/cluster"
)

func TestOtherAddress(t *testing.T) {
	t.Parallel()
	planned := cluster.Tenant{BaseURL: "https://acme.example/v3", Org: "acme", Pod: "stg01"}
	for name, tt := range map[string]struct {
		reached cluster.Tenant
		want    []string
	}{
		"the same":                {planned, nil},
		"no pod known":            {cluster.Tenant{BaseURL: planned.BaseURL, Org: "acme"}, nil},
		"another pod":             {cluster.Tenant{BaseURL: planned.BaseURL, Org: "acme", Pod: "prod02"}, []string{"p.json: applied elsewhere than it was planned: pod prod02, not stg01"}},
		"another version":         {cluster.Tenant{BaseURL: "https://acme.example/v2025", Org: "acme", Pod: "stg01"}, []string{"p.json: applied elsewhere than it was planned: base URL https://acme.example/v2025, not https://acme.example/v3"}},
		"another address and pod": {cluster.Tenant{BaseURL: "https://b.example/v3", Org: "acme", Pod: "prod02"}, []string{"p.json: applied elsewhere than it was planned: base URL https://b.example/v3, not https://acme.example/v3, pod prod02, not stg01"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(tt.want, otherAddress("p.json", planned, tt.reached)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}
