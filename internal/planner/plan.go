// Package planner turns what files declare and what a tenant has into a plan.
// It is pure: the clock is a value, nothing is read or sent, and the same input
// in any order gives the same bytes. Every patch it plans is the difference
// between a served document and that document with the declared fields merged into
// it, so a field that no file declares can never be in one.
package planner

import (
	"encoding/json"
	"slices"
	"time"

	"clusterctl/internal/cluster"
	"clusterctl/internal/jsonpatch"
)

// FormatVersion is the version of the plan, result and drift documents. A
// reader refuses another major version and keeps unknown fields of its own.
const FormatVersion = "1.1"

// Plan is what would make a tenant what the files declare. Its JSON form is the
// plan document.
type Plan struct {
	FormatVersion string    `json:"formatVersion"`
	Tool          string    `json:"tool"`
	CreatedAt     time.Time `json:"createdAt"`
	// ExpiresAt is when time alone makes the plan wrong; nil is never.
	ExpiresAt *time.Time `json:"expiresAt,omitempty"`
	// Undo marks a plan that rolls back a run, and follows from no files.
	Undo   bool           `json:"undo,omitempty"`
	Tenant cluster.Tenant `json:"tenant"`
	// Digest is over the tenant and the changes, in canonical form.
	Digest   string          `json:"digest"`
	Listing  cluster.Listing `json:"proof"`
	Budget   Budget          `json:"budget"`
	Summary  Summary         `json:"summary"`
	Changes  []Change        `json:"changes"`
	Findings []Finding       `json:"findings"`
	Warnings []Warning       `json:"warnings"`
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
	Satisfied int `json:"satisfied"`
	// Irreversible is counted in the plan of an undo alone.
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

// rank is an action's place in the order of applying.
func (a Action) rank() int { return slices.Index([]Action{Create, Update, SetLog, Delete}, a) }

// Change is one action on one cluster.
type Change struct {
	Action Action `json:"action"`
	Name   string `json:"name"`
	// ID is empty for a cluster that is still to be created.
	ID string `json:"id,omitempty"`
	// Source is nil where prune asks for the change, and no file does.
	Source *cluster.Source `json:"source,omitempty"`
	// Clients and Services are what a cluster to be deleted has attached.
	Clients  int `json:"clients,omitempty"`
	Services int `json:"services,omitempty"`
	// AttachedUnknown marks a delete of a cluster of which the tenant did not
	// say what is attached; Clients and Services are then what is known.
	AttachedUnknown bool `json:"attachedUnknown,omitempty"`
	// RemoveClients lets a delete take the clients still attached with it.
	RemoveClients bool `json:"removeClients,omitempty"`
	// Lapsed marks a log configuration that has expired and is renewed.
	Lapsed bool `json:"lapsed,omitempty"`
	// Diff is the change as a person reviews it, Requests the same as it is sent.
	Diff     []jsonpatch.Edit `json:"diff"`
	Requests []Request        `json:"requests"`
}

// Request is one HTTP request of a change. Path is relative to the tenant's
// base URL; the id of a cluster still to be created reads {id}.
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
	// Blocked is a change that is wanted but refused.
	Blocked FindingKind = "blocked"
	// Ignored is a live cluster that a rule leaves alone.
	Ignored FindingKind = "ignored"
	// Irreversible is a deleted cluster, which no undo brings back.
	Irreversible FindingKind = "irreversible"
	// Satisfied is a log window that has ended.
	Satisfied FindingKind = "satisfied"
	// Unmanaged is a live cluster that no file declares.
	Unmanaged FindingKind = "unmanaged"
)

// Finding is something a reviewer should know that is not a change.
type Finding struct {
	Kind    FindingKind     `json:"kind"`
	Name    string          `json:"name"`
	ID      string          `json:"id,omitempty"`
	Source  *cluster.Source `json:"source,omitempty"`
	Message string          `json:"message"`
}

// Warning is something about the files or the tenant as a whole that a reviewer
// should know.
type Warning struct {
	// Code names the kind of warning.
	Code    string          `json:"code"`
	Message string          `json:"message"`
	Source  *cluster.Source `json:"source,omitempty"`
}

// The codes of warnings: of values that are not texts as documented, and of a cluster
// whose creation got no answer and that is not listed.
const (
	codeNotText    = "value-not-text"
	CodeUnanswered = "creation-unanswered"
)

// IsExpired reports whether time alone has made the plan wrong.
func (p Plan) IsExpired(now time.Time) bool { return p.ExpiresAt != nil && !now.Before(*p.ExpiresAt) }

// IsEmpty reports whether applying the plan would do nothing, and nothing that
// was asked for is refused.
func (p Plan) IsEmpty() bool { return len(p.Changes) == 0 && p.Summary.Blocked == 0 }
