package cluster

// Tenant identifies the tenant of a snapshot or a plan.
type Tenant struct {
	// BaseURL is the root of the API version, such as
	// https://acme.api.identitynow.com/v3.
	BaseURL string `json:"baseURL"`
	Org     string `json:"org"`
	// Pod is the data center of the tenant; empty if unknown.
	Pod string `json:"pod,omitempty"`
	// Sandbox is the directory of an embedded tenant, as it was given; empty of a real one.
	Sandbox string `json:"sandbox,omitempty"`
}

// Is reports whether both are the same tenant, by name. The address depends on the API
// version and, for a sandbox, on the run, so it is compared only if neither has a name.
func (t Tenant) Is(other Tenant) bool {
	if t.Org == "" && other.Org == "" {
		return t.BaseURL == other.BaseURL
	}
	return t.Org == other.Org
}

// Snapshot is a listing of a tenant's clusters: of all, or of one name. Unless it is
// verified, clusters may be missing.
type Snapshot struct {
	Tenant   Tenant
	Clusters []Live
	Listing  Listing
	// FiltersByName reports whether the tenant is known to filter a listing by name.
	FiltersByName bool
}

// Listing says how clusters were listed, and whether the listing is verified.
type Listing struct {
	// Listed is the number of distinct ids.
	Listed int `json:"listed"`
	// Total is the count that the tenant returned (X-Total-Count). Without one, it is
	// Listed and the listing was read up to an empty page.
	Total int `json:"total"`
	Pages int `json:"pages"`
	// Reads is how many times the whole listing was read until it was complete.
	Reads int `json:"reads"`
	// Verified reports whether the tenant returned a count and the listing has that many
	// distinct ids. Only then does a cluster that is not listed not exist.
	Verified bool `json:"verified"`
}

// Need is what has to be read from a tenant for a plan, a recheck, an undo or a report.
type Need struct {
	// Log reports whether the log configuration of a cluster is needed.
	Log func(Live) bool
	// Missing returns the expected clusters that are not listed; nil means that any
	// cluster may be expected. A listing of several pages is then confirmed, since
	// clusters that are added or deleted during a read shift the page boundaries.
	Missing func([]Live) Missing
	// Reread returns the ids of clusters that have to be read one by one as well, since a
	// listing may lag behind writes. Nil is none.
	Reread func([]Live) []string
	// Name is set if only the clusters of one name are needed.
	Name string
}

// Missing says which expected clusters a listing lacks.
type Missing struct {
	// Names are the names that no listed cluster has.
	Names []string
	// Others reports whether clusters are missing that a look-up by name cannot find.
	Others bool
}

// None reports whether no expected cluster is missing.
func (m Missing) None() bool { return len(m.Names) == 0 && !m.Others }

// Found is the result of a look-up by name.
type Found struct {
	// Clusters have exactly that name. Names are not unique.
	Clusters []Live
	// Verified is that of the Listing that was searched.
	Verified bool
}
