package progress_test

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"clusterctl/internal/progress"
)

// shown returns what a run writes to a stream.
func shown(t *testing.T, o progress.Options, run func(*progress.Meter)) string {
	t.Helper()
	var out strings.Builder
	synctest.Test(t, func(*testing.T) {
		o.Out, o.Now = &out, time.Now
		m := progress.New(o)
		run(m)
		m.End()
	})
	return out.String()
}

// advance takes n steps, one in each interval.
func advance(m *progress.Meter, n int, each time.Duration) {
	for range n {
		time.Sleep(each)
		m.Advance(1)
	}
}

func columns(n int) func() int { return func() int { return n } }

func TestOnATerminal(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		columns int
		run     func(*progress.Meter)
		want    []string
	}{
		"a short run shows nothing": {80, func(m *progress.Meter) {
			m.Begin("reading", "clusters", 9)
			advance(m, 9, 100*time.Millisecond)
		}, nil},
		"a bar, drawn again and cleared": {80, func(m *progress.Meter) {
			m.Begin("applying", "", 120)
			m.Advance(11)
			time.Sleep(1500 * time.Millisecond)
		}, []string{
			"applying 11/120 ▕█                   ▏ 11/s 10s left",
			"applying 11/120 ▕█                   ▏ 9/s 12s left",
			"applying 11/120 ▕█                   ▏ 8/s 14s left",
			"",
		}},
		"of how many is not known": {80, func(m *progress.Meter) {
			m.Begin("reading", "clusters", -1)
			m.Advance(750)
			time.Sleep(1100 * time.Millisecond)
		}, []string{"reading 750 clusters 750/s", ""}},
		"nothing is done yet": {80, func(m *progress.Meter) {
			m.Begin("reading", "clusters", 1001)
			time.Sleep(1100 * time.Millisecond)
		}, []string{"reading 0/1001 clusters ▕                    ▏", ""}},
		"waiting for the rate limit": {100, func(m *progress.Meter) {
			m.Begin("reading", "log configurations", 333)
			m.Advance(100)
			m.Waiting(3 * time.Second)
			m.Waiting(3 * time.Second) // another request, the same wait
			time.Sleep(1300 * time.Millisecond)
		}, []string{
			"reading 100/333 log configurations ▕██████              ▏ waiting 2s for the rate limit",
			"reading 100/333 log configurations ▕██████              ▏ waiting 2s for the rate limit",
			"",
		}},
		"no room for the bar": {50, func(m *progress.Meter) {
			m.Begin("reading", "clusters", 1001)
			m.Advance(250)
			time.Sleep(1100 * time.Millisecond)
		}, []string{"reading 250/1001 clusters 250/s 3s left", ""}},
		"no room for the pace": {30, func(m *progress.Meter) {
			m.Begin("reading", "clusters", 1001)
			m.Advance(250)
			time.Sleep(1100 * time.Millisecond)
		}, []string{"reading 250/1001 clusters", ""}},
		"no room": {9, func(m *progress.Meter) {
			m.Begin("reading", "clusters", 1001)
			time.Sleep(1100 * time.Millisecond)
		}, []string{"", ""}},
		"one task after the other is one run": {80, func(m *progress.Meter) {
			m.Begin("reading", "clusters", -1)
			time.Sleep(900 * time.Millisecond)
			m.Begin("reading", "clusters", 4)
			m.Advance(1)
			time.Sleep(200 * time.Millisecond)
		}, []string{"reading 1/4 clusters ▕█████               ▏ 10/s 1s left", ""}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := shown(t, progress.Options{Columns: columns(tt.columns)}, tt.run)
			want := ""
			for _, line := range tt.want {
				want += "\r\x1b[K" + line
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestOtherLinesStandAlone(t *testing.T) {
	t.Parallel()
	got := shown(t, progress.Options{Columns: columns(80)}, func(m *progress.Meter) {
		_, _ = fmt.Fprintln(m, "before")
		m.Begin("applying", "", 4)
		m.Advance(2)
		time.Sleep(1100 * time.Millisecond)
		_, _ = fmt.Fprintln(m, "GET /x → 200")
		m.End()
		_, _ = fmt.Fprintln(m, "after")
	})
	const bar = "\r\x1b[Kapplying 2/4 ▕██████████          ▏ 2/s 1s left"
	if diff := cmp.Diff("before\n"+bar+"\r\x1b[KGET /x → 200\n"+bar+"\r\x1b[Kafter\n", got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestElsewhere(t *testing.T) {
	t.Parallel()
	run := func(m *progress.Meter) {
		m.Begin("reading", "clusters", 1001)
		advance(m, 25, 900*time.Millisecond)
		m.Waiting(7 * time.Second)
		m.Waiting(6 * time.Second)
		m.Begin("reading", "log configurations", 10)
		time.Sleep(8 * time.Second)
		m.Waiting(400 * time.Millisecond) // too short to show
		m.End()
		m.Begin("applying", "", 2) // after approval
		advance(m, 1, 9*time.Second)
		m.End()
		m.Begin("applying", "", 3)
		advance(m, 2, 6*time.Second)
		m.Waiting(5 * time.Second)
		m.End()
		m.Waiting(9 * time.Second) // within the wait that was logged
		time.Sleep(6 * time.Second)
		m.Waiting(2 * time.Second)
	}
	const want = `reading 11/1001 clusters, 1/s, 15m left
reading 22/1001 clusters, 1/s, 14m50s left
waiting 7s for the rate limit
reading 0/10 log configurations
applying 1/3, 6/min, 20s left
waiting 5s for the rate limit
waiting 2s for the rate limit
`
	if diff := cmp.Diff(want, shown(t, progress.Options{}, run)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if got := shown(t, progress.Options{Quiet: true}, run); got != "" {
		t.Errorf("quiet, but shown:\n%s", got)
	}
}
