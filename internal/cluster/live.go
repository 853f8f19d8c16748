package cluster

import (
	"encoding/json"
	"slices"
	"time"
)

// Live is one cluster as the tenant served it.
type Live struct {
	ID   string
	Name string
	// Type is empty if it is not known: absent, null or not a string.
	Type string
	// Clients and Services count what is attached. A cluster that has any, or
	// of which that is not known, is deleted only if its own entry says so.
	Clients  Count
	Services Count
	// CreatedAt is zero if it is not known.
	CreatedAt time.Time
	// Problem says why nothing can be planned for this cluster, such as a name
	// that is not a string. It is empty for a cluster that was read whole.
	Problem string

	// Health as reported. It is shown and never compared; Operational is nil
	// and the others are empty if they are not known.
	Status      string
	Operational *bool
	CCGVersion  string

	// Document is the served JSON object, untouched: the base of every diff,
	// so that a key this program does not know can never appear in a patch.
	Document json.RawMessage

	Log LogState
}

// IsEmpty reports whether the cluster is known to have nothing attached.
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

// IDs returns the ids of clusters, in order.
func IDs(clusters []Live) []string {
	ids := make([]string, 0, len(clusters))
	for _, live := range clusters {
		ids = append(ids, live.ID)
	}
	slices.Sort(ids)
	return ids
}

// LogState is what is known of a cluster's log configuration. A listing may
// leave it out, in which case Known is false until it has been asked for.
type LogState struct {
	Known bool
	// Problem says why the log configuration could not be read; Known is false
	// then. It is empty otherwise.
	Problem string
	// Config is nil where no log configuration is set.
	Config *LiveLogConfig
}

// Unknown says why the log configuration cannot be compared; it is empty if it is
// known.
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
