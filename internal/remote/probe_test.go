package remote_test

import (
	"encoding/base64"
	"fmt"
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"

	"clusterctl/internal/api"
	"clusterctl/internal/remote"
	"clusterctl/internal/sandbox"
)

func TestProbe(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		clientID          string
		token, reading    int // status of the failure; 0: none
		clusters          int
		scopes            []string
		requestsOfTheAPIs int
	}{
		"all is well":  {"me", 0, 0, 12, []string{"sp:scopes:all"}, 1},
		"may not read": {sandbox.ClientNoRights, 0, 403, -1, []string{"sp:scopes:default"}, 1},
		"read only":    {sandbox.ClientReadOnly, 0, 0, 12, []string{"idn:remote-client:read"}, 1},
		"no token":     {sandbox.ClientRefused, 401, 0, -1, nil, 0},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tenant, server := serveSandbox(t, sandbox.Options{Seed: 12})
			c := config(t, server.URL)
			c.Credentials.ClientID = tt.clientID
			c.ReadOnly = true
			p := newClient(t, c).Probe(t.Context())
			if p.TenantErr != nil || api.StatusOf(p.TokenErr) != tt.token || api.StatusOf(p.ReadErr) != tt.reading || p.Clusters != tt.clusters {
				t.Errorf("tenant: %v, token: %v, reading: %v, %d clusters", p.TenantErr, p.TokenErr, p.ReadErr, p.Clusters)
			}
			if diff := cmp.Diff(tt.scopes, p.Rights.Scopes); diff != "" {
				t.Errorf("scopes (-want +got):\n%s", diff)
			}
			if p.Date.IsZero() && tt.token == 0 {
				t.Error("no date")
			}
			if tenant.Requests() != tt.requestsOfTheAPIs {
				t.Errorf("%d requests, want %d", tenant.Requests(), tt.requestsOfTheAPIs)
			}
		})
	}
}

// The claims of a token are untrusted: any value is read or ignored.
func TestRightsOfATokenOfAnyForm(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		token string
		want  remote.Rights
	}{
		"opaque":           {"0123456789abcdef", remote.Rights{}},
		"not base64":       {"a.!.c", remote.Rights{}},
		"half base64":      {"a." + encoded(`{"scope":"abc"}`) + "!.c", remote.Rights{}},
		"two parts":        {"a." + encoded(`{"scope":"abc"}`), remote.Rights{}},
		"four parts":       {"a." + encoded(`{"scope":"abc"}`) + ".c.d", remote.Rights{}},
		"not JSON":         {"a." + encoded("{") + ".c", remote.Rights{}},
		"says nothing":     {"a." + encoded("{}") + ".c", remote.Rights{}},
		"null":             {"a." + encoded(`{"scope":null}`) + ".c", remote.Rights{}},
		"lists":            {"a." + encoded(`{"scope":["a","b"],"authorities":["ORG_ADMIN"]}`) + ".c", remote.Rights{Scopes: []string{"a", "b"}, Authorities: []string{"ORG_ADMIN"}}},
		"one text":         {"a." + encoded(`{"scope":"a b"}`) + ".c", remote.Rights{Scopes: []string{"a", "b"}}},
		"neither":          {"a." + encoded(`{"scope":{"a":1}}`) + ".c", remote.Rights{}},
		"control sequence": {"a." + encoded(`{"scope":["a\u001b[31m\n"]}`) + ".c", remote.Rights{Scopes: []string{"a[31m"}}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := newFake(t, func(w http.ResponseWriter, r *http.Request) {
				if r.URL.Path == api.InfoPath {
					fmt.Fprint(w, `{"tenantName":"acme"}`)
					return
				}
				fmt.Fprint(w, "[]")
			})
			c := config(t, server.URL)
			c.Credentials = remote.Credentials{AccessToken: remote.Secret(tt.token)}
			p := newClient(t, c).Probe(t.Context())
			if diff := cmp.Diff(tt.want, p.Rights); diff != "" || p.Clusters != -1 || p.ReadErr != nil {
				t.Errorf("%d clusters, %v (-want +got):\n%s", p.Clusters, p.ReadErr, diff)
			}
		})
	}
}

// The header and the date are from the last success, never from a failure.
func TestProbeLearnsFromSuccesses(t *testing.T) {
	t.Parallel()
	const early, late = "Sun, 29 Mar 2026 12:00:00 GMT", "Sun, 29 Mar 2026 12:00:01 GMT"
	for name, tt := range map[string]struct {
		info, list int // statuses
		listDate   string
		want, from string
	}{
		"both":                {200, 200, late, late, "list"},
		"a date of the first": {200, 200, "today", early, "list"},
		"not the listing":     {200, 403, late, early, "info"},
		"not the name":        {404, 200, late, late, "list"},
		"neither":             {404, 403, late, "", ""},
	} {
		_, conf := offline(t, func(w http.ResponseWriter, r *http.Request) {
			isInfo := r.URL.Path == api.InfoPath
			w.Header().Set("X-From", map[bool]string{true: "info", false: "list"}[isInfo])
			w.Header().Set("Date", map[bool]string{true: early, false: tt.listDate}[isInfo])
			w.WriteHeader(map[bool]int{true: tt.info, false: tt.list}[isInfo])
			fmt.Fprint(w, "[]")
		})
		p := newClient(t, conf).Probe(t.Context())
		got := ""
		if !p.Date.IsZero() {
			got = p.Date.Format(http.TimeFormat)
		}
		if got != tt.want || p.Header.Get("X-From") != tt.from {
			t.Errorf("%s: %q from %q", name, got, p.Header.Get("X-From"))
		}
	}
}

func encoded(payload string) string { return base64.RawURLEncoding.EncodeToString([]byte(payload)) }
