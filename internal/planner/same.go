package planner

import (
	"bytes"
	"encoding/json"
	"strings"

	"clusterctl/internal/jsonpatch"
)

// Same reports whether two values of the field at a path mean the same. It is the
// one law of that:
//
//   - Absent and null are one, and for the description an empty text is too.
//   - In configuration and updatePreferences, whose values are texts, a number or
//     a boolean is the text that it is written as: -6 is "-6".
//   - The order of keys and the form of a number make no difference.
func Same(path string, a, b json.RawMessage) bool {
	return isAsWanted(path, a, b) && isAsWanted(path, b, a)
}

// isAsWanted is Same, but an object may have members that are not wanted.
func isAsWanted(path string, found, wanted json.RawMessage) bool {
	if isNothing(path, found) || isNothing(path, wanted) {
		return isNothing(path, found) && isNothing(path, wanted)
	}
	var inFound, inWanted map[string]json.RawMessage
	if json.Unmarshal(found, &inFound) != nil || json.Unmarshal(wanted, &inWanted) != nil {
		return jsonpatch.Equal(found, wanted) || isMember(path) && bytes.Equal(asText(found), asText(wanted))
	}
	for key, value := range inWanted {
		if !isAsWanted(path+jsonpatch.Pointer(key), inFound[key], value) {
			return false
		}
	}
	return true
}

func isNothing(path string, v json.RawMessage) bool {
	return jsonpatch.IsNull(v) || path == "/description" && string(v) == `""`
}

// isMember reports whether a path is of a value in one of the open objects.
func isMember(path string) bool {
	for _, parent := range openObjects() {
		if strings.HasPrefix(path, parent+"/") {
			return true
		}
	}
	return false
}

// asText is a number or a boolean as a text, and any other value as it is.
func asText(v json.RawMessage) json.RawMessage {
	if isScalar(v) {
		return jsonpatch.Quote(string(v))
	}
	return v
}

// isScalar reports whether a value is a number or a boolean.
func isScalar(v json.RawMessage) bool {
	return len(v) > 0 && strings.IndexByte("-0123456789tf", v[0]) >= 0
}
