package cluster

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
// the version of the API, and that of a sandbox at every start: it counts
// only where neither has a name.
func (t Tenant) Is(other Tenant) bool {
	if t.Org == "" && other.Org == "" {
		return t.BaseURL == other.BaseURL
	}
	return t.Org == other.Org
}

// Snapshot is a listing of a tenant's clusters: of all, or of one name. It may lack
// clusters unless it is verified.
type Snapshot struct {
	Tenant   Tenant
	Clusters []Live
	Listing  Listing
}

// Listing says how clusters were listed, and whether all of them were.
type Listing struct {
	// Listed counts distinct ids.
	Listed int `json:"listed"`
	// Total is what the tenant counted (X-Total-Count), or Listed if it did not
	// count and the listing was read to an empty page.
	Total int `json:"total"`
	Pages int `json:"pages"`
	// Reads is how often the whole listing was read until it was complete.
	Reads int `json:"reads"`
	// Verified reports whether the tenant counted its clusters and the listing
	// has that many distinct ids. Only then does the absence of a cluster mean that
	// there is none.
	Verified bool `json:"verified"`
}

// Need is what has to be read of a tenant for a plan, a recheck, an undo or a report.
type Need struct {
	// Log reports whether the log configuration of a cluster is needed.
	Log func(Live) bool
	// Missing reports whether an expected cluster is not listed; nil means that the
	// absence of any cluster matters. A listing of several pages is then confirmed by a
	// second one, since clusters that are added or deleted while it is read move the
	// page boundaries.
	Missing func([]Live) bool
	// Reread returns the ids of the clusters that have to be read on their own as well,
	// since a listing may lag behind what was written. Nil is none.
	Reread func([]Live) []string
	// Name is set if only the clusters of this name are needed.
	Name string
}

// Found is what a look-up by name returned.
type Found struct {
	// Clusters have exactly this name. Names are not unique.
	Clusters []Live
	// Verified is that of the Listing that was looked through.
	Verified bool
}
