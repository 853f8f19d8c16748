package remote_test

import (
	"fmt"
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"

	"clusterctl/internal/cluster"
)

// A cluster's health is only shown: a value of any type does not prevent planning.
func TestHealthDecidesNothing(t *testing.T) {
	t.Parallel()
	yes := true
	tests := map[string]struct {
		members string
		want    cluster.Live
	}{
		"all of it":   {`"status":"NORMAL","operational":true,"ccgVersion":"v01"`, cluster.Live{Status: "NORMAL", Operational: &yes, CCGVersion: "v01"}},
		"nothing":     {`"name":"va"`, cluster.Live{}},
		"nulls":       {`"status":null,"operational":null,"ccgVersion":null`, cluster.Live{}},
		"other types": {`"status":{"of":1},"operational":"yes","ccgVersion":["v01"]`, cluster.Live{}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := newFake(t, func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintf(w, `{"id":"1",%s}`, tt.members) })
			got, err := newClient(t, config(t, server.URL)).Get(t.Context(), "1")
			if err != nil {
				t.Fatal(err)
			}
			got = cluster.Live{Status: got.Status, Operational: got.Operational, CCGVersion: got.CCGVersion}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}
