package cluster

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

// Glob is a pattern for a whole name. In it * stands for any characters, none
// included, ? for one character and [a-z] for one of a set of characters and
// ranges, or with ! or ^ in front for one that is not in it. All else stands
// for itself, case-sensitively; in a set that is true of * and ?
// too. Make one with ParseGlob: in any other, a set that is not closed stands
// for itself.
type Glob string

// ParseGlob refuses a pattern that cannot be meant: a set that is never
// closed, an empty one, or a range whose ends are the wrong way round.
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

// MatchAny reports whether one of the globs stands for the name.
func MatchAny(globs []Glob, name string) bool {
	return slices.ContainsFunc(globs, func(g Glob) bool { return g.Match(name) })
}

// Match reports whether the pattern stands for the name. It takes at most as
// many steps as the lengths of the two multiplied, whatever the pattern.
func (g Glob) Match(name string) bool {
	pattern := string(g)
	// Where matching goes on once the last star takes one character more.
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

// unit is what one character is matched by: the front of a pattern.
type unit struct {
	set     []runeRange
	negated bool
	rest    string // the pattern behind it
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

// setUnit reads what stands between [ and ]. A lone ! or ^ is a member.
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
