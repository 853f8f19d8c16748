package report_test

import (
	"testing"
	"time"

	"clusterctl/internal/cluster"
	"clusterctl/internal/report"
	"clusterctl/internal/testkit/documents"

	"pgregory.net/rapid"
)

// A row of the table is in trouble if --fail-on unhealthy would find the cluster, or if it is
// outdated: the table and the check never disagree. Rows in trouble come first.
func TestRowsInTrouble(t *testing.T) {
	t.Parallel()
	returned := rapid.SampledFrom([]cluster.Returned{{}, cluster.AsReturned(""), cluster.AsReturned("NORMAL"), cluster.AsReturned("1.2")})
	one := rapid.Custom(func(t *rapid.T) cluster.Live {
		return cluster.Live{
			Name: rapid.StringMatching("va-[a-d]").Draw(t, "name"), Log: cluster.LogState{Known: true}, Clients: cluster.Exactly(1),
			Status:      rapid.SampledFrom([]string{"", "NORMAL", "WARNING", "FAILED", "NEW"}).Draw(t, "status"),
			Operational: rapid.SampledFrom([]*bool{nil, new(true), new(false)}).Draw(t, "operational"),
			Alert:       returned.Draw(t, "alert"), Indicators: returned.Draw(t, "indicators"),
			Installed: returned.Draw(t, "installed"), Available: returned.Draw(t, "available"), OutdatedAt: returned.Draw(t, "since"),
		}
	})
	rapid.Check(t, func(t *rapid.T) {
		clusters := rapid.SliceOfN(one, 1, 6).Draw(t, "clusters")
		quiet := 0
		for _, live := range clusters {
			s := cluster.Snapshot{Clusters: []cluster.Live{live}, Listing: cluster.Listing{Verified: true}}
			unhealthy := cluster.Conditions{Unhealthy: true}.Findings(s, cluster.Selection{}, time.Time{})
			if len(unhealthy)+len(live.Updates()) == 0 {
				quiet++
			}
		}
		table := report.OfStatus("t", cluster.Snapshot{Clusters: clusters}, report.StatusOptions{Now: documents.Noon()}).Text.Table
		if all, last := table.Quiet(len(table.Rows)), table.Quiet(quiet); all != quiet || last != quiet {
			t.Errorf("%d rows are quiet, %d of them come last, want %d", all, last, quiet)
		}
	})
}
