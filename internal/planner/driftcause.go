package planner

import (
	"encoding/json"
	"slices"
	"strings"
	"time"

	"clusterctl/internal/cluster"
	"clusterctl/internal/jsonpatch"
)

// Cause says what has moved away from what was applied last.
type Cause string

// The causes of drift.
const (
	LiveChanged Cause = "live-changed"
	FileAhead   Cause = "file-ahead"
	BothChanged Cause = "both"
)

// causeOf compares three values, or three clusters: what was applied with what
// the file wants and with what is found. Of what was not applied nothing is
// known.
//
//	the file wants what  found is what
//	was applied          was applied    cause
//	-------------------  -------------  ------------------------------------
//	yes                  no             live-changed
//	no                   yes            file-ahead
//	no                   no             both
//	yes                  yes            none: a log configuration that is to
//	                                    be renewed, which only time has to do
//	                                    with
func causeOf(wantedAsApplied, foundAsApplied bool) Cause {
	switch {
	case wantedAsApplied && !foundAsApplied:
		return LiveChanged
	case !wantedAsApplied && foundAsApplied:
		return FileAhead
	case !wantedAsApplied && !foundAsApplied:
		return BothChanged
	default:
		return ""
	}
}

// applied is what was applied last.
type applied struct {
	byID   map[string]Deed
	byName map[string][]Deed
	now    time.Time
}

func newApplied(deeds []Deed, now time.Time) applied {
	a := applied{byID: make(map[string]Deed, len(deeds)), byName: make(map[string][]Deed, len(deeds)), now: now}
	for _, d := range deeds {
		a.byName[d.Name] = append(a.byName[d.Name], d)
		if d.ID != "" {
			a.byID[d.ID] = d
		}
	}
	return a
}

// explain gives each field of an item its cause, as far as that is known.
func (a applied) explain(item DriftItem, c Change) {
	deed, ok := a.byID[item.ID]
	if !ok || item.Kind != DriftChanged {
		return
	}
	if c.Action == SetLog {
		explainLog(item.Diff, c, deed, a.now)
		return
	}
	for i := range item.Diff {
		item.Diff[i].explain(deed)
	}
}

// explain gives a field of a document its cause.
func (d *DriftDiff) explain(deed Deed) {
	value, ok := deed.valueAt(d.Path)
	if !ok {
		return
	}
	cause := causeOf(Same(d.Path, value, d.Expected), Same(d.Path, value, d.Found))
	if cause = deed.surely(cause); cause != "" {
		d.Applied, d.Cause = value, cause
	}
}

// surely is a cause as far as it is known of a deed that may not be done. What
// is found as the last request wanted it was done; of anything else there is no
// telling.
func (d Deed) surely(cause Cause) Cause {
	if (d.Unsettled || d.ID == "") && cause != FileAhead {
		return ""
	}
	return cause
}

// valueAt is what was applied at a path: the value of a field, or what an
// object that was written as a whole has there. Of several, that which was
// written nearest to the field counts.
func (d Deed) valueAt(path string) (value json.RawMessage, known bool) {
	nearest := -1
	for _, f := range d.Diff {
		within, ok := strings.CutPrefix(path, f.Path)
		if !ok || within != "" && within[0] != '/' || len(f.Path) < nearest {
			continue
		}
		if v, ok := member(f.After, within); ok {
			value, known, nearest = v, true, len(f.Path)
		}
	}
	return value, known
}

// member is what a value has at a pointer, nil where it has nothing there. It
// is not known of a value that cannot be read.
func member(value json.RawMessage, pointer string) (json.RawMessage, bool) {
	if value == nil {
		return nil, true
	}
	found, _, err := jsonpatch.Lookup(value, pointer)
	return found, err == nil
}

// explainLog gives the fields of a log configuration the cause of the whole:
// they are set and end together.
func explainLog(diffs []DriftDiff, c Change, deed Deed, now time.Time) {
	if deed.Log == nil {
		return
	}
	wanted, found, ok := c.logs()
	if !ok {
		return
	}
	after := deed.Log.After
	inForce := after
	if !after.InForce(now) {
		inForce = nil // it has ended by itself, which is no change
	}
	cause := deed.surely(causeOf(isSameLog(wanted, after), isSameLog(found, inForce)))
	if cause == "" {
		return
	}
	for i := range diffs {
		diffs[i].Cause = cause
		diffs[i].Applied = logValue(after, diffs[i].Path)
	}
}

// logs are the log configuration that a change wants and the one it found; ok
// is false where the plan does not tell, having been altered.
func (c Change) logs() (wanted, found *cluster.LiveLogConfig, ok bool) {
	request, ok := c.LogRequest()
	if !ok {
		return nil, nil, false
	}
	body, err := request.LogBody()
	if err != nil {
		return nil, nil, false
	}
	config := body.Config()
	found, err = c.ReviewedLog(body)
	return &config, found, err == nil
}

// isSameLog compares log configurations. An end that one of them does not tell
// is that of the other.
func isSameLog(a, b *cluster.LiveLogConfig) bool {
	if a == nil || b == nil {
		return a == b
	}
	return a.SameLevels(*b) && (a.Expiration.IsZero() || b.Expiration.IsZero() || a.SameEnd(*b))
}

// logValue is what a log configuration has at the path of a diff.
func logValue(c *cluster.LiveLogConfig, path string) json.RawMessage {
	if c == nil {
		return nil
	}
	doc, err := jsonpatch.Encode(LogBody{RootLevel: c.RootLevel, LogLevels: c.LogLevels, Expiration: c.Expiration.UTC()})
	if err != nil {
		return nil
	}
	value, _ := member(doc, strings.TrimPrefix(path, logField))
	return value
}

// causeOf is the cause of an item: that which its fields have in common or,
// where the cluster as a whole drifts, that of its being there or not.
func (a applied) causeOf(item DriftItem) Cause {
	switch {
	case item.Kind == DriftMissing:
		return a.causeOfMissing(item.Name)
	case item.Kind == DriftUnmanaged, item.Kind == DriftChanged && len(item.Diff) == 0:
		return a.causeOfPresent(item)
	default:
		return commonCause(item.Diff)
	}
}

// causeOfMissing tells a cluster that somebody has deleted from one that the
// file wants back. It is found by its name, having no id any more.
func (a applied) causeOfMissing(name string) Cause {
	deeds := a.byName[name]
	if len(deeds) == 0 {
		return ""
	}
	deed := deeds[len(deeds)-1]
	if i := slices.IndexFunc(deeds, func(d Deed) bool { return !d.Deleted }); i >= 0 {
		deed = deeds[i]
	}
	return deed.surely(causeOf(!deed.Deleted, deed.Deleted))
}

// causeOfPresent tells a cluster that the file no longer wants from one that
// was deleted and is there again. One that has another name by now may be
// neither.
func (a applied) causeOfPresent(item DriftItem) Cause {
	deed, ok := a.byID[item.ID]
	if !ok || deed.Name != item.Name {
		return ""
	}
	return deed.surely(causeOf(deed.Deleted, !deed.Deleted))
}

// commonCause is the cause that fields have in common, as far as they have one.
func commonCause(diffs []DriftDiff) Cause {
	var common Cause
	for _, d := range diffs {
		switch {
		case d.Cause == "" || d.Cause == common:
		case common == "":
			common = d.Cause
		default:
			return BothChanged
		}
	}
	return common
}
