package sample

import (
	"slices"
	"testing"
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
