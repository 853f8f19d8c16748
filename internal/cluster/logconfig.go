package cluster

import (
	"cmp"
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

// The limits of the duration of a log configuration, and the one that is requested
// if a file states none.
const (
	MinDurationMinutes     = 5
	MaxDurationMinutes     = 1440
	DefaultDurationMinutes = 240
)

// DefaultWindowRenewMinutes is how much time may be left before a window that is
// longer than the API grants is renewed.
const DefaultWindowRenewMinutes = 720

// LogConfig is a declared log configuration. It is managed as a whole: a level
// that it does not name is gone once it is set.
//
// With Expiration it is a window: it expires and is then satisfied. Without, it is
// renewed for DurationMinutes whenever it has expired or has less than
// RenewWithinMinutes left.
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

// Minutes is the duration that a configuration without a window is requested for.
func (c LogConfig) Minutes() int { return cmp.Or(c.DurationMinutes, DefaultDurationMinutes) }

// RenewWithin is how much of the granted time may be left before the configuration is
// renewed.
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

// Equal reports whether two configurations set the same levels until the same
// instant, within a second: a server may keep fewer digits than it was sent. Nil,
// which is none, equals only nil.
func (c *LiveLogConfig) Equal(other *LiveLogConfig) bool {
	if c == nil || other == nil {
		return c == other
	}
	return c.SameLevels(*other) && c.Expiration.Sub(other.Expiration).Abs() < time.Second
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
