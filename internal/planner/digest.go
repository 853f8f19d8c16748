package planner

import (
	"crypto/sha256"
	"encoding/hex"
	"time"

	"clusterctl/internal/cluster"
	"clusterctl/internal/jsonpatch"
)

// digest is a sha256 over all that apply goes by: the tenant, the changes and what they
// delete along with a cluster, what is blocked, and when the plan becomes wrong. When it
// was made is no part of it, nor are places in files and wording.
func digest(p Plan) (string, error) {
	type content struct {
		Action        Action           `json:"action"`
		Attached      string           `json:"attached,omitempty"`
		Clients       int              `json:"clients"`
		Diff          []jsonpatch.Edit `json:"diff"`
		ID            string           `json:"id"`
		Name          string           `json:"name"`
		Pruned        bool             `json:"pruned"`
		RemoveClients bool             `json:"removeClients"`
		Requests      []Request        `json:"requests"`
		Services      int              `json:"services"`
	}
	type refusal struct {
		ID   string `json:"id"`
		Name string `json:"name"`
	}
	whole := struct {
		Blocked   []refusal      `json:"blocked"`
		Changes   []content      `json:"changes"`
		ExpiresAt *time.Time     `json:"expiresAt"`
		Tenant    cluster.Tenant `json:"tenant"`
	}{Blocked: []refusal{}, Changes: []content{}, ExpiresAt: p.ExpiresAt, Tenant: p.Tenant}
	for _, c := range p.Changes {
		whole.Changes = append(whole.Changes, content{
			c.Action, attachedOf(c), c.Clients, c.Diff, c.ID, c.Name, c.IsPruned(), c.RemoveClients, c.Requests, c.Services,
		})
	}
	for _, f := range p.Findings {
		if f.Kind == Blocked {
			whole.Blocked = append(whole.Blocked, refusal{f.ID, f.Name})
		}
	}
	data, err := jsonpatch.Canonical(whole)
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(data)
	return "sha256:" + hex.EncodeToString(sum[:]), nil
}

// attachedOf marks a delete of which the reviewer could not see what is
// attached; it is empty, and so no part of the digest, for every other change.
func attachedOf(c Change) string {
	if c.AttachedUnknown {
		return "unknown"
	}
	return ""
}
