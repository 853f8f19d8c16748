package cluster

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

// Glob is a pattern for a whole name, case-sensitive. * stands for any characters or
// none, ? for one character, [a-z] for one character of a set, and [!a-z] or [^a-z] for
// one that is not in it. In a set, * and ? stand for themselves. Create globs with
// ParseGlob; in other globs, a [ without ] stands for itself.
type Glob string

// ParseGlob returns a glob, or an error if a set is not closed or empty, or a range is
// reversed.
func ParseGlob(pattern string) (Glob, error) {
	for rest := pattern; rest != ""; {
		u := firstUnit(rest)
		if u.problem != "" {
			return "", errors.New(u.problem)
		}
		rest = u.rest
	}
	return Glob(pattern), nil
}

// MatchAny reports whether one of the globs matches the name.
func MatchAny(globs []Glob, name string) bool {
	return slices.ContainsFunc(globs, func(g Glob) bool { return g.Match(name) })
}

// Match reports whether the pattern matches the name. The number of steps is at most the
// product of the two lengths.
func (g Glob) Match(name string) bool {
	pattern := string(g)
	// Where to continue when the last star takes one more character.
	var afterStar, retry string
	starred := false
	for {
		if rest, ok := strings.CutPrefix(pattern, "*"); ok {
			pattern, afterStar, retry, starred = rest, rest, name, true
			continue
		}
		if pattern == "" && name == "" {
			return true
		}
		if pattern != "" && name != "" {
			c, size := utf8.DecodeRuneInString(name)
			if u := firstUnit(pattern); u.matches(c) {
				pattern, name = u.rest, name[size:]
				continue
			}
		}
		if !starred || retry == "" {
			return false
		}
		_, size := utf8.DecodeRuneInString(retry)
		retry = retry[size:]
		pattern, name = afterStar, retry
	}
}

// unit is the front of a pattern, which matches one character.
type unit struct {
	set     []runeRange
	negated bool
	rest    string // the pattern after it
	problem string
}

type runeRange struct{ low, high rune }

func (u unit) matches(c rune) bool {
	return slices.ContainsFunc(u.set, func(r runeRange) bool { return r.low <= c && c <= r.high }) != u.negated
}

func firstUnit(pattern string) unit {
	c, size := utf8.DecodeRuneInString(pattern)
	u := unit{set: []runeRange{{c, c}}, rest: pattern[size:]}
	switch c {
	case '?':
		u.set = []runeRange{{0, utf8.MaxRune}}
	case '[':
		if members, rest, closed := strings.Cut(u.rest, "]"); closed {
			return setUnit(members, rest)
		}
		u.problem = "missing ] after ["
	}
	return u
}

// setUnit reads what is between [ and ]. A single ! or ^ is a member.
func setUnit(members, rest string) unit {
	u := unit{rest: rest}
	if len(members) > 1 && (members[0] == '!' || members[0] == '^') {
		u.negated, members = true, members[1:]
	}
	runes := []rune(members)
	if len(runes) == 0 {
		u.problem = "empty set []"
	}
	for i := 0; i < len(runes); i++ {
		r := runeRange{runes[i], runes[i]}
		if i+2 < len(runes) && runes[i+1] == '-' {
			r.high = runes[i+2]
			i += 2
		}
		if r.low > r.high {
			u.problem = fmt.Sprintf("range %c-%c is reversed", r.low, r.high)
		}
		u.set = append(u.set, r)
	}
	return u
}
