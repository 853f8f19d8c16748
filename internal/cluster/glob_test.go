package cluster_test

import (
	"path"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"clusterctl/internal/cluster"
)

func TestGlobMatch(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		glob  string
		taken []string
		left  []string
	}{
		{"va-austin", []string{"va-austin"}, []string{"va-austin-2", "xva-austin", "VA-austin", ""}},
		{"va-*", []string{"va-", "va-austin", "va-a/b"}, []string{"va", "lab-va-1"}},
		{"*", []string{"", "a", "a/b", "Zürich 🏔"}, nil},
		{"a**b", []string{"ab", "axb", "axxb"}, []string{"a", "b", "axbx"}},
		{"*-prod", []string{"-prod", "va-prod", "va-prod-prod"}, []string{"va-prod-1"}},
		{"va-*-prod-*", []string{"va-a-prod-1", "va--prod-", "va-prod-prod-x"}, []string{"va-prod-1"}},
		{"va-?", []string{"va-1", "va-é", "va-🏔"}, []string{"va-", "va-12"}},
		{"va-[a-c]", []string{"va-a", "va-b", "va-c"}, []string{"va-d", "va-", "va-ab", "va-B"}},
		{"va-[ab-d-]", []string{"va-a", "va-c", "va--"}, []string{"va-e"}},
		{"va-[!a-c]", []string{"va-d", "va-!"}, []string{"va-a", "va-"}},
		{"va-[^0-9]", []string{"va-a"}, []string{"va-5"}},
		{"[!]", []string{"!"}, []string{"a"}},
		{"[*?[]", []string{"*", "?", "["}, []string{"a"}},
		{"[é-ü]*", []string{"ö", "üb"}, []string{"z"}},
		{"a]b", []string{"a]b"}, []string{"ab"}},
		{`a\*`, []string{`a\`, `a\b`}, []string{"a*"}},
		{"", []string{""}, []string{"a"}},
	} {
		t.Run(tc.glob, func(t *testing.T) {
			t.Parallel()
			g, err := cluster.ParseGlob(tc.glob)
			if err != nil {
				t.Fatal(err)
			}
			for _, name := range tc.taken {
				if !g.Match(name) {
					t.Errorf("does not stand for %q", name)
				}
			}
			for _, name := range tc.left {
				if g.Match(name) {
					t.Errorf("stands for %q", name)
				}
			}
		})
	}
}

func TestParseGlobRefuses(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct{ glob, want string }{
		{"va-[a", "missing ] after ["},
		{"va-[", "missing ] after ["},
		{"a[]", "empty set []"},
		{"a[z-a]b", "range z-a is reversed"},
	} {
		t.Run(tc.glob, func(t *testing.T) {
			t.Parallel()
			if _, err := cluster.ParseGlob(tc.glob); err == nil || err.Error() != tc.want {
				t.Errorf("error %v, want %q", err, tc.want)
			}
		})
	}
}

// TestGlobIsPathMatch compares Match with the standard library where the two languages
// are the same: no slash, no backslash, no negation.
func TestGlobIsPathMatch(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		pattern := strings.Join(rapid.SliceOfN(rapid.SampledFrom([]string{"*", "?", "a", "b", "é", "[ab]", "[a-c]"}), 0, 12).Draw(t, "pattern"), "")
		name := rapid.StringMatching(`[a-dé]{0,12}`).Draw(t, "name")
		g, err := cluster.ParseGlob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		want, err := path.Match(pattern, name)
		if err != nil {
			t.Fatal(err)
		}
		if got := g.Match(name); got != want {
			t.Errorf("%q on %q: %t, want %t", pattern, name, got, want)
		}
	})
}

// TestGlobIsNotExponential would not end in reasonable time otherwise.
func TestGlobIsNotExponential(t *testing.T) {
	t.Parallel()
	g := cluster.Glob(strings.Repeat("*a", 50) + "b")
	if g.Match(strings.Repeat("a", 1000)) {
		t.Error("matched")
	}
}
