package applier_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"clusterctl/internal/applier"
	"clusterctl/internal/cluster"
)

// Only a verified listing of the whole tenant has all existing clusters.
func TestPreexistingOf(t *testing.T) {
	t.Parallel()
	for _, isVerified := range []bool{false, true} {
		for _, isWhole := range []bool{false, true} {
			s := cluster.Snapshot{Clusters: []cluster.Live{{ID: "2"}, {ID: "1"}}, Listing: cluster.Listing{Verified: isVerified}}
			want := applier.Preexisting{IDs: []string{"2", "1"}, Complete: isVerified && isWhole}
			if diff := cmp.Diff(want, applier.PreexistingOf(s, isWhole)); diff != "" {
				t.Errorf("verified %t, whole %t (-want +got):\n%s", isVerified, isWhole, diff)
			}
		}
	}
}
