package sandbox

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"clusterctl/internal/api"
)

func TestGrantToken(t *testing.T) {
	t.Parallel()
	p := serve(t, Options{Org: "globex", TokenLifetime: 749 * time.Second})
	r := p.send(http.MethodPost, api.TokenPath, urlencodedForm+"; charset=utf-8",
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

// The tenant's name is public. A token is ignored.
func TestShowInfo(t *testing.T) {
	t.Parallel()
	p := serve(t, Options{Org: "globex"})
	for _, token := range []string{p.token, "", "no.good.token"} {
		p.token = token
		r := p.get(api.InfoPath)
		p.want(r, http.StatusOK)
		want := infoBody{
			Info:     api.Info{TenantName: "globex", Pod: defaultPod},
			TenantID: tenantID("globex"), TokenEndpoint: p.url + api.TokenPath, CloudDomainURL: p.url,
		}
		if got := decode[infoBody](t, r); got != want {
			t.Errorf("got %s", r.body)
		}
	}
}
