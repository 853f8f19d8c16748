package cluster

import (
	"encoding/json"
	"slices"
	"time"
)

// Live is one cluster as the tenant returned it.
type Live struct {
	ID   string
	Name string
	// Type is empty if unknown: absent, null or not a string.
	Type string
	// Clients and Services count what is attached. A cluster that has any, or may have,
	// is deleted only if its entry says so.
	Clients  Count
	Services Count
	// CreatedAt is zero if unknown.
	CreatedAt time.Time
	// Problem says why nothing can be planned for the cluster, such as a name that is not
	// a string. It is empty if there is none.
	Problem string

	// Health and versions as returned: shown and checked, never compared. Operational is nil
	// and the texts are empty if unknown.
	Status      string
	Operational *bool
	CCGVersion  string
	// Alert and Indicators (of health) are known to be none if the tenant does not return them.
	Alert      Returned
	Indicators Returned
	// Installed and Available are versions. Available is none without an update.
	Installed Returned
	Available Returned
	// OutdatedAt is when the tenant reported the cluster as out of date, as returned.
	OutdatedAt Returned

	// Document is the JSON object as returned. It is the base of every diff, so a patch
	// never has a key that this program does not know.
	Document json.RawMessage

	Log LogState
}

// IsEmpty reports whether it is known that nothing is attached.
func (l Live) IsEmpty() bool { return l.Clients.IsZero() && l.Services.IsZero() }

// AttachmentsKnown reports whether both counts are known.
func (l Live) AttachmentsKnown() bool { return l.Clients.known && l.Services.known }

// Attached describes what is attached, such as "2 clients and 1 service attached".
func (l Live) Attached() string {
	if !l.AttachmentsKnown() {
		return "attached clients unknown"
	}
	return Attachments(l.Clients, l.Services) + " attached"
}

// IDs returns the ids of clusters, sorted.
func IDs(clusters []Live) []string {
	ids := make([]string, 0, len(clusters))
	for _, live := range clusters {
		ids = append(ids, live.ID)
	}
	slices.Sort(ids)
	return ids
}

// LogState is what is known about a cluster's log configuration. A listing may lack it;
// Known is then false until it has been read.
type LogState struct {
	Known bool
	// Problem says why the log configuration could not be read. Known is then false.
	Problem string
	// Config is nil if no log configuration is set.
	Config *LiveLogConfig
}

// Unknown says why the log configuration cannot be compared; it is empty if it can.
func (s LogState) Unknown() string {
	switch {
	case s.Known:
		return ""
	case s.Problem != "":
		return "log configuration unknown: " + s.Problem
	default:
		return "log configuration unknown"
	}
}
