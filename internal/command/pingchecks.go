package command

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/http"
	"slices"
	"strings"
	"time"

	"clusterctl/internal/api"
	"clusterctl/internal/remote"
	"clusterctl/internal/report"
)

// What a token needs to write: one of the scopes, and the authority.
const (
	scopeManage = "idn:remote-client:manage"
	scopeAll    = "sp:scopes:all"
	orgAdmin    = "ORG_ADMIN"
)

// maxClockDifference is how far the two clocks may differ. It allows for the precision and
// the travel time of the Date header.
const maxClockDifference = 10 * time.Second

// checks turns the results of a probe into checks.
type checks struct {
	probe      remote.Probe
	config     remote.Config
	wantTenant string // empty: any
	readOnly   bool
	now        time.Time
}

func (c checks) all() []report.Check {
	named := func(name string, check report.Check) report.Check { check.Name = name; return check }
	return []report.Check{
		named("address", c.address()),
		named("credentials", c.credentials()),
		named("tenant", c.tenant()),
		named("reading", c.reading()),
		named("writing", c.writing()),
		named("clock", c.clock()),
		named("rate limit", c.rateLimit()),
		named("API version", c.apiVersion()),
	}
}

func fine(format string, args ...any) report.Check {
	return report.Check{State: report.OK, Message: fmt.Sprintf(format, args...)}
}

func failed(message, remedy string) report.Check {
	return report.Check{State: report.Failed, Message: message, Remedy: remedy}
}

func notKnown(message string) report.Check {
	return report.Check{State: report.NotKnown, Message: message}
}

// notChecked is a check that an earlier failure made impossible.
func notChecked() report.Check { return notKnown("not checked") }

// isReached reports whether the tenant answered, even if it did not return its name.
func (c checks) isReached() bool {
	return (c.probe.TenantErr == nil || remote.IsNameless(c.probe.TenantErr)) && !c.isElsewhere()
}

// isElsewhere reports whether something answered that has no resource of the API, as with a wrong
// path in the base URL.
func (c checks) isElsewhere() bool {
	return api.IsNotFound(c.probe.TenantErr) && (api.IsNotFound(c.probe.TokenErr) || api.IsNotFound(c.probe.ReadErr))
}

// hasToken reports whether there was a token, so that the probe could read clusters.
func (c checks) hasToken() bool {
	return c.probe.TokenErr == nil && c.isReached()
}

func (c checks) address() report.Check {
	if c.isReached() {
		return fine("%s responds", c.config.Root)
	}
	if c.isElsewhere() {
		return failed(fmt.Sprintf("%s is not the API of a tenant: %v", c.config.Root, c.probe.TenantErr), c.rightURL())
	}
	return failed(c.probe.TenantErr.Error(), c.reachRemedy(c.probe.TenantErr))
}

// rightURL is the remedy for a wrong base URL.
func (c checks) rightURL() string {
	return fmt.Sprintf("check the base URL %s: the address of a tenant has the form https://TENANT.api.identitynow.com", c.config.Root)
}

// reachRemedy returns the remedy for an address that cannot be reached.
func (c checks) reachRemedy(err error) string {
	_, unknownName := errors.AsType[*net.DNSError](err)
	_, wrongName := errors.AsType[x509.HostnameError](err)
	_, noTLS := errors.AsType[tls.RecordHeaderError](err)
	certificate, isInvalid := errors.AsType[x509.CertificateInvalidError](err)
	unanswered, _ := errors.AsType[*api.Unanswered](err)
	status := api.StatusOf(err)
	switch {
	case unknownName, wrongName, noTLS, status/100 == 3:
		return c.rightURL()
	case status != 0:
		return "try again in a moment"
	case isUntrusted(err):
		return "use --ca-file to trust the issuer of the certificate"
	case isInvalid && certificate.Reason == x509.Expired:
		return "check this machine's clock"
	case unanswered != nil && unanswered.Sent:
		return c.rightURL() + "; or a proxy may have answered instead"
	default:
		return "check that the tenant is reachable from here: firewall, VPN, HTTPS_PROXY"
	}
}

func (c checks) credentials() report.Check {
	switch {
	case !c.isReached():
		return notChecked()
	case c.probe.TokenErr != nil:
		return failed(c.probe.TokenErr.Error(), c.tokenRemedy(c.probe.TokenErr))
	case c.tokenRefused():
		return failed(c.probe.ReadErr.Error(), "get a new access token: it may have expired or belong to another tenant")
	case c.config.Credentials.AccessToken != "":
		return fine("the access token is accepted")
	default:
		return fine("token granted to client ID %s", c.config.Credentials.ClientID)
	}
}

// tokenRefused reports whether reading clusters was refused. The request before that needs
// no token.
func (c checks) tokenRefused() bool {
	return api.StatusOf(c.probe.ReadErr) == http.StatusUnauthorized
}

func (c checks) tokenRemedy(err error) string {
	if api.StatusOf(err) == 0 {
		return c.reachRemedy(err)
	}
	return "check SAIL_CLIENT_ID, SAIL_CLIENT_SECRET and the base URL: they must belong to the same tenant"
}

func (c checks) tenant() report.Check {
	switch {
	case !c.isReached():
		return notChecked()
	case remote.IsNameless(c.probe.TenantErr):
		return c.unnamed("the tenant does not return its name: " + c.probe.TenantErr.Error())
	case c.probe.Tenant.Org == "" && c.probe.TokenErr != nil:
		return notChecked()
	case c.probe.Tenant.Org == "":
		return c.unnamed("the tenant does not return its name")
	case c.wantTenant != "" && c.wantTenant != c.probe.Tenant.Org:
		return failed(fmt.Sprintf("connected to tenant %q, but the files are for %q", c.probe.Tenant.Org, c.wantTenant),
			"use the base URL and credentials of the other tenant, or other files")
	case c.wantTenant != "":
		return fine("%s, as in the files", c.probe.Tenant.Org)
	default:
		return fine("%s", c.probe.Tenant.Org)
	}
}

// unnamed fails only if the files are for a tenant.
func (c checks) unnamed(why string) report.Check {
	if c.wantTenant == "" {
		return notKnown(why)
	}
	return failed(fmt.Sprintf("%s, but the files are for %q", why, c.wantTenant),
		"check the base URL, or remove tenant: from the files")
}

func (c checks) reading() report.Check {
	switch {
	case !c.hasToken(), c.tokenRefused():
		return notChecked()
	case c.probe.ReadErr != nil:
		return failed(withoutRemedy(c.probe.ReadErr), readRemedy(c.probe.ReadErr))
	case c.probe.Clusters < 0:
		return report.Check{State: report.Warning, Message: "clusters can be read, but the tenant does not return how many there are", Remedy: "for creates and deletes, check that the list is complete, then use --trust-listing"}
	default:
		return fine("%s can be read", report.Count(c.probe.Clusters, "cluster"))
	}
}

// withoutRemedy returns an error without its own remedy, which the one of the check replaces.
func withoutRemedy(err error) string {
	if refused, ok := errors.AsType[*api.Error](err); ok && refused.Remedy != "" {
		return strings.TrimSuffix(err.Error(), " ("+refused.Remedy+")")
	}
	return err.Error()
}

func readRemedy(err error) string {
	switch api.StatusOf(err) {
	case http.StatusForbidden:
		return "use a token with the scope idn:remote-client:read whose owner is an " + orgAdmin
	case http.StatusNotFound:
		return "choose another version with --api-version: this tenant may not have this one"
	default:
		return "try again in a moment"
	}
}

// writing judges by the token alone. It writes nothing.
func (c checks) writing() report.Check {
	rights := c.probe.Rights
	may := slices.Contains(rights.Scopes, scopeManage) || slices.Contains(rights.Scopes, scopeAll)
	switch {
	case c.readOnly:
		return notKnown("not checked (--read-only)")
	case !c.hasToken():
		return notChecked()
	case len(rights.Scopes) == 0:
		return notKnown("the token lists no scopes")
	case !may:
		return failed(fmt.Sprintf("the token has only %s; writing needs %s", scopesText(rights.Scopes), scopeManage),
			"add this scope for apply and undo; for plan and drift only, check with --read-only")
	case len(rights.Authorities) > 0 && !slices.Contains(rights.Authorities, orgAdmin):
		return notKnown("the token's scopes allow writing, but it does not list the authority " + orgAdmin)
	default:
		return fine("the token's scopes allow writing")
	}
}

// scopesText names the scopes of a token.
func scopesText(scopes []string) string {
	if len(scopes) == 1 {
		return "the scope " + scopes[0]
	}
	return "the scopes " + strings.Join(scopes, ", ")
}

func (c checks) clock() report.Check {
	if c.probe.Date.IsZero() {
		return notKnown("the tenant did not return the time")
	}
	ahead, direction := c.now.Sub(c.probe.Date).Round(time.Second), "ahead of"
	if ahead.Abs() <= maxClockDifference {
		return fine("matches the tenant's clock")
	}
	if ahead < 0 {
		direction = "behind"
	}
	return failed(fmt.Sprintf("%s %s the tenant's clock", ahead.Abs(), direction), "set this machine's clock: expirations depend on it")
}

func (c checks) rateLimit() report.Check {
	ours := fmt.Sprintf("limiting to %d requests per %s", c.config.Rate.Requests, spanText(c.config.Rate.Span))
	limit, left := header(c.probe.Header, "Limit"), header(c.probe.Header, "Remaining")
	switch {
	case !c.hasToken():
		return notChecked()
	case left == "0":
		return report.Check{State: report.Warning, Message: "no requests left of the tenant's " + limit, Remedy: "something else uses this client ID: create one for clusterctl alone"}
	case left != "":
		return fine("%s of the tenant's %s requests left; %s", left, limit, ours)
	default:
		return notKnown("not reported by the tenant; " + ours)
	}
}

// spanText returns a duration as in prose, such as 10 s.
func spanText(d time.Duration) string {
	if d < time.Minute && d%time.Second == 0 {
		return fmt.Sprintf("%d s", d/time.Second)
	}
	return d.String()
}

// header returns a header of the rate limit, under either of its names.
func header(h http.Header, what string) string {
	for _, name := range []string{"X-RateLimit-" + what, "RateLimit-" + what} {
		if value := h.Get(name); value != "" {
			return api.OneLine(value)
		}
	}
	return ""
}

func (c checks) apiVersion() report.Check {
	switch {
	case !c.hasToken() || c.probe.ReadErr != nil:
		return notChecked()
	case c.probe.Header.Get(api.DeprecatedHeader) == "true":
		return report.Check{State: report.Warning, Message: "deprecated by the tenant", Remedy: "choose another with --api-version, such as v1"}
	default:
		return fine("%s is not deprecated", c.config.Root)
	}
}
