package applier

import (
	"encoding/json"

	"clusterctl/internal/jsonpatch"
	"clusterctl/internal/planner"
)

// differences are the fields that a document does not have as wanted.
func differences(doc json.RawMessage, want []jsonpatch.Field) ([]mismatch, error) {
	var found []mismatch
	for _, f := range want {
		value, there, err := jsonpatch.Lookup(doc, f.Path)
		if err != nil {
			return nil, err
		}
		if !there {
			value = nil
		}
		if !same(f.Path, value, f.Value) {
			found = append(found, mismatch{path: f.Path, expected: f.Value, found: value})
		}
	}
	return found, nil
}

// fieldsOf are the mismatched fields as they should be.
func fieldsOf(mismatches []mismatch) []jsonpatch.Field {
	fields := make([]jsonpatch.Field, 0, len(mismatches))
	for _, m := range mismatches {
		fields = append(fields, jsonpatch.Field{Path: m.path, Value: m.expected})
	}
	return fields
}

// same compares JSON values by what they mean. To be absent and to be null are
// one, and for a description to be empty is too.
func same(path string, a, b json.RawMessage) bool {
	if isNothing(path, a) || isNothing(path, b) {
		return isNothing(path, a) && isNothing(path, b)
	}
	return jsonpatch.Equal(a, b)
}

func isNothing(path string, v json.RawMessage) bool {
	return len(v) == 0 || string(v) == "null" || path == "/description" && string(v) == `""`
}

// before and after are the two sides of a change's diff.
func before(change planner.Change) []jsonpatch.Field {
	fields := make([]jsonpatch.Field, 0, len(change.Diff))
	for _, d := range change.Diff {
		fields = append(fields, jsonpatch.Field{Path: d.Path, Value: d.Before})
	}
	return fields
}

func after(change planner.Change) []jsonpatch.Field {
	fields := make([]jsonpatch.Field, 0, len(change.Diff))
	for _, d := range change.Diff {
		fields = append(fields, jsonpatch.Field{Path: d.Path, Value: d.After})
	}
	return fields
}
