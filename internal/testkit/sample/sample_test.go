package sample

import (
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

func TestOf(t *testing.T) {
	t.Parallel()
	all := []int{0, 1, 2, 3, 4, 5, 6, 7}
	for n := range 10 {
		some := Of(all, n)
		want := min(n, len(all))
		if exhaustive {
			want = len(all)
		}
		if len(some) != want || !slices.Equal(some, Of(all, n)) {
			t.Errorf("%d of %v: %v, then %v", n, all, some, Of(all, n))
		}
		slices.Sort(some)
		if len(slices.Compact(some)) != want {
			t.Errorf("%d of %v: a case twice in %v", n, all, some)
		}
	}
}

func TestCovering(t *testing.T) {
	t.Parallel()
	type point struct{ x, y int }
	var grid []point
	for x := range 7 {
		for y := range 5 {
			grid = append(grid, point{x, y})
		}
	}
	values := func(p point) []string { return []string{fmt.Sprint("x", p.x), fmt.Sprint("y", p.y)} }
	for n := range len(grid) + 2 {
		some, seen, points := Covering(grid, n, values), map[string]bool{}, map[point]bool{}
		for _, p := range some {
			points[p] = true
			for _, v := range values(p) {
				seen[v] = true
			}
		}
		if len(seen) != 7+5 || len(points) != len(some) || len(some) < min(n, len(grid)) {
			t.Errorf("%d of the grid: %v", n, some)
		}
		if most := max(n, 7+5); !exhaustive && len(some) > most {
			t.Errorf("%d of the grid: %d are more than %d", n, len(some), most)
		}
	}
}

func TestNext(t *testing.T) {
	t.Parallel()
	var cases []int64
	for n := int64(1); n <= 8; n = Next(n) {
		cases = append(cases, n)
	}
	want := []int64{1, 2, 4, 7}
	if exhaustive {
		want = []int64{1, 2, 3, 4, 5, 6, 7, 8}
	}
	if !slices.Equal(cases, want) {
		t.Errorf("cases %v, want %v", cases, want)
	}
}

func TestLeavesOut(t *testing.T) {
	t.Parallel()
	all, checked := 0, 0
	rapid.Check(t, func(t *rapid.T) {
		all++
		if !LeavesOut(t, 2) {
			checked++
		}
	})
	if checked == 0 || exhaustive != (checked == all) {
		t.Errorf("%d of %d", checked, all)
	}
}

func TestSize(t *testing.T) {
	t.Parallel()
	want := 100
	if exhaustive {
		want = 1000
	}
	if got := Size(1000); got != want {
		t.Errorf("%d, want %d", got, want)
	}
}
