package planner_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"clusterctl/internal/cluster"
	"clusterctl/internal/planner"
)

// The rows of the table at InverseOfLog, and the limits between them.
func TestInverseOfLog(t *testing.T) {
	t.Parallel()
	config := func(root cluster.Level, left time.Duration, levels map[string]cluster.Level) *cluster.LiveLogConfig {
		return &cluster.LiveLogConfig{RootLevel: root, LogLevels: levels, Expiration: in(left)}
	}
	none := map[string]cluster.Level{}
	info := &planner.LogBody{RootLevel: "INFO", LogLevels: none, DurationMinutes: 5}
	until := func(left time.Duration) *planner.LogBody {
		return &planner.LogBody{RootLevel: "DEBUG", LogLevels: xyLevels(), Expiration: in(left)}
	}
	aDay := &planner.LogBody{RootLevel: "DEBUG", LogLevels: xyLevels(), DurationMinutes: 1440}
	endless := &cluster.LiveLogConfig{RootLevel: "DEBUG", LogLevels: xyLevels()}
	debug := func(left time.Duration) *cluster.LiveLogConfig { return config("DEBUG", left, xyLevels()) }
	for name, tt := range map[string]struct {
		before, after *cluster.LiveLogConfig
		want          *planner.LogBody // nil: nothing is sent
	}{
		"none, none":                          {nil, nil, nil},
		"none, expired":                       {nil, debug(0), nil},
		"none, ends within minutes":           {nil, config("INFO", 6*time.Minute, none), nil},
		"none, ends a moment later":           {nil, config("INFO", 6*time.Minute+1, none), info},
		"none, ends soon at another level":    {nil, config("WARN", time.Minute, none), info},
		"none, ends soon with a level":        {nil, config("INFO", time.Minute, xyLevels()), info},
		"none, end not known":                 {nil, &cluster.LiveLogConfig{RootLevel: "INFO", LogLevels: none}, info},
		"none, any other":                     {nil, debug(time.Hour), info},
		"expired, none":                       {debug(0), nil, nil},
		"expired, any other":                  {debug(-time.Hour), debug(time.Hour), info},
		"in force, as before":                 {debug(time.Hour), debug(time.Hour), nil},
		"in force, none":                      {debug(time.Hour), nil, until(time.Hour)},
		"in force, expired":                   {debug(time.Hour), debug(-time.Hour), until(time.Hour)},
		"in force, another end":               {debug(time.Hour), debug(2 * time.Hour), until(time.Hour)},
		"in force, another level":             {debug(time.Hour), config("DEBUG", time.Hour, none), until(time.Hour)},
		"in force for just a day":             {debug(24 * time.Hour), nil, until(24 * time.Hour)},
		"in force for longer than is granted": {debug(24*time.Hour + time.Second), nil, aDay},
		"in force, end not known":             {endless, nil, aDay},
		"end not known, as before":            {endless, endless, nil},
	} {
		body, needed := planner.InverseOfLog(tt.before, tt.after, noon())
		if needed != (tt.want != nil) {
			t.Errorf("%s: needed %t, body %+v", name, needed, body)
			continue
		}
		if needed {
			if diff := cmp.Diff(*tt.want, body); diff != "" {
				t.Errorf("%s (-want +got):\n%s", name, diff)
			}
		}
	}
}
