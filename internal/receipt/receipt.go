// Package receipt writes and reads the journal of an apply: each request before it is sent, and
// its outcome. It also sums up what the runs in a receipt did.
package receipt

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"slices"
	"time"

	"clusterctl/internal/cluster"
	"clusterctl/internal/jsonpatch"
	"clusterctl/internal/planner"
)

// Version is the format version of receipts. A reader refuses another major version, and skips
// unknown fields and lines of its own.
const Version = "1.0"

//go:embed receipt.schema.json
var schema []byte

// Schema returns the JSON Schema of one line of a receipt.
func Schema() []byte { return slices.Clone(schema) }

// Receipt is the journal of one or more runs, all on the same tenant.
type Receipt struct {
	// Name is the name of the file.
	Name string `json:"name"`
	Runs []Run  `json:"runs"`
	// Truncated means that the receipt ends within a line, since its writer was killed.
	Truncated bool `json:"truncated"`
}

// Run is one run of apply.
type Run struct {
	Source cluster.Source `json:"source"`
	Start  time.Time      `json:"startedAt"`
	Tool   string         `json:"tool"`
	Tenant cluster.Tenant `json:"tenant"`
	Digest string         `json:"digest"`
	// Undo marks a run that rolled back others.
	Undo bool `json:"undo,omitempty"`
	// Waivers let denials of rules pass.
	Waivers []planner.Waiver `json:"waivers,omitempty"`
	// Requests are the writes of the run, in the order of their intents.
	Requests []Request `json:"requests"`
	// End is nil if the run was interrupted.
	End *Summary `json:"summary,omitempty"`
}

// Request is one write to the tenant.
type Request struct {
	Source cluster.Source  `json:"source"`
	Time   time.Time       `json:"time"`
	Change RequestedChange `json:"change"`
	Method string          `json:"method"`
	Path   string          `json:"path"`
	Body   json.RawMessage `json:"body,omitempty"`
	// Outcome is nil if the run was interrupted before it was known.
	Outcome *Outcome `json:"outcome,omitempty"`
}

// RequestedChange is the change of the plan that a request belongs to. Diff is the diff of the
// whole change; the request may be one step of it.
type RequestedChange struct {
	Action planner.Action `json:"action"`
	Name   string         `json:"name"`
	// ID is empty for a cluster that is about to be created.
	ID   string           `json:"id,omitempty"`
	Diff []jsonpatch.Edit `json:"diff"`
}

// Outcome is the outcome of a request.
type Outcome struct {
	Source cluster.Source `json:"source"`
	Time   time.Time      `json:"time"`
	// ID is the id of the cluster, empty if none is known to have been created.
	ID        string `json:"id,omitempty"`
	Status    int    `json:"status"` // 0 without a response
	RequestID string `json:"requestId,omitempty"`
	// Unsettled is an outcome that could not be determined.
	Unsettled bool `json:"unsettled,omitempty"`
	// Adopted marks a cluster that was found by name after a POST without a response.
	Adopted bool `json:"adopted,omitempty"`
	// Whole means that After has all open fields of a new cluster, not only those that the POST
	// wrote.
	Whole bool `json:"whole,omitempty"`
	// Before and After are nil for no cluster, and if the outcome is unsettled.
	Before  *State            `json:"before"`
	After   *State            `json:"after"`
	Inverse []planner.Request `json:"inverse"`
	Error   string            `json:"error,omitempty"`
}

// Summary counts the changes of a run by outcome. Skipped also counts blocked items, which are
// not changes of the plan.
type Summary struct {
	Applied      int `json:"applied"`
	Unchanged    int `json:"unchanged"`
	Failed       int `json:"failed"`
	Conflict     int `json:"conflict"`
	NotApplied   int `json:"notApplied"`
	Skipped      int `json:"skipped"`
	NotAttempted int `json:"notAttempted"`
	Unverified   int `json:"unverified,omitempty"`
	Unknown      int `json:"unknown,omitempty"`
}

// NotInForce counts the changes that were attempted and are not known to be in effect.
func (s Summary) NotInForce() int {
	return s.Failed + s.Conflict + s.NotApplied + s.Unverified + s.Unknown
}

// Is reports whether a document is a receipt, judging by its first line, which may be incomplete.
func Is(data []byte) bool {
	first, _, _ := bytes.Cut(data, []byte("\n"))
	if !json.Valid(first) {
		return bytes.HasPrefix(first, []byte(lineBegin))
	}
	kind, err := kindOf(first)
	return err == nil && kind != ""
}

// last returns the receipt's last line about the request.
func (r Request) last() cluster.Source {
	if r.Outcome == nil {
		return r.Source
	}
	return r.Outcome.Source
}

// isSettled reports whether the outcome of the request is known.
func (r Request) isSettled() bool { return r.Outcome != nil && !r.Outcome.Unsettled }

// isAdopted reports whether the cluster was only found by name.
func (r Request) isAdopted() bool { return r.Outcome != nil && r.Outcome.Adopted }

// id returns the id of the cluster, "" if unknown.
func (r Request) id() string {
	if r.Change.ID == "" && r.Outcome != nil {
		return r.Outcome.ID
	}
	return r.Change.ID
}
