package cluster

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Fold returns the form of a name that a reader sees. Two names look alike if their folds
// are equal: they differ at most in Unicode normalization, case, white space, kind of
// dash and invisible characters. Fold is idempotent.
func Fold(name string) string {
	// Remove invisible characters first: they separate an accent from its letter. Fold
	// letters in the decomposed form, in which an accent does not hide them.
	visible := norm.NFD.String(strings.Map(asVisible, name))
	// Convert to upper case and back, because several letters share one upper case.
	folded := strings.ToLower(strings.ToUpper(visible))
	return norm.NFC.String(strings.Join(strings.Fields(folded), " "))
}

// asVisible returns a space for white space, a hyphen for a dash, and a negative number
// for an invisible character.
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

// brailleBlank is a symbol in Unicode, but looks empty on every screen.
const brailleBlank = '\u2800'

func isBlank(r rune) bool {
	return r == brailleBlank || unicode.In(r, unicode.White_Space, unicode.Z)
}

// isDash includes the minus sign, which is a symbol in Unicode. Word processors and web
// pages replace hyphens with dashes that look the same.
func isDash(r rune) bool { return r == '\u2212' || unicode.Is(unicode.Pd, r) }

// isInvisible follows the Unicode property Default_Ignorable_Code_Point and adds control
// and format characters.
func isInvisible(r rune) bool {
	return unicode.In(r, unicode.Cc, unicode.Cf, unicode.Variation_Selector, unicode.Other_Default_Ignorable_Code_Point)
}
