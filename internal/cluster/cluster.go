// Package cluster is the domain model that every other package speaks: the
// cluster a file asks for, the cluster a tenant has, and the snapshot of a
// whole tenant. It knows neither YAML nor HTTP.
package cluster

import "strconv"

// Source is a place in a file: where a cluster is declared, or the line of a receipt.
// Line and Column count from 1, columns in characters.
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

// Settings are declared keys of a JSON object on the wire. Only the keys that
// are there are managed; a nil value asks for the key to be removed.
type Settings map[string]*string

// Cluster is one declared cluster. A nil field is one that the file does not
// write, and therefore does not manage.
type Cluster struct {
	Source Source

	Name string
	// ID binds to the live cluster that has it, whatever its name; it is empty
	// where the file states none.
	ID string
	// RenamedFrom is the name that the cluster may still have; it is empty
	// where the file states none.
	RenamedFrom string
	State       State
	// RemoveClients lets a delete take the clients still attached with it. It
	// has a meaning only with State Absent.
	RemoveClients bool

	Type              *string
	Description       *string
	Configuration     Settings
	UpdatePreferences Settings
	LogConfig         *LogConfig
}

// DefaultType is the type that the API gives a cluster whose creation names none.
const DefaultType = "idn"

// SystemTypes are the types of the system-managed clusters.
// They are ignored unless a policy states otherwise.
func SystemTypes() []string { return []string{"spConnectCluster", "sqsCluster"} }

// String is the position as compilers write it: file:line:column.
func (s Source) String() string {
	return s.File + ":" + strconv.Itoa(s.Line) + ":" + strconv.Itoa(s.Column)
}
