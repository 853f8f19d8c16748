package sandbox

import (
	"encoding/json"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"clusterctl/internal/api"
)

// withQuirk serves a tenant with a quirk that is written as on the command line.
func withQuirk(t *testing.T, o Options, quirks ...string) *peer {
	t.Helper()
	for _, text := range quirks {
		if err := o.AddQuirk(text); err != nil {
			t.Fatal(err)
		}
	}
	return serve(t, o)
}

func TestAddQuirk(t *testing.T) {
	t.Parallel()
	tests := map[string]Options{
		"no-count":                {NoCount: true},
		"no-name-filter":          {NoNameFilter: true},
		"unique-names":            {UniqueNames: true},
		"refuse-tests":            {RefuseTests: true},
		"refuse-tests=422":        {RefuseTests: true, RefuseTestsStatus: 422},
		"refuse-nulls":            {RefuseNulls: true},
		"refuse-disabled-updates": {RefuseDisabledUpdates: true},
		"omit=type":               {Omit: []string{"type"}},
		"omit=type,clientIds":     {Omit: []string{"type", "clientIds"}},
		"inline-logs":             {InlineAllLogs: true},
		"set=a:b:status=x=y":      {Overrides: []Override{{"a:b", "status", json.RawMessage(`"x=y"`)}}},
		"set=a:updatePackage=1.2": {Overrides: []Override{{"a", "updatePackage", json.RawMessage(`"1.2"`)}}},
		"set=a:operational=false": {Overrides: []Override{{"a", "operational", json.RawMessage(`false`)}}},
		`set=a:alertKey="null"`:   {Overrides: []Override{{"a", "alertKey", json.RawMessage(`"null"`)}}},
		`set=a:configuration={"`:  {Overrides: []Override{{"a", "configuration", json.RawMessage(`"{\""`)}}},
		"set=a:alertKey=":         {Overrides: []Override{{"a", "alertKey", json.RawMessage(`""`)}}},
	}
	for text, want := range tests {
		t.Run(text, func(t *testing.T) {
			t.Parallel()
			var got Options
			if err := got.AddQuirk(text); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, got, cmp.AllowUnexported(Fault{})); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestAddQuirkRefuses(t *testing.T) {
	t.Parallel()
	tests := map[string]string{
		"":                 `unknown quirk ""; quirks: no-count, no-name-filter, unique-names, refuse-tests[=STATUS]`,
		"set=a":            `expected CLUSTER:FIELD=VALUE`,
		"set=a=b":          `expected CLUSTER:FIELD=VALUE`,
		"set=:a=b":         `expected CLUSTER:FIELD=VALUE`,
		"set=a:=b":         `expected CLUSTER:FIELD=VALUE`,
		"moody":            `unknown quirk "moody"`,
		"no-count=1":       `quirk "no-count" takes no value`,
		"no-count=":        `quirk "no-count" takes no value`,
		"refuse-tests=":    `quirk "refuse-tests" has an empty value`,
		"refuse-tests=200": `"200" is not a status from 400 to 499`,
		"refuse-tests=x":   `"x" is not a status`,
		"omit":             "name fields of a cluster",
		"omit=type,":       "name fields of a cluster",
	}
	for text, want := range tests {
		t.Run(text, func(t *testing.T) {
			t.Parallel()
			var o Options
			if err := o.AddQuirk(text); err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("error %v does not contain %q", err, want)
			}
		})
	}
}

func TestNoCount(t *testing.T) {
	t.Parallel()
	p := withQuirk(t, Options{Seed: 2}, "no-count")
	r := p.get("/v3/managed-clusters?count=true")
	p.want(r, http.StatusOK)
	if _, ok := r.header[api.TotalCountHeader]; ok || len(decode[[]served](t, r)) != 2 {
		t.Errorf("got %v %s", r.header, r.body)
	}
}

func TestNoNameFilter(t *testing.T) {
	t.Parallel()
	p := withQuirk(t, Options{Seed: 2}, "no-name-filter")
	for filters, status := range map[string]int{
		`operational eq "true"`: http.StatusOK,
		``:                      http.StatusOK,
		`name eq "va-austin"`:   http.StatusBadRequest,
		`type eq "idn"`:         http.StatusBadRequest,
		`operational eq "true" and status eq "x"`:    http.StatusBadRequest,
		`name eq "va-austin" and operational eq "x"`: http.StatusBadRequest,
	} {
		if r := p.get("/v3/managed-clusters?filters=" + url.QueryEscape(filters)); r.status != status {
			t.Errorf("%s: %d, want %d", filters, r.status, status)
		}
	}
}

func TestUniqueNames(t *testing.T) {
	t.Parallel()
	p := withQuirk(t, Options{}, "unique-names")
	p.create(`{"name": "a"}`)
	id := p.create(`{"name": "b"}`).ID
	rename := func(name string) reply {
		return p.patch(id, `[{"op": "replace", "path": "/name", "value": "`+name+`"}]`)
	}
	p.wantProblem(p.post(`{"name": "A"}`), http.StatusBadRequest, `a cluster with the name "A" already exists`)
	p.wantProblem(rename("a"), http.StatusBadRequest, "already exists")
	p.want(rename("b"), http.StatusOK)
	p.want(rename("B"), http.StatusOK)
	p.want(p.patch(id, `[{"op": "add", "path": "/description", "value": "x"}]`), http.StatusOK)
	p.want(rename("c"), http.StatusOK)
	p.create(`{"name": "b"}`)
	if p.tenantRows() != 3 {
		t.Errorf("%d clusters", p.tenantRows())
	}
}

// A refused request changes nothing; all others pass.
func TestRefusedPatches(t *testing.T) {
	t.Parallel()
	const (
		test     = `[{"op": "test", "path": "/name", "value": "a"}, {"op": "replace", "path": "/name", "value": "b"}]`
		null     = `[{"op": "replace", "path": "/name", "value": "b"}, {"op": "add", "path": "/description", "value": null}]`
		nullTest = `[{"op": "test", "path": "/description", "value": null}, {"op": "replace", "path": "/name", "value": "b"}]`
		disabled = `[{"op": "replace", "path": "/name", "value": "b"}, {"op": "add", "path": "/updatePreferences/updateState", "value": "DISABLED"}]`
		whole    = `[{"op": "replace", "path": "/name", "value": "b"}, {"op": "add", "path": "/updatePreferences", "value": {"updateState": "DISABLED"}}]`
		auto     = `[{"op": "replace", "path": "/name", "value": "b"}, {"op": "add", "path": "/updatePreferences/updateState", "value": "AUTO"}]`
		deep     = `[{"op": "replace", "path": "/name", "value": "b"}, {"op": "add", "path": "/configuration", "value": {"x": null}}]`
	)
	tests := map[string]map[string]int{
		"no-count":                {test: 200, null: 200, nullTest: 200, disabled: 200, whole: 200, auto: 200, deep: 200},
		"refuse-tests":            {test: 400, nullTest: 400, null: 200},
		"refuse-tests=422":        {test: 422, nullTest: 422, null: 200},
		"refuse-nulls":            {null: 422, nullTest: 422, test: 200, deep: 200, auto: 200},
		"refuse-disabled-updates": {disabled: 400, whole: 400, auto: 200, null: 200},
	}
	for quirk, patches := range tests {
		t.Run(quirk, func(t *testing.T) {
			t.Parallel()
			p := withQuirk(t, Options{}, quirk)
			for patch, status := range patches {
				id := p.create(`{"name": "a"}`).ID
				r := p.patch(id, patch)
				if r.status != status {
					t.Errorf("%s: %d, want %d: %s", patch, r.status, status, r.body)
				}
				if done := p.show(id).Name == "b"; done != (status == http.StatusOK) {
					t.Errorf("%s: work done: %v", patch, done)
				}
			}
		})
	}
}

// A cluster whose updates were disabled before can still be changed.
func TestDisabledUpdatesStay(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	p := serve(t, Options{Dir: dir})
	id := p.create(`{"name": "a"}`).ID
	p.want(p.patch(id, `[{"op": "add", "path": "/updatePreferences/updateState", "value": "DISABLED"}]`), http.StatusOK)
	if err := p.tenant.Close(); err != nil {
		t.Fatal(err)
	}
	p = withQuirk(t, Options{Dir: dir}, "refuse-disabled-updates")
	p.want(p.patch(id, `[{"op": "replace", "path": "/name", "value": "b"}]`), http.StatusOK)
}

func TestOmit(t *testing.T) {
	t.Parallel()
	p := withQuirk(t, Options{Seed: 1}, "omit=type,clientIds", "omit=serviceCount", "omit=nothing")
	id := p.list("")[0].ID
	r := p.get(clusterPath(id))
	shown := append(decode[[]map[string]json.RawMessage](t, p.get("/v3/managed-clusters?filters=type%20eq%20%22idn%22")),
		decode[map[string]json.RawMessage](t, r), decode[map[string]json.RawMessage](t, p.patch(id, `[]`)))
	if len(shown) != 3 {
		t.Errorf("%d clusters shown", len(shown))
	}
	for _, cluster := range shown {
		for _, key := range []string{"type", "clientIds", "serviceCount"} {
			if _, ok := cluster[key]; ok || cluster["name"] == nil {
				t.Errorf("%s: %v", key, cluster)
			}
		}
	}
	p.wantProblem(p.delete(clusterPath(id)), http.StatusBadRequest, "has 2 clients") // still known to the tenant
}

// The reference and the help name every kind of fault and every quirk.
func TestReferenceIsComplete(t *testing.T) {
	t.Parallel()
	for file, quote := range map[string]string{"sandbox.md": "`", "commands.md": ""} {
		data, err := os.ReadFile(filepath.Join("..", "..", "docs", "reference", file))
		if err != nil {
			t.Fatal(err)
		}
		var names []string
		for _, kind := range faultKinds() {
			names = append(names, string(kind)+quote)
		}
		for _, q := range quirks() {
			names = append(names, q.name)
		}
		for _, name := range names {
			if !strings.Contains(string(data), quote+name) {
				t.Errorf("%s does not name %q", file, name)
			}
		}
	}
}
