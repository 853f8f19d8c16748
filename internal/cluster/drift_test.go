package cluster_test

import (
	"testing"
	"time"

	"clusterctl/internal/cluster"
)

func TestKnownCovers(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		path, field string
		want        bool
	}{
		{"", "/name", true},
		{"/configuration/gmtOffset", "/configuration/gmtOffset", true},
		{"/configuration", "/configuration/gmtOffset", true},
		{"/logConfig/logLevels", "/logConfig/logLevels/a~1b", true},
		{"/configuration/gmt", "/configuration/gmtOffset", false},
		{"/configuration/gmtOffset", "/configuration", false},
		{"/description", "/name", false},
	} {
		if got := (cluster.KnownDrift{Path: tc.path}).Covers(tc.field); got != tc.want {
			t.Errorf("%q covers %q: %t", tc.path, tc.field, got)
		}
	}
}

func TestKnownIsAbout(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		known cluster.KnownDrift
		want  bool
	}{
		{cluster.KnownDrift{Name: "va-*"}, true},
		{cluster.KnownDrift{Name: "va-*", Kind: cluster.DriftChanged}, true},
		{cluster.KnownDrift{Name: "va-*", Kind: cluster.DriftMissing}, false},
		{cluster.KnownDrift{Name: "va"}, false},
	} {
		if got := tc.known.IsAbout(cluster.DriftChanged, "va-austin"); got != tc.want {
			t.Errorf("%+v: %t", tc.known, got)
		}
	}
}

func TestKnownEnds(t *testing.T) {
	t.Parallel()
	end := time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC)
	k := cluster.KnownDrift{Until: end}
	if k.Ended(end.Add(-time.Nanosecond)) || !k.Ended(end) {
		t.Error("does not end at its end")
	}
}
