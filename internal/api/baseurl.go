package api

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"net/netip"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// exampleURL shows the form of a base URL.
const exampleURL = "https://acme.api.identitynow.com"

// parseBase reads a base URL and refuses what cannot be the address of an API.
// An error shows the value only if it cannot hold a secret.
func parseBase(text string) (*url.URL, error) {
	u, err := url.Parse(text)
	switch {
	case strings.ContainsRune(text, '@'):
		return nil, errors.New("base URL contains a user name or a password (remove it; set SAIL_CLIENT_ID and SAIL_CLIENT_SECRET instead)")
	case strings.ContainsAny(text, "?#"):
		return nil, errors.New("base URL has a query or a fragment (use only the address, such as " + exampleURL + ")")
	case strings.ContainsAny(text, ";=%"):
		return nil, errors.New("base URL has parameters or escapes (use only the address, such as " + exampleURL + ")")
	case strings.ContainsAny(text, `"'`+"`"):
		return nil, fmt.Errorf("base URL %q contains quotes (remove them)", text)
	case err != nil, u.Scheme != "https" && u.Scheme != "http", !isHost(u), strings.Count(text, "://") > 1:
		return nil, notAnAddress(text)
	}
	return u, checkHost(u)
}

// hostName matches labels joined by dots. An empty label often comes from an unset shell
// variable: https://$TENANT.api.identitynow.com.
var hostName = regexp.MustCompile(`^[\pL\pN_-]+(\.[\pL\pN_-]+)*\.?$`)

// isHost reports whether a URL has a valid host and port. Other names are refused, since a search
// domain could resolve them.
func isHost(u *url.URL) bool {
	port, err := strconv.Atoi(cmp.Or(u.Port(), "443"))
	_, noIP := netip.ParseAddr(u.Hostname())
	return err == nil && port > 0 && port <= math.MaxUint16 && (noIP == nil || hostName.MatchString(u.Hostname()))
}

// hostAndPort matches an address without a scheme.
var hostAndPort = regexp.MustCompile(`^[A-Za-z0-9.-]+(:[0-9]+)?(/.*)?$`)

func notAnAddress(text string) error {
	if hostAndPort.MatchString(text) && strings.ContainsAny(text, ".:") {
		return fmt.Errorf("base URL %q has no scheme (use %q)", text, "https://"+text)
	}
	return fmt.Errorf("base URL %q is not a valid address (use one such as %s)", text, exampleURL)
}

// vendorDomains returns the domains of the vendor's tenants. The host of the API has the label
// "api"; that of the user interface does not.
func vendorDomains() []string {
	return []string{"identitynow.com", "identitynow-demo.com", "sailpointfedramp.com", "sailpoint.com"}
}

// hostOf returns the host in the form used for comparisons.
func hostOf(u *url.URL) string { return strings.TrimSuffix(strings.ToLower(u.Hostname()), ".") }

// isVendors reports whether a host is in one of the vendor's domains.
func isVendors(host string) bool {
	return slices.ContainsFunc(vendorDomains(), func(domain string) bool { return strings.HasSuffix("."+host, "."+domain) })
}

// checkHost returns an error for the address of a tenant's user interface.
func checkHost(u *url.URL) error {
	host := hostOf(u)
	tenant, domain, _ := strings.Cut(host, ".")
	switch {
	case !isVendors(host) || strings.Contains(host, ".api."):
		return nil
	case slices.Contains(vendorDomains(), host), tenant == "api":
		return fmt.Errorf("base URL %q does not name a tenant (use an address such as %s)", u, exampleURL)
	default:
		return fmt.Errorf("base URL %q is not an API address (use https://%s.api.%s)", u, tenant, domain)
	}
}

// notOfProxy matches a path segment that is not part of a proxy's path: a version or resource of
// the API, "." or "..".
var notOfProxy = regexp.MustCompile(`(?i)^(v[0-9]+|beta|oauth|managed-clusters|\.\.?)$`)

// checkPath refuses a path behind the address. The rest of the path, without its version, may
// only be that of a proxy; the vendor's hosts have none.
func checkPath(u *url.URL, base string) error {
	for segment := range strings.SplitSeq(base, "/") {
		if notOfProxy.MatchString(segment) || segment != "" && isVendors(hostOf(u)) {
			return fmt.Errorf("base URL has the path %q (use only the address; select the version with --api-version)", base)
		}
	}
	return nil
}
