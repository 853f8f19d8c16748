package sandbox

import (
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"clusterctl/internal/api"
)

func TestCreate(t *testing.T) {
	t.Parallel()
	p := serve(t, Options{})
	body := `{"name": "va-austin", "type": "iai", "description": "d", "unknown": 1,
		"configuration": {"gmtOffset": "-6", "cookbook": "mine"}}`
	got := p.create(body)
	if !regexp.MustCompile(`^[0-9a-f]{32}$`).MatchString(got.ID) {
		t.Errorf("id %q", got.ID)
	}
	want := served{
		ID: got.ID, Name: "va-austin", Type: "iai", Org: DefaultOrg, Status: "CONFIGURING", Description: new("d"),
		Configuration: map[string]*string{
			"gmtOffset": new("-6"), "cookbook": new("mine"), "clusterType": new("iai"), "restartThresholdInHours": new("24"),
			"clusterExternalId": got.Configuration["clusterExternalId"], "va_version": nil,
		},
		ClientIDs: []string{}, UpdatePreferences: &preferences{},
		CreatedAt: "2026-11-23T10:00:00.000000Z", UpdatedAt: "2026-11-23T10:00:00.000000Z",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(got, p.show(got.ID)); diff != "" {
		t.Errorf("GET shows another cluster: %s", diff)
	}
}

func TestCreateFillsIn(t *testing.T) {
	t.Parallel()
	p := serve(t, Options{})
	got := p.create(`{"name": "bare", "type": null, "description": null, "configuration": null}`)
	if got.Type != "idn" || got.Description != nil || len(got.Configuration) != 5 {
		t.Errorf("got %+v", got)
	}
}

func TestCreateMakesAnotherEachTime(t *testing.T) {
	t.Parallel()
	p := serve(t, Options{})
	first, second := p.create(`{"name": "twin"}`), p.create(`{"name": "twin"}`)
	if first.ID == second.ID || len(p.list("")) != 2 {
		t.Errorf("one cluster: %s and %s", first.ID, second.ID)
	}
}

func TestCreateRefuses(t *testing.T) {
	t.Parallel()
	p := serve(t, Options{})
	tests := map[string]struct{ body, want string }{
		"no JSON":               {`{`, "not a JSON object"},
		"an array":              {`[]`, "not a JSON object"},
		"two values":            {`{"name": "a"} {}`, "not a JSON object"},
		"null":                  {`null`, "the body is null"},
		"nothing":               {``, "not a JSON object"},
		"no name":               {`{}`, "name is required"},
		"a null name":           {`{"name": null}`, "name is required"},
		"a blank name":          {`{"name": " \t"}`, "must not be blank"},
		"another spelling":      {`{"Name": "a"}`, "name is required"},
		"a number for a name":   {`{"name": 1}`, "name must be a string"},
		"a long name":           {`{"name": "` + strings.Repeat("ä", 256) + `"}`, "longer than 255"},
		"an unknown type":       {`{"name": "a", "type": "IDN"}`, `unknown type "IDN"`},
		"a number for a type":   {`{"name": "a", "type": 1}`, "type must be a string"},
		"a system type":         {`{"name": "a", "type": "spConnectCluster"}`, "cannot be created"},
		"the other system type": {`{"name": "a", "type": "sqsCluster"}`, "cannot be created"},
		"a wrong description":   {`{"name": "a", "description": []}`, "description must be a string"},
		"a wrong configuration": {`{"name": "a", "configuration": "x"}`, "configuration must be an object"},
		"a number in it":        {`{"name": "a", "configuration": {"gmtOffset": -6}}`, `value of "gmtOffset" must be a string`},
		"a null in it":          {`{"name": "a", "configuration": {"debug": null}}`, `value of "debug" must be a string`},
		"an empty key in it":    {`{"name": "a", "configuration": {"": "x"}}`, "empty key"},
		"a large body":          {`{"name": "` + strings.Repeat("x", maxBody) + `"}`, "larger than 1048576 bytes"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p.wantProblem(p.post(test.body), http.StatusBadRequest, test.want)
		})
	}
	for _, contentType := range []string{"", "text/plain", api.ContentTypePatch, "application/json; charset"} {
		t.Run("content type "+contentType, func(t *testing.T) {
			t.Parallel()
			r := p.send(http.MethodPost, "/v3/managed-clusters", contentType, `{"name": "a"}`)
			p.wantProblem(r, http.StatusBadRequest, "(use application/json")
		})
	}
	t.Cleanup(func() {
		// The server is still up: this runs before what serve has registered.
		if rows := p.tenantRows(); rows != 0 {
			t.Errorf("%d clusters were made all the same", rows)
		}
	})
}

// tenantRows counts the stored clusters without the API.
func (p *peer) tenantRows() int {
	p.t.Helper()
	rows := 0
	err := p.tenant.store.view(func(s state) error {
		ids, err := snapshot{state: s}.matching(nil)
		rows = len(ids)
		return err
	})
	if err != nil {
		p.t.Error(err)
	}
	return rows
}

func TestCreateTakesParametersOfTheContentType(t *testing.T) {
	t.Parallel()
	p := serve(t, Options{})
	p.want(p.send(http.MethodPost, "/v3/managed-clusters", "application/json; charset=UTF-8", `{"name": "a"}`), http.StatusOK)
}

func TestGetUnknown(t *testing.T) {
	t.Parallel()
	p := serve(t, Options{})
	r := p.get(clusterPath("nobody"))
	p.wantProblem(r, http.StatusNotFound, `no such cluster: "nobody"`)
	if got := decode[api.ErrorBody](t, r).DetailCode; got != "404 Not found" {
		t.Errorf("detail code %q", got)
	}
}

func TestDelete(t *testing.T) {
	t.Parallel()
	p := serve(t, Options{Seed: 3}) // the first has clients, the third is the system's
	byName := map[string]string{}
	for _, c := range p.list("") {
		byName[c.Name] = c.ID
	}
	attached, free, system := byName["va-austin"], byName["va-boston"], byName["sp-connect-cluster"]
	p.wantProblem(p.delete(clusterPath("nobody")), http.StatusNotFound, "no such cluster")
	p.wantProblem(p.delete(clusterPath(free)+"?removeClients=yes"), http.StatusBadRequest, `removeClients "yes" is not true or false`)
	p.wantProblem(p.delete(clusterPath(system)+"?removeClients=true"), http.StatusBadRequest, "is system-managed")
	p.wantProblem(p.delete(clusterPath(attached)), http.StatusBadRequest, "has 2 clients")
	p.wantProblem(p.delete(clusterPath(attached)+"?removeClients=false"), http.StatusBadRequest, "has 2 clients")
	r := p.delete(clusterPath(attached) + "?removeClients=true")
	p.want(r, http.StatusNoContent)
	if r.body != "" {
		t.Errorf("a body: %q", r.body)
	}
	p.want(p.get(logPath(free)), http.StatusOK)
	p.want(p.delete(clusterPath(free)), http.StatusNoContent)
	p.wantProblem(p.delete(clusterPath(free)), http.StatusNotFound, "no such cluster")
	p.want(p.get(logPath(free)), http.StatusNotFound)
	if left := p.list(""); len(left) != 1 || left[0].ID != system {
		t.Errorf("left: %+v", left)
	}
}
