package api_test

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"clusterctl/internal/api"
)

func TestRoot(t *testing.T) {
	t.Parallel()
	const host = "https://acme.api.identitynow.com"
	tests := map[string]struct {
		base     string
		explicit api.Version
		root     string
		cluster  string
		token    string
	}{
		"no version":               {host, "", host + "/v3", host + "/v3/managed-clusters/1", host + "/oauth/token"},
		"a slash":                  {host + "/", "", host + "/v3", host + "/v3/managed-clusters/1", host + "/oauth/token"},
		"a version":                {host + "/v2025/", "", host + "/v2025", host + "/v2025/managed-clusters/1", host + "/oauth/token"},
		"another is asked for":     {host + "/v3", "v2026", host + "/v2026", host + "/v2026/managed-clusters/1", host + "/oauth/token"},
		"the present form":         {host, "v1", host + "/managed-clusters/v1", host + "/managed-clusters/v1/1", host + "/oauth/token"},
		"the present form, in URL": {host + "/managed-clusters/v1", "", host + "/managed-clusters/v1", host + "/managed-clusters/v1/1", host + "/oauth/token"},
		"a port and a path":        {"http://127.0.0.1:8980/proxy/v3", "", "http://127.0.0.1:8980/proxy/v3", "http://127.0.0.1:8980/proxy/v3/managed-clusters/1", "http://127.0.0.1:8980/proxy/oauth/token"},
		"a proxy that is like one": {"https://proxy.example/identitynow.com", "", "https://proxy.example/identitynow.com/v3", "https://proxy.example/identitynow.com/v3/managed-clusters/1", "https://proxy.example/identitynow.com/oauth/token"},
		"another domain's tenant":  {"https://acme.api.cloud.sailpoint.com", "", "https://acme.api.cloud.sailpoint.com/v3", "https://acme.api.cloud.sailpoint.com/v3/managed-clusters/1", "https://acme.api.cloud.sailpoint.com/oauth/token"},
		"a like-named domain":      {"https://notidentitynow.com", "", "https://notidentitynow.com/v3", "https://notidentitynow.com/v3/managed-clusters/1", "https://notidentitynow.com/oauth/token"},
		"spaces around":            {" " + host + " ", "", host + "/v3", host + "/v3/managed-clusters/1", host + "/oauth/token"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			root, err := api.ParseRoot(tt.base, tt.explicit)
			if err != nil {
				t.Fatal(err)
			}
			if got := [3]string{root.String(), root.URL(api.ClusterPath("1")), root.TokenURL()}; got != [3]string{tt.root, tt.cluster, tt.token} {
				t.Errorf("got %v", got)
			}
			if list := root.URL(api.ClustersPath + "?limit=1"); list != strings.TrimSuffix(tt.cluster, "/1")+"?limit=1" {
				t.Errorf("listing at %s", list)
			}
		})
	}
}

func TestRootRefuses(t *testing.T) {
	t.Parallel()
	for _, base := range []string{
		"", "acme", "acme.api.identitynow.com", "ftp://acme", "https://", "https:acme", "://", "https://a b",
		"https://user:hunter2@acme.example", "https://acme.example?x=1", "https://acme.example#x",
		"https://user:hunter2@acme.example:port", "user:hunter2@acme.example", "https://acme.example/user:hunter2@x", "acme.example?token=hunter2",
		"https://acme.example?token=hunter2", "https://acme.example#hunter2", "https://acme.example/v3?hunter2", "https://acme.example/;token=hunter2",
		"https://user%3Ahunter2%40acme.example", "https://acme.example/%68unter2%", `"https://acme.example?token=hunter2"`, "https://acme.example?token=hunter2\x7f",
		"https://acme.example/beta", "https://acme.example/v3/managed-clusters", "https://acme.example/managed-clusters", "https://acme.example/v1",
		"https://acme.example/V3", "https://acme.example/oauth/token", "https://acme.example/v3/v3", "https://acme.example/beta/v3",
		"https://acme.identitynow.com", "https://ACME.IdentityNow.com.", "https://identitynow.com", "https://acme.identitynow-demo.com",
		"https://acme.saas.sailpointfedramp.com", "https://acme.cloud.sailpoint.com", "https://developer.sailpoint.com",
		"https://.api.identitynow.com", "https://acme..api.identitynow.com", "https://api.identitynow.com", "https://api.saas.sailpointfedramp.com", "https://<tenant>.api.identitynow.com",
		"https://acme.example,https://other.example", "https://https://acme.example", "https://acme.example:0", "https://acme.example:99999", "https://:443", "https://[::1", "https://.",
		"https://acme.example/../x", "https://acme.example/x/./v3", "https://acme.api.identitynow.com/ui/a/admin", "https://acme.api.identitynow.com/x/v3",
		`"https://acme.example"`, `'https://acme.example'`, "acme.example:8443", "127.0.0.1:8443", "localhost:8080",
	} {
		_, err := api.ParseRoot(base, "")
		if err == nil {
			t.Errorf("%q was taken", base)
			continue
		}
		if strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%q: the error shows the password: %v", base, err)
		}
	}
}

// The error of a wrong base URL says what to use instead.
func TestRootSaysWhatToWrite(t *testing.T) {
	t.Parallel()
	for base, want := range map[string]string{
		"acme.example:8443":               `base URL "acme.example:8443" has no scheme (use "https://acme.example:8443")`,
		"localhost:8080":                  `base URL "localhost:8080" has no scheme (use "https://localhost:8080")`,
		`"https://acme.example"`:          `base URL "\"https://acme.example\"" contains quotes (remove them)`,
		"https://acme.identitynow.com":    `base URL "https://acme.identitynow.com" is not an API address (use https://acme.api.identitynow.com)`,
		"https://api.identitynow.com":     `base URL "https://api.identitynow.com" does not name a tenant (use an address such as https://acme.api.identitynow.com)`,
		"https://.api.identitynow.com":    `base URL "https://.api.identitynow.com" is not a valid address (use one such as https://acme.api.identitynow.com)`,
		"https://acme.example/beta":       `base URL has the path "/beta" (use only the address; select the version with --api-version)`,
		"https://acme.example?token=abcd": `base URL has a query or a fragment (use only the address, such as https://acme.api.identitynow.com)`,
	} {
		if _, err := api.ParseRoot(base, ""); err == nil || err.Error() != want {
			t.Errorf("%s\ngot  %v\nwant %s", base, err, want)
		}
	}
}

func TestPathsEscapeIDs(t *testing.T) {
	t.Parallel()
	if got := api.LogConfigPath("../a?b"); got != "/managed-clusters/..%2Fa%3Fb/log-config" {
		t.Errorf("got %s", got)
	}
	if got := api.DeletePath("1", true); got != "/managed-clusters/1?removeClients=true" {
		t.Errorf("got %s", got)
	}
	if got := api.DeletePath("1", false); got != "/managed-clusters/1" {
		t.Errorf("got %s", got)
	}
	if got := api.ListPath(1, 0, true, ""); got != "/managed-clusters?limit=1&offset=0&count=true" {
		t.Errorf("got %s", got)
	}
	if got := api.ListPath(250, 500, false, `name eq "a&b"`); got != "/managed-clusters?limit=250&offset=500&filters=name%20eq%20%22a%26b%22" {
		t.Errorf("got %s", got)
	}
}

func TestContentType(t *testing.T) {
	t.Parallel()
	for method, want := range map[string]string{
		"GET": "", "DELETE": "", "POST": "application/json", "PUT": "application/json", "PATCH": "application/json-patch+json",
	} {
		if got := api.ContentType(method); got != want {
			t.Errorf("%s: %q, want %q", method, got, want)
		}
	}
}

// The error of any failed response is one line with the server's text.
func TestErrorsAreOneReadableLine(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("x", 1000)
	tests := map[string]struct {
		status int
		header string
		body   string
		want   string
	}{
		"documented":          {400, "", `{"detailCode":"400.1 Bad Request Content","trackingId":"t-1","messages":[{"text":"The request was wrong."}],"causes":[{"text":"name is missing"}]}`, "400 Bad Request: The request was wrong.: name is missing (request id t-1)"},
		"the header wins":     {500, "h-1", `{"trackingId":"t-1","messages":[{"text":"fault"}]}`, "500 Internal Server Error: fault (request id h-1)"},
		"a code only":         {404, "", `{"detailCode":"404 Not found"}`, "404 Not Found: 404 Not found"},
		"a 401":               {401, "", `{"error":"JWT validation failed: JWT is expired"}`, "401 Unauthorized: JWT validation failed: JWT is expired"},
		"a token's":           {401, "", `{"error":"invalid_client","error_description":"Bad credentials"}`, "401 Unauthorized: invalid_client: Bad credentials"},
		"a 429":               {429, "", `{"message":" Rate Limit Exceeded "}`, "429 Too Many Requests: Rate Limit Exceeded"},
		"an error object":     {502, "", `{"error":{"code":7},"message":"gateway"}`, "502 Bad Gateway: gateway"},
		"a page with a title": {502, "", "<html><head><TITLE>502\nBad  Gateway</TITLE></head><body>nginx</body></html>", "502 Bad Gateway"},
		"a page without":      {503, "", "<p>come <b>back</b></p>", "503 Service Unavailable: come back"},
		"nothing":             {500, "", "", "500 Internal Server Error"},
		"null":                {500, "", "null", "500 Internal Server Error"},
		"a list":              {500, "", "[1,2]", "500 Internal Server Error: [1,2]"},
		"control characters":  {400, "a\x1bb", "{\"message\":\"one\\u001b[31m\\r\\ntwo\\u202e\\u0000\"}", "400 Bad Request: one[31m two (request id ab)"},
		"far too long":        {400, "", `{"message":"` + long + `"}`, "400 Bad Request: " + long[:300] + "…"},
		"messages no list":    {400, "", `{"messages":{"text":"x"},"message":"no"}`, "400 Bad Request: no"},
		"odd messages":        {400, "", `{"messages":[7,null,{"text":7},{"TEXT":"x"},{"text":"no"}],"trackingId":7,"causes":"y"}`, "400 Bad Request: no"},
		"keys in other case":  {400, "", `{"message":"no","MESSAGE":"yes","Error":"yes"}`, "400 Bad Request: no"},
		"the same twice":      {400, "", `{"messages":[{"text":"no"},{"text":"no"}]}`, "400 Bad Request: no"},
		"an unknown status":   {599, "", "", "599"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			header := http.Header{}
			header.Set(api.RequestIDHeader, tt.header)
			err := api.NewError("GET", "/managed-clusters", tt.status, header, []byte(tt.body))
			if got := err.Error(); got != "GET /managed-clusters: "+tt.want {
				t.Errorf("got  %s\nwant GET /managed-clusters: %s", got, tt.want)
			}
		})
	}
}

func TestWhatErrorsTell(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		err      error
		status   int
		notFound bool
		unknown  bool
	}{
		"no error":          {nil, 0, false, false},
		"another":           {errors.New("x"), 0, false, false},
		"404, wrapped":      {fmt.Errorf("get: %w", &api.Error{Status: 404}), 404, true, false},
		"500":               {&api.Error{Status: 500}, 500, false, true},
		"429":               {&api.Error{Status: 429}, 429, false, false},
		"408":               {&api.Error{Status: 408}, 408, false, true},
		"499":               {&api.Error{Status: 499}, 499, false, true},
		"of the token":      {&api.Error{Path: api.TokenPath, Status: 500}, 500, false, false},
		"not sent":          {&api.Unanswered{Err: errors.New("refused")}, 0, false, false},
		"sent, no response": {fmt.Errorf("x: %w", &api.Unanswered{Sent: true, Err: errors.New("reset")}), 0, false, true},
	}
	for name, tt := range tests {
		if api.StatusOf(tt.err) != tt.status || api.IsNotFound(tt.err) != tt.notFound || api.OutcomeUnknown(tt.err) != tt.unknown {
			t.Errorf("%s: status %d, not found %t, unknown %t", name, api.StatusOf(tt.err), api.IsNotFound(tt.err), api.OutcomeUnknown(tt.err))
		}
	}
	cause := errors.New("reset\nby peer")
	err := &api.Unanswered{Method: "GET", Path: "/x", Err: cause}
	if !errors.Is(err, cause) || err.Error() != "GET /x: reset by peer" {
		t.Errorf("%v", err)
	}
}

func TestParseVersion(t *testing.T) {
	t.Parallel()
	for _, v := range api.Versions() {
		if got, err := api.ParseVersion(string(v)); err != nil || got != v {
			t.Errorf("%s: %s, %v", v, got, err)
		}
	}
	if _, err := api.ParseVersion("v4"); err == nil || !strings.Contains(err.Error(), "v3, v2024, v2025, v2026, v1") {
		t.Errorf("v4: %v", err)
	}
}
