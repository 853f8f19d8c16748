package planner_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"clusterctl/internal/cluster"
)

func in(d time.Duration) time.Time { return noon().Add(d) }

// The rows are those of the table at decideLog.
func TestLogConfigurations(t *testing.T) {
	t.Parallel()
	levels := map[string]cluster.Level{"x.Y": "DEBUG"}
	inForce := func(left time.Duration) *cluster.LiveLogConfig {
		return &cluster.LiveLogConfig{RootLevel: "INFO", LogLevels: levels, Expiration: in(left)}
	}
	window := func(end time.Duration) cluster.LogConfig {
		return cluster.LogConfig{RootLevel: "INFO", LogLevels: levels, Expiration: in(end)}
	}
	kept := func(minutes int) cluster.LogConfig {
		return cluster.LogConfig{RootLevel: "INFO", LogLevels: levels, DurationMinutes: minutes}
	}
	renew := func(c cluster.LogConfig, within int) cluster.LogConfig {
		c.RenewWithinMinutes = &within
		return c
	}
	const (
		body      = `{"rootLevel":"INFO","logLevels":{"x.Y":"DEBUG"},`
		satisfied = "satisfied"
		unchanged = ""
	)
	tests := map[string]struct {
		want   cluster.LogConfig
		live   *cluster.LiveLogConfig
		put    string
		lapsed bool
		wrong  time.Duration // when the plan expires; 0: it does not
	}{
		"window passed":                              {want: window(-time.Second), put: satisfied},
		"window passed this very moment":             {want: window(0), put: satisfied},
		"window passed, other levels in force":       {want: window(-time.Hour), live: &cluster.LiveLogConfig{RootLevel: "TRACE", Expiration: in(time.Hour)}, put: satisfied},
		"window within a day, none in force":         {want: window(6 * time.Hour), put: body + `"expiration":"2026-03-29T18:00:00Z"}`, wrong: 6 * time.Hour},
		"window within a day, as granted":            {want: window(6 * time.Hour), live: inForce(6 * time.Hour), put: unchanged},
		"window within a day, digits cut":            {want: window(6*time.Hour + 900*time.Millisecond), live: inForce(6 * time.Hour), put: unchanged},
		"window within a day, another end":           {want: window(6 * time.Hour), live: inForce(7 * time.Hour), put: body + `"expiration":"2026-03-29T18:00:00Z"}`, wrong: 6 * time.Hour},
		"window within a day, other levels":          {want: window(6 * time.Hour), live: &cluster.LiveLogConfig{RootLevel: "INFO", Expiration: in(6 * time.Hour)}, put: body + `"expiration":"2026-03-29T18:00:00Z"}`, wrong: 6 * time.Hour},
		"window within a day, lapsed":                {want: window(6 * time.Hour), live: inForce(-time.Minute), put: body + `"expiration":"2026-03-29T18:00:00Z"}`, lapsed: true, wrong: 6 * time.Hour},
		"window of just a day":                       {want: window(24 * time.Hour), put: body + `"expiration":"2026-03-30T12:00:00Z"}`, wrong: 24 * time.Hour},
		"window beyond a day, none in force":         {want: window(30 * time.Hour), put: body + `"durationMinutes":1440}`, wrong: 6 * time.Hour},
		"window beyond a day, enough left":           {want: window(30 * time.Hour), live: inForce(13 * time.Hour), put: unchanged},
		"window beyond a day, little left":           {want: window(30 * time.Hour), live: inForce(12 * time.Hour), put: body + `"durationMinutes":1440}`, wrong: 6 * time.Hour},
		"window beyond a day, renewed later":         {want: renew(window(30*time.Hour), 60), live: inForce(2 * time.Hour), put: unchanged},
		"kept, none in force":                        {want: kept(60), put: body + `"durationMinutes":60}`, lapsed: true},
		"kept, by default for 240 minutes":           {want: kept(0), put: body + `"durationMinutes":240}`, lapsed: true},
		"kept, still in force":                       {want: kept(60), live: inForce(time.Second), put: unchanged},
		"kept, in force longer than it asks for":     {want: kept(60), live: inForce(20 * time.Hour), put: unchanged},
		"kept, lapsed":                               {want: kept(60), live: inForce(-time.Second), put: body + `"durationMinutes":60}`, lapsed: true},
		"kept, ended this very moment":               {want: kept(60), live: inForce(0), put: body + `"durationMinutes":60}`, lapsed: true},
		"kept, other levels in force":                {want: kept(60), live: &cluster.LiveLogConfig{RootLevel: "TRACE", LogLevels: levels, Expiration: in(time.Hour)}, put: body + `"durationMinutes":60}`},
		"kept, to be renewed":                        {want: renew(kept(60), 30), live: inForce(30 * time.Minute), put: body + `"durationMinutes":60}`},
		"kept, not yet to be renewed":                {want: renew(kept(60), 30), live: inForce(31 * time.Minute), put: unchanged},
		"kept, the tenant does not say when it ends": {want: kept(60), live: &cluster.LiveLogConfig{RootLevel: "INFO", LogLevels: levels}, put: unchanged},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			live := serve(t, `{"id":"1","name":"va"}`)
			live.Log.Config = tt.live
			p := plan(t, []cluster.Cluster{{Name: "va", LogConfig: &tt.want}}, []cluster.Live{live})
			got, lapsed := unchanged, false
			switch {
			case p.Summary.Satisfied == 1:
				got = satisfied
			case len(p.Changes) == 1:
				got, lapsed = string(p.Changes[0].Requests[0].Body), p.Changes[0].Lapsed
			}
			if got != tt.put || lapsed != tt.lapsed {
				t.Errorf("got  %s, lapsed %t\nwant %s, lapsed %t", got, lapsed, tt.put, tt.lapsed)
			}
			if (p.ExpiresAt == nil) != (tt.wrong == 0) || p.ExpiresAt != nil && !p.ExpiresAt.Equal(in(tt.wrong)) {
				t.Errorf("plan expires at %v, want in %s", p.ExpiresAt, tt.wrong)
			}
		})
	}
}

// A reviewer sees whose configuration is replaced, and until when it would
// have been in force.
func TestLogDiffShowsWhatIsReplaced(t *testing.T) {
	t.Parallel()
	live := serve(t, `{"id":"1","name":"va"}`)
	live.Log.Config = &cluster.LiveLogConfig{RootLevel: "TRACE", LogLevels: map[string]cluster.Level{"gone": "DEBUG", "same": "OFF", "x/y": "INFO"}, Expiration: in(time.Hour)}
	want := cluster.LogConfig{RootLevel: "INFO", LogLevels: map[string]cluster.Level{"same": "OFF", "x/y": "WARN", "new": "OFF"}}
	p := plan(t, []cluster.Cluster{{Name: "va", LogConfig: &want}}, []cluster.Live{live})
	var got []string
	for _, d := range p.Changes[0].Diff {
		got = append(got, d.Path+" "+string(d.Before)+" → "+string(d.After))
	}
	if diff := cmp.Diff([]string{
		`/logConfig/rootLevel "TRACE" → "INFO"`,
		`/logConfig/logLevels/gone "DEBUG" → `,
		`/logConfig/logLevels/new  → "OFF"`,
		`/logConfig/logLevels/x~1y "INFO" → "WARN"`,
		`/logConfig/expiration "2026-03-29T13:00:00Z" → `,
		`/logConfig/durationMinutes  → 240`,
	}, got); diff != "" {
		t.Errorf("diff (-want +got):\n%s", diff)
	}
}

// The earliest of several moments is when the plan expires.
func TestPlanExpiresAtTheFirstMoment(t *testing.T) {
	t.Parallel()
	p := plan(t, []cluster.Cluster{
		{Name: "a", LogConfig: &cluster.LogConfig{RootLevel: "INFO", Expiration: in(5 * time.Hour)}},
		{Name: "b", LogConfig: &cluster.LogConfig{RootLevel: "INFO", Expiration: in(2 * time.Hour).In(time.FixedZone("", 3600))}},
		{Name: "c", LogConfig: &cluster.LogConfig{RootLevel: "INFO", Expiration: in(4 * time.Hour)}},
	}, nil)
	if p.ExpiresAt == nil || !p.ExpiresAt.Equal(in(2*time.Hour)) || p.ExpiresAt.Location() != time.UTC {
		t.Errorf("expires at %v", p.ExpiresAt)
	}
}
