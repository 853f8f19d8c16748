package sandbox

import (
	"net/url"
	"slices"
	"strings"

	"clusterctl/internal/api"
)

// endpoint is what a path names.
type endpoint int

const (
	tokenEndpoint endpoint = iota
	infoEndpoint
	clustersEndpoint
	clusterEndpoint
	logConfigEndpoint
)

// route is a path taken apart.
type route struct {
	endpoint endpoint
	// version is empty outside the API proper.
	version string
	id      string
}

func (r route) isAPI() bool { return r.version != "" }

// isDeprecated reports whether answers say so in api.DeprecatedHeader.
func (r route) isDeprecated() bool { return r.version == "beta" || r.version == "v2024" }

// isPathVersion reports whether a path may begin with this segment. There are
// more than a client may configure: the vendor's own tool still uses beta.
func isPathVersion(segment string) bool {
	return slices.Contains([]string{"v3", "beta", "v2024", "v2025", "v2026"}, segment)
}

// parseRoute is false for a path that names nothing. The path is split before
// it is unescaped, so that an id may hold a slash.
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

// parseResource reads what stands behind the name of the collection.
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
