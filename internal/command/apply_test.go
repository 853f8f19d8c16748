package command

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
		"another pod":             {cluster.Tenant{BaseURL: planned.BaseURL, Org: "acme", Pod: "prod02"}, []string{"p.json: created for another address of this tenant: the pod was stg01 and is prod02"}},
		"another version":         {cluster.Tenant{BaseURL: "https://acme.example/v2025", Org: "acme", Pod: "stg01"}, []string{"p.json: created for another address of this tenant: the base URL was https://acme.example/v3 and is https://acme.example/v2025"}},
		"another address and pod": {cluster.Tenant{BaseURL: "https://b.example/v3", Org: "acme", Pod: "prod02"}, []string{"p.json: created for another address of this tenant: the base URL was https://acme.example/v3 and is https://b.example/v3, the pod was stg01 and is prod02"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var got []string
			for _, warning := range otherAddress("p.json", planned, tt.reached) {
				got = append(got, warning.Message)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}
