package cluster_test

import (
	"testing"
	"time"

	"clusterctl/internal/cluster"
)

func TestMinutes(t *testing.T) {
	t.Parallel()
	for stated, want := range map[int]int{0: 240, 1: 1, 5: 5, 240: 240, 1440: 1440} {
		if got := (cluster.LogConfig{DurationMinutes: stated}).Minutes(); got != want {
			t.Errorf("%d stated: Minutes() = %d, want %d", stated, got, want)
		}
	}
}

func TestRenewWithin(t *testing.T) {
	t.Parallel()
	end := time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC)
	tests := map[string]struct {
		config   cluster.LogConfig
		isWindow bool
		want     time.Duration
	}{
		"not stated":             {cluster.LogConfig{}, false, 0},
		"stated":                 {cluster.LogConfig{RenewWithinMinutes: new(1)}, false, time.Minute},
		"not stated, a window":   {cluster.LogConfig{Expiration: end}, true, 12 * time.Hour},
		"stated, a window":       {cluster.LogConfig{Expiration: end, RenewWithinMinutes: new(90)}, true, 90 * time.Minute},
		"stated as 0, a window":  {cluster.LogConfig{Expiration: end, RenewWithinMinutes: new(0)}, true, 0},
		"a duration alone is no": {cluster.LogConfig{DurationMinutes: 60}, false, 0},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := tt.config.RenewWithin(); got != tt.want {
				t.Errorf("RenewWithin() = %s, want %s", got, tt.want)
			}
			if got := tt.config.IsWindow(); got != tt.isWindow {
				t.Errorf("IsWindow() = %t, want %t", got, tt.isWindow)
			}
		})
	}
}

func TestInForce(t *testing.T) {
	t.Parallel()
	now := time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC)
	tests := map[string]struct {
		config *cluster.LiveLogConfig
		want   bool
	}{
		"none":               {nil, false},
		"without an end":     {&cluster.LiveLogConfig{}, true},
		"ends in a moment":   {&cluster.LiveLogConfig{Expiration: now.Add(1)}, true},
		"ends now":           {&cluster.LiveLogConfig{Expiration: now}, false},
		"ended a moment ago": {&cluster.LiveLogConfig{Expiration: now.Add(-1)}, false},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := tt.config.InForce(now); got != tt.want {
				t.Errorf("InForce() = %t, want %t", got, tt.want)
			}
		})
	}
}

func TestEqualEnds(t *testing.T) {
	t.Parallel()
	end := time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC)
	tests := map[string]struct {
		a, b time.Time
		want bool
	}{
		"one instant":              {end, end, true},
		"one instant, two zones":   {end, end.In(time.FixedZone("", 3600)), true},
		"less than a second apart": {end, end.Add(time.Second - 1), true},
		"a second apart":           {end, end.Add(time.Second), false},
		"hours apart":              {end, end.Add(time.Hour), false},
		"no ends":                  {time.Time{}, time.Time{}, true},
		"one has no end":           {end, time.Time{}, false},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a, b := &cluster.LiveLogConfig{Expiration: tt.a}, &cluster.LiveLogConfig{Expiration: tt.b}
			if a.Equal(b) != tt.want || b.Equal(a) != tt.want {
				t.Errorf("Equal() = %t and %t, want %t", a.Equal(b), b.Equal(a), tt.want)
			}
		})
	}
}

// TestSameLevels changes one level of three at a time.
func TestSameLevels(t *testing.T) {
	t.Parallel()
	three := func(edit func(*cluster.LiveLogConfig)) cluster.LiveLogConfig {
		c := cluster.LiveLogConfig{RootLevel: "INFO", LogLevels: map[string]cluster.Level{"a": "WARN", "b": "WARN", "c": "WARN"}}
		edit(&c)
		return c
	}
	unchanged := three(func(*cluster.LiveLogConfig) {})
	tests := map[string]struct {
		other cluster.LiveLogConfig
		want  bool
	}{
		"the same":         {three(func(c *cluster.LiveLogConfig) { c.Expiration = time.Unix(1, 0) }), true},
		"another root":     {three(func(c *cluster.LiveLogConfig) { c.RootLevel = "WARN" }), false},
		"no root":          {three(func(c *cluster.LiveLogConfig) { c.RootLevel = "" }), false},
		"one is different": {three(func(c *cluster.LiveLogConfig) { c.LogLevels["b"] = "INFO" }), false},
		"one is missing":   {three(func(c *cluster.LiveLogConfig) { delete(c.LogLevels, "c") }), false},
		"one more":         {three(func(c *cluster.LiveLogConfig) { c.LogLevels["d"] = "WARN" }), false},
		"no levels":        {three(func(c *cluster.LiveLogConfig) { c.LogLevels = nil }), false},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if unchanged.SameLevels(tt.other) != tt.want || tt.other.SameLevels(unchanged) != tt.want {
				t.Errorf("want %t", tt.want)
			}
		})
	}
	if empty := (cluster.LiveLogConfig{LogLevels: map[string]cluster.Level{}}); !empty.SameLevels(cluster.LiveLogConfig{}) {
		t.Error("no levels are different from an empty list of levels")
	}
}

func TestEqualAndMatches(t *testing.T) {
	t.Parallel()
	end := time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC)
	info := &cluster.LiveLogConfig{RootLevel: "INFO", Expiration: end}
	tests := map[string]struct {
		got, want      *cluster.LiveLogConfig
		equal, matches bool
	}{
		"none and none":          {nil, nil, true, true},
		"one and none":           {info, nil, false, false},
		"none and one":           {nil, info, false, false},
		"none and an endless":    {nil, &cluster.LiveLogConfig{}, false, false},
		"the same":               {info, &cluster.LiveLogConfig{RootLevel: "INFO", Expiration: end}, true, true},
		"another end":            {info, &cluster.LiveLogConfig{RootLevel: "INFO", Expiration: end.Add(time.Second)}, false, false},
		"no end is wanted":       {info, &cluster.LiveLogConfig{RootLevel: "INFO"}, false, true},
		"an end is wanted":       {&cluster.LiveLogConfig{RootLevel: "INFO"}, info, false, false},
		"other levels":           {info, &cluster.LiveLogConfig{RootLevel: "WARN", Expiration: end}, false, false},
		"other levels, no end":   {info, &cluster.LiveLogConfig{RootLevel: "WARN"}, false, false},
		"the same, without ends": {&cluster.LiveLogConfig{RootLevel: "INFO"}, &cluster.LiveLogConfig{RootLevel: "INFO"}, true, true},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if equal, matches := tt.got.Equal(tt.want), tt.got.Matches(tt.want); equal != tt.equal || matches != tt.matches {
				t.Errorf("Equal() = %t, Matches() = %t; want %t and %t", equal, matches, tt.equal, tt.matches)
			}
		})
	}
}

func TestLiveLogConfigString(t *testing.T) {
	t.Parallel()
	end := time.Date(2027, 1, 1, 1, 0, 0, 0, time.FixedZone("", 3600))
	tests := map[string]*cluster.LiveLogConfig{
		"none":                            nil,
		"rootLevel INFO with 0 logLevels": {RootLevel: "INFO"},
		"rootLevel INFO with 1 logLevels until 2027-01-01T00:00:00Z": {
			RootLevel: "INFO", LogLevels: map[string]cluster.Level{"a": "WARN"}, Expiration: end,
		},
	}
	for want, config := range tests {
		if got := config.String(); got != want {
			t.Errorf("String() = %q, want %q", got, want)
		}
	}
}

func TestLevelsFromQuietToLoud(t *testing.T) {
	t.Parallel()
	var order string
	for _, level := range cluster.Levels() {
		order += " " + string(level)
	}
	if order != " OFF FATAL ERROR WARN INFO DEBUG TRACE" {
		t.Errorf("Levels() =%s", order)
	}
}
