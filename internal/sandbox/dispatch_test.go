package sandbox

import (
	"net/http"
	"regexp"
	"testing"

	"clusterctl/internal/api"
)

func TestUnknownPath(t *testing.T) {
	t.Parallel()
	p := serve(t, Options{})
	p.wantProblem(p.get("/v3/sources"), http.StatusNotFound, "no resource at /v3/sources")
}

func TestWrongMethod(t *testing.T) {
	t.Parallel()
	p := serve(t, Options{})
	tests := map[string]struct{ method, path, allow string }{
		"token":      {http.MethodGet, api.TokenPath, "POST"},
		"info":       {http.MethodPost, api.InfoPath, "GET"},
		"clusters":   {http.MethodPut, "/v3/managed-clusters", "GET, POST"},
		"cluster":    {http.MethodPost, clusterPath("x"), "DELETE, GET, PATCH"},
		"log config": {http.MethodDelete, logPath("x"), "GET, PUT"},
		"options":    {http.MethodOptions, logPath("x"), "GET, PUT"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := p.send(test.method, test.path, "", "")
			p.wantProblem(r, http.StatusMethodNotAllowed, test.method+" is not supported")
			if got := r.header.Get("Allow"); got != test.allow {
				t.Errorf("Allow is %q, want %q", got, test.allow)
			}
		})
	}
	t.Run("head", func(t *testing.T) {
		t.Parallel()
		p.want(p.send(http.MethodHead, "/v3/managed-clusters", "", ""), http.StatusMethodNotAllowed)
	})
}

func TestEveryAnswerHasARequestID(t *testing.T) {
	t.Parallel()
	p := serve(t, Options{})
	form := regexp.MustCompile(`^[0-9a-f]{32}$`)
	seen := map[string]bool{}
	for _, path := range []string{"/", api.InfoPath, api.TokenPath, "/v3/managed-clusters", clusterPath("x")} {
		id := p.get(path).header.Get(api.RequestIDHeader)
		if !form.MatchString(id) || seen[id] {
			t.Errorf("%s: request id %q", path, id)
		}
		seen[id] = true
	}
}
