// Package cluster is the domain model of the other packages: a declared cluster, a live
// cluster, and the snapshot of a tenant. It does not depend on YAML or HTTP.
package cluster

import "strconv"

// Source is a place in a file: an entry, or a line of a receipt. Lines and columns count
// from 1, columns in characters.
type Source struct {
	File   string `json:"file"`
	Line   int    `json:"line"`
	Column int    `json:"column"`
}

// State says whether a cluster should exist.
type State string

// The states of a cluster in a desired-state file.
const (
	Present State = "present"
	Absent  State = "absent"
)

// Settings are the declared keys of a JSON object. Other keys are not managed. A nil
// value removes the key.
type Settings map[string]*string

// Cluster is one declared cluster. A nil field is not in the file and is not managed.
type Cluster struct {
	Source Source

	Name string
	// ID identifies the live cluster whatever its name is. It is empty if the file does
	// not set it.
	ID string
	// RenamedFrom is the name that the cluster may still have in the tenant. It is empty
	// if the file does not set it.
	RenamedFrom string
	State       State
	// RemoveClients lets a delete remove the attached clients. It matters only with State
	// Absent.
	RemoveClients bool

	Type              *string
	Description       *string
	Configuration     Settings
	UpdatePreferences Settings
	LogConfig         *LogConfig
}

// DefaultType is the type that the API gives a new cluster if the request has none.
const DefaultType = "idn"

// SystemTypes returns the types of the system-managed clusters. They are ignored unless a
// policy says otherwise.
func SystemTypes() []string { return []string{"spConnectCluster", "sqsCluster"} }

// String formats the position as compilers do: file:line:column.
func (s Source) String() string {
	return s.File + ":" + strconv.Itoa(s.Line) + ":" + strconv.Itoa(s.Column)
}
