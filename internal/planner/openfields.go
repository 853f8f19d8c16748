package planner

import (
	"encoding/json"
	"maps"
	"slices"

	"clusterctl/internal/cluster"
	"clusterctl/internal/jsonpatch"
)

// OpenFields are the fields of a cluster that anybody may write: its description
// and the members of its configuration and its updatePreferences, as they are
// served. The rest of a document is the server's, and has keys in it.
func OpenFields(doc json.RawMessage) ([]jsonpatch.Field, error) {
	served := jsonpatch.Decode(doc)
	description, there, err := served.Lookup("/description")
	if err != nil {
		return nil, err
	}
	var fields []jsonpatch.Field
	if there {
		fields = append(fields, jsonpatch.Field{Path: "/description", Value: description})
	}
	for _, parent := range cluster.OpenObjects() {
		members := cluster.Members(served.Value(parent))
		for _, key := range slices.Sorted(maps.Keys(members)) {
			fields = append(fields, jsonpatch.Field{Path: parent + jsonpatch.Pointer(key), Value: members[key]})
		}
	}
	return fields, nil
}

// ShowsOpenFields reports whether a document shows the objects that have open
// fields. The answer to a write need not.
func ShowsOpenFields(doc json.RawMessage) bool {
	served := jsonpatch.Decode(doc)
	return !slices.ContainsFunc(cluster.OpenObjects(), func(path string) bool { return served.Value(path) == nil })
}
