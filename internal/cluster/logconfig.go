package cluster

import (
	"fmt"
	"maps"
	"time"
)

// Level is a Log4j level as the API spells it.
type Level string

// Levels lists what the API takes, from the quietest to the loudest.
func Levels() []Level {
	return []Level{"OFF", "FATAL", "ERROR", "WARN", "INFO", "DEBUG", "TRACE"}
}

// The limits of a log configuration's life, in minutes, and the time the API
// grants where none is asked for.
const (
	MinDurationMinutes     = 5
	MaxDurationMinutes     = 1440
	DefaultDurationMinutes = 240
)

// DefaultWindowRenewMinutes is how much of the time granted may be left before
// a window that the API cannot grant at once is asked for again.
const DefaultWindowRenewMinutes = 720

// LogConfig is a declared log configuration. It is managed as a whole: a level
// that it does not name is gone once it is set.
//
// With Expiration it is a window: it ends by itself and is then satisfied.
// Without, it is kept in force, asked for again for DurationMinutes whenever
// it has lapsed or has less than RenewWithinMinutes left.
type LogConfig struct {
	RootLevel Level
	LogLevels map[string]Level
	// Expiration is zero unless the file states one.
	Expiration time.Time
	// DurationMinutes is 0 unless the file states one; see Minutes.
	DurationMinutes int
	// RenewWithinMinutes is nil unless the file states it.
	RenewWithinMinutes *int
}

// IsWindow reports whether the configuration is to end for good.
func (c LogConfig) IsWindow() bool { return !c.Expiration.IsZero() }

// Minutes is how long a configuration that is kept in force is asked for.
func (c LogConfig) Minutes() int {
	if c.DurationMinutes == 0 {
		return DefaultDurationMinutes
	}
	return c.DurationMinutes
}

// RenewWithin is how much of the granted time may be left before the
// configuration is asked for again.
func (c LogConfig) RenewWithin() time.Duration {
	switch {
	case c.RenewWithinMinutes != nil:
		return time.Duration(*c.RenewWithinMinutes) * time.Minute
	case c.IsWindow():
		return DefaultWindowRenewMinutes * time.Minute
	default:
		return 0
	}
}

// LiveLogConfig is a log configuration as the tenant has it.
type LiveLogConfig struct {
	RootLevel Level
	LogLevels map[string]Level
	// Expiration is zero where the tenant did not say.
	Expiration time.Time
}

// InForce reports whether the configuration applies at now. One without an
// expiration is taken to be in force.
func (c *LiveLogConfig) InForce(now time.Time) bool {
	return c != nil && (c.Expiration.IsZero() || now.Before(c.Expiration))
}

// At returns the configuration, or nil if it is not in force at now.
func (c *LiveLogConfig) At(now time.Time) *LiveLogConfig {
	if !c.InForce(now) {
		return nil
	}
	return c
}

// SameLevels reports whether two configurations set the same levels.
func (c LiveLogConfig) SameLevels(other LiveLogConfig) bool {
	return c.RootLevel == other.RootLevel && maps.Equal(c.LogLevels, other.LogLevels)
}

// sameEnd reports whether two configurations end at the same instant, within a
// second: a server may keep fewer digits than it was sent.
func (c LiveLogConfig) sameEnd(other LiveLogConfig) bool {
	return c.Expiration.Sub(other.Expiration).Abs() < time.Second
}

// Equal reports whether two configurations set the same levels until the same
// instant. Nil, which is none, equals only nil.
func (c *LiveLogConfig) Equal(other *LiveLogConfig) bool {
	if c == nil || other == nil {
		return c == other
	}
	return c.SameLevels(*other) && c.sameEnd(*other)
}

// Matches is Equal, except that it compares no end if want has none: when a
// configuration that was set for a duration ends is known to the tenant alone.
func (c *LiveLogConfig) Matches(want *LiveLogConfig) bool {
	if c != nil && want != nil && want.Expiration.IsZero() {
		return c.SameLevels(*want)
	}
	return c.Equal(want)
}

// String describes a configuration in a few words; nil is none.
func (c *LiveLogConfig) String() string {
	if c == nil {
		return "none"
	}
	text := fmt.Sprintf("rootLevel %s with %d logLevels", c.RootLevel, len(c.LogLevels))
	if !c.Expiration.IsZero() {
		text += " until " + c.Expiration.UTC().Format(time.RFC3339)
	}
	return text
}
