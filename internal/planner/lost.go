package planner

import (
	"encoding/json"

	"clusterctl/internal/cluster"
	"clusterctl/internal/jsonpatch"
)

// lost is what goes with a deleted cluster, as it is now: whoever runs the plan
// later sees by it whether somebody has changed the cluster since. Objects are
// whole, since a key may have been added to them. Keys and certificates stay out.
func lost(served json.RawMessage) ([]FieldDiff, error) {
	doc, diff := jsonpatch.Decode(served), []FieldDiff{}
	for _, path := range lostPaths() {
		value, there, err := doc.Lookup(path)
		if err != nil {
			return nil, err
		}
		if !there {
			value = json.RawMessage("null") // so that one added since is a difference
		}
		diff = append(diff, FieldDiff{Path: path, Before: value})
	}
	return diff, nil
}

// lostPaths are the fields in the diff of a delete, whether the cluster has them or
// not.
func lostPaths() []string {
	return append([]string{"/name", "/type", "/description"}, cluster.OpenObjects()...)
}
