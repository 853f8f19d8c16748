package applier_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"

	"clusterctl/internal/cluster"
	"clusterctl/internal/testkit/sample"
)

const ms = time.Millisecond

func bodies() map[string]cluster.Cluster {
	return map[string]cluster.Cluster{
		"in one request":  {Name: "va", Description: new("d")},
		"in two requests": {Name: "va", UpdatePreferences: cluster.Settings{"updateState": new("AUTO")}},
	}
}

// trial is several concurrent runs of one file on a tenant with late listings.
type trial struct {
	lag       time.Duration
	rows      []time.Duration // see lagging
	schedules []schedule
	body      string
}

// hold plays the trial and returns what is wrong: a duplicate or missing name although every run
// reports success, or a later run that does not complete a tenant without duplicates.
func (tr trial) hold(t *testing.T) (problem string) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		l := newLagging(tr.lag)
		l.rows = tr.rows
		slowest := tr.lag + slices.Max(tr.rows)
		desired := []cluster.Cluster{bodies()[tr.body]}
		areComplete, said := l.applyAll(t, tr.schedules, desired...)
		twice, missing := l.twice(desired)
		switch {
		case areComplete && len(twice)+len(missing) > 0:
			problem = fmt.Sprintf("%+v: twice %v, missing %v, and all say that they are complete:\n%s\n%s", tr, twice, missing, said, strings.Join(l.calls, "\n"))
		case len(twice) > 0:
			return // someone has to delete one of them by hand
		}
		time.Sleep(slowest)
		next := one{lagging: l, schedule: schedule{delays: []time.Duration{0}}}
		isComplete, saidNext := next.apply(t, desired...)
		twice, missing = l.twice(desired)
		// Where the lag is longer than the grace, the next run says that it cannot
		// know, too.
		if !isComplete && slowest <= options().CreateGrace || len(twice)+len(missing) > 0 {
			problem += fmt.Sprintf("%+v: the next run says %s; twice %v, missing %v\n%s", tr, saidNext, twice, missing, said)
		}
	})
	return problem
}

// Two runs interleave in every order: the second begins at each moment of the first, on tenants
// with each lag and kind of clock, and each POST succeeds, or is lost before or after it was
// applied.
func TestTwoRunsNeverDoubleSilently(t *testing.T) {
	t.Parallel()
	clocks := map[string][2]schedule{
		"one clock":            {},
		"the second behind":    {{}, {clock: -time.Second}},
		"the second ahead":     {{}, {clock: time.Second}},
		"no times":             {{isUnknown: true}, {isUnknown: true}},
		"no time of the last":  {{}, {isUnknown: true}},
		"no time of the first": {{isUnknown: true}, {}},
	}
	for name, clock := range clocks {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, tr := range sample.Of(trialsOfTwo(clock), 200) {
				if problem := tr.hold(t); problem != "" {
					t.Fatal(problem)
				}
			}
		})
	}
}

// trialsOfTwo returns all interleavings of two runs with these clocks.
func trialsOfTwo(clock [2]schedule) []trial {
	var trials []trial
	for _, lag := range []time.Duration{0, 20 * ms, 200 * ms, 2 * time.Second} {
		for start := time.Duration(0); start <= 120*ms; start += 10 * ms {
			for _, lost := range [][2]lost{{}, {lostDone, answered}, {lostUndone, answered}, {answered, lostDone}, {answered, lostUndone}, {lostDone, lostDone}} {
				for _, delay := range []time.Duration{5 * ms, 10 * ms} {
					first, second := clock[0], clock[1]
					first.lost, first.delays = lost[0], []time.Duration{10 * ms}
					second.lost, second.delays, second.start = lost[1], []time.Duration{delay}, start
					for _, body := range slices.Sorted(maps.Keys(bodies())) {
						trials = append(trials, trial{lag, []time.Duration{0}, []schedule{first, second}, body})
					}
				}
			}
		}
	}
	return trials
}

// Up to three runs interleave at random; all requests take different times.
func TestRunsNeverDoubleSilently(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		tr := drawTrial(rt)
		for i := range tr.schedules {
			tr.schedules[i].lost = lost(max(rapid.IntRange(-2, 2).Draw(rt, "lost"), 0))
		}
		if problem := tr.hold(t); problem != "" {
			rt.Fatal(problem)
		}
	})
}

// Runs that get responses to their POSTs notice each other even if each cluster is listed with
// its own delay: the last to see its own cluster also sees the others.
func TestRunsNeverDoubleSilentlyWhereRowsLag(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		tr := drawTrial(rt)
		tr.rows = rapid.SliceOfN(milliseconds(0, 10, 100, 700, 1500, 4000), 2, 3).Draw(rt, "rows")
		if problem := tr.hold(t); problem != "" {
			rt.Fatal(problem)
		}
	})
}

func milliseconds(values ...int) *rapid.Generator[time.Duration] {
	return rapid.Map(rapid.SampledFrom(values), func(n int) time.Duration { return time.Duration(n) * ms })
}

// drawTrial draws runs whose POSTs are all answered.
func drawTrial(rt *rapid.T) trial {
	tr := trial{
		lag:  milliseconds(0, 1, 30, 150, 200, 1000, 2000).Draw(rt, "lag"),
		rows: []time.Duration{0},
		body: rapid.SampledFrom([]string{"in one request", "in two requests"}).Draw(rt, "body"),
	}
	for range rapid.IntRange(1, 3).Draw(rt, "runs") {
		tr.schedules = append(tr.schedules, schedule{
			start:     milliseconds(0, 0, 5, 30, 100, 300, 1900, 2500).Draw(rt, "start"),
			delays:    rapid.SliceOfN(milliseconds(0, 1, 7, 40, 170), 1, 12).Draw(rt, "delays"),
			clock:     milliseconds(0, 0, -50, 50, -2000, 2000).Draw(rt, "clock"),
			isUnknown: rapid.IntRange(0, 3).Draw(rt, "unknown") == 0,
		})
	}
	return tr
}

// With a lag beyond the grace, a run cannot verify its cluster, and reports that.
func TestLagBeyondTheGraceIsReported(t *testing.T) {
	t.Parallel()
	lag := options().CreateGrace + time.Second
	for body := range bodies() {
		for _, starts := range [][]time.Duration{{0}, {0, 0}, {0, 10 * ms}, {0, 2500 * ms}} {
			synctest.Test(t, func(t *testing.T) {
				l := newLagging(lag)
				var schedules []schedule
				for _, start := range starts {
					schedules = append(schedules, schedule{start: start, delays: []time.Duration{ms}})
				}
				areComplete, said := l.applyAll(t, schedules, bodies()[body])
				if areComplete || !strings.Contains(said, "unverified") {
					t.Errorf("%s, starts %v: complete %t\n%s", body, starts, areComplete, said)
				}
			})
		}
	}
}
