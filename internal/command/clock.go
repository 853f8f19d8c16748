package command

import (
	"time"

	"clusterctl/internal/cli"
	"clusterctl/internal/desired"
)

// nowOf is the time that --now asks for, and zero where it does not.
func nowOf(c *cli.Context) (time.Time, error) {
	text := c.String("now")
	if text == "" {
		return time.Time{}, nil
	}
	now, ok := desired.ParseTime(text)
	if !ok {
		return time.Time{}, usageErrorf("--now %q: not a time such as 2026-11-23T18:00:00Z", text)
	}
	return now, nil
}

// clock is the time to plan at.
func (o tenantOptions) clock(e env) time.Time { return e.timeOr(o.now) }

// timeOr is the time that --now asks for, or the present where that is zero.
func (e env) timeOr(now time.Time) time.Time {
	if now.IsZero() {
		return e.Now()
	}
	return now
}

// tenantClock is the clock of the tenant: --now turns that of an embedded one,
// and of another it only says when to plan.
func (o tenantOptions) tenantClock(e env) func() time.Time {
	if o.sandbox == "" {
		return e.Now
	}
	return clockFrom(o.now, e.Now)
}

// present is the time at which a saved plan runs. A --now of the past must not
// bring an expired one back.
func (o tenantOptions) present(e env) time.Time {
	clock, present := o.clock(e), o.tenantClock(e)()
	if clock.After(present) {
		return clock
	}
	return present
}

// clockFrom is a clock that starts now with that time and goes on from there,
// or one that is right where the time is zero.
func clockFrom(start time.Time, now func() time.Time) func() time.Time {
	if start.IsZero() {
		return now
	}
	begun := now()
	return func() time.Time { return start.Add(now().Sub(begun)) }
}
