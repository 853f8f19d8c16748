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

func TestEveryRootServesTheSame(t *testing.T) {
	t.Parallel()
	p := serve(t, Options{Seed: 4})
	want := p.get("/v3/managed-clusters").body
	for root, deprecated := range map[string]string{
		"/v3/managed-clusters": "", "/beta/managed-clusters": "true", "/v2024/managed-clusters": "true",
		"/v2025/managed-clusters": "", "/v2026/managed-clusters": "", "/managed-clusters/v1": "",
	} {
		r := p.get(root)
		if r.status != http.StatusOK || r.body != want {
			t.Errorf("%s: %d %s", root, r.status, r.body)
		}
		if got := r.header.Get(api.DeprecatedHeader); got != deprecated {
			t.Errorf("%s: %s is %q, want %q", root, api.DeprecatedHeader, got, deprecated)
		}
	}
}
