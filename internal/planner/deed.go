package planner

import (
	"clusterctl/internal/cluster"
)

// Deed is what one or more runs of apply did to one cluster, as their receipt
// tells it: the state before the first of them and after the last.
type Deed struct {
	// ID is empty for a cluster whose creation got no answer.
	ID   string
	Name string
	// Source is the receipt's last line about the cluster.
	Source cluster.Source
	// Created and Deleted say that the runs made or deleted the cluster.
	Created bool
	Deleted bool
	// Adopted is a cluster that was found by the name of one whose creation got
	// no answer: somebody else may have made it.
	Adopted bool
	// Whole says of a cluster that was made that Diff has all of its open
	// fields: whatever else is in one of these was put there since. A Before is
	// then what somebody else put there between the runs.
	Whole bool
	// Unsettled is a cluster of which the receipt ends within a request: what
	// the last one wanted may be in force or not.
	Unsettled bool
	// Diff are the fields of the document that were written, by path. After is
	// what was found in force, or, of an unsettled request, what it wanted.
	Diff []FieldDiff
	// Log is nil where the log configuration was not set.
	Log *DeedLog
}

// DeedLog is what became of a log configuration; nil is none in force.
type DeedLog struct {
	Before *cluster.LiveLogConfig
	After  *cluster.LiveLogConfig
}
