package planner

import (
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"time"

	"clusterctl/internal/cluster"
	"clusterctl/internal/jsonpatch"
)

// logDecision is the decision about one declared log configuration. Unless satisfied or
// keep is set, body is sent.
type logDecision struct {
	satisfied bool
	keep      bool
	lapsed    bool
	body      LogBody
	diff      []jsonpatch.Edit
	// wrongAt is when body is no longer right, because of time alone; nil is never.
	wrongAt *time.Time
}

// grant is the longest duration of a log configuration that the API accepts.
const grant = cluster.MaxDurationMinutes * time.Minute

// decideLog compares a declared log configuration with the one in force: the levels as a
// whole, and of the time only the end, since a duration does not say how much of it is
// left. A test has a case for each key and compares the outcome with the last column.
//
//	key  declared           in force at now                                 becomes
//	---  -----------------  ----------------------------------------------  ---------------------------
//	W1   expiration passed  none                                            satisfied
//	W2   expiration passed  other levels                                    satisfied
//	W3   expiration is now  same levels, same end                           satisfied
//
//	W4   within 24 hours    none                                            PUT expiration
//	W5   within 24 hours    ended, same levels                              PUT expiration, lapsed
//	W6   within 24 hours    ended, other levels                             PUT expiration
//	W7   within 24 hours    same levels, same end                           kept
//	W8   within 24 hours    same levels, a later end                        PUT expiration
//	W9   within 24 hours    same levels, an earlier end                     PUT expiration
//	W10  within 24 hours    same levels, end unknown                        PUT expiration
//	W11  within 24 hours    other levels, same end                          PUT expiration
//	W12  in 24 hours sharp  none                                            PUT expiration
//
//	W13  beyond 24 hours    none                                            PUT 24 hours
//	W14  beyond 24 hours    ended, same levels                              PUT 24 hours, lapsed
//	W15  beyond 24 hours    same levels, more than renewWithinMinutes left  kept
//	W16  beyond 24 hours    same levels, exactly renewWithinMinutes left    PUT 24 hours
//	W17  beyond 24 hours    same levels, end unknown                        kept
//	W18  beyond 24 hours    other levels                                    PUT 24 hours
//
//	M1   durationMinutes    none                                            PUT durationMinutes, lapsed
//	M2   durationMinutes    ended                                           PUT durationMinutes, lapsed
//	M3   durationMinutes    same levels, ends now                           PUT durationMinutes, lapsed
//	M4   durationMinutes    same levels, more than renewWithinMinutes left  kept
//	M5   durationMinutes    same levels, exactly renewWithinMinutes left    PUT durationMinutes
//	M6   durationMinutes    same levels, end unknown                        kept
//	M7   durationMinutes    other levels                                    PUT durationMinutes
func decideLog(want cluster.LogConfig, served *cluster.LiveLogConfig, now time.Time) logDecision {
	if want.IsWindow() && !want.Expiration.After(now) {
		return logDecision{satisfied: true}
	}
	inForce, d := served.At(now), requestLog(want, now)
	if inForce.Matches(d.body.Config()) && d.isLongEnough(inForce.Expiration, want, now) {
		return logDecision{keep: true}
	}
	// A renewed configuration is assumed to have been in force before. For a window, only
	// an expired one with the same levels is evidence of that.
	isOwn := !want.IsWindow() || served != nil && served.SameLevels(*d.body.Config())
	d.lapsed = inForce == nil && isOwn
	d.diff = logDiff(inForce, d.body)
	return d
}

// requestLog decides how to request a log configuration.
func requestLog(want cluster.LogConfig, now time.Time) logDecision {
	d := logDecision{body: LogBody{RootLevel: want.RootLevel, LogLevels: want.LogLevels}}
	if d.body.LogLevels == nil {
		d.body.LogLevels = map[string]cluster.Level{}
	}
	switch {
	case !want.IsWindow():
		d.body.DurationMinutes = want.Minutes()
	case want.Expiration.Sub(now) <= grant:
		d.body.Expiration, d.wrongAt = want.Expiration.UTC(), &want.Expiration
	default:
		// By duration: an instant 24 hours ahead of this clock may be too far ahead for
		// the server's. The duration is wrong once it would outlast the window.
		last := want.Expiration.Add(-grant)
		d.body.DurationMinutes, d.wrongAt = cluster.MaxDurationMinutes, &last
	}
	return d
}

// isLongEnough reports whether a configuration that ends at an instant needs no renewal.
func (d logDecision) isLongEnough(end time.Time, want cluster.LogConfig, now time.Time) bool {
	return d.body.DurationMinutes == 0 || end.IsZero() || end.Sub(now) > want.RenewWithin()
}

// logDiff is the diff of a PUT. inForce is the configuration that it replaces, nil if
// none.
func logDiff(inForce *cluster.LiveLogConfig, body LogBody) []jsonpatch.Edit {
	var before cluster.LiveLogConfig
	if inForce != nil {
		before = *inForce
	}
	diffs := []jsonpatch.Edit{}
	note := func(before, after json.RawMessage, tokens ...string) {
		if string(before) != string(after) {
			diffs = append(diffs, jsonpatch.Edit{Path: LogField + jsonpatch.Pointer(tokens...), Before: before, After: after})
		}
	}
	note(level(before.RootLevel), level(body.RootLevel), "rootLevel")
	for _, class := range classes(before.LogLevels, body.LogLevels) {
		note(level(before.LogLevels[class]), level(body.LogLevels[class]), "logLevels", class)
	}
	note(instant(before.Expiration), instant(body.Expiration), "expiration")
	if body.DurationMinutes != 0 {
		note(nil, json.RawMessage(strconv.Itoa(body.DurationMinutes)), "durationMinutes")
	}
	return diffs
}

// classes returns the logging classes of both maps, sorted and without repetition.
func classes(a, b map[string]cluster.Level) []string {
	both := slices.AppendSeq(slices.Collect(maps.Keys(a)), maps.Keys(b))
	slices.Sort(both)
	return slices.Compact(both)
}

func level(l cluster.Level) json.RawMessage {
	if l == "" {
		return nil
	}
	return jsonpatch.Quote(string(l))
}

func instant(t time.Time) json.RawMessage {
	if t.IsZero() {
		return nil
	}
	return jsonpatch.Quote(stamp(t))
}

func stamp(t time.Time) string { return t.UTC().Format(time.RFC3339Nano) }
