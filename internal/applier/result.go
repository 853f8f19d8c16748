package applier

import (
	"time"

	"clusterctl/internal/api"
	"clusterctl/internal/cluster"
	"clusterctl/internal/planner"
	"clusterctl/internal/receipt"
)

// Result is the result of a plan, with one outcome for each change. Its JSON form is the document
// of apply.
type Result struct {
	FormatVersion string `json:"formatVersion"`
	Tool          string `json:"tool"`
	// Tenant is the tenant that was written to.
	Tenant cluster.Tenant `json:"tenant"`
	// Listing describes the listing that this run read; nil if it read none.
	Listing    *cluster.Listing `json:"proof,omitempty"`
	Digest     string           `json:"digest"`
	StartedAt  time.Time        `json:"startedAt"`
	FinishedAt time.Time        `json:"finishedAt"`
	Summary    receipt.Summary  `json:"summary"`
	// Warnings concern the run as a whole.
	Warnings []planner.Warning `json:"warnings"`
	Outcomes []ChangeResult    `json:"outcomes"`
	// Waivers let denials of rules pass.
	Waivers []planner.Waiver `json:"waivers,omitempty"`
}

// ChangeResult is the result of one change.
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
	// Applied is a change that was made and verified to be in effect.
	Applied Outcome = "applied"
	// Unchanged is a change that was already in place.
	Unchanged Outcome = "unchanged"
	// Failed is a change that the tenant refused or did not respond to.
	Failed Outcome = "failed"
	// Conflict is a change whose cluster is not as reviewed: changed by someone else.
	Conflict Outcome = "conflict"
	// NotApplied is a change that the tenant accepted but that is not in effect.
	NotApplied Outcome = "not-applied"
	// Skipped is a change that was not sent because an earlier change that it depends on did not
	// succeed.
	Skipped Outcome = "skipped"
	// NotAttempted is a change that the run stopped before.
	NotAttempted Outcome = "not-attempted"
	// Unverified is a created cluster that the listing did not verify as the only one of its
	// name.
	Unverified Outcome = "unverified"
	// Unknown is a change whose request was sent and whose outcome is unknown.
	Unknown Outcome = "unknown"
)

// IsInForce reports whether the change is known to be in effect.
func (w Outcome) IsInForce() bool { return w == Applied || w == Unchanged }

// IsComplete reports whether every change is in effect.
func (r Result) IsComplete() bool { return r.Summary.NotInForce()+r.Summary.NotAttempted == 0 }

// count adds an outcome to a summary. An outcome that it does not list counts as unknown.
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
