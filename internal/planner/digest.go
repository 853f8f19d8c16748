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
	type content struct {
		Action   Action      `json:"action"`
		Clients  int         `json:"clients"`
		Diff     []FieldDiff `json:"diff"`
		ID       string      `json:"id"`
		Name     string      `json:"name"`
		Requests []Request   `json:"requests"`
		Services int         `json:"services"`
	}
	whole := struct {
		Changes []content      `json:"changes"`
		Tenant  cluster.Tenant `json:"tenant"`
	}{Changes: []content{}, Tenant: tenant}
	for _, c := range changes {
		whole.Changes = append(whole.Changes, content{c.Action, c.Clients, c.Diff, c.ID, c.Name, c.Requests, c.Services})
	}
	data, err := canonical(whole)
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(data)
	return "sha256:" + hex.EncodeToString(sum[:]), nil
}

// canonical is a value as compact JSON with the keys of every object in order,
// at any depth.
func canonical(v any) (json.RawMessage, error) {
	data, err := jsonpatch.Encode(v)
	if err != nil {
		return nil, err
	}
	var ordered any
	if err := json.Unmarshal(data, &ordered); err != nil {
		return nil, err
	}
	return jsonpatch.Encode(ordered)
}
