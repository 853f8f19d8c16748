// Package api defines the wire format of the SailPoint Identity Security Cloud API: paths,
// headers, JSON bodies and the error body. The client and the sandbox share it, so that they
// cannot drift apart. It sends nothing and imports only the standard library.
package api

import (
	"fmt"
	"net/url"
	"path"
	"slices"
	"strings"
)

// Version is a version of the API as named on the command line. All versions have the same
// bodies; only the root of the paths differs.
type Version string

// DefaultVersion is used if neither the base URL nor a flag names one.
const DefaultVersion Version = "v3"

// PerServiceVersion is the vendor's current form, in which the version follows the name of the
// service: /managed-clusters/v1/{id}.
const PerServiceVersion Version = "v1"

// perServicePath is the root of the paths of PerServiceVersion.
const perServicePath = ClustersPath + "/" + string(PerServiceVersion)

// Versions lists the versions that a client may use.
func Versions() []Version {
	return []Version{"v3", "v2024", "v2025", "v2026", PerServiceVersion}
}

// ParseVersion accepts one of Versions.
func ParseVersion(s string) (Version, error) {
	if v := Version(s); slices.Contains(Versions(), v) {
		return v, nil
	}
	names := make([]string, 0, len(Versions()))
	for _, v := range Versions() {
		names = append(names, string(v))
	}
	return "", fmt.Errorf("unknown API version %q (use one of %s)", s, strings.Join(names, ", "))
}

// Root is the address of a tenant's API and its version.
type Root struct {
	base    url.URL
	version Version
}

// ParseRoot reads a base URL, with or without a trailing slash and with or without a version at
// its end. An explicit version wins over the one in the URL; without either, the version is
// DefaultVersion.
func ParseRoot(baseURL string, explicit Version) (Root, error) {
	u, err := parseBase(strings.TrimSpace(baseURL))
	if err != nil {
		return Root{}, err
	}
	base, version := cutVersion(strings.TrimRight(u.Path, "/"))
	base = strings.TrimRight(base, "/")
	if err := checkPath(u, base); err != nil {
		return Root{}, err
	}
	if explicit != "" {
		version = explicit
	}
	return Root{base: url.URL{Scheme: u.Scheme, Host: u.Host, Path: base}, version: version}, nil
}

// cutVersion splits a version off the end of a base path.
func cutVersion(p string) (base string, v Version) {
	if rest, ok := strings.CutSuffix(p, perServicePath); ok {
		return rest, PerServiceVersion
	}
	if v, err := ParseVersion(path.Base(p)); err == nil && v != PerServiceVersion {
		return strings.TrimSuffix(p, "/"+string(v)), v
	}
	return p, DefaultVersion
}

// Scheme returns http or https.
func (r Root) Scheme() string { return r.base.Scheme }

// Hostname returns the tenant's host without a port.
func (r Root) Hostname() string { return r.base.Hostname() }

// String returns the root of the version's paths, without a trailing slash.
func (r Root) String() string {
	if r.version == PerServiceVersion {
		return r.base.String() + perServicePath
	}
	return r.base.String() + "/" + string(r.version)
}

// URL returns the address of a resource: one of this package's paths, with its query.
func (r Root) URL(resource string) string {
	if r.version == PerServiceVersion {
		resource = strings.TrimPrefix(resource, ClustersPath)
	}
	return r.String() + resource
}

// TokenURL returns the address for requesting an access token.
func (r Root) TokenURL() string { return r.base.String() + TokenPath }

// InfoURL returns the address for reading the name of the tenant.
func (r Root) InfoURL() string { return r.base.String() + InfoPath }
