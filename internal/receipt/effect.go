package receipt

import (
	"clusterctl/internal/cluster"
	"clusterctl/internal/planner"
)

// Effect is what one or more runs of apply did to one cluster: the state before the
// first of them and after the last.
type Effect struct {
	// ID is empty for a cluster whose creation got no answer.
	ID   string
	Name string
	// Source is the receipt's last line about the cluster.
	Source cluster.Source
	// Created and Deleted say that the runs created or deleted the cluster.
	Created bool
	Deleted bool
	// Adopted is a cluster that was found by the name of one whose creation got no
	// answer: somebody else may have created it.
	Adopted bool
	// Whole says of a created cluster that Diff has all of its open fields: whatever
	// else is in one of these was added since. A Before is then what somebody else
	// wrote between the runs.
	Whole bool
	// Unknown is an effect with an unknown outcome: the receipt ends within a request,
	// and what that one wanted may be in force or not.
	Unknown bool
	// Diff are the fields of the document that were written, by path. After is what was
	// found in force or, if the outcome is unknown, what was wanted.
	Diff []planner.FieldDiff
	// Log is nil if the log configuration was not set.
	Log *LogEffect
}

// LogEffect is a log configuration before and after; nil is none in force.
type LogEffect struct {
	Before *cluster.LiveLogConfig
	After  *cluster.LiveLogConfig
}
