package cluster

// Found is what a look-up by name returned.
type Found struct {
	// Clusters have exactly this name. Names are not unique.
	Clusters []Live
	// Verified reports whether the tenant counted the clusters that it looked
	// through and returned that many. Only then does the absence of a cluster
	// mean that there is none.
	Verified bool
}
