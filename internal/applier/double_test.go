package applier_test

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"

	"clusterctl/internal/cluster"
)

const ms = time.Millisecond

func bodies() map[string]cluster.Cluster {
	return map[string]cluster.Cluster{
		"in one request":  {Name: "va", Description: new("d")},
		"in two requests": {Name: "va", UpdatePreferences: cluster.Settings{"updateState": new("AUTO")}},
	}
}

// trial is several runs of one file at once on a lagging tenant.
type trial struct {
	lag       time.Duration
	schedules []schedule
	body      string
}

// hold tries it, and returns what is wrong: a name that is there twice, or not at
// all, while every run says that it is complete; or a run after that which does not
// complete a tenant where no name is there twice.
func (tr trial) hold(t *testing.T) (problem string) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		l := newLagging(tr.lag)
		desired := []cluster.Cluster{bodies()[tr.body]}
		areComplete, said := l.applyAll(t, tr.schedules, desired...)
		twice, missing := l.twice(desired)
		switch {
		case areComplete && len(twice)+len(missing) > 0:
			problem = fmt.Sprintf("%+v: twice %v, missing %v, and all say that they are complete:\n%s\n%s", tr, twice, missing, said, strings.Join(l.calls, "\n"))
		case len(twice) > 0:
			return // somebody has to delete one of them by hand
		}
		time.Sleep(tr.lag)
		next := one{lagging: l, schedule: schedule{delays: []time.Duration{0}}}
		isComplete, saidNext := next.apply(t, desired...)
		twice, missing = l.twice(desired)
		// Where the lag is longer than the grace, the next run says that it cannot
		// know, too.
		if !isComplete && tr.lag <= options().CreateGrace || len(twice)+len(missing) > 0 {
			problem += fmt.Sprintf("%+v: the next run says %s; twice %v, missing %v\n%s", tr, saidNext, twice, missing, said)
		}
	})
	return problem
}

// Two runs meet in every order of their requests: the second begins at each moment
// of the first, on tenants with each lag and each kind of clock, and the POST of
// each is answered, or lost before or after it was done.
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
			for _, lag := range []time.Duration{0, 20 * ms, 200 * ms, 2 * time.Second} {
				for start := time.Duration(0); start <= 120*ms; start += 5 * ms {
					for _, lost := range [][2]lost{{}, {lostDone, answered}, {lostUndone, answered}, {answered, lostDone}, {answered, lostUndone}, {lostDone, lostDone}} {
						schedules := []schedule{clock[0], clock[1]}
						for i := range schedules {
							schedules[i].lost, schedules[i].delays = lost[i], []time.Duration{10 * ms}
						}
						schedules[1].start = start
						for _, delay := range []time.Duration{5 * ms, 10 * ms} {
							schedules[1].delays = []time.Duration{delay}
							for body := range bodies() {
								if problem := (trial{lag, schedules, body}).hold(t); problem != "" {
									t.Fatal(problem)
								}
							}
						}
					}
				}
			}
		})
	}
}

// Up to three runs meet by chance, and none of their requests takes as long as
// another.
func TestRunsNeverDoubleSilently(t *testing.T) {
	t.Parallel()
	milliseconds := func(values ...int) *rapid.Generator[time.Duration] {
		return rapid.Map(rapid.SampledFrom(values), func(n int) time.Duration { return time.Duration(n) * ms })
	}
	rapid.Check(t, func(rt *rapid.T) {
		tr := trial{
			lag:  milliseconds(0, 1, 30, 150, 200, 1000, 2000).Draw(rt, "lag"),
			body: rapid.SampledFrom([]string{"in one request", "in two requests"}).Draw(rt, "body"),
		}
		for range rapid.IntRange(1, 3).Draw(rt, "runs") {
			tr.schedules = append(tr.schedules, schedule{
				start:     milliseconds(0, 0, 5, 30, 100, 300, 1900, 2500).Draw(rt, "start"),
				delays:    rapid.SliceOfN(milliseconds(0, 1, 7, 40, 170), 1, 12).Draw(rt, "delays"),
				clock:     milliseconds(0, 0, -50, 50, -2000, 2000).Draw(rt, "clock"),
				isUnknown: rapid.IntRange(0, 3).Draw(rt, "unknown") == 0,
				lost:      lost(max(rapid.IntRange(-2, 2).Draw(rt, "lost"), 0)),
			})
		}
		if problem := tr.hold(t); problem != "" {
			rt.Fatal(problem)
		}
	})
}

// Beyond the grace a run cannot know, and says so.
func TestLagBeyondTheGraceIsTold(t *testing.T) {
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
