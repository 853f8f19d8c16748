package remote_test

import (
	"fmt"
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"

	"clusterctl/internal/cluster"
)

// A cluster's health prevents no planning, whatever its type. What is not readable is unknown.
func TestHealthDecidesNothing(t *testing.T) {
	t.Parallel()
	none, text := cluster.AsReturned(""), cluster.AsReturned
	tests := map[string]struct {
		members string
		want    cluster.Live
	}{
		"all of it": {
			`"status":"NORMAL","operational":true,"ccgVersion":"v01","alertKey":"A","consolidatedHealthIndicatorsStatus":"ERROR",` +
				`"currentInstalledReleaseVersion":"123.1","updatePackage":"123.1.2","isOutOfDateNotifiedAt":"2025-03-11T07:00:13.734393Z"`,
			cluster.Live{
				Status: "NORMAL", Operational: new(true), CCGVersion: "v01", Alert: text("A"), Indicators: text("ERROR"),
				Installed: text("123.1"), Available: text("123.1.2"), OutdatedAt: text("2025-03-11T07:00:13.734393Z"),
			},
		},
		"nothing": {`"name":"va"`, cluster.Live{Alert: none, Indicators: none, OutdatedAt: none}},
		"nulls": {
			`"status":null,"operational":null,"ccgVersion":null,"alertKey":null,"consolidatedHealthIndicatorsStatus":null,` +
				`"currentInstalledReleaseVersion":null,"updatePackage":null,"isOutOfDateNotifiedAt":null`,
			cluster.Live{Alert: none, Indicators: none, Installed: none, Available: none, OutdatedAt: none},
		},
		"other types": {
			`"status":{"of":1},"operational":"yes","ccgVersion":["v01"],"alertKey":1,"consolidatedHealthIndicatorsStatus":false,` +
				`"currentInstalledReleaseVersion":123.1,"updatePackage":[],"isOutOfDateNotifiedAt":1741676413`,
			cluster.Live{},
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := newFake(t, func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintf(w, `{"id":"1",%s}`, tt.members) })
			got, err := newClient(t, config(t, server.URL)).Get(t.Context(), "1")
			if err != nil {
				t.Fatal(err)
			}
			got = cluster.Live{
				Status: got.Status, Operational: got.Operational, CCGVersion: got.CCGVersion, Alert: got.Alert, Indicators: got.Indicators,
				Installed: got.Installed, Available: got.Available, OutdatedAt: got.OutdatedAt,
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}
