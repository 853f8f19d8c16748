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
			s := cluster.Snapshot{Clusters: []cluster.Live{{ID: "2", Name: "b"}, {ID: "1", Name: "a"}}, Listing: cluster.Listing{Verified: isVerified}}
			want := applier.Preexisting{IDs: []string{"2", "1"}, Complete: isVerified && isWhole, Names: map[string]bool{"a": true, "b": true}}
			if diff := cmp.Diff(want, applier.PreexistingOf(s, isWhole)); diff != "" {
				t.Errorf("verified %t, whole %t (-want +got):\n%s", isVerified, isWhole, diff)
			}
		}
	}
}
