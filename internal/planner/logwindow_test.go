package planner_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"clusterctl/internal/cluster"
	"clusterctl/internal/planner"
)

func in(d time.Duration) time.Time { return noon().Add(d) }

// logCell is a row of the table at decideLog.
type logCell struct {
	want cluster.LogConfig
	live *cluster.LiveLogConfig
	// put is what is sent; empty is nothing.
	put string
	// wrong is when the plan expires; 0 is never.
	wrong time.Duration
}

// xyLevels are the levels of the log configurations in the cells.
func xyLevels() map[string]cluster.Level { return map[string]cluster.Level{"x.Y": "DEBUG"} }

func window(end time.Duration) cluster.LogConfig {
	return cluster.LogConfig{RootLevel: "INFO", LogLevels: xyLevels(), Expiration: in(end)}
}

func keptFor(minutes int) cluster.LogConfig {
	return cluster.LogConfig{RootLevel: "INFO", LogLevels: xyLevels(), DurationMinutes: minutes}
}

func renewed(c cluster.LogConfig, within int) cluster.LogConfig {
	c.RenewWithinMinutes = &within
	return c
}

// ours has the wanted levels, and another's has others. Both are in force.
func ours(left time.Duration) *cluster.LiveLogConfig {
	return &cluster.LiveLogConfig{RootLevel: "INFO", LogLevels: xyLevels(), Expiration: in(left)}
}

func anothers(left time.Duration) *cluster.LiveLogConfig {
	return &cluster.LiveLogConfig{RootLevel: "INFO", Expiration: in(left)}
}

// endless has the wanted levels and an unknown end.
func endless() *cluster.LiveLogConfig {
	return &cluster.LiveLogConfig{RootLevel: "INFO", LogLevels: xyLevels()}
}

const (
	putLevels  = `{"rootLevel":"INFO","logLevels":{"x.Y":"DEBUG"},`
	putSixPM   = putLevels + `"expiration":"2026-03-29T18:00:00Z"}`
	put24Hours = putLevels + `"durationMinutes":1440}`
	put60      = putLevels + `"durationMinutes":60}`
)

func windowCells() map[string]logCell {
	const h = time.Hour
	return map[string]logCell{
		"W1":  {want: window(-time.Nanosecond)},
		"W2":  {want: window(-h), live: anothers(h)},
		"W3":  {want: window(0), live: ours(0)},
		"W4":  {want: window(6 * h), put: putSixPM, wrong: 6 * h},
		"W5":  {want: window(6 * h), live: ours(-time.Minute), put: putSixPM, wrong: 6 * h},
		"W6":  {want: window(6 * h), live: anothers(-time.Minute), put: putSixPM, wrong: 6 * h},
		"W7":  {want: window(6 * h), live: ours(6 * h)},
		"W8":  {want: window(6 * h), live: ours(7 * h), put: putSixPM, wrong: 6 * h},
		"W9":  {want: window(6 * h), live: ours(6*h - time.Second), put: putSixPM, wrong: 6 * h},
		"W10": {want: window(6 * h), live: endless(), put: putSixPM, wrong: 6 * h},
		"W11": {want: window(6 * h), live: anothers(6 * h), put: putSixPM, wrong: 6 * h},
		"W12": {want: window(24 * h), put: putLevels + `"expiration":"2026-03-30T12:00:00Z"}`, wrong: 24 * h},
		"W13": {want: window(24*h + 1), put: put24Hours, wrong: 1},
		"W14": {want: window(30 * h), live: ours(-time.Minute), put: put24Hours, wrong: 6 * h},
		"W15": {want: window(30 * h), live: ours(12*h + time.Second)},
		"W16": {want: window(30 * h), live: ours(12 * h), put: put24Hours, wrong: 6 * h},
		"W17": {want: window(30 * h), live: endless()},
		"W18": {want: window(30 * h), live: anothers(24 * h), put: put24Hours, wrong: 6 * h},
	}
}

func minutesCells() map[string]logCell {
	return map[string]logCell{
		"M1": {want: keptFor(60), put: put60},
		"M2": {want: keptFor(60), live: anothers(-time.Hour), put: put60},
		"M3": {want: keptFor(60), live: ours(0), put: put60},
		"M4": {want: renewed(keptFor(60), 30), live: ours(30*time.Minute + time.Second)},
		"M5": {want: renewed(keptFor(60), 30), live: ours(30 * time.Minute), put: put60},
		"M6": {want: renewed(keptFor(60), 30), live: endless()},
		"M7": {want: keptFor(60), live: anothers(time.Hour), put: put60},
	}
}

// plan plans the cell and returns what is sent.
func (c logCell) plan(t *testing.T) (p planner.Plan, put string) {
	t.Helper()
	live := serve(t, `{"id":"1","name":"va"}`)
	live.Log.Config = c.live
	p = plan(t, []cluster.Cluster{{Name: "va", LogConfig: &c.want}}, []cluster.Live{live})
	if len(p.Changes) == 1 {
		put = string(p.Changes[0].Requests[0].Body)
	}
	return p, put
}

// outcome is what the plan does, in the words of the table.
func (c logCell) outcome(p planner.Plan, put string) string {
	text := "kept"
	switch {
	case p.Summary.Satisfied == 1:
		text = "satisfied"
	case strings.Contains(put, "expiration"):
		text = "PUT expiration"
	case strings.Contains(put, "durationMinutes") && c.want.IsWindow():
		text = "PUT 24 hours"
	case strings.Contains(put, "durationMinutes"):
		text = "PUT durationMinutes"
	}
	if len(p.Changes) == 1 && p.Changes[0].Lapsed {
		text += ", lapsed"
	}
	return text
}

// check compares a plan with the cell.
func (c logCell) check(t *testing.T, p planner.Plan, put string) {
	t.Helper()
	if put != c.put {
		t.Errorf("sent %s\nwant %s", put, c.put)
	}
	if (p.ExpiresAt == nil) != (c.wrong == 0) || p.ExpiresAt != nil && !p.ExpiresAt.Equal(in(c.wrong)) {
		t.Errorf("the plan expires at %v, want in %s", p.ExpiresAt, c.wrong)
	}
	if unchanged := 1; p.Summary.Unchanged != unchanged-len(p.Changes) {
		t.Errorf("%d unchanged and %d changes", p.Summary.Unchanged, len(p.Changes))
	}
}

func TestEveryRowOfTheDrawnLogTable(t *testing.T) {
	t.Parallel()
	drawn := drawnTable(t, "logwindow.go", "decideLog")
	cells := together(windowCells(), minutesCells())
	checkKeys(t, drawn, cells)
	for key, c := range cells {
		t.Run(key, func(t *testing.T) {
			t.Parallel()
			p, put := c.plan(t)
			if got := c.outcome(p, put); got != drawn[key].becomes {
				t.Errorf("got %s, drawn: %s", got, drawn[key])
			}
			c.check(t, p, put)
		})
	}
}

// The limits within the cells: defaults, the bounds of a setting, and times too far ahead
// for a duration.
func TestLogTimes(t *testing.T) {
	t.Parallel()
	const h = time.Hour
	farther := cluster.LogConfig{RootLevel: "INFO", LogLevels: xyLevels(), Expiration: time.Date(9999, 12, 31, 0, 0, 0, 0, time.UTC)}
	tests := map[string]logCell{
		"a window whose digits the tenant has cut":      {want: window(6*h + 900*time.Millisecond), live: ours(6 * h)},
		"a window that ends in a second":                {want: window(time.Second), put: putLevels + `"expiration":"2026-03-29T12:00:01Z"}`, wrong: time.Second},
		"a window renewed later than by default":        {want: renewed(window(30*h), 60), live: ours(2 * h)},
		"a window renewed by what is left of it":        {want: renewed(window(30*h), 60), live: ours(h), put: put24Hours, wrong: 6 * h},
		"a window never renewed before it lapses":       {want: renewed(window(30*h), 0), live: ours(1)},
		"a window always renewed":                       {want: renewed(window(30*h), 1440), live: ours(24 * h), put: put24Hours, wrong: 6 * h},
		"a window a year ahead":                         {want: window(365 * 24 * h), put: put24Hours, wrong: 364 * 24 * h},
		"a window in force, nearer than a day by now":   {want: window(24 * h), live: ours(24*h - time.Second), put: putLevels + `"expiration":"2026-03-30T12:00:00Z"}`, wrong: 24 * h},
		"a window as far ahead as can be, in force":     {want: farther, live: ours(24 * h)},
		"minutes by default":                            {want: keptFor(0), put: putLevels + `"durationMinutes":240}`},
		"minutes not renewed unless stated":             {want: keptFor(60), live: ours(1)},
		"minutes in force for longer than is asked for": {want: keptFor(60), live: ours(20 * h)},
		"minutes renewed at once":                       {want: renewed(keptFor(60), 60), live: ours(h), put: put60},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p, put := tt.plan(t)
			tt.check(t, p, put)
		})
	}
}

// A window of a new cluster is decided as if none were in force.
func TestLogWindowOfANewCluster(t *testing.T) {
	t.Parallel()
	const put = "PUT /managed-clusters/{id}/log-config "
	tests := map[string]struct {
		want      cluster.LogConfig
		put       string
		satisfied int
		wrong     time.Duration
	}{
		"passed":          {want: window(0), satisfied: 1},
		"within 24 hours": {want: window(6 * time.Hour), put: put + putSixPM, wrong: 6 * time.Hour},
		"beyond 24 hours": {want: window(30 * time.Hour), put: put + put24Hours, wrong: 6 * time.Hour},
		"durationMinutes": {want: keptFor(60), put: put + put60},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := plan(t, []cluster.Cluster{{Name: "va", LogConfig: &tt.want}}, nil)
			if p.Summary.Create != 1 || p.Summary.Satisfied != tt.satisfied {
				t.Errorf("summary %+v", p.Summary)
			}
			var got string
			if last := p.Changes[0].Requests[len(p.Changes[0].Requests)-1]; last.Method != "POST" {
				got = last.Method + " " + last.Path + " " + string(last.Body)
			}
			if got != tt.put {
				t.Errorf("got  %s\nwant %s", got, tt.put)
			}
			if (p.ExpiresAt == nil) != (tt.wrong == 0) || p.ExpiresAt != nil && !p.ExpiresAt.Equal(in(tt.wrong)) {
				t.Errorf("the plan expires at %v, want in %s", p.ExpiresAt, tt.wrong)
			}
		})
	}
}

// A reviewer sees what someone else has set, and until when, before it is replaced.
func TestLogDiffShowsWhatIsReplaced(t *testing.T) {
	t.Parallel()
	live := serve(t, `{"id":"1","name":"va"}`)
	live.Log.Config = &cluster.LiveLogConfig{RootLevel: "TRACE", LogLevels: map[string]cluster.Level{"gone": "DEBUG", "same": "OFF", "x/y": "INFO"}, Expiration: in(time.Hour)}
	want := cluster.LogConfig{RootLevel: "INFO", LogLevels: map[string]cluster.Level{"same": "OFF", "x/y": "WARN", "new": "OFF"}}
	p := plan(t, []cluster.Cluster{{Name: "va", LogConfig: &want}}, []cluster.Live{live})
	if len(p.Changes) != 1 {
		t.Fatalf("changes %+v, want one", p.Changes)
	}
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

// A plan expires at the earliest of several instants.
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
