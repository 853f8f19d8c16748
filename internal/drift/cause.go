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

// Cause says which side changed since the last apply.
type Cause string

// The causes of drift.
const (
	LiveChanged Cause = "live-changed"
	FileAhead   Cause = "file-ahead"
	BothChanged Cause = "both"
)

// causeOf compares what was applied with what the file wants and with what is found:
// three values, or three clusters. There is no cause for what was not applied.
//
//	the file wants what  found is what
//	was applied          was applied    cause
//	-------------------  -------------  ------------------------------------
//	yes                  no             live-changed
//	no                   yes            file-ahead
//	no                   no             both
//	yes                  yes            none: a log configuration expired and
//	                                    is due to be renewed
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

// knownCause returns a cause, or none if it is uncertain. An effect with an unknown
// outcome is certain only if the tenant has what the request wanted.
func knownCause(effect receipt.Effect, cause Cause) Cause {
	if (effect.Unknown || effect.ID == "") && cause != FileAhead {
		return ""
	}
	return cause
}

// applied is what the last runs of apply left.
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

// explain sets the cause of each field of an item, if it is known.
func (a applied) explain(item Item, c planner.Change) {
	effect, ok := a.byID[item.ID]
	switch {
	case !ok || item.Kind != cluster.DriftChanged:
	case c.Action == planner.SetLog:
		a.explainLog(item.Diff, c, effect)
	default:
		for i := range item.Diff {
			f := &item.Diff[i]
			if value, ok := valueAt(effect, f.Path); ok {
				cause := causeOf(cluster.SameField(f.Path, value, f.Expected), cluster.SameField(f.Path, value, f.Found))
				f.explain(knownCause(effect, cause), value)
			}
		}
	}
}

func (f *Field) explain(cause Cause, applied json.RawMessage) {
	if cause != "" {
		f.Cause, f.Applied = cause, applied
	}
}

// valueAt returns the value that was applied at a path, which may be part of a larger
// value. The written field nearest to the path decides. known is false if nothing was
// applied there, or if it cannot be read.
func valueAt(effect receipt.Effect, path string) (value json.RawMessage, known bool) {
	nearest := -1
	for _, f := range effect.Diff {
		within, ok := strings.CutPrefix(path, f.Path)
		if !ok || within != "" && within[0] != '/' || len(f.Path) < nearest {
			continue
		}
		if v, _, err := jsonpatch.Lookup(f.After, within); err == nil || f.After == nil {
			value, known, nearest = v, true, len(f.Path)
		}
	}
	return value, known
}

// explainLog gives all fields of a log configuration the same cause, since they are set
// and expire together.
func (a applied) explainLog(diff []Field, c planner.Change, effect receipt.Effect) {
	wanted, found, err := c.Log()
	if err != nil || wanted == nil || effect.Log == nil {
		return
	}
	after := effect.Log.After
	cause := knownCause(effect, causeOf(isSameLog(wanted.Config(), after), isSameLog(found, after.At(a.now))))
	applied := jsonpatch.Decode(nil)
	if after != nil {
		doc, _ := jsonpatch.Encode(planner.LogBody{RootLevel: after.RootLevel, LogLevels: after.LogLevels, Expiration: after.Expiration.UTC()})
		applied = jsonpatch.Decode(doc)
	}
	for i := range diff {
		diff[i].explain(cause, applied.Value(strings.TrimPrefix(diff[i].Path, planner.LogField)))
	}
}

// isSameLog compares log configurations. An unknown end equals any other.
func isSameLog(a, b *cluster.LiveLogConfig) bool { return a.Matches(b) || b.Matches(a) }

// causeOf is the cause of an item: the one that its fields have in common or, if the
// whole cluster differs, that of its presence or absence.
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

// causeOfMissing distinguishes a cluster that someone deleted from one that the file
// wants again. It goes by name, since a missing cluster has no id.
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

// causeOfPresent distinguishes a cluster that the file no longer wants from one that was
// deleted and exists again. A renamed cluster may be neither.
func (a applied) causeOfPresent(item Item) Cause {
	effect, ok := a.byID[item.ID]
	if !ok || effect.Name != item.Name {
		return ""
	}
	return knownCause(effect, causeOf(effect.Deleted, !effect.Deleted))
}

// commonCause is the cause that the fields have in common, or BothChanged if they have
// different ones.
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
