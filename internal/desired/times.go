package desired

import (
	"strings"
	"time"

	"clusterctl/internal/escape"
)

// ParseTime reads an RFC 3339 time, in which t and z may be lower case, as UTC. It
// refuses the zero time, which means "no time", and what time.Parse also accepts: an
// hour of one digit, a comma and an offset of a day.
func ParseTime(s string) (time.Time, bool) {
	const day = 24 * 60 * 60
	s = strings.ToUpper(s)
	t, err := time.Parse(time.RFC3339, s)
	if err != nil || t.IsZero() || s[len("2006-01-02T15")] != ':' || strings.Contains(s, ",") {
		return time.Time{}, false
	}
	if _, offset := t.Zone(); offset <= -day || offset >= day {
		return time.Time{}, false
	}
	return t.UTC(), true
}

// badTime refuses what is no time, or lacks only its zone.
func (r *reader) badTime(v value, s, isWrong, hint string) {
	for _, layout := range []string{time.DateTime, "2006-01-02T15:04:05", "2006-01-02T15:04", "2006-01-02 15:04", time.DateOnly} {
		if _, err := time.Parse(layout, strings.ToUpper(s)); err == nil {
			r.fail(v.node, codeExpirationWithoutZone, v.label+" "+escape.Quote(s)+" has no time zone", hint)
			return
		}
	}
	r.fail(v.node, codeBadExpiration, v.label+" "+escape.Quote(s)+" "+isWrong, hint)
}

// parseUntil reads an instant, or a date whose last moment is the end.
func parseUntil(s string) (time.Time, bool) {
	until, ok := ParseTime(s)
	if day, err := time.Parse(time.DateOnly, s); err == nil {
		until, ok = day.AddDate(0, 0, 1), true
	}
	// There is no JSON for what lies behind it.
	if last := time.Date(9999, time.December, 31, 23, 59, 59, 0, time.UTC); until.After(last) {
		until = last
	}
	return until, ok
}
