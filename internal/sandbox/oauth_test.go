package sandbox

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"clusterctl/internal/api"
)

const formType = "application/x-www-form-urlencoded"

func TestGrantToken(t *testing.T) {
	t.Parallel()
	p := serve(t, Options{Org: "globex", TokenLifetime: 749 * time.Second})
	r := p.send(http.MethodPost, api.TokenPath, formType+"; charset=utf-8",
		"grant_type=client_credentials&client_id=me&client_secret=mine")
	p.want(r, http.StatusOK)
	got := decode[tokenBody](t, r)
	if got.TokenType != "bearer" || got.ExpiresIn != 749 || got.Org != "globex" || got.Pod == "" || got.TenantID == "" {
		t.Errorf("got %s", r.body)
	}
	if got.Scope != scopeAll || strings.Count(got.AccessToken, ".") != 2 {
		t.Errorf("got %s", r.body)
	}
}

func TestGrantTokenRefuses(t *testing.T) {
	t.Parallel()
	p := serve(t, Options{})
	tests := map[string]struct {
		contentType, body string
		status            int
		code              string
	}{
		"the refused client": {formType, "grant_type=client_credentials&client_id=refused&client_secret=s", 401, "invalid_client"},
		"no id":              {formType, "grant_type=client_credentials&client_secret=s", 401, "invalid_client"},
		"no secret":          {formType, "grant_type=client_credentials&client_id=me", 401, "invalid_client"},
		"another grant":      {formType, "grant_type=password&client_id=me&client_secret=s", 400, "unsupported_grant_type"},
		"no grant":           {formType, "client_id=me&client_secret=s", 400, "invalid_request"},
		"a malformed form":   {formType, "grant_type=%zz", 400, "invalid_request"},
		"a huge form":        {formType, "x=" + strings.Repeat("x", maxBody), 400, "invalid_request"},
		"JSON":               {api.ContentTypeJSON, `{"grant_type": "client_credentials"}`, 400, "invalid_request"},
		"no content type":    {"", "grant_type=client_credentials&client_id=me&client_secret=s", 400, "invalid_request"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := p.send(http.MethodPost, api.TokenPath, test.contentType, test.body)
			p.want(r, test.status)
			if got := decode[oauthErrorBody](t, r); got.Error != test.code || got.Description == "" {
				t.Errorf("got %s, want %s", r.body, test.code)
			}
		})
	}
}

func TestBasicCredentials(t *testing.T) {
	t.Parallel()
	p := serve(t, Options{})
	tests := map[string]struct {
		id, secret string
		status     int
	}{
		"any":         {"me", "a%2Fb", http.StatusOK},
		"refused":     {ClientRefused, "s", http.StatusUnauthorized},
		"no secret":   {"me", "", http.StatusUnauthorized},
		"not encoded": {"me", "100%", http.StatusUnauthorized},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, p.url+api.TokenPath,
				strings.NewReader(url.Values{"grant_type": {"client_credentials"}}.Encode()))
			if err != nil {
				t.Fatal(err)
			}
			request.Header.Set("Content-Type", formType)
			request.SetBasicAuth(test.id, test.secret)
			response, err := p.http.Do(request)
			if err != nil {
				t.Fatal(err)
			}
			if err := response.Body.Close(); err != nil {
				t.Error(err)
			}
			if response.StatusCode != test.status {
				t.Errorf("status %d, want %d", response.StatusCode, test.status)
			}
		})
	}
}

func TestShowInfo(t *testing.T) {
	t.Parallel()
	p := serve(t, Options{Org: "globex"})
	r := p.get(api.InfoPath)
	p.want(r, http.StatusOK)
	if got := decode[api.Info](t, r); got.TenantName != "globex" || got.Pod != pod {
		t.Errorf("got %s", r.body)
	}
	p.token = ""
	p.want(p.get(api.InfoPath), http.StatusUnauthorized)
}
