package applier

import (
	"time"

	"clusterctl/internal/api"
	"clusterctl/internal/cluster"
	"clusterctl/internal/planner"
	"clusterctl/internal/receipt"
)

// Result is what became of a plan: one outcome for each of its changes, always.
// Its JSON form is the document of apply.
type Result struct {
	FormatVersion string `json:"formatVersion"`
	Tool          string `json:"tool"`
	// Tenant is the one that was written to.
	Tenant cluster.Tenant `json:"tenant"`
	// Listing is what this run read of the tenant; nil if it read none.
	Listing    *cluster.Listing `json:"proof,omitempty"`
	Digest     string           `json:"digest"`
	StartedAt  time.Time        `json:"startedAt"`
	FinishedAt time.Time        `json:"finishedAt"`
	Summary    receipt.Summary  `json:"summary"`
	// Warnings are what a reader should know of the run as a whole.
	Warnings []planner.Warning `json:"warnings"`
	Outcomes []ChangeResult    `json:"outcomes"`
}

// ChangeResult is what became of one change.
type ChangeResult struct {
	Action  planner.Action `json:"action"`
	Name    string         `json:"name"`
	ID      string         `json:"id,omitempty"`
	Outcome Outcome        `json:"outcome"`
	// Requests are the writes that were sent, in order.
	Requests []api.Exchange `json:"requests"`
	Error    string         `json:"error,omitempty"`
}

// Outcome is how a change ended.
type Outcome string

// The outcomes.
const (
	// Applied is a change that was made and seen to be in force.
	Applied Outcome = "applied"
	// Unchanged is one that was already as the plan wants it.
	Unchanged Outcome = "unchanged"
	// Failed is one that the tenant refused or did not answer.
	Failed Outcome = "failed"
	// Conflict is one where something else was found than was reviewed.
	Conflict Outcome = "conflict"
	// NotApplied is one that was taken without an error but is not in force.
	NotApplied Outcome = "not-applied"
	// Skipped is one that was held back, since what comes before it on the same
	// cluster did not succeed.
	Skipped Outcome = "skipped"
	// NotAttempted is one that the run was stopped before.
	NotAttempted Outcome = "not-attempted"
	// Unverified is a cluster that was created while the listing did not show
	// whether another one of its name exists.
	Unverified Outcome = "unverified"
	// Unknown is a change whose request was sent and whose outcome was not seen.
	Unknown Outcome = "unknown"
)

// IsInForce reports whether the change is known to be as the plan wants it.
func (w Outcome) IsInForce() bool { return w == Applied || w == Unchanged }

// IsComplete reports whether every change is now as the plan wants it.
func (r Result) IsComplete() bool { return r.Summary.NotInForce()+r.Summary.NotAttempted == 0 }

// count adds an outcome to a summary. What is not known to have succeeded is not
// complete.
func count(s *receipt.Summary, o Outcome) {
	counters := map[Outcome]*int{
		Applied: &s.Applied, Unchanged: &s.Unchanged, Failed: &s.Failed, Conflict: &s.Conflict, NotApplied: &s.NotApplied,
		Skipped: &s.Skipped, NotAttempted: &s.NotAttempted, Unverified: &s.Unverified,
	}
	counter, isKnown := counters[o]
	if !isKnown {
		counter = &s.Unknown
	}
	*counter++
}
