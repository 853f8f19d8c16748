package sandbox

import (
	"net/http"
	"testing"

	"clusterctl/internal/api"
)

func TestRights(t *testing.T) {
	t.Parallel()
	p := serve(t, Options{Seed: 1})
	id := p.list("")[0].ID
	tests := []struct {
		client       string
		info         int
		reads, write int
	}{
		{"anybody", http.StatusOK, http.StatusOK, http.StatusOK},
		{ClientReadOnly, http.StatusOK, http.StatusOK, http.StatusForbidden},
		{ClientNoRights, http.StatusOK, http.StatusForbidden, http.StatusForbidden},
	}
	for _, test := range tests {
		t.Run(test.client, func(t *testing.T) {
			t.Parallel()
			p := p.as(test.client)
			p.want(p.get(api.InfoPath), test.info)
			p.want(p.get("/v3/managed-clusters"), test.reads)
			p.want(p.get(clusterPath(id)), test.reads)
			p.want(p.post(`{"name": "new"}`), test.write)
			p.want(p.patch(id, `[]`), test.write)
			p.want(p.putLog(id, `{"rootLevel": "INFO"}`), test.write)
		})
	}
	p.wantProblem(p.as(ClientReadOnly).delete(clusterPath(id)), http.StatusForbidden, "permissions do not allow")
}

func TestBearer(t *testing.T) {
	t.Parallel()
	for value, want := range map[string]string{
		"":            "",
		"Bearer":      "",
		"Bearer a.b":  "a.b",
		"bearer  a.b": "a.b",
		"Basic a.b":   "",
	} {
		if got := bearer(http.Header{"Authorization": {value}}); got != want {
			t.Errorf("%q holds the token %q, want %q", value, got, want)
		}
	}
}
