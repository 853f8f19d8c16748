package simulation

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

var (
	seeds = flag.Uint64("seeds", 16, "number of seeds to play")
	from  = flag.Uint64("from", 1, "first seed")
	stop  = flag.Bool("stop", false, "stop at the first violation without shrinking it")
	keep  = flag.String("keep", "", "write the shrunk scenario of the first violation to this file of testdata/simulation")
)

// tally is the result of many seeds.
type tally struct {
	mu       sync.Mutex
	played   int
	broken   map[string][]uint64 // the seeds that broke an invariant
	coverage coverage
}

// TestSimulate plays seeds. The first that violates an invariant is shrunk, and its story is
// printed.
func TestSimulate(t *testing.T) {
	t.Parallel()
	result := &tally{broken: map[string][]uint64{}, coverage: coverage{}}
	start := time.Now()
	t.Run("seeds", func(t *testing.T) {
		workers := uint64(runtime.GOMAXPROCS(0))
		for k := range workers {
			t.Run(fmt.Sprint(k), func(t *testing.T) {
				t.Parallel()
				for seed := *from + k; seed < *from+*seeds; seed += workers {
					if result.play(t, seed); *stop && result.isBroken() {
						return
					}
				}
			})
		}
	})
	took := time.Since(start)
	t.Logf("%d seeds in %s: %.0f per second\n%s", result.played, took.Round(time.Second), float64(result.played)/took.Seconds(), result.coverage)
	for _, in := range invariants() {
		broken := result.broken[in.name]
		slices.Sort(broken)
		t.Logf("%6d  %s %v", len(broken), in.name, broken[:min(len(broken), 10)])
	}
	result.printStories(t)
}

func (r *tally) isBroken() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.broken) > 0
}

// play plays a seed.
func (r *tally) play(t *testing.T, seed uint64) {
	t.Helper()
	w, violations := playIn(t, draw(seed))
	if *seeds == 1 && len(violations) == 0 {
		t.Log(w.story())
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.played++
	r.coverage.add(w)
	for _, v := range violations {
		if seeds := r.broken[v.Invariant]; !slices.Contains(seeds, seed) {
			r.broken[v.Invariant] = append(seeds, seed)
		}
	}
}

// playIn plays a scenario in a new directory.
func playIn(t *testing.T, s scenario) (*world, []violation) {
	t.Helper()
	dir, err := os.MkdirTemp("", "simulation-") //nolint:usetesting // it is removed after each of many thousands
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := os.RemoveAll(dir); err != nil {
			t.Error(err)
		}
	}()
	return play(t, s, dir)
}

// printStories prints the shortest story of each violated invariant.
func (r *tally) printStories(t *testing.T) {
	t.Helper()
	for _, in := range invariants() {
		broken := r.broken[in.name]
		if len(broken) == 0 {
			continue
		}
		if *stop {
			t.Errorf("%s: violated by seed %d", in.name, broken[0])
			continue
		}
		breaks := func(s scenario) bool {
			_, violations := playIn(t, s)
			return slices.ContainsFunc(violations, func(v violation) bool { return v.Invariant == in.name })
		}
		s := shrink(draw(broken[0]), breaks)
		w, violations := playIn(t, s)
		t.Errorf("%s: violated by %d seeds\n%v\n%s\nreplay it with: make simulate FROM=%d SEEDS=1", in.name, len(broken), violations, w.story(), s.Seed)
		if *keep != "" {
			text, err := json.MarshalIndent(s, "", "  ")
			if err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(testdata, *keep), text, 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
}

const testdata = "../../../testdata/simulation"

// TestRegressions plays scenarios that once violated an invariant.
func TestRegressions(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob(filepath.Join(testdata, "*.json"))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			t.Parallel()
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			var s scenario
			if err := json.Unmarshal(data, &s); err != nil {
				t.Fatal(err)
			}
			if w, violations := playIn(t, s); len(violations) > 0 {
				t.Errorf("%v\n%s", violations, w.story())
			}
		})
	}
}

// TestReplay checks that a seed always plays the same way.
func TestReplay(t *testing.T) {
	t.Parallel()
	for seed := *from; seed < *from+*seeds; seed++ {
		first, _ := playIn(t, draw(seed))
		second, _ := playIn(t, draw(seed))
		a, b := strings.Split(first.story(), "\n"), strings.Split(second.story(), "\n")
		for i := range min(len(a), len(b)) {
			if a[i] != b[i] {
				t.Errorf("seed %d does not replay the same way, from here on:\n%s\n%s", seed, a[i], b[i])
				break
			}
		}
	}
}
