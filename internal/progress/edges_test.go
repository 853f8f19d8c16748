package progress_test

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"clusterctl/internal/progress"
)

// TestCountsOnALog combines none, one and several done with totals of none, one and several.
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
		time.Sleep(time.Nanosecond)
	})
	if strings.Contains(got, "Inf") || strings.Contains(got, "NaN") {
		t.Errorf("%q", got)
	}
}

// TestWaitsOnALog checks that waits are logged once, from half a second on.
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

func TestNothingToDoOnATerminal(t *testing.T) {
	t.Parallel()
	got := shown(t, progress.Options{Columns: columns(80)}, func(m *progress.Meter) {
		m.Begin("reading", "clusters", 0)
		time.Sleep(1100 * time.Millisecond)
	})
	if want := "\r\x1b[Kreading 0/0 clusters\r\x1b[K"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// TestLineFitsTheTerminal leaves the last column empty.
func TestLineFitsTheTerminal(t *testing.T) {
	t.Parallel()
	const line = "reading 0/9 clusters"
	for width, want := range map[int]string{len(line) - 1: "", len(line): "", len(line) + 1: line} {
		got := shown(t, progress.Options{Columns: columns(width)}, func(m *progress.Meter) {
			m.Begin("reading", "clusters", 9)
			time.Sleep(1100 * time.Millisecond)
		})
		if want = "\r\x1b[K" + want + "\r\x1b[K"; got != want {
			t.Errorf("%d columns: got %q, want %q", width, got, want)
		}
	}
}

// TestLogTakesEveryLine checks that Log gets every line with its wait, and Out none.
func TestLogTakesEveryLine(t *testing.T) {
	t.Parallel()
	var got []string
	log := func(line string, wait time.Duration) { got = append(got, fmt.Sprintf("%s, %d", line, wait)) }
	out := shown(t, progress.Options{Log: log}, func(m *progress.Meter) {
		m.Begin("reading", "", 2)
		time.Sleep(10*time.Second + 1)
		m.Waiting(3 * time.Second)
	})
	if diff := cmp.Diff([]string{"reading 0/2, 0", "waiting 3s for the rate limit, 3000000000"}, got); diff != "" || out != "" {
		t.Errorf("out %q (-want +got):\n%s", out, diff)
	}
}

func TestPanicOfTheDisplayIsReported(t *testing.T) {
	t.Parallel()
	var got []string
	log := func(line string, wait time.Duration) { got = append(got, fmt.Sprintf("%s, %d", line, wait)) }
	shown(t, progress.Options{Log: log, Columns: func() int { panic("no terminal") }}, func(m *progress.Meter) {
		m.Begin("reading", "", 2)
		time.Sleep(3 * time.Second)
	})
	if len(got) != 1 || !strings.Contains(got[0], "no terminal") || !strings.HasSuffix(got[0], ", 0") {
		t.Errorf("got %q", got)
	}
}

func TestWriteReturnsWhatOutDoes(t *testing.T) {
	t.Parallel()
	for _, want := range []brokenWriter{{0, nil}, {1, nil}, {1, io.ErrShortWrite}, {2, nil}} {
		m := progress.New(progress.Options{Out: want, Now: time.Now})
		if n, err := m.Write([]byte("ab")); n != want.n || !errors.Is(err, want.err) {
			t.Errorf("Write() = %d, %v, want %d, %v", n, err, want.n, want.err)
		}
	}
}

// brokenWriter returns what it holds.
type brokenWriter struct {
	n   int
	err error
}

func (w brokenWriter) Write([]byte) (int, error) { return w.n, w.err }
