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

// exampleURL is what a base URL looks like.
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

// hostName is labels with dots between. An empty label is often a variable of a
// shell that is not set: https://$TENANT.api.identitynow.com.
var hostName = regexp.MustCompile(`^[\pL\pN_-]+(\.[\pL\pN_-]+)*\.?$`)

// isHost reports whether a URL has a host that can be connected to. Nothing is
// sent to any other: the name could be resolved by a search domain.
func isHost(u *url.URL) bool {
	port, err := strconv.Atoi(cmp.Or(u.Port(), "443"))
	_, noIP := netip.ParseAddr(u.Hostname())
	return err == nil && port > 0 && port <= math.MaxUint16 && (noIP == nil || hostName.MatchString(u.Hostname()))
}

// hostAndPort is an address without a scheme.
var hostAndPort = regexp.MustCompile(`^[A-Za-z0-9.-]+(:[0-9]+)?(/.*)?$`)

func notAnAddress(text string) error {
	if hostAndPort.MatchString(text) && strings.ContainsAny(text, ".:") {
		return fmt.Errorf("base URL %q has no scheme (use %q)", text, "https://"+text)
	}
	return fmt.Errorf("base URL %q is not a valid address (use one such as %s)", text, exampleURL)
}

// vendorDomains are those in which the vendor serves tenants. The API is below
// api, and the user interface is not.
func vendorDomains() []string {
	return []string{"identitynow.com", "identitynow-demo.com", "sailpointfedramp.com", "sailpoint.com"}
}

// hostOf is the host as it is compared.
func hostOf(u *url.URL) string { return strings.TrimSuffix(strings.ToLower(u.Hostname()), ".") }

// isVendors reports whether a host is in one of the vendor's domains.
func isVendors(host string) bool {
	return slices.ContainsFunc(vendorDomains(), func(domain string) bool { return strings.HasSuffix("."+host, "."+domain) })
}

// checkHost refuses the address of a tenant's user interface.
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

// notOfProxy is a segment that looks like a version or a resource of an API, or
// stands for another path.
var notOfProxy = regexp.MustCompile(`(?i)^(v[0-9]+|beta|oauth|managed-clusters|\.\.?)$`)

// checkPath refuses a path that goes further than the address: what is left of
// it without its version is that of a proxy, and the vendor's hosts have none.
func checkPath(u *url.URL, base string) error {
	for segment := range strings.SplitSeq(base, "/") {
		if notOfProxy.MatchString(segment) || segment != "" && isVendors(hostOf(u)) {
			return fmt.Errorf("base URL has the path %q (use only the address; select the version with --api-version)", base)
		}
	}
	return nil
}
