package remote_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"clusterctl/internal/api"
	"clusterctl/internal/remote"
)

// The name of a tenant is requested before the secret is sent, and without a token unless the
// tenant requires one.
func TestTenant(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		answer   http.HandlerFunc
		org, pod string
		status   int // of the error
		tokens   int
	}{
		"named":                {writing(200, `{"tenantName":"acme","pod":"se01"}`), "acme", "se01", 0, 0},
		"without a name":       {writing(200, `{"pod":"se01"}`), "", "se01", 0, 0},
		"a name of no text":    {writing(200, `{"tenantName":7,"pod":{}}`), "", "", 0, 0},
		"a name in any case":   {writing(200, `{"tenantName":"acme","TENANTNAME":"other","Pod":7}`), "acme", "", 0, 0},
		"no object":            {writing(200, `[]`), "", "", 0, 0},
		"nothing":              {writing(204, ``), "", "", 0, 0},
		"not found":            {writing(404, ``), "", "", 404, 0},
		"a bad request":        {writing(400, ``), "", "", 400, 0},
		"refused for all":      {writing(403, ``), "", "", 403, 1},
		"never authorized":     {writing(401, ``), "", "", 401, 2}, // one that is renewed
		"a token insisted on":  {insisting(401), "acme", "", 0, 1},
		"a failure of its own": {writing(500, ``), "", "", 500, 0},
		"a gateway":            {writing(502, `<title>Bad Gateway</title>`), "", "", 502, 0},
		"not implemented":      {writing(501, ``), "", "", 501, 0},
		"insisted by a 403":    {insisting(403), "acme", "", 0, 1},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newFake(t, tt.answer)
			tenant, err := newClient(t, config(t, f.URL)).Tenant(t.Context())
			if tenant.Org != tt.org || tenant.Pod != tt.pod || api.StatusOf(err) != tt.status || f.tokens != tt.tokens {
				t.Errorf("%+v, %v, %d tokens", tenant, err, f.tokens)
			}
			if tenant.BaseURL != f.URL+"/v3" || (tt.status != 0) != remote.IsNameless(err) {
				t.Errorf("at %s, nameless %t", tenant.BaseURL, remote.IsNameless(err))
			}
		})
	}
}

func insisting(status int) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if !strings.HasPrefix(r.Header.Get("Authorization"), "Bearer ") {
			w.WriteHeader(status)
			return
		}
		fmt.Fprint(w, `{"tenantName":"acme"}`)
	}
}

// A response that is not from the API, or a rate limit, is an error.
func TestATenantThatIsNotReached(t *testing.T) {
	t.Parallel()
	for name, answer := range map[string]http.HandlerFunc{
		"a page": writing(200, `<title>Sign in</title>`), "too many requests": writing(429, ``), "a redirect": writing(302, ``), "a timeout": writing(408, ``),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newFake(t, answer)
			if _, err := newClient(t, config(t, f.URL)).Tenant(t.Context()); err == nil || remote.IsNameless(err) || f.tokens != 0 {
				t.Errorf("err = %v, %d tokens", err, f.tokens)
			}
		})
	}
}
