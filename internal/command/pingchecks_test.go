package command

import (
	"crypto/x509"
	"errors"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"clusterctl/internal/api"
	"clusterctl/internal/cluster"
	"clusterctl/internal/remote"
	"clusterctl/internal/report"
)

// healthy returns checks of a probe that found nothing wrong.
func healthy() checks {
	now := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	return checks{
		probe: remote.Probe{
			Tenant:   cluster.Tenant{Org: "acme"},
			Clusters: 12,
			Rights:   remote.Rights{Scopes: []string{scopeManage}},
			Date:     now,
			Header:   http.Header{"X-Ratelimit-Limit": {"100"}, "X-Ratelimit-Remaining": {"97"}},
		},
		config: remote.Config{Credentials: remote.Credentials{ClientID: "me"}, Rate: api.Rate{Requests: 100, Span: 10 * time.Second}},
		now:    now,
	}
}

// notAtThisPath answers each request with 404, as a server does for a base URL with a wrong path.
func notAtThisPath(c *checks) {
	c.probe.Tenant = cluster.Tenant{}
	c.probe.TenantErr = &api.Error{Path: api.InfoPath, Status: 404}
	c.probe.TokenErr = &api.Error{Path: api.TokenPath, Status: 404}
}

func TestChecks(t *testing.T) {
	t.Parallel()
	unanswered := func(sent bool, err error) error {
		return &api.Unanswered{Method: "POST", Path: api.TokenPath, Sent: sent, Err: err}
	}
	tests := map[string]struct {
		spoil func(*checks)
		check string
		want  report.CheckState
		says  string // a part of message and remedy
	}{
		"answers": {func(*checks) {}, "address", report.OK, "responds"},
		"no such name": {func(a *checks) {
			a.probe.TenantErr = unanswered(false, &net.DNSError{Err: "no such host", Name: "x"})
		}, "address", report.Failed, "check the base URL"},
		"nobody there":      {func(a *checks) { a.probe.TenantErr = unanswered(false, errors.New("connection refused")) }, "address", report.Failed, "HTTPS_PROXY"},
		"unknown authority": {func(a *checks) { a.probe.TenantErr = unanswered(false, x509.UnknownAuthorityError{}) }, "address", report.Failed, "--ca-file"},
		"expired certificate": {func(a *checks) {
			a.probe.TenantErr = unanswered(false, x509.CertificateInvalidError{Reason: x509.Expired})
		}, "address", report.Failed, "clock"},
		"a portal's page": {func(a *checks) {
			a.probe.TenantErr = unanswered(true, errors.New("status 200, but the response is not JSON: Sign in"))
		}, "address", report.Failed, "proxy may have answered"},
		"not checked, then":      {func(a *checks) { a.probe.TenantErr = unanswered(false, errors.New("x")) }, "credentials", report.NotKnown, "not checked"},
		"granted":                {func(*checks) {}, "credentials", report.OK, "client ID me"},
		"a token is there":       {func(a *checks) { a.config.Credentials.AccessToken = "t" }, "credentials", report.OK, "access token is accepted"},
		"no token":               {func(a *checks) { a.probe.TokenErr = &api.Error{Path: api.TokenPath, Status: 401} }, "credentials", report.Failed, "SAIL_CLIENT_ID"},
		"no response to a token": {func(a *checks) { a.probe.TokenErr = unanswered(false, errors.New("connection refused")) }, "credentials", report.Failed, "HTTPS_PROXY"},
		"no token, not read":     {func(a *checks) { a.probe.TokenErr = &api.Error{Path: api.TokenPath, Status: 401} }, "reading", report.NotKnown, "not checked"},
		"refused for reading":    {func(a *checks) { a.probe.ReadErr = &api.Error{Path: api.ClustersPath, Status: 401} }, "credentials", report.Failed, "may have expired"},
		"refused, so not read":   {func(a *checks) { a.probe.ReadErr = &api.Error{Path: api.ClustersPath, Status: 401} }, "reading", report.NotKnown, "not checked"},
		"no name":                {func(a *checks) { a.probe.Tenant.Org = "" }, "tenant", report.NotKnown, "does not return its name"},
		"a name refused":         {func(a *checks) { a.probe.TenantErr = &api.Error{Path: api.InfoPath, Status: 404} }, "tenant", report.NotKnown, "404 Not Found"},
		"a name refused, read":   {func(a *checks) { a.probe.TenantErr = &api.Error{Path: api.InfoPath, Status: 403} }, "reading", report.OK, "12 clusters"},
		"a name that fails":      {func(a *checks) { a.probe.TenantErr = &api.Error{Path: api.InfoPath, Status: 500} }, "tenant", report.NotKnown, "500 Internal"},
		"a failing name, read":   {func(a *checks) { a.probe.TenantErr = &api.Error{Path: api.InfoPath, Status: 502} }, "reading", report.OK, "12 clusters"},
		"a redirect":             {func(a *checks) { a.probe.TenantErr = &api.Error{Path: api.InfoPath, Status: 302} }, "address", report.Failed, "check the base URL"},
		"a redirect, not read":   {func(a *checks) { a.probe.TenantErr = &api.Error{Path: api.InfoPath, Status: 302} }, "reading", report.NotKnown, "not checked"},
		"too many requests":      {func(a *checks) { a.probe.TenantErr = &api.Error{Path: api.InfoPath, Status: 429} }, "address", report.Failed, "try again"},
		"a failing name needed": {func(a *checks) {
			a.probe.TenantErr, a.wantTenant = &api.Error{Path: api.InfoPath, Status: 500}, "acme"
		}, "tenant", report.Failed, `the files are for "acme"`},
		"a name to be sure of": {func(a *checks) {
			a.probe.TenantErr, a.wantTenant = &api.Error{Path: api.InfoPath, Status: 403}, "acme"
		}, "tenant", report.Failed, `the files are for "acme"`},
		"nameless to be sure":   {func(a *checks) { a.probe.Tenant.Org, a.wantTenant = "", "acme" }, "tenant", report.Failed, `the files are for "acme"`},
		"another tenant":        {func(a *checks) { a.wantTenant = "beta" }, "tenant", report.Failed, `connected to tenant "acme", but the files are for "beta"`},
		"the tenant":            {func(a *checks) { a.wantTenant = "acme" }, "tenant", report.OK, "acme, as in the files"},
		"can be read":           {func(*checks) {}, "reading", report.OK, "12 clusters"},
		"uncounted":             {func(a *checks) { a.probe.Clusters = -1 }, "reading", report.Warning, "--trust-listing"},
		"a wrong path":          {notAtThisPath, "address", report.Failed, "is not the API of a tenant"},
		"a wrong path, then":    {notAtThisPath, "credentials", report.NotKnown, "not checked"},
		"a wrong path, unnamed": {notAtThisPath, "tenant", report.NotKnown, "not checked"},
		"may not read, and what to do": {func(a *checks) {
			a.probe.ReadErr = &api.Error{Method: "GET", Path: "/x", Status: 403, Remedy: "something else"}
		}, "reading", report.Failed, "GET /x: 403 Forbidden use a token"},
		"may not read":         {func(a *checks) { a.probe.ReadErr = &api.Error{Status: 403} }, "reading", report.Failed, "idn:remote-client:read"},
		"no such version":      {func(a *checks) { a.probe.ReadErr = &api.Error{Status: 404} }, "reading", report.Failed, "--api-version"},
		"out of order":         {func(a *checks) { a.probe.ReadErr = &api.Error{Status: 503} }, "reading", report.Failed, "try again"},
		"may write":            {func(*checks) {}, "writing", report.OK, "allow writing"},
		"may not write":        {func(a *checks) { a.probe.Rights.Scopes = []string{"idn:remote-client:read"} }, "writing", report.Failed, "the token has only the scope idn:remote-client:read; writing needs idn:remote-client:manage"},
		"need not write":       {func(a *checks) { a.readOnly, a.probe.Rights.Scopes = true, nil }, "writing", report.NotKnown, "--read-only"},
		"who knows":            {func(a *checks) { a.probe.Rights = remote.Rights{} }, "writing", report.NotKnown, "lists no scopes"},
		"no administrator":     {func(a *checks) { a.probe.Rights.Authorities = []string{"CERT_ADMIN"} }, "writing", report.NotKnown, "ORG_ADMIN"},
		"an administrator":     {func(a *checks) { a.probe.Rights.Authorities = []string{"ORG_ADMIN"} }, "writing", report.OK, "allow writing"},
		"the clock":            {func(*checks) {}, "clock", report.OK, "matches"},
		"a clock ahead":        {func(a *checks) { a.now = a.now.Add(time.Hour) }, "clock", report.Failed, "1h0m0s ahead"},
		"a clock behind":       {func(a *checks) { a.now = a.now.Add(-11 * time.Second) }, "clock", report.Failed, "11s behind"},
		"no clock":             {func(a *checks) { a.probe.Date = time.Time{} }, "clock", report.NotKnown, "did not return the time"},
		"a limit":              {func(*checks) {}, "rate limit", report.OK, "97 of the tenant's 100 requests left; limiting to 100 requests per 10 s"},
		"a limit used up":      {func(a *checks) { a.probe.Header.Set("X-RateLimit-Remaining", "0") }, "rate limit", report.Warning, "client ID"},
		"no limit reported":    {func(a *checks) { a.probe.Header = nil }, "rate limit", report.NotKnown, "not reported by the tenant; limiting to 100 requests per 10 s"},
		"a version":            {func(*checks) {}, "API version", report.OK, "not deprecated"},
		"a deprecated version": {func(a *checks) { a.probe.Header.Set("X-Deprecated", "true") }, "API version", report.Warning, "--api-version"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := healthy()
			tt.spoil(&a)
			for _, c := range a.all() {
				if c.Name != tt.check {
					continue
				}
				if c.State != tt.want || !strings.Contains(c.Message+" "+c.Remedy, tt.says) {
					t.Errorf("%s: %s (%s), want %s: …%s…", c.State, c.Message, c.Remedy, tt.want, tt.says)
				}
				if c.State == report.Failed && c.Remedy == "" {
					t.Error("a failed check without a remedy")
				}
			}
		})
	}
}
