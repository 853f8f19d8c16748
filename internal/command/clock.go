package command

import (
	"time"

	"clusterctl/internal/desired"
)

// parseTime reads a time as files have it.
func parseTime(text string) (time.Time, error) {
	t, ok := desired.ParseTime(text)
	if !ok {
		return time.Time{}, usageErrorf("not a time such as 2026-11-23T18:00:00Z")
	}
	return t, nil
}

// clock is the time to plan at.
func (o tenantOptions) clock(e env) time.Time { return e.timeOr(o.now) }

// timeOr is now, or the present if that is zero.
func (e env) timeOr(now time.Time) time.Time {
	if now.IsZero() {
		return e.Now()
	}
	return now
}

// tenantClock is the tenant's clock: --now sets that of an embedded tenant alone.
func (o tenantOptions) tenantClock(e env) func() time.Time {
	if o.sandbox == "" {
		return e.Now
	}
	return clockFrom(o.now, e.Now)
}

// present is the time at which a saved plan runs: no --now of the past must bring an
// expired plan back.
func (o tenantOptions) present(e env) time.Time {
	clock, present := o.clock(e), o.tenantClock(e)()
	if clock.After(present) {
		return clock
	}
	return present
}

// clockFrom is a clock that is set to start, unless that is zero.
func clockFrom(start time.Time, now func() time.Time) func() time.Time {
	if start.IsZero() {
		return now
	}
	set := now()
	return func() time.Time { return start.Add(now().Sub(set)) }
}
