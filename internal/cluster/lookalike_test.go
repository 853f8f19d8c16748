package cluster_test

import (
	"testing"
	"unicode"

	"pgregory.net/rapid"

	"clusterctl/internal/cluster"
)

func TestFold(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name, a, b string
		alike      bool
	}{
		{"the same", "va-1", "va-1", true},
		{"blank at the end", "va-1", "va-1 ", true},
		{"blank at the start", "va-1", " va-1", true},
		{"tab and line break", "va-1", "\tva-1\r\n", true},
		{"no-break space at the end", "va-1", "va-1\u00a0", true},
		{"blanks in between", "va  1", "va\u30001", true},
		{"line separator", "va 1", "va\u20281", true},
		{"blank and none", "va 1", "va1", false},
		{"an empty braille cell", "va-1", "va-1\u2800", true},
		{"case", "va-1", "VA-1", true},
		{"sharp s", "va-straße", "VA-STRAẞE", true},
		{"kelvin sign", "va-k", "va-\u212a", true},
		{"final sigma", "ΟΔΟΣ", "οδος", true},
		{"composed and decomposed", "va-z\u00fcrich", "va-zu\u0308rich", true},
		{"decomposed, and in another case", "va-Z\u00dcRICH", "va-zu\u0308rich", true},
		{"iota below", "\u1fb3", "\u0391\u0345", true},
		{"zero-width space", "va-1", "va-\u200b1", true},
		{"between letter and accent", "z\u00fcrich", "zu\u200d\u0308rich", true},
		{"grapheme joiner", "va-1", "va\u034f-1", true},
		{"soft hyphen", "va-1", "v\u00ada-1", true},
		{"right-to-left override", "va-1", "\u202eva-1\u202c", true},
		{"variation selectors", "va-1", "va-1\ufe0f\U000e0100", true},
		{"hangul filler", "va-1", "va-1\u3164", true},
		{"byte-order mark", "va-1", "\ufeffva-1", true},
		{"tag characters", "va-1", "va-1\U000e0041", true},
		{"control character", "va-1", "va-1\x00\x7f\u009f", true},
		{"another digit", "va-1", "va-2", false},
		{"another accent", "zurich", "z\u00fcrich", false},
		{"an underscore", "va-1", "va_1", false},
		{"non-breaking hyphen", "va-1", "va\u20111", true},
		{"en dash", "va-1", "va\u20131", true},
		{"minus sign", "va-1", "va\u22121", true},
		{"two hyphens", "va-1", "va--1", false},
		{"compatible is not equal", "va-1", "va-\u00b9", false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			if a, b := cluster.Fold(tc.a), cluster.Fold(tc.b); (a == b) != tc.alike {
				t.Errorf("%q folds to %q, %q to %q", tc.a, a, tc.b, b)
			}
		})
	}
}

func TestFoldIsIdempotent(t *testing.T) {
	t.Parallel()
	for r := rune(0); r <= unicode.MaxRune; r++ {
		if once := cluster.Fold(string(r)); cluster.Fold(once) != once {
			t.Errorf("%q, then %q", once, cluster.Fold(once))
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		once := cluster.Fold(rapid.String().Draw(t, "name"))
		if twice := cluster.Fold(once); twice != once {
			t.Errorf("%q, then %q", once, twice)
		}
	})
}

// TestFoldIgnoresWhatIsNotSeen inserts invisible characters anywhere in a name.
func TestFoldIgnoresWhatIsNotSeen(t *testing.T) {
	t.Parallel()
	invisible := rapid.StringOfN(rapid.RuneFrom(
		[]rune{'\u200b', '\u200d', '\u2060', '\ufeff', '\u00ad', '\u034f', '\ufe0f', '\u3164', 0, 0x7f},
		unicode.Cf, unicode.Variation_Selector, unicode.Other_Default_Ignorable_Code_Point), 1, 3, -1)
	space := rapid.StringOf(rapid.RuneFrom([]rune{' ', '\t', '\u00a0'}, unicode.White_Space))
	rapid.Check(t, func(t *rapid.T) {
		name := []rune(rapid.String().Draw(t, "name"))
		at := rapid.IntRange(0, len(name)).Draw(t, "at")
		other := string(name[:at]) + invisible.Draw(t, "inserted") + string(name[at:])
		other = space.Draw(t, "before") + other + space.Draw(t, "after")
		if a, b := cluster.Fold(string(name)), cluster.Fold(other); a != b {
			t.Errorf("%q folds to %q, %q to %q", string(name), a, other, b)
		}
	})
}

func TestFoldIgnoresCase(t *testing.T) {
	t.Parallel()
	for r := rune(0); r <= unicode.MaxRune; r++ {
		want := cluster.Fold(string(r))
		for other := unicode.SimpleFold(r); other != r; other = unicode.SimpleFold(other) {
			if got := cluster.Fold(string(other)); got != want {
				t.Errorf("%q folds to %q, %q to %q", r, want, other, got)
			}
		}
	}
}
