package cluster

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Fold returns what a reader sees of a name. Two names look alike if their
// folds are equal: they differ at most in Unicode normalization, in case, in
// white space, in the kind of dash, and in characters that are not visible. It is
// idempotent.
func Fold(name string) string {
	// Invisible characters go first: they keep an accent from its letter. Letters
	// are folded in the decomposed form, in which an accent does not hide them.
	visible := norm.NFD.String(strings.Map(asVisible, name))
	// To upper case and back, because several letters share one upper case.
	folded := strings.ToLower(strings.ToUpper(visible))
	return norm.NFC.String(strings.Join(strings.Fields(folded), " "))
}

// asVisible returns a space for white space, a hyphen for a dash, and a negative
// number for a character that is not visible.
func asVisible(r rune) rune {
	switch {
	case isBlank(r):
		return ' '
	case isInvisible(r):
		return -1
	case isDash(r):
		return '-'
	}
	return r
}

// brailleBlank is a symbol to Unicode, and an empty cell on every screen.
const brailleBlank = '\u2800'

func isBlank(r rune) bool {
	return r == brailleBlank || unicode.In(r, unicode.White_Space, unicode.Z)
}

// isDash includes the minus sign, which is a symbol to Unicode. Word processors
// and web pages replace a hyphen by a dash that looks the same in a table.
func isDash(r rune) bool { return r == '\u2212' || unicode.Is(unicode.Pd, r) }

// isInvisible follows the Unicode property Default_Ignorable_Code_Point, and
// adds the control and format characters that it excepts.
func isInvisible(r rune) bool {
	return unicode.In(r, unicode.Cc, unicode.Cf, unicode.Variation_Selector, unicode.Other_Default_Ignorable_Code_Point)
}
