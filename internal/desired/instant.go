package desired

import (
	"strings"
	"time"
)

// ParseTime reads an RFC 3339 time, in which t and z may be lower case. It is
// stricter than time.Parse, which also accepts an hour of one digit, a comma
// and an offset of a day. It refuses the zero time, which means "no time". The
// result is in UTC.
func ParseTime(s string) (time.Time, bool) {
	s = strings.ToUpper(s)
	t, err := time.Parse(time.RFC3339, s)
	if err != nil || t.IsZero() || s[len("2006-01-02T15")] != ':' || strings.Contains(s, ",") {
		return time.Time{}, false
	}
	if _, offset := t.Zone(); offset <= -secondsPerDay || offset >= secondsPerDay {
		return time.Time{}, false
	}
	return t.UTC(), true
}

const secondsPerDay = 24 * 60 * 60

// lacksZone reports whether s is a time that lacks only the zone.
func lacksZone(s string) bool {
	for _, layout := range []string{time.DateTime, "2006-01-02T15:04:05", "2006-01-02T15:04", "2006-01-02 15:04", time.DateOnly} {
		if _, err := time.Parse(layout, strings.ToUpper(s)); err == nil {
			return true
		}
	}
	return false
}
