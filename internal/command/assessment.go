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

// The scopes of which either lets a token write.
const (
	scopeManage = "idn:remote-client:manage"
	scopeAll    = "sp:scopes:all"
	orgAdmin    = "ORG_ADMIN"
)

// maxClockDifference is how far apart two clocks may be before log windows end
// at a time that nobody meant. A date has no parts of a second, and travels.
const maxClockDifference = 10 * time.Second

// assessment says of what a probe found what is fine and what is not.
type assessment struct {
	probe      remote.Probe
	config     remote.Config
	wantTenant string // empty: any
	readOnly   bool
	now        time.Time
}

func (a assessment) checks() []report.Check {
	named := func(name string, c report.Check) report.Check { c.Name = name; return c }
	return []report.Check{
		named("address", a.address()),
		named("credentials", a.credentials()),
		named("tenant", a.tenant()),
		named("reading", a.reading()),
		named("writing", a.writing()),
		named("clock", a.clock()),
		named("rate limit", a.rateLimit()),
		named("API version", a.apiVersion()),
	}
}

func fine(format string, args ...any) report.Check {
	return report.Check{Verdict: report.OK, Message: fmt.Sprintf(format, args...)}
}

func failed(message, remedy string) report.Check {
	return report.Check{Verdict: report.Failed, Message: message, Remedy: remedy}
}

func notKnown(message string) report.Check {
	return report.Check{Verdict: report.NotKnown, Message: message}
}

// notChecked is what could not be asked, since something before it failed.
func notChecked() report.Check { return notKnown("not checked") }

// isReached reports whether the tenant answered, if only to refuse its name.
func (a assessment) isReached() bool {
	return a.probe.TenantErr == nil || remote.IsNameless(a.probe.TenantErr)
}

// hasToken reports whether clusters were asked for, which takes a token.
func (a assessment) hasToken() bool {
	return a.probe.TokenErr == nil && a.isReached()
}

func (a assessment) address() report.Check {
	if a.isReached() {
		return fine("%s answers", a.config.Root)
	}
	return failed(a.probe.TenantErr.Error(), reachRemedy(a.probe.TenantErr))
}

// reachRemedy says what to look at where there was no answer.
func reachRemedy(err error) string {
	const rightURL = "is the base URL right? It is like https://acme.api.identitynow.com"
	_, unknownName := errors.AsType[*net.DNSError](err)
	_, wrongName := errors.AsType[x509.HostnameError](err)
	_, noTLS := errors.AsType[tls.RecordHeaderError](err)
	certificate, isInvalid := errors.AsType[x509.CertificateInvalidError](err)
	unanswered, _ := errors.AsType[*api.Unanswered](err)
	status := api.StatusOf(err)
	switch {
	case unknownName, wrongName, noTLS, status/100 == 3:
		return rightURL
	case status != 0:
		return "try again in a moment"
	case isUntrusted(err):
		return "give the certificate of whoever signed it with --ca-file"
	case isInvalid && certificate.Reason == x509.Expired:
		return "is this machine's clock right?"
	case unanswered != nil && unanswered.Sent:
		return rightURL + ", and a proxy may have answered in its place"
	default:
		return "is the tenant reachable from here: firewall, VPN, HTTPS_PROXY?"
	}
}

func (a assessment) credentials() report.Check {
	isToken := a.config.Credentials.AccessToken != ""
	switch {
	case a.probe.TokenErr != nil:
		return failed(a.probe.TokenErr.Error(), tokenRemedy(a.probe.TokenErr))
	case !a.hasToken():
		return notChecked()
	case a.tokenRefused():
		return failed(a.probe.ReadErr.Error(), "the access token may have expired, or be another tenant's: get a new one")
	case isToken:
		return fine("the access token is taken")
	default:
		return fine("a token was granted to client id %s", a.config.Credentials.ClientID)
	}
}

// tokenRefused reports whether reading was the first request to check the
// token: the tenant's name is public.
func (a assessment) tokenRefused() bool {
	return api.StatusOf(a.probe.ReadErr) == http.StatusUnauthorized
}

func tokenRemedy(err error) string {
	if api.StatusOf(err) == 0 {
		return reachRemedy(err)
	}
	return "check SAIL_CLIENT_ID, SAIL_CLIENT_SECRET and the base URL: they must be of one tenant"
}

func (a assessment) tenant() report.Check {
	switch {
	case remote.IsNameless(a.probe.TenantErr):
		return a.unnamed("the tenant does not return its name: " + a.probe.TenantErr.Error())
	case a.probe.TenantErr != nil, a.probe.Tenant.Org == "" && a.probe.TokenErr != nil:
		return notChecked()
	case a.probe.Tenant.Org == "":
		return a.unnamed("the tenant does not return its name")
	case a.wantTenant != "" && a.wantTenant != a.probe.Tenant.Org:
		return failed(fmt.Sprintf("it is %q, but the files are for %q", a.probe.Tenant.Org, a.wantTenant),
			"take the address and the credentials of the other tenant, or other files")
	case a.wantTenant != "":
		return fine("%s, as the files say", a.probe.Tenant.Org)
	default:
		return fine("%s", a.probe.Tenant.Org)
	}
}

// unnamed matters only where the files are for one tenant.
func (a assessment) unnamed(why string) report.Check {
	if a.wantTenant == "" {
		return notKnown(why)
	}
	return failed(fmt.Sprintf("%s, but the files are for %q", why, a.wantTenant),
		"check the base URL, or take tenant: out of the files")
}

func (a assessment) reading() report.Check {
	switch {
	case !a.hasToken(), a.tokenRefused():
		return notChecked()
	case a.probe.ReadErr != nil:
		return failed(a.probe.ReadErr.Error(), readRemedy(a.probe.ReadErr))
	case a.probe.Clusters < 0:
		return fine("clusters can be read")
	default:
		return fine("%s can be read", report.Count(a.probe.Clusters, "cluster"))
	}
}

func readRemedy(err error) string {
	switch api.StatusOf(err) {
	case http.StatusForbidden:
		return "the token needs the scope idn:remote-client:read, for an " + orgAdmin
	case http.StatusNotFound:
		return "does this tenant have that version of the API? Choose another with --api-version"
	default:
		return "try again in a moment"
	}
}

// writing is told from what the token says, since nothing is written to find
// out.
func (a assessment) writing() report.Check {
	rights := a.probe.Rights
	may := slices.Contains(rights.Scopes, scopeManage) || slices.Contains(rights.Scopes, scopeAll)
	switch {
	case a.readOnly:
		return notKnown("not asked for")
	case !a.hasToken():
		return notChecked()
	case len(rights.Scopes) == 0:
		return notKnown("the token does not tell")
	case !may:
		return failed("the token's scopes are for something else: "+strings.Join(rights.Scopes, " "),
			"apply and undo need "+scopeManage+"; for plan and drift alone, check with --read-only")
	case len(rights.Authorities) > 0 && !slices.Contains(rights.Authorities, orgAdmin):
		return notKnown("the token's scopes allow it, but nothing says that its owner is an " + orgAdmin)
	default:
		return fine("the token's scopes allow it")
	}
}

func (a assessment) clock() report.Check {
	if a.probe.Date.IsZero() {
		return notKnown("the tenant has not told the time")
	}
	ahead := a.now.Sub(a.probe.Date).Round(time.Second)
	switch {
	case ahead.Abs() <= maxClockDifference:
		return fine("it agrees with the tenant's")
	case ahead > 0:
		return failed(fmt.Sprintf("it is %s ahead of the tenant's", ahead), "set it: log windows are planned by it")
	default:
		return failed(fmt.Sprintf("it is %s behind the tenant's", -ahead), "set it: log windows are planned by it")
	}
}

func (a assessment) rateLimit() report.Check {
	ours := fmt.Sprintf("%d requests in %s are kept to", a.config.Rate.Requests, a.config.Rate.Span)
	limit, left := header(a.probe.Header, "Limit"), header(a.probe.Header, "Remaining")
	switch {
	case !a.hasToken():
		return notChecked()
	case left == "0":
		return report.Check{Verdict: report.Warning, Message: "none is left of the tenant's " + limit, Remedy: "somebody else uses the same client id: give this program one of its own"}
	case left != "":
		return fine("%s are left of the tenant's %s; %s", left, limit, ours)
	default:
		return notKnown("the tenant does not tell; " + ours)
	}
}

// header reads one of the headers that tell a rate limit, under either of the
// names that are in use.
func header(h http.Header, what string) string {
	for _, name := range []string{"X-RateLimit-" + what, "RateLimit-" + what} {
		if value := h.Get(name); value != "" {
			return api.OneLine(value)
		}
	}
	return ""
}

func (a assessment) apiVersion() report.Check {
	switch {
	case !a.hasToken() || a.probe.ReadErr != nil:
		return notChecked()
	case a.probe.Header.Get(api.DeprecatedHeader) == "true":
		return report.Check{Verdict: report.Warning, Message: "the tenant calls it deprecated", Remedy: "choose another with --api-version, such as v1"}
	default:
		return fine("%s is not deprecated", a.config.Root)
	}
}
