package sandbox

import (
	"net/url"
	"slices"
	"strings"

	"clusterctl/internal/api"
)

// endpoint is the resource that a path names.
type endpoint int

const (
	tokenEndpoint endpoint = iota
	infoEndpoint
	clustersEndpoint
	clusterEndpoint
	logConfigEndpoint
)

// route is a parsed path.
type route struct {
	endpoint endpoint
	// version is empty outside the managed-cluster API.
	version string
	id      string
}

func (r route) isAPI() bool { return r.version != "" }

// isDeprecated reports whether answers have api.DeprecatedHeader.
func (r route) isDeprecated() bool { return r.version == "beta" || r.version == "v2024" }

// isPathVersion reports whether a path may begin with this version. It includes beta, which
// clusterctl does not offer but the vendor's own tool still uses.
func isPathVersion(segment string) bool {
	return slices.Contains([]string{"v3", "beta", "v2024", "v2025", "v2026"}, segment)
}

// parseRoute parses a path, and returns false for an unknown one. It splits the path before
// unescaping it, so that an id may contain a slash.
func parseRoute(u *url.URL) (route, bool) {
	switch u.Path {
	case api.TokenPath:
		return route{endpoint: tokenEndpoint}, true
	case api.InfoPath:
		return route{endpoint: infoEndpoint}, true
	}
	segments := strings.Split(strings.TrimPrefix(u.EscapedPath(), "/"), "/")
	if len(segments) < 2 {
		return route{}, false
	}
	collection := strings.TrimPrefix(api.ClustersPath, "/")
	switch first, second := segments[0], segments[1]; {
	case isPathVersion(first) && second == collection:
		return parseResource(first, segments[2:])
	case first == collection && second == string(api.PerServiceVersion):
		return parseResource(second, segments[2:])
	}
	return route{}, false
}

// parseResource parses the segments after the name of the collection.
func parseResource(version string, rest []string) (route, bool) {
	r := route{version: version, endpoint: clustersEndpoint}
	if len(rest) == 0 {
		return r, true
	}
	id, err := url.PathUnescape(rest[0])
	if err != nil || id == "" {
		return route{}, false
	}
	r.id = id
	switch {
	case len(rest) == 1:
		r.endpoint = clusterEndpoint
	case len(rest) == 2 && rest[1] == "log-config":
		r.endpoint = logConfigEndpoint
	default:
		return route{}, false
	}
	return r, true
}
