// Package receipt keeps the journal of an apply: what was about to be sent, and
// what became of it. It writes, reads and sums up receipts.
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

// Version is the version of receipts. A reader refuses another major version and
// skips the unknown fields and lines of its own.
const Version = "1.0"

//go:embed receipt.schema.json
var schema []byte

// Schema is the JSON Schema of one line of a receipt.
func Schema() []byte { return slices.Clone(schema) }

// Receipt is the journal of one or more runs, all on the same tenant.
type Receipt struct {
	// Name is that of the file.
	Name string `json:"name"`
	Runs []Run  `json:"runs"`
	// Truncated says that the receipt ends within a line, as one does whose
	// writer was killed.
	Truncated bool `json:"truncated"`
}

// Run is one run of apply.
type Run struct {
	Source cluster.Source `json:"source"`
	Start  time.Time      `json:"startedAt"`
	Tool   string         `json:"tool"`
	Tenant cluster.Tenant `json:"tenant"`
	Digest string         `json:"digest"`
	// Requests are the writes of the run, in the order of their intents.
	Requests []Request `json:"requests"`
	// End is nil where the run was cut off.
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
	// Outcome is nil where the run was cut off before it was known.
	Outcome *Outcome `json:"outcome,omitempty"`
}

// RequestedChange is the change of the plan that a request belongs to. Diff is
// that of the whole change, of which the request may be one step.
type RequestedChange struct {
	Action planner.Action `json:"action"`
	Name   string         `json:"name"`
	// ID is empty for a cluster that is about to be created.
	ID   string           `json:"id,omitempty"`
	Diff []jsonpatch.Edit `json:"diff"`
}

// Outcome is what became of a request.
type Outcome struct {
	Source cluster.Source `json:"source"`
	Time   time.Time      `json:"time"`
	// ID is of the cluster; it is empty where none is known to have been created.
	ID        string `json:"id,omitempty"`
	Status    int    `json:"status"` // 0 where there was no answer
	RequestID string `json:"requestId,omitempty"`
	// Unsettled is an outcome that could not be found out.
	Unsettled bool `json:"unsettled,omitempty"`
	// Adopted is a cluster that was only found by the name of the one that a
	// POST without an answer may have created.
	Adopted bool `json:"adopted,omitempty"`
	// Whole says that After has all of a new cluster that anybody may write,
	// and not only what the POST did.
	Whole bool `json:"whole,omitempty"`
	// Before and After are nil for no cluster, and where it is unsettled.
	Before  *State            `json:"before"`
	After   *State            `json:"after"`
	Inverse []planner.Request `json:"inverse"`
	Error   string            `json:"error,omitempty"`
}

// Summary counts the changes of a run by their outcome. Skipped counts what is
// blocked as well, which is no change of the plan.
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

// NotInForce counts the changes that were tried and are not known to be in force.
func (s Summary) NotInForce() int {
	return s.Failed + s.Conflict + s.NotApplied + s.Unverified + s.Unknown
}

// Is reports whether a document is a receipt, by its first line, which may be cut
// off.
func Is(data []byte) bool {
	first, _, _ := bytes.Cut(data, []byte("\n"))
	if !json.Valid(first) {
		return bytes.HasPrefix(first, []byte(lineBegin))
	}
	kind, err := kindOf(first)
	return err == nil && kind != ""
}

// last is the receipt's last line about the request.
func (r Request) last() cluster.Source {
	if r.Outcome == nil {
		return r.Source
	}
	return r.Outcome.Source
}

// isSettled reports whether it is known what became of the request.
func (r Request) isSettled() bool { return r.Outcome != nil && !r.Outcome.Unsettled }

// isAdopted reports whether the cluster is only taken to be the request's.
func (r Request) isAdopted() bool { return r.Outcome != nil && r.Outcome.Adopted }

// id is that of the cluster, as far as it is known.
func (r Request) id() string {
	if r.Change.ID == "" && r.Outcome != nil {
		return r.Outcome.ID
	}
	return r.Change.ID
}
