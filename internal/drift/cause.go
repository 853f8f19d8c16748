package drift

import (
	"encoding/json"
	"slices"
	"strings"
	"time"

	"clusterctl/internal/cluster"
	"clusterctl/internal/jsonpatch"
	"clusterctl/internal/planner"
	"clusterctl/internal/receipt"
)

// Cause says which side differs from what was applied last.
type Cause string

// The causes of drift.
const (
	LiveChanged Cause = "live-changed"
	FileAhead   Cause = "file-ahead"
	BothChanged Cause = "both"
)

// causeOf compares what was applied with what the file wants and with what is
// found: three values, or three clusters. Of what was not applied no cause is known.
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

// knownCause is a cause as far as it is known. An effect with an unknown outcome
// certainly happened only if the tenant has what its request wanted.
func knownCause(effect receipt.Effect, cause Cause) Cause {
	if (effect.Unknown || effect.ID == "") && cause != FileAhead {
		return ""
	}
	return cause
}

// applied is what was applied last.
type applied struct {
	byID   map[string]receipt.Effect
	byName map[string][]receipt.Effect
	now    time.Time
}

func newApplied(effects []receipt.Effect, now time.Time) applied {
	a := applied{byID: make(map[string]receipt.Effect, len(effects)), byName: make(map[string][]receipt.Effect, len(effects)), now: now}
	for _, e := range effects {
		a.byName[e.Name] = append(a.byName[e.Name], e)
		if e.ID != "" {
			a.byID[e.ID] = e
		}
	}
	return a
}

// explain gives each field of an item its cause, as far as it is known.
func (a applied) explain(item Item, c planner.Change) {
	effect, ok := a.byID[item.ID]
	switch {
	case !ok || item.Kind != cluster.DriftChanged:
	case c.Action == planner.SetLog:
		explainLog(item.Diff, c, effect, a.now)
	default:
		for i := range item.Diff {
			item.Diff[i].explain(effect)
		}
	}
}

// explain gives a field of a document its cause.
func (f *Field) explain(effect receipt.Effect) {
	value, ok := valueAt(effect, f.Path)
	if !ok {
		return
	}
	cause := knownCause(effect, causeOf(cluster.SameField(f.Path, value, f.Expected), cluster.SameField(f.Path, value, f.Found)))
	if cause != "" {
		f.Applied, f.Cause = value, cause
	}
}

// valueAt returns what was applied at a path: the value of a field, or what an
// object that was written as a whole has there. The field nearest to the path
// decides.
func valueAt(effect receipt.Effect, path string) (value json.RawMessage, known bool) {
	nearest := -1
	for _, f := range effect.Diff {
		within, ok := strings.CutPrefix(path, f.Path)
		if !ok || within != "" && within[0] != '/' || len(f.Path) < nearest {
			continue
		}
		if v, ok := lookup(f.After, within); ok {
			value, known, nearest = v, true, len(f.Path)
		}
	}
	return value, known
}

// lookup returns what a value has at a pointer, nil if it has nothing there. It is
// false for a value that cannot be read.
func lookup(value json.RawMessage, pointer string) (json.RawMessage, bool) {
	if value == nil {
		return nil, true
	}
	found, _, err := jsonpatch.Lookup(value, pointer)
	return found, err == nil
}

// explainLog gives the fields of a log configuration the cause of the whole, since
// they are set and end together.
func explainLog(diff []Field, c planner.Change, effect receipt.Effect, now time.Time) {
	if effect.Log == nil {
		return
	}
	wanted, found, ok := logs(c)
	if !ok {
		return
	}
	after := effect.Log.After
	inForce := after
	if !after.InForce(now) {
		inForce = nil // that it has expired is no change
	}
	cause := knownCause(effect, causeOf(isSameLog(wanted, after), isSameLog(found, inForce)))
	if cause == "" {
		return
	}
	for i := range diff {
		diff[i].Cause = cause
		diff[i].Applied = logValue(after, diff[i].Path)
	}
}

// logs returns the log configuration that a change wants and the one that it found.
// It is false for a plan that was modified so that it has none.
func logs(c planner.Change) (wanted, found *cluster.LiveLogConfig, ok bool) {
	body, found, err := c.Log()
	if err != nil || body == nil {
		return nil, nil, false
	}
	return body.Config(), found, true
}

// isSameLog compares log configurations. An expiration that is not known in one of
// them equals that of the other.
func isSameLog(a, b *cluster.LiveLogConfig) bool { return a.Matches(b) || b.Matches(a) }

// logValue is what a log configuration has at the path of a diff.
func logValue(c *cluster.LiveLogConfig, path string) json.RawMessage {
	if c == nil {
		return nil
	}
	doc, err := jsonpatch.Encode(planner.LogBody{RootLevel: c.RootLevel, LogLevels: c.LogLevels, Expiration: c.Expiration.UTC()})
	if err != nil {
		return nil
	}
	value, _ := lookup(doc, strings.TrimPrefix(path, planner.LogField))
	return value
}

// causeOf is the cause of an item: the one that its fields have in common or, if the
// cluster as a whole drifts, that of its presence or absence.
func (a applied) causeOf(item Item) Cause {
	switch {
	case item.Kind == cluster.DriftMissing:
		return a.causeOfMissing(item.Name)
	case item.Kind == cluster.DriftUnmanaged, item.Kind == cluster.DriftChanged && len(item.Diff) == 0:
		return a.causeOfPresent(item)
	default:
		return commonCause(item.Diff)
	}
}

// causeOfMissing distinguishes a cluster that somebody has deleted from one that the
// file wants back. It goes by the name, since the cluster has no id any more.
func (a applied) causeOfMissing(name string) Cause {
	effects := a.byName[name]
	if len(effects) == 0 {
		return ""
	}
	effect := effects[len(effects)-1]
	if i := slices.IndexFunc(effects, func(e receipt.Effect) bool { return !e.Deleted }); i >= 0 {
		effect = effects[i]
	}
	return knownCause(effect, causeOf(!effect.Deleted, effect.Deleted))
}

// causeOfPresent distinguishes a cluster that the file no longer wants from one that
// was deleted and is there again. One that has been renamed may be neither.
func (a applied) causeOfPresent(item Item) Cause {
	effect, ok := a.byID[item.ID]
	if !ok || effect.Name != item.Name {
		return ""
	}
	return knownCause(effect, causeOf(effect.Deleted, !effect.Deleted))
}

// commonCause is the cause that the fields have in common; BothChanged if they have
// several.
func commonCause(fields []Field) Cause {
	var common Cause
	for _, f := range fields {
		switch {
		case f.Cause == "" || f.Cause == common:
		case common == "":
			common = f.Cause
		default:
			return BothChanged
		}
	}
	return common
}
