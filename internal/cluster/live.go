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
		return "log configuration not known: " + s.Problem
	default:
		return "log configuration not known"
	}
}

// Tenant names the tenant that a snapshot or a plan is of.
type Tenant struct {
	// BaseURL is the root of the API version, such as
	// https://acme.api.identitynow.com/v3.
	BaseURL string `json:"baseURL"`
	Org     string `json:"org"`
	// Pod is the data center of the tenant; empty if it is not known.
	Pod string `json:"pod,omitempty"`
}

// Is reports whether two are one tenant, by name. The address of one differs with
// the version of the API, and that of an embedded one at every start: it counts
// only where neither has a name.
func (t Tenant) Is(other Tenant) bool {
	if t.Org == "" && other.Org == "" {
		return t.BaseURL == other.BaseURL
	}
	return t.Org == other.Org
}

// Proof is the evidence that a listing was complete: as many distinct ids as
// the tenant counted.
type Proof struct {
	Listed int `json:"listed"`
	// Total is what the tenant counted (X-Total-Count), or Listed where it
	// did not say and the listing was read to an empty page.
	Total int `json:"total"`
	Pages int `json:"pages"`
	// Reads is how often the whole listing was read until it was complete.
	Reads int `json:"reads"`
	// Verified reports whether the tenant counted its clusters and the listing
	// has that many distinct ids. Nothing may be concluded from the absence of
	// a cluster in a listing that is not verified.
	Verified bool `json:"verified"`
}

// Snapshot is a listing of a tenant's clusters: of all, or of one name. Proof says
// whether it is verified.
type Snapshot struct {
	Tenant   Tenant
	Clusters []Live
	Proof    Proof
}

// Found is what a look-up by name returned.
type Found struct {
	// Clusters have exactly this name. Names are not unique.
	Clusters []Live
	// Verified reports whether the tenant counted the clusters that it looked
	// through and returned that many. Only then does the absence of a cluster
	// mean that there is none.
	Verified bool
}
