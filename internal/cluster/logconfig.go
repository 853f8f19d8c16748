package cluster

import (
	"cmp"
	"fmt"
	"maps"
	"time"
)

// Level is a Log4j level as the API spells it.
type Level string

// Levels lists the levels that the API accepts, from the quietest to the most verbose.
func Levels() []Level {
	return []Level{"OFF", "FATAL", "ERROR", "WARN", "INFO", "DEBUG", "TRACE"}
}

// The limits of a log configuration's duration, and the default.
const (
	MinDurationMinutes     = 5
	MaxDurationMinutes     = 1440
	DefaultDurationMinutes = 240
)

// DefaultWindowRenewMinutes is the remaining time at which a window that is longer than
// the API grants is renewed.
const DefaultWindowRenewMinutes = 720

// LogConfig is a declared log configuration. It is managed as a whole: setting it removes
// the levels that it does not name.
//
// With Expiration it is a window, which is satisfied once it has ended. Otherwise it is
// renewed for DurationMinutes whenever it has expired or has at most RenewWithinMinutes
// left.
type LogConfig struct {
	RootLevel Level
	LogLevels map[string]Level
	// Expiration is zero unless the file sets it.
	Expiration time.Time
	// DurationMinutes is 0 unless the file sets it; see Minutes.
	DurationMinutes int
	// RenewWithinMinutes is nil unless the file sets it.
	RenewWithinMinutes *int
}

// IsWindow reports whether the configuration ends once and is not renewed.
func (c LogConfig) IsWindow() bool { return !c.Expiration.IsZero() }

// Minutes is the duration for which a configuration without Expiration is requested.
func (c LogConfig) Minutes() int { return cmp.Or(c.DurationMinutes, DefaultDurationMinutes) }

// RenewWithin is the remaining time at which the configuration is renewed.
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
	// Expiration is zero if the tenant did not return it.
	Expiration time.Time
}

// InForce reports whether the configuration applies at now. Without an expiration it is
// assumed to.
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

// Equal reports whether two configurations set the same levels until the same second: a
// server may keep fewer digits than it was sent. Nil, which is none, equals only nil.
func (c *LiveLogConfig) Equal(other *LiveLogConfig) bool {
	if c == nil || other == nil {
		return c == other
	}
	return c.SameLevels(*other) && c.Expiration.Sub(other.Expiration).Abs() < time.Second
}

// Matches is Equal, but ignores the end if want has none: only the tenant knows when a
// configuration that was set for a duration ends.
func (c *LiveLogConfig) Matches(want *LiveLogConfig) bool {
	if c != nil && want != nil && want.Expiration.IsZero() {
		return c.SameLevels(*want)
	}
	return c.Equal(want)
}

// String describes a configuration in a few words, or is "none".
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
