package cluster_test

import (
	"testing"
	"time"

	"clusterctl/internal/cluster"
)

func TestPeriodNamesTheDayThatTheFileNames(t *testing.T) {
	t.Parallel()
	east := time.FixedZone("", 2*60*60)
	tests := map[string]struct {
		until time.Time
		want  string
	}{
		"the end of a day":      {time.Date(2026, 12, 2, 0, 0, 0, 0, time.UTC), "through 2026-12-01 UTC"},
		"the end of a year":     {time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC), "through 2026-12-31 UTC"},
		"another zone":          {time.Date(2027, 1, 1, 2, 0, 0, 0, east), "through 2026-12-31 UTC"},
		"midnight, but not UTC": {time.Date(2027, 1, 1, 0, 0, 0, 0, east), "until 2026-12-31T22:00:00Z"},
		"an hour":               {time.Date(2026, 12, 31, 18, 0, 0, 0, time.UTC), "until 2026-12-31T18:00:00Z"},
		"a second of a day":     {time.Date(2026, 12, 31, 0, 0, 1, 0, time.UTC), "until 2026-12-31T00:00:01Z"},
		"the last time of JSON": {time.Date(9999, 12, 31, 23, 59, 59, 0, time.UTC), "until 9999-12-31T23:59:59Z"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := cluster.Period(tt.until); got != tt.want {
				t.Errorf("%s, want %s", got, tt.want)
			}
		})
	}
}
