package planner

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"

	"clusterctl/internal/cluster"
	"clusterctl/internal/jsonpatch"
)

// digest names what a plan does to which tenant: sha256 over both in canonical
// form (compact JSON, keys in order). What goes with a cluster that is deleted
// is part of it; where a change stands in its file is not, and neither are times
// and wording.
func digest(tenant cluster.Tenant, changes []Change) (string, error) {
	type canonical struct {
		Action   Action      `json:"action"`
		Clients  int         `json:"clients"`
		Diff     []FieldDiff `json:"diff"`
		ID       string      `json:"id"`
		Name     string      `json:"name"`
		Requests []Request   `json:"requests"`
		Services int         `json:"services"`
	}
	content := struct {
		Changes []canonical    `json:"changes"`
		Tenant  cluster.Tenant `json:"tenant"`
	}{Changes: []canonical{}, Tenant: tenant}
	for _, c := range changes {
		content.Changes = append(content.Changes, canonical{c.Action, c.Clients, c.Diff, c.ID, c.Name, c.Requests, c.Services})
	}
	data, err := jsonpatch.Encode(content)
	if err != nil {
		return "", err
	}
	return hash(data)
}

// hash orders the keys of every object, at any depth, and hashes the result.
func hash(data json.RawMessage) (string, error) {
	var ordered any
	if err := json.Unmarshal(data, &ordered); err != nil {
		return "", err
	}
	data, err := jsonpatch.Encode(ordered)
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(data)
	return "sha256:" + hex.EncodeToString(sum[:]), nil
}
