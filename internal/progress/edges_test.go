package progress_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"clusterctl/internal/progress"
)

// TestCountsOnALog has none, one and several done of none, one and several.
func TestCountsOnALog(t *testing.T) {
	t.Parallel()
	for want, counts := range map[string][2]int{
		"reading 0":                     {0, -1},
		"reading 1, 6/min":              {1, -1},
		"reading 0/0":                   {0, 0},
		"reading 0/1":                   {0, 1},
		"reading 1/1, 6/min":            {1, 1},
		"reading 1/2, 6/min, 10s left":  {1, 2},
		"reading 2/2, 12/min":           {2, 2},
		"reading 9/10, 54/min, 1s left": {9, 10},
		"reading 10/11, 1/s, 1s left":   {10, 11},
	} {
		t.Run(want, func(t *testing.T) {
			t.Parallel()
			got := shown(t, progress.Options{}, func(m *progress.Meter) {
				m.Begin("reading", "", counts[1])
				m.Advance(counts[0])
				time.Sleep(10*time.Second + 1)
			})
			if diff := cmp.Diff(want+"\n", got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestNothingCanBeCountedInNoTime(t *testing.T) {
	t.Parallel()
	got := shown(t, progress.Options{Columns: columns(80)}, func(m *progress.Meter) {
		m.Begin("reading", "", -1)
		time.Sleep(time.Second)
		m.Begin("applying", "", 4) // just begun when the line is drawn
		m.Advance(1)
		time.Sleep(1)
	})
	if strings.Contains(got, "Inf") || strings.Contains(got, "NaN") {
		t.Errorf("%q", got)
	}
}

// TestWaitsOnALog are worth a line from half a second on, and one line each.
func TestWaitsOnALog(t *testing.T) {
	t.Parallel()
	for wait, want := range map[time.Duration]string{
		0:                            "",
		500*time.Millisecond - 1:     "",
		500 * time.Millisecond:       "waiting 1s for the rate limit\n",
		time.Second:                  "waiting 1s for the rate limit\n",
		1500 * time.Millisecond:      "waiting 2s for the rate limit\n",
		time.Minute:                  "waiting 1m for the rate limit\n",
		61 * time.Second:             "waiting 1m1s for the rate limit\n",
		10*time.Minute + time.Second: "waiting 10m1s for the rate limit\n",
	} {
		t.Run(wait.String(), func(t *testing.T) {
			t.Parallel()
			got := shown(t, progress.Options{}, func(m *progress.Meter) {
				m.Waiting(wait)
				time.Sleep(wait) // to the very end of the wait, which is one still
				m.Waiting(wait)
			})
			if got != want {
				t.Errorf("got %q, want %q", got, want)
			}
			again := shown(t, progress.Options{}, func(m *progress.Meter) {
				m.Waiting(wait)
				time.Sleep(wait + 1)
				m.Waiting(wait)
			})
			if again != want+want {
				t.Errorf("two waits: got %q", again)
			}
		})
	}
}

// TestBarAtItsEdges goes from an empty bar to one that is more than full.
func TestBarAtItsEdges(t *testing.T) {
	t.Parallel()
	for done, cells := range map[int]int{0: 0, 1: 1, 19: 19, 20: 20, 21: 20} {
		got := shown(t, progress.Options{Columns: columns(80)}, func(m *progress.Meter) {
			m.Begin("reading", "", 20)
			m.Advance(done)
			time.Sleep(1100 * time.Millisecond)
		})
		if bar := "▕" + strings.Repeat("█", cells) + strings.Repeat(" ", 20-cells) + "▏"; !strings.Contains(got, bar) {
			t.Errorf("%d of 20: %q", done, got)
		}
	}
}
