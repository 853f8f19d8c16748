package api

import (
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"strings"
)

// exampleURL is what a base URL looks like.
const exampleURL = "https://acme.api.identitynow.com"

// parseBase reads a base URL and refuses what cannot be the address of an API.
// An error shows the value only if it cannot hold a secret.
func parseBase(text string) (*url.URL, error) {
	u, err := url.Parse(text)
	switch {
	case strings.ContainsRune(text, '@'):
		return nil, errors.New("base URL carries a user name or a password (credentials come from SAIL_CLIENT_ID and SAIL_CLIENT_SECRET)")
	case strings.ContainsAny(text, "?#"):
		return nil, errors.New("base URL has a query or a fragment (give only the address, such as " + exampleURL + ")")
	case strings.ContainsAny(text, ";=%"):
		return nil, errors.New("base URL has parameters or escapes (give only the address, such as " + exampleURL + ")")
	case strings.ContainsAny(text, `"'`+"`"):
		return nil, fmt.Errorf("base URL %q has quotes around it (remove them)", text)
	case err != nil, u.Scheme != "https" && u.Scheme != "http", u.Host == "", u.Opaque != "":
		return nil, notAnAddress(text)
	}
	return u, checkHost(u)
}

// hostAndPort is an address without a scheme.
var hostAndPort = regexp.MustCompile(`^[A-Za-z0-9.-]+(:[0-9]+)?(/.*)?$`)

func notAnAddress(text string) error {
	if hostAndPort.MatchString(text) && strings.ContainsAny(text, ".:") {
		return fmt.Errorf("base URL %q has no scheme (write %q)", text, "https://"+text)
	}
	return fmt.Errorf("base URL %q is not an address such as %s", text, exampleURL)
}

// vendorDomains are those in which the vendor serves tenants. The API is below
// api, and the user interface is not.
func vendorDomains() []string {
	return []string{"identitynow.com", "identitynow-demo.com", "sailpointfedramp.com", "sailpoint.com"}
}

// checkHost refuses the address of a tenant's user interface.
func checkHost(u *url.URL) error {
	host := strings.TrimSuffix(strings.ToLower(u.Hostname()), ".")
	tenant, domain, _ := strings.Cut(host, ".")
	for _, vendor := range vendorDomains() {
		isVendors := host == vendor || strings.HasSuffix(host, "."+vendor)
		switch {
		case !isVendors || strings.Contains(host, ".api."):
		case host == vendor:
			return fmt.Errorf("base URL %q names no tenant (use an address such as %s)", u, exampleURL)
		default:
			return fmt.Errorf("base URL %q is not the address of an API (use https://%s.api.%s)", u, tenant, domain)
		}
	}
	return nil
}

// versionLike is a segment that looks like a version or a resource of an API.
var versionLike = regexp.MustCompile(`(?i)^(v[0-9]+|beta|oauth|managed-clusters)$`)

// checkPath refuses a path that goes further than the address: what is left of
// it without its version is that of a proxy.
func checkPath(base string) error {
	for segment := range strings.SplitSeq(base, "/") {
		if versionLike.MatchString(segment) {
			return fmt.Errorf("base URL has the path %q (give only the address, and choose the version with --api-version)", base)
		}
	}
	return nil
}
