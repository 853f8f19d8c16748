package desired

import (
	"strings"
	"unicode/utf8"
)

// maxSuggested is the length beyond which a word is not compared with the
// known ones: none of them is nearly as long.
const maxSuggested = 40

// minPrefix is how long a known word must be to be seen at the front of
// another.
const minPrefix = 4

// suggest is the hint for a word that is not known: the nearest of the known
// ones or, where none is near, all of them.
func suggest(word string, known []string) string {
	if near, ok := nearest(word, known); ok {
		return "did you mean " + quote(near) + "?"
	}
	return oneOf(known)
}

func oneOf(known []string) string { return "one of " + strings.Join(known, ", ") }

// nearest finds the known word that is nearest to word: one that it starts
// with (WARNING, WARN), or one that a third of the letters at most tell from
// it. Upper and lower case are the same.
func nearest(word string, known []string) (string, bool) {
	letters := utf8.RuneCountInString(word)
	if letters > maxSuggested {
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

// distance counts the letters to insert, delete, replace or swap with their
// neighbour to make b of a.
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
