package cluster_test

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"clusterctl/internal/cluster"
)

// TestGlobSetLaw checks what a set matches, one member at a time: the range, the
// characters, and nothing in between.
func TestGlobSetLaw(t *testing.T) {
	t.Parallel()
	anyRune := rapid.SampledFrom([]rune("!^*?[-+,./09abcyz~é"))
	rapid.Check(t, func(t *rapid.T) {
		low, high, c := anyRune.Draw(t, "low"), anyRune.Draw(t, "high"), anyRune.Draw(t, "name")
		singles := rapid.SliceOfN(rapid.SampledFrom([]rune("acz")), 0, 3).Draw(t, "singles")
		if low > high {
			low, high = high, low
		}
		if low == '!' || low == '^' {
			low = '-' // in front, it would negate
			high = max(low, high)
		}
		members := string([]rune{low, '-', high}) + string(singles)
		is := low <= c && c <= high || strings.ContainsRune(string(singles), c)
		for set, want := range map[string]bool{"[" + members + "]": is, "[!" + members + "]": !is, "[^" + members + "]": !is} {
			g, err := cluster.ParseGlob(set)
			if err != nil {
				t.Fatal(err)
			}
			if got := g.Match(string(c)); got != want {
				t.Fatalf("%s on %q: %t, want %t", set, c, got, want)
			}
		}
	})
}
