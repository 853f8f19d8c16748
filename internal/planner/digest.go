package planner

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"time"

	"clusterctl/internal/cluster"
	"clusterctl/internal/jsonpatch"
	"clusterctl/internal/policy"
)

// digested is what a digest covers of a plan. Its JSON form is hashed.
type digested struct {
	Blocked   []digestedFinding `json:"blocked"`
	Changes   []digestedChange  `json:"changes"`
	Denied    []digestedFinding `json:"denied,omitempty"`
	ExpiresAt *time.Time        `json:"expiresAt"`
	Rules     []policy.Rule     `json:"rules,omitempty"`
	Tenant    cluster.Tenant    `json:"tenant"`
	Undo      bool              `json:"undo,omitempty"`
	Waived    []digestedFinding `json:"waived,omitempty"`
	Waivers   []Waiver          `json:"waivers,omitempty"`
}

type digestedChange struct {
	Action        Action           `json:"action"`
	Attached      string           `json:"attached,omitempty"`
	Clients       int              `json:"clients"`
	Diff          []jsonpatch.Edit `json:"diff"`
	Entry         json.RawMessage  `json:"entry,omitempty"`
	ID            string           `json:"id"`
	LogUnknown    bool             `json:"logUnknown,omitempty"`
	Name          string           `json:"name"`
	Pruned        bool             `json:"pruned"`
	RemoveClients bool             `json:"removeClients"`
	Requests      []Request        `json:"requests"`
	Services      int              `json:"services"`
}

// digestedFinding is a finding. Only those of rules have a rule.
type digestedFinding struct {
	ID   string `json:"id"`
	Name string `json:"name"`
	Rule string `json:"rule,omitempty"`
}

// digest is a SHA-256 hash of everything that apply depends on: the tenant, the changes
// and the attachments that they delete, what is blocked, denied or waived, the rules and
// waivers, the expiry, and whether the plan is an undo, which its receipt says. The creation
// time, places in files and message texts are left out.
func digest(p Plan) (string, error) {
	whole := digested{Blocked: []digestedFinding{}, Changes: []digestedChange{}, ExpiresAt: p.ExpiresAt, Rules: p.Rules, Tenant: p.Tenant, Undo: p.Undo, Waivers: p.Waivers}
	whole.Tenant.Sandbox = "" // a copy of a sandbox is the same tenant
	for _, c := range p.Changes {
		whole.Changes = append(whole.Changes, digestedChange{
			c.Action, attachedOf(c), c.Clients, c.Diff, c.Entry, c.ID, c.LogUnknown, c.Name, c.IsPruned(), c.RemoveClients, c.Requests, c.Services,
		})
	}
	for _, f := range p.Findings {
		switch of := (digestedFinding{f.ID, f.Name, f.Rule}); f.Kind {
		case Blocked:
			whole.Blocked = append(whole.Blocked, of)
		case Denied:
			whole.Denied = append(whole.Denied, of)
		case Waived:
			whole.Waived = append(whole.Waived, of)
		case Ignored, Irreversible, Satisfied, Unmanaged:
		}
	}
	data, err := jsonpatch.Canonical(whole)
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(data)
	return "sha256:" + hex.EncodeToString(sum[:]), nil
}

// attachedOf marks a delete whose attachments the reviewer could not see. It is empty,
// and so not part of the digest, for every other change.
func attachedOf(c Change) string {
	if c.AttachedUnknown {
		return "unknown"
	}
	return ""
}
