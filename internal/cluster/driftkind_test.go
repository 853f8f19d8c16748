package cluster_test

import (
	"testing"

	"clusterctl/internal/cluster"
)

func TestDriftKinds(t *testing.T) {
	t.Parallel()
	hasFields := map[cluster.DriftKind]bool{
		cluster.DriftBlocked: false, cluster.DriftChanged: true, cluster.DriftLapsed: true,
		cluster.DriftMissing: false, cluster.DriftUnmanaged: false,
	}
	listed := map[cluster.DriftKind]bool{}
	for _, kind := range cluster.DriftKinds() {
		want, known := hasFields[kind]
		if !known || listed[kind] {
			t.Errorf("%q is listed twice, or is not a kind", kind)
		}
		if got := kind.HasFields(); got != want {
			t.Errorf("%s has fields: %t, want %t", kind, got, want)
		}
		listed[kind] = true
	}
	if len(listed) != len(hasFields) {
		t.Errorf("listed %v", cluster.DriftKinds())
	}
}

func TestKnownOfEachKind(t *testing.T) {
	t.Parallel()
	for _, accepted := range append(cluster.DriftKinds(), "") {
		for _, found := range cluster.DriftKinds() {
			k := cluster.KnownDrift{Name: "va", Kind: accepted}
			if got, want := k.IsAbout(found, "va"), accepted == "" || accepted == found; got != want {
				t.Errorf("%q is about %q: %t, want %t", accepted, found, got, want)
			}
			if k.IsAbout(found, "lab") {
				t.Errorf("%q is about %q in another cluster", accepted, found)
			}
		}
	}
}
