package desired

import (
	"strings"
	"time"

	"clusterctl/internal/escape"
)

// ParseTime parses an RFC 3339 time and returns it in UTC. T and Z may be lower case.
// It rejects the zero time, which means "no time", and some inputs that time.Parse
// accepts: an hour of one digit, a comma, and an offset of a day or more.
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

// badTime adds a finding for an invalid time. A time that only lacks its zone has a
// code of its own.
func (r *reader) badTime(v value, s, isWrong, hint string) {
	for _, layout := range []string{time.DateTime, "2006-01-02T15:04:05", "2006-01-02T15:04", "2006-01-02 15:04", time.DateOnly} {
		if _, err := time.Parse(layout, strings.ToUpper(s)); err == nil {
			r.fail(v.node, codeExpirationWithoutZone, v.label+" "+escape.Quote(s)+" has no time zone", hint)
			return
		}
	}
	r.fail(v.node, codeBadExpiration, v.label+" "+escape.Quote(s)+" "+isWrong, hint)
}

// parseUntil parses a time, or a date. A date includes the whole day.
func parseUntil(s string) (time.Time, bool) {
	until, ok := ParseTime(s)
	if day, err := time.Parse(time.DateOnly, s); err == nil {
		until, ok = day.AddDate(0, 0, 1), true
	}
	// JSON cannot represent later times.
	if last := time.Date(9999, time.December, 31, 23, 59, 59, 0, time.UTC); until.After(last) {
		until = last
	}
	return until, ok
}
