package sandbox

import (
	"net/http"
	"net/url"
	"testing"

	"clusterctl/internal/api"
)

func TestParseRoute(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		want  route
		known bool
	}{
		"/oauth/token":                         {route{endpoint: tokenEndpoint}, true},
		"/oauth/info":                          {route{endpoint: infoEndpoint}, true},
		"/v3/managed-clusters":                 {route{clustersEndpoint, "v3", ""}, true},
		"/beta/managed-clusters/x":             {route{clusterEndpoint, "beta", "x"}, true},
		"/v2024/managed-clusters/x/log-config": {route{logConfigEndpoint, "v2024", "x"}, true},
		"/v2025/managed-clusters/a%2Fb%20c":    {route{clusterEndpoint, "v2025", "a/b c"}, true},
		"/v2026/managed-clusters":              {route{clustersEndpoint, "v2026", ""}, true},
		"/managed-clusters/v1":                 {route{clustersEndpoint, "v1", ""}, true},
		"/managed-clusters/v1/x/log-config":    {route{logConfigEndpoint, "v1", "x"}, true},
		"/":                                    {},
		"/v3":                                  {},
		"/v3/":                                 {},
		"/v4/managed-clusters":                 {},
		"/v1/managed-clusters":                 {},
		"/managed-clusters":                    {},
		"/managed-clusters/x":                  {},
		"/v3/managed-clusters/":                {},
		"/v3/managed-clusters/x/":              {},
		"/v3/managed-clusters/x/logs":          {},
		"/v3/managed-clusters/x/log-config/y":  {},
		"/v3/oauth/token":                      {},
	}
	for path, test := range tests {
		t.Run(path, func(t *testing.T) {
			t.Parallel()
			u, err := url.Parse(path)
			if err != nil {
				t.Fatal(err)
			}
			if got, known := parseRoute(u); got != test.want || known != test.known {
				t.Errorf("got %+v, %v, want %+v, %v", got, known, test.want, test.known)
			}
		})
	}
}

// roots are the paths of the collection in every version that is served, and
// whether the version is deprecated.
func roots() map[string]bool {
	return map[string]bool{
		"/v3/managed-clusters": false, "/beta/managed-clusters": true, "/v2024/managed-clusters": true,
		"/v2025/managed-clusters": false, "/v2026/managed-clusters": false, "/managed-clusters/v1": false,
	}
}

func TestEveryRootServesEveryEndpoint(t *testing.T) {
	t.Parallel()
	for root, deprecated := range roots() {
		t.Run(root, func(t *testing.T) {
			t.Parallel()
			p := serve(t, Options{})
			send := func(method, path, contentType, body string, status int) reply {
				t.Helper()
				r := p.send(method, root+path, contentType, body)
				p.want(r, status)
				if got := r.header.Get(api.DeprecatedHeader); (got == "true") != deprecated {
					t.Errorf("%s %s: %s is %q", method, path, api.DeprecatedHeader, got)
				}
				return r
			}
			id := decode[served](t, send(http.MethodPost, "", api.ContentTypeJSON, `{"name": "a"}`, http.StatusOK)).ID
			if rows := decode[[]served](t, send(http.MethodGet, "", "", "", http.StatusOK)); len(rows) != 1 || rows[0].ID != id {
				t.Errorf("listed: %+v", rows)
			}
			one, log := "/"+id, "/"+id+"/log-config"
			send(http.MethodPatch, one, api.ContentTypePatch, `[{"op": "replace", "path": "/name", "value": "b"}]`, http.StatusOK)
			if got := decode[served](t, send(http.MethodGet, one, "", "", http.StatusOK)).Name; got != "b" {
				t.Errorf("name %q", got)
			}
			send(http.MethodGet, log, "", "", http.StatusNoContent)
			send(http.MethodPut, log, api.ContentTypeJSON, `{"rootLevel": "WARN"}`, http.StatusOK)
			send(http.MethodGet, log, "", "", http.StatusOK)
			send(http.MethodDelete, one, "", "", http.StatusNoContent)
			send(http.MethodGet, one, "", "", http.StatusNotFound)
		})
	}
}
