package planner_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"clusterctl/internal/cluster"
	"clusterctl/internal/planner"
)

// instant is a time as a file or --now has it, with its offset.
func instant(t *testing.T, text string) time.Time {
	t.Helper()
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

// planAt plans one window until a time, at now. Unless inForce is empty, the same levels
// are in force until then.
func planAt(t *testing.T, now, until, inForce string) planner.Plan {
	t.Helper()
	live := serve(t, `{"id":"1","name":"va"}`)
	if inForce != "" {
		live.Log.Config = &cluster.LiveLogConfig{RootLevel: "INFO", Expiration: instant(t, inForce)}
	}
	in := input([]cluster.Cluster{{Name: "va", LogConfig: &cluster.LogConfig{RootLevel: "INFO", Expiration: instant(t, until)}}}, []cluster.Live{live})
	in.Now = instant(t, now)
	p, err := planner.New(in)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// The hours in which clocks change: forward in Europe at 2026-03-29T01:00Z, back in the
// United States at 2026-11-01T06:00Z (Eastern).
func TestHoursInWhichClocksChange(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		now, until, inForce string
		sends               string // an end in UTC, "24 hours" or nothing
		wrong               string
	}{
		"Europe, the same instant in winter time and in summer time": {
			now: "2026-03-28T22:00:00+01:00", until: "2026-03-29T03:30:00+02:00", inForce: "2026-03-29T02:30:00+01:00",
		},
		"Europe, the same wall time with two offsets": {
			now: "2026-03-28T22:00:00+01:00", until: "2026-03-29T02:30:00+02:00", inForce: "2026-03-29T02:30:00+01:00",
			sends: "2026-03-29T00:30:00Z", wrong: "2026-03-29T00:30:00Z",
		},
		"Europe, the same wall time with two offsets, the other way round": {
			now: "2026-03-28T22:00:00+01:00", until: "2026-03-29T02:30:00+01:00", inForce: "2026-03-29T02:30:00+02:00",
			sends: "2026-03-29T01:30:00Z", wrong: "2026-03-29T01:30:00Z",
		},
		"Europe, 24 hours ahead, an hour later on the wall": {
			now: "2026-03-28T12:00:00+01:00", until: "2026-03-29T13:00:00+02:00",
			sends: "2026-03-29T11:00:00Z", wrong: "2026-03-29T11:00:00Z",
		},
		"Europe, the second after": {
			now: "2026-03-28T12:00:00+01:00", until: "2026-03-29T13:00:01+02:00",
			sends: "24 hours", wrong: "2026-03-28T11:00:01Z",
		},
		"United States, the same instant before and after": {
			now: "2026-10-31T22:00:00-04:00", until: "2026-11-01T01:30:00-05:00", inForce: "2026-11-01T02:30:00-04:00",
		},
		"United States, the hour that comes twice, the first wanted": {
			now: "2026-10-31T22:00:00-04:00", until: "2026-11-01T01:30:00-04:00", inForce: "2026-11-01T01:30:00-05:00",
			sends: "2026-11-01T05:30:00Z", wrong: "2026-11-01T05:30:00Z",
		},
		"United States, the hour that comes twice, the second wanted": {
			now: "2026-10-31T22:00:00-04:00", until: "2026-11-01T01:30:00-05:00", inForce: "2026-11-01T01:30:00-04:00",
			sends: "2026-11-01T06:30:00Z", wrong: "2026-11-01T06:30:00Z",
		},
		"United States, noon the day after is a day and an hour": {
			now: "2026-10-31T12:00:00-04:00", until: "2026-11-01T12:00:00-05:00",
			sends: "24 hours", wrong: "2026-10-31T17:00:00Z",
		},
		"United States, within the hour that comes twice": {
			now: "2026-11-01T01:45:00-04:00", until: "2026-11-01T01:30:00-05:00",
			sends: "2026-11-01T06:30:00Z", wrong: "2026-11-01T06:30:00Z",
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := planAt(t, tt.now, tt.until, tt.inForce)
			if got := sent(t, p); got != tt.sends {
				t.Errorf("sends %q, want %q", got, tt.sends)
			}
			var wrong string
			if p.ExpiresAt != nil {
				wrong = p.ExpiresAt.Format(time.RFC3339)
			}
			if wrong != tt.wrong {
				t.Errorf("expires at %q, want %q", wrong, tt.wrong)
			}
		})
	}
}

// sent is the end that a plan of one window requests.
func sent(t *testing.T, p planner.Plan) string {
	t.Helper()
	if len(p.Changes) == 0 {
		return ""
	}
	body, err := p.Changes[0].Requests[0].LogBody()
	if err != nil {
		t.Fatal(err)
	}
	if body.DurationMinutes == cluster.MaxDurationMinutes {
		return "24 hours"
	}
	return body.Expiration.Format(time.RFC3339)
}

// A window that has passed in one offset has passed in all: the first 01:45 is before the
// second 01:30.
func TestAWindowPassesAtOneInstant(t *testing.T) {
	t.Parallel()
	for now, satisfied := range map[string]int{
		"2026-11-01T01:45:00-04:00": 0,
		"2026-11-01T01:29:59-05:00": 0,
		"2026-11-01T01:30:00-05:00": 1,
		"2026-11-01T08:30:00+02:00": 1,
	} {
		if got := planAt(t, now, "2026-11-01T01:30:00-05:00", "").Summary.Satisfied; got != satisfied {
			t.Errorf("at %s: %d satisfied, want %d", now, got, satisfied)
		}
	}
}

// How a time is written, in the file or in --now, does not affect the plan.
func TestOffsetsAreNoPartOfAPlan(t *testing.T) {
	t.Parallel()
	want := document(t, planAt(t, "2026-03-28T21:00:00Z", "2026-03-29T01:30:00Z", "2026-03-29T00:30:00Z"))
	for name, got := range map[string]planner.Plan{
		"now":                        planAt(t, "2026-03-28T22:00:00+01:00", "2026-03-29T01:30:00Z", "2026-03-29T00:30:00Z"),
		"the file":                   planAt(t, "2026-03-28T21:00:00Z", "2026-03-28T20:30:00-05:00", "2026-03-29T00:30:00Z"),
		"the end":                    planAt(t, "2026-03-28T21:00:00Z", "2026-03-29T01:30:00Z", "2026-03-29T02:30:00+02:00"),
		"all of them, by half hours": planAt(t, "2026-03-29T02:30:00+05:30", "2026-03-29T07:15:00+05:45", "2026-03-29T10:00:00+09:30"),
	} {
		if diff := cmp.Diff(want, document(t, got)); diff != "" {
			t.Errorf("%s written with another offset made a difference:\n%s", name, diff)
		}
	}
}
