package applier

import (
	"encoding/json"

	"clusterctl/internal/jsonpatch"
)

// The update state that requires an entitlement.
const (
	preferencesPath = "/updatePreferences"
	statePath       = preferencesPath + "/updateState"
	disabledState   = `"DISABLED"`
)

// withoutDisabledState returns the edit without the update state that requires an entitlement,
// and false if the edit does not set it.
func (e edit) withoutDisabledState() (rest edit, ok bool) {
	rest = edit{seen: e.seen, before: e.before}
	for _, op := range e.patch {
		value, isLeft := withoutDisabled(op.Path, op.Value)
		switch {
		case op.Op == jsonpatch.OpTest:
			rest.patch = append(rest.patch, op)
		case isLeft:
			op.Value = value
			rest.patch = append(rest.patch, op)
		}
	}
	for _, f := range e.want {
		if value, isLeft := withoutDisabled(f.Path, f.Value); isLeft {
			rest.want = append(rest.want, jsonpatch.Field{Path: f.Path, Value: value})
		}
	}
	rest.before = rest.before.Written(rest.patch)
	return rest, !isSame(rest.patch, e.patch)
}

// withoutDisabled returns a value of a path without the update state, and whether
// anything is left.
func withoutDisabled(path string, value json.RawMessage) (rest json.RawMessage, isLeft bool) {
	if path == statePath {
		return value, string(value) != disabledState
	}
	var preferences map[string]json.RawMessage
	if path != preferencesPath || json.Unmarshal(value, &preferences) != nil || string(preferences["updateState"]) != disabledState {
		return value, true
	}
	delete(preferences, "updateState")
	rest, _ = jsonpatch.Encode(preferences) // it contains only valid JSON
	return rest, len(preferences) > 0
}
