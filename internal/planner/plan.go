// Package planner compares what files declare with what a tenant has and makes a plan. It
// is pure: the clock is a value, nothing is read or sent, and the same input in any order
// gives the same bytes. Every patch in a plan is the difference between a served document
// and that document with the declared fields merged into it, so it never has a field that
// no file declares.
package planner

import (
	"encoding/json"
	"slices"
	"time"

	"clusterctl/internal/cluster"
	"clusterctl/internal/jsonpatch"
	"clusterctl/internal/policy"
)

// FormatVersion is the version of the plan, result and drift documents. Readers refuse
// another major version and ignore unknown fields of their own.
const FormatVersion = "1.1"

// Plan is the list of changes that bring a tenant in line with the files. Its JSON form
// is the plan document.
type Plan struct {
	FormatVersion string    `json:"formatVersion"`
	Tool          string    `json:"tool"`
	CreatedAt     time.Time `json:"createdAt"`
	// ExpiresAt is when the plan becomes wrong because of time alone; nil is never.
	ExpiresAt *time.Time `json:"expiresAt,omitempty"`
	// Undo marks a plan that rolls back a run and is not made from files.
	Undo   bool           `json:"undo,omitempty"`
	Tenant cluster.Tenant `json:"tenant"`
	// Digest identifies what the plan does; see digest.
	Digest   string          `json:"digest"`
	Listing  cluster.Listing `json:"proof"`
	Budget   Budget          `json:"budget"`
	Summary  Summary         `json:"summary"`
	Changes  []Change        `json:"changes"`
	Findings []Finding       `json:"findings"`
	Warnings []Warning       `json:"warnings"`
	// Rules are those that were decided. They are decided again when the plan is applied.
	Rules []policy.Rule `json:"rules,omitempty"`
	// Waivers let denials of rules pass.
	Waivers []Waiver `json:"waivers"`
	// Rehearsal is nil unless the plan was rehearsed.
	Rehearsal *Rehearsal `json:"rehearsal,omitempty"`
}

// Summary counts changes by action, declared clusters that match, and findings
// by kind.
type Summary struct {
	Create    int `json:"create"`
	Update    int `json:"update"`
	SetLog    int `json:"setLog"`
	Delete    int `json:"delete"`
	Unchanged int `json:"unchanged"`
	Unmanaged int `json:"unmanaged"`
	Ignored   int `json:"ignored"`
	Blocked   int `json:"blocked"`
	Denied    int `json:"denied"`
	Satisfied int `json:"satisfied"`
	// Waived is counted only in a plan with waivers, and Irreversible in that of an undo.
	Waived       int `json:"waived,omitempty"`
	Irreversible int `json:"irreversible,omitempty"`
}

// Action is what a change does.
type Action string

// The actions, in the order in which they are applied.
const (
	Create Action = "create"
	Update Action = "update"
	SetLog Action = "set-log"
	Delete Action = "delete"
)

// rank is the position of an action in the order of applying.
func (a Action) rank() int { return slices.Index([]Action{Create, Update, SetLog, Delete}, a) }

// Change is one action on one cluster.
type Change struct {
	Action Action `json:"action"`
	Name   string `json:"name"`
	// ID is empty for a cluster to be created.
	ID string `json:"id,omitempty"`
	// Source is nil if prune asks for the change.
	Source *cluster.Source `json:"source,omitempty"`
	// Clients and Services count what a cluster to be deleted has attached.
	Clients  int `json:"clients,omitempty"`
	Services int `json:"services,omitempty"`
	// AttachedUnknown marks a delete for which the tenant did not return both counts.
	// Clients and Services then hold what is known.
	AttachedUnknown bool `json:"attachedUnknown,omitempty"`
	// LogUnknown reports, of a delete, that the log configuration was not read.
	LogUnknown bool `json:"logUnknown,omitempty"`
	// RemoveClients lets a delete remove the attached clients.
	RemoveClients bool `json:"removeClients,omitempty"`
	// Lapsed marks a log configuration that has expired and is renewed.
	Lapsed bool `json:"lapsed,omitempty"`
	// Entry is the entry of the cluster as rules see it, if there are rules.
	Entry json.RawMessage `json:"entry,omitempty"`
	// Diff is the change as a reviewer sees it, Requests as it is sent.
	Diff     []jsonpatch.Edit `json:"diff"`
	Requests []Request        `json:"requests"`
}

// Request is one HTTP request of a change. Path is relative to the tenant's base URL;
// {id} stands for the id of a cluster to be created.
type Request struct {
	Method      string          `json:"method"`
	Path        string          `json:"path"`
	ContentType string          `json:"contentType,omitempty"`
	Body        json.RawMessage `json:"body,omitempty"`
}

// FindingKind says why a cluster is mentioned without being changed.
type FindingKind string

// The kinds of findings.
const (
	// Blocked is a change that is refused.
	Blocked FindingKind = "blocked"
	// Denied is a change, an entry or a plan that a rule denies.
	Denied FindingKind = "denied"
	// Ignored is a live cluster that the policy excludes.
	Ignored FindingKind = "ignored"
	// Irreversible is a deleted cluster, which undo cannot restore.
	Irreversible FindingKind = "irreversible"
	// Satisfied is a log configuration that has expired, as declared.
	Satisfied FindingKind = "satisfied"
	// Unmanaged is a live cluster that no file declares.
	Unmanaged FindingKind = "unmanaged"
	// Waived is a denial that a waiver lets pass.
	Waived FindingKind = "waived"
)

// Finding is a fact about a cluster that a reviewer should know and that is not a change.
type Finding struct {
	Kind   FindingKind     `json:"kind"`
	Name   string          `json:"name"`
	ID     string          `json:"id,omitempty"`
	Source *cluster.Source `json:"source,omitempty"`
	// Rule is the name of the rule that denies.
	Rule    string `json:"rule,omitempty"`
	Message string `json:"message"`
}

// Warning is a fact about the files or the tenant as a whole that a reviewer should know.
type Warning struct {
	// Code names the kind of warning.
	Code    string          `json:"code"`
	Message string          `json:"message"`
	Source  *cluster.Source `json:"source,omitempty"`
}

// CodeUnanswered is the code of the warning about a create without a response whose cluster
// is not listed. Package policy has the codes that a policy can silence.
const CodeUnanswered = "creation-unanswered"

// CodePolicyDiffers is the code of the warning that a plan does not use the policy of its files.
// No policy can silence it.
const CodePolicyDiffers = "policy-differs"

// IsExpired reports whether the plan has become wrong because of time alone.
func (p Plan) IsExpired(now time.Time) bool { return p.ExpiresAt != nil && !now.Before(*p.ExpiresAt) }

// IsEmpty reports whether the plan has no changes and nothing in it is blocked or denied.
func (p Plan) IsEmpty() bool { return len(p.Changes) == 0 && p.Summary.Blocked+p.Summary.Denied == 0 }
