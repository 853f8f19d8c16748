// Package spelling suggests the known word that a mistyped one was meant to be, in files
// and on the command line. It imports only the standard library.
package spelling

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxLetters is the length beyond which a word is not compared: no known word is nearly
// as long.
const maxLetters = 40

// minPrefix is the minimum length of a known word that is recognized at the start of
// another.
const minPrefix = 4

// Nearest returns the known word nearest to word: one that it starts with (WARNING,
// WARN), or one that differs in at most a third of the letters. The first of several
// equally near ones wins. Case is ignored.
func Nearest(word string, known []string) (string, bool) {
	letters := utf8.RuneCountInString(word)
	if letters > maxLetters {
		return "", false
	}
	word = strings.ToLower(word)
	best, bestDistance := "", letters/3+1
	for _, k := range known {
		lower := strings.ToLower(k)
		d := distance([]rune(word), []rune(lower))
		if len(k) >= minPrefix && strings.HasPrefix(word, lower) {
			d = min(d, 1)
		}
		if d < bestDistance {
			best, bestDistance = k, d
		}
	}
	return best, best != ""
}

// distance is the number of letters to insert, delete, replace or swap with a neighbor to
// turn a into b.
func distance(a, b []rune) int {
	rows := make([][]int, len(a)+1)
	for i := range rows {
		rows[i] = make([]int, len(b)+1)
		rows[i][0] = i
	}
	for j := range rows[0] {
		rows[0][j] = j
	}
	for i := 1; i <= len(a); i++ {
		for j := 1; j <= len(b); j++ {
			replaced := rows[i-1][j-1]
			if a[i-1] != b[j-1] {
				replaced++
			}
			rows[i][j] = min(rows[i-1][j]+1, rows[i][j-1]+1, replaced)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				rows[i][j] = min(rows[i][j], rows[i-2][j-2]+1)
			}
		}
	}
	return rows[len(a)][len(b)]
}

// IsNear reports whether two words differ at most in case, in characters other than
// letters and digits, and in one letter: another one, one more, or two swapped.
func IsNear(a, b string) bool {
	const most = 4 // bytes that they differ in length
	if len(a)-len(b) > most || len(b)-len(a) > most {
		return false
	}
	x, y := letters(a), letters(b)
	for len(x) > 0 && len(y) > 0 && x[0] == y[0] {
		x, y = x[1:], y[1:]
	}
	for len(x) > 0 && len(y) > 0 && x[len(x)-1] == y[len(y)-1] {
		x, y = x[:len(x)-1], y[:len(y)-1]
	}
	if len(x) == 2 && len(y) == 2 {
		return x[0] == y[1] && x[1] == y[0]
	}
	return len(x) <= 1 && len(y) <= 1
}

// letters returns the letters and digits of a word, in lower case.
func letters(word string) []rune {
	return []rune(strings.Map(func(r rune) rune {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			return -1
		}
		return unicode.ToLower(r)
	}, word))
}
