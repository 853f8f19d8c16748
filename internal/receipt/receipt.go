// Package receipt keeps the journal of an apply: what was about to be sent, and
// what became of it. It writes, reads and sums up receipts.
package receipt

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"time"

	"clusterctl/internal/api"
	"clusterctl/internal/cluster"
	"clusterctl/internal/planner"
)

// Receipt is the journal of one or more runs, all on the same tenant.
type Receipt struct {
	// Name is that of the file.
	Name string `json:"name"`
	Runs []Run  `json:"runs"`
	// Truncated says that the receipt ends within a line, as one does whose
	// writer was killed.
	Truncated bool `json:"truncated"`
}

// Run is one run of apply as its receipt tells it.
type Run struct {
	Source cluster.Source `json:"source"`
	Start  time.Time      `json:"startedAt"`
	Tool   string         `json:"tool"`
	Tenant cluster.Tenant `json:"tenant"`
	Digest string         `json:"digest"`
	// Requests are the writes of the run in the order in which they were begun.
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

// Outcome is what became of a request.
type Outcome struct {
	Source cluster.Source `json:"source"`
	Time   time.Time      `json:"time"`
	// ID is of the cluster; it is empty where none is known to have been made.
	ID        string `json:"id,omitempty"`
	Status    int    `json:"status"` // 0 where there was no answer
	RequestID string `json:"requestId,omitempty"`
	// Unsettled is an outcome that could not be found out.
	Unsettled bool `json:"unsettled,omitempty"`
	// Adopted is a cluster that was only found by the name of the one that a
	// POST without an answer may have made.
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

// Is reports whether a document is a receipt, by its first line, which may
// be cut off.
func Is(data []byte) bool {
	first, _, _ := bytes.Cut(data, []byte("\n"))
	if !json.Valid(first) {
		return bytes.HasPrefix(first, []byte(lineBegin))
	}
	var line struct {
		Type string `json:"type"`
	}
	return json.Unmarshal(first, &line) == nil && line.Type != ""
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

// LastRun is what an undo takes back: the last run that sent anything, and the
// runs directly before it that were cut off, of which it was the continuation.
func LastRun(r Receipt) []Run {
	last := len(r.Runs) - 1
	for last >= 0 && len(r.Runs[last].Requests) == 0 {
		last--
	}
	first := last
	for first > 0 && r.Runs[first-1].End == nil {
		first--
	}
	return r.Runs[max(first, 0) : last+1]
}

// checkPath holds the path of a request against its change: what it is called
// must be what it was sent to.
func (r Request) checkPath() error {
	id := r.Change.ID
	var paths []string
	switch {
	case r.Method == http.MethodPost && id == "":
		paths = []string{api.ClustersPath}
	case id == "": // nothing is sent to no cluster
	case r.Method == http.MethodPatch:
		paths = []string{api.ClusterPath(id)}
	case r.Method == http.MethodPut:
		paths = []string{api.LogConfigPath(id)}
	case r.Method == http.MethodDelete:
		paths = []string{api.DeletePath(id, false), api.DeletePath(id, true)}
	}
	if !slices.Contains(paths, r.Path) {
		return fmt.Errorf("%s %.200q is no request about its cluster, whose id is %.200q", r.Method, r.Path, id)
	}
	return nil
}

// checkStates holds the states of an outcome against what the method can write.
func (r Request) checkStates() error {
	before, after := r.Outcome.Before, r.Outcome.After
	ok := true
	switch r.Method {
	case http.MethodPost:
		ok = before == nil && (after == nil || after.isOfFields() && r.Outcome.ID != "")
	case http.MethodPatch:
		ok = before.isOfFields() && after.isOfFields()
	case http.MethodPut:
		ok = before.isOfLog() && after.isOfLog()
	case http.MethodDelete:
		ok = before.isOfFields() && !after.isOfLog()
	}
	if !ok {
		return fmt.Errorf("before and after are not those of a %s", r.Method)
	}
	return nil
}
