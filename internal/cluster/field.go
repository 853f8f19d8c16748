package cluster

import (
	"bytes"
	"encoding/json"
	"reflect"
	"slices"
	"strings"
)

// SameField reports whether two values of the field at a JSON Pointer are the same:
//
//   - Absent and null are equal, and for the description an empty text is too.
//   - In the open objects, whose values are texts, a number or a boolean equals the
//     text that it is written as: -6 is "-6".
//   - The order of keys and the form of a number make no difference.
func SameField(path string, a, b json.RawMessage) bool {
	return FieldMeets(path, a, b) && FieldMeets(path, b, a)
}

// FieldMeets is SameField, except that a found object may have more members than the
// wanted one: a server adds its own.
func FieldMeets(path string, found, wanted json.RawMessage) bool {
	if IsUnset(path, found) || IsUnset(path, wanted) {
		return IsUnset(path, found) && IsUnset(path, wanted)
	}
	inFound, inWanted := Members(found), Members(wanted)
	if inFound == nil || inWanted == nil {
		return equalJSON(found, wanted) || isOpen(path) && bytes.Equal(asText(found), asText(wanted))
	}
	for key, value := range inWanted {
		if !FieldMeets(path+"/"+key, inFound[key], value) {
			return false
		}
	}
	return true
}

// IsUnset reports whether a value of a field means that it is absent.
func IsUnset(path string, value json.RawMessage) bool {
	return len(value) == 0 || string(value) == "null" || path == "/description" && string(value) == `""`
}

// OpenObjects returns the paths of the objects whose members users may write. Except for
// name and description, the rest of a cluster's document belongs to the server.
func OpenObjects() []string { return []string{"/configuration", "/updatePreferences"} }

// isOpen reports whether a path is in an open object.
func isOpen(path string) bool {
	return slices.ContainsFunc(OpenObjects(), func(parent string) bool { return strings.HasPrefix(path, parent+"/") })
}

// Members returns the members of a JSON object; nil if the value is not an object.
func Members(value json.RawMessage) map[string]json.RawMessage {
	var members map[string]json.RawMessage
	_ = json.Unmarshal(value, &members) // any other value leaves nil
	return members
}

// equalJSON reports whether two JSON values mean the same.
func equalJSON(a, b json.RawMessage) bool {
	var x, y any
	return json.Unmarshal(a, &x) == nil && json.Unmarshal(b, &y) == nil && reflect.DeepEqual(x, y)
}

// asText quotes a number or a boolean and returns any other value unchanged.
func asText(value json.RawMessage) json.RawMessage {
	if IsScalar(value) {
		return json.RawMessage(`"` + string(value) + `"`)
	}
	return value
}

// IsScalar reports whether a value is a number or a boolean.
func IsScalar(value json.RawMessage) bool {
	return len(value) > 0 && strings.IndexByte("-0123456789tf", value[0]) >= 0
}
