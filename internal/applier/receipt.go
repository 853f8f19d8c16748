package applier

import (
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"clusterctl/internal/cluster"
	"clusterctl/internal/planner"
)

// Receipt is the journal of one or more runs, all on the same tenant.
type Receipt struct {
	// Name is that of the file.
	Name string
	Runs []PastRun
	// Truncated says that the receipt ends within a line, as one does whose
	// writer was killed.
	Truncated bool
}

// PastRun is one run of apply as its receipt tells it.
type PastRun struct {
	Source cluster.Source
	Start  time.Time
	Tool   string
	Tenant cluster.Tenant
	Digest string
	// Requests are the writes of the run in the order in which they were begun.
	Requests []Request
	// End is nil where the run was cut off.
	End *Summary
}

// Request is one write to the tenant.
type Request struct {
	Source cluster.Source
	Time   time.Time
	Change RequestedChange
	Method string
	Path   string
	Body   json.RawMessage
	// Outcome is nil where the run was cut off before it was known.
	Outcome *RequestOutcome
}

// RequestOutcome is what became of a request.
type RequestOutcome struct {
	Source cluster.Source
	Time   time.Time
	// ID is of the cluster; it is empty where none is known to have been made.
	ID        string
	Status    int // 0 where there was no answer
	RequestID string
	// Unsettled is an outcome that could not be found out.
	Unsettled bool
	// Before and After are nil for no cluster, and where it is unsettled.
	Before  *State
	After   *State
	Inverse []planner.Request
	Error   string
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

// id is that of the cluster, as far as it is known.
func (r Request) id() string {
	if r.Change.ID == "" && r.Outcome != nil {
		return r.Outcome.ID
	}
	return r.Change.ID
}

// LastRun is what an undo takes back: the last run that sent anything, and the
// runs directly before it that were cut off, of which it was the continuation.
func LastRun(r Receipt) []PastRun {
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
