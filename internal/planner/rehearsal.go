package planner

import "clusterctl/internal/cluster"

// Rehearsal says what was shown by applying the plan to a copy of the tenant.
type Rehearsal struct {
	// Requests is how many requests applying needed.
	Requests int `json:"requests"`
	// Undone reports whether rolling back restored the start. It is false if nothing was written.
	Undone bool `json:"undone"`
	// Irreversible are the clusters whose delete cannot be rolled back.
	Irreversible []RehearsedCluster `json:"irreversible"`
	// Faults is nil unless faults were rehearsed.
	Faults *RehearsedFaults `json:"faults,omitempty"`
	// Problems say where the rehearsal failed; empty if it did not.
	Problems []RehearsalProblem `json:"problems"`
}

// RehearsedCluster names a cluster of a rehearsal.
type RehearsedCluster struct {
	Name string `json:"name"`
	ID   string `json:"id,omitempty"`
}

// RehearsedFaults counts runs of apply with a fault or a kill, each followed by a second run.
type RehearsedFaults struct {
	Survived int `json:"survived"`
	Failed   int `json:"failed"`
	// NotReached were not run within the budget, so nothing is known about them.
	NotReached int `json:"notReached"`
	// BudgetSeconds is the time that the runs were limited to.
	BudgetSeconds int `json:"budgetSeconds"`
}

// RehearsalProblem is something that a rehearsal must not show.
type RehearsalProblem struct {
	Step RehearsalStep `json:"step"`
	// Name and ID are of the cluster; empty if no cluster is known.
	Name string `json:"name,omitempty"`
	ID   string `json:"id,omitempty"`
	// Field is the JSON pointer of the field; empty if the problem is about none.
	Field   string          `json:"field,omitempty"`
	Source  *cluster.Source `json:"source,omitempty"`
	Message string          `json:"message"`
	// More counts further problems of the same cluster, field and message in other runs.
	More int `json:"more,omitempty"`
}

// RehearsalStep is a step of a rehearsal.
type RehearsalStep string

// The steps, in their order.
const (
	StepCopy   RehearsalStep = "copy"   // the copy gives another plan than the tenant
	StepApply  RehearsalStep = "apply"  // a change failed, or changed what it does not declare
	StepReplan RehearsalStep = "replan" // something is left to change
	StepUndo   RehearsalStep = "undo"   // rolling back does not restore the start
	StepFaults RehearsalStep = "faults" // a run with a fault did not reach the same state
)

// Failed reports whether the rehearsal found a problem.
func (r *Rehearsal) Failed() bool { return r != nil && len(r.Problems) > 0 }
