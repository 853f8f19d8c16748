package sandbox

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"clusterctl/internal/api"
)

func TestPatch(t *testing.T) {
	t.Parallel()
	clock := newClock()
	p := serve(t, Options{Now: clock.Now})
	tests := map[string]struct {
		patch string
		want  func(*served)
	}{
		"name": {`[{"op": "replace", "path": "/name", "value": "new"}]`,
			func(c *served) { c.Name = "new" }},
		"description to null": {`[{"op": "replace", "path": "/description", "value": null}]`,
			func(c *served) { c.Description = nil }},
		"description away": {`[{"op": "remove", "path": "/description"}]`,
			func(c *served) { c.Description = nil }},
		"a key added": {`[{"op": "add", "path": "/configuration/a~1b", "value": "x"}]`,
			func(c *served) { c.Configuration["a/b"] = new("x") }},
		"a key to null": {`[{"op": "replace", "path": "/configuration/gmtOffset", "value": null}]`,
			func(c *served) { c.Configuration["gmtOffset"] = nil }},
		"a null replaced": {`[{"op": "test", "path": "/configuration/va_version", "value": null},
				{"op": "replace", "path": "/configuration/va_version", "value": "9"}]`,
			func(c *served) { c.Configuration["va_version"] = new("9") }},
		"a null removed": {`[{"op": "remove", "path": "/configuration/va_version"}]`,
			func(c *served) { delete(c.Configuration, "va_version") }},
		"the whole configuration": {`[{"op": "replace", "path": "/configuration", "value": {"only": "this"}}]`,
			func(c *served) { c.Configuration = map[string]*string{"only": new("this")} }},
		"the configuration away": {`[{"op": "remove", "path": "/configuration"}]`,
			func(c *served) { c.Configuration = nil }},
		"a key moved": {`[{"op": "move", "from": "/configuration/gmtOffset", "path": "/configuration/debug"}]`,
			func(c *served) { c.Configuration["debug"] = new("-6"); delete(c.Configuration, "gmtOffset") }},
		"the type copied": {`[{"op": "copy", "from": "/type", "path": "/description"}]`,
			func(c *served) { c.Description = new("idn") }},
		"preferences": {`[{"op": "add", "path": "/updatePreferences/updateState", "value": "DISABLED"},
				{"op": "add", "path": "/updatePreferences/notificationEmail", "value": "ops@example.com"},
				{"op": "add", "path": "/updatePreferences/processGroups", "value": "g"}]`,
			func(c *served) {
				c.UpdatePreferences = &preferences{new("g"), new("DISABLED"), new("ops@example.com")}
			}},
		"preferences to null": {`[{"op": "replace", "path": "/updatePreferences", "value": null}]`,
			func(c *served) { c.UpdatePreferences = nil }},
		"guarded": {`[{"op": "test", "path": "/type", "value": "idn"}, {"op": "test", "path": "/logConfiguration", "value": null},
				{"op": "replace", "path": "/name", "value": "guarded"}]`,
			func(c *served) { c.Name = "guarded" }},
	}
	created := map[string]served{}
	for name := range tests {
		created[name] = p.create(`{"name": "old", "description": "d", "configuration": {"gmtOffset": "-6"}}`)
	}
	clock.advance(time.Minute)
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			want := created[name]
			test.want(&want)
			want.UpdatedAt = "2026-11-23T10:01:00.000000Z"
			r := p.patch(want.ID, test.patch)
			p.want(r, http.StatusOK)
			if diff := cmp.Diff(want, decode[served](t, r)); diff != "" {
				t.Errorf("answer: %s", diff)
			}
			if diff := cmp.Diff(want, p.show(want.ID)); diff != "" {
				t.Errorf("stored: %s", diff)
			}
		})
	}
}

func TestPatchThatWritesNothing(t *testing.T) {
	t.Parallel()
	clock := newClock()
	p := serve(t, Options{Now: clock.Now})
	before := p.create(`{"name": "a"}`)
	clock.advance(time.Minute)
	for _, patch := range []string{`[]`, `[{"op": "test", "path": "/name", "value": "a"}]`} {
		p.want(p.patch(before.ID, patch), http.StatusOK)
	}
	if diff := cmp.Diff(before, p.show(before.ID)); diff != "" {
		t.Error(diff)
	}
}

func TestPatchRefuses(t *testing.T) {
	t.Parallel()
	p := serve(t, Options{})
	before := p.create(`{"name": "a", "configuration": {"gmtOffset": "-6"}}`)
	tests := map[string]struct{ patch, want string }{
		"no JSON":              {`[`, "not a JSON Patch"},
		"an object":            {`{"name": "b"}`, "not a JSON Patch"},
		"null":                 {`null`, "not a JSON Patch"},
		"an unknown operation": {`[{"op": "set", "path": "/name", "value": "b"}]`, `unknown operation "set"`},
		"no value":             {`[{"op": "add", "path": "/name"}]`, "has no value"},
		"the type":             {`[{"op": "replace", "path": "/type", "value": "iai"}]`, `path "/type" cannot be patched`},
		"the id":               {`[{"op": "replace", "path": "/id", "value": "x"}]`, `path "/id" cannot be patched`},
		"the log":              {`[{"op": "add", "path": "/logConfiguration", "value": null}]`, "cannot be patched"},
		"everything":           {`[{"op": "replace", "path": "", "value": {}}]`, `path "" cannot be patched`},
		"below a value":        {`[{"op": "add", "path": "/configuration/a/b", "value": "x"}]`, "cannot be patched"},
		"below the name":       {`[{"op": "add", "path": "/name/a", "value": "x"}]`, "cannot be patched"},
		"a move off the type":  {`[{"op": "move", "from": "/type", "path": "/description"}]`, `path "/type" cannot be patched`},
		"a missing key replaced": {`[{"op": "replace", "path": "/configuration/none", "value": "x"}]`,
			"missing"},
		"a missing key removed": {`[{"op": "remove", "path": "/configuration/none"}]`, "nonexistent key"},
		"a failed test": {`[{"op": "replace", "path": "/name", "value": "b"}, {"op": "test", "path": "/type", "value": "iai"}]`,
			`operation 1, test "/type": test failed`},
		"a test of nothing": {`[{"op": "test", "path": "/configuration/none", "value": null}]`, "test failed"},
		"a blank name":      {`[{"op": "replace", "path": "/name", "value": " "}]`, "must not be blank"},
		"no name":           {`[{"op": "remove", "path": "/name"}]`, "name is required"},
		"a wrong name":      {`[{"op": "replace", "path": "/name", "value": 1}]`, "name must be a string"},
		"a wrong description": {`[{"op": "add", "path": "/description", "value": {}}]`,
			"description must be a string"},
		"a null configuration": {`[{"op": "replace", "path": "/configuration", "value": null}]`,
			"configuration must be an object"},
		"a wrong configuration": {`[{"op": "replace", "path": "/configuration", "value": []}]`,
			"configuration must be an object"},
		"a number in it":    {`[{"op": "add", "path": "/configuration/gmtOffset", "value": -6}]`, `"gmtOffset" must be a string or null`},
		"an empty key":      {`[{"op": "add", "path": "/configuration/", "value": "x"}]`, "empty key"},
		"a wrong state":     {`[{"op": "add", "path": "/updatePreferences/updateState", "value": "auto"}]`, "is not AUTO or DISABLED"},
		"a wrong mail":      {`[{"op": "add", "path": "/updatePreferences/notificationEmail", "value": "Ops <o@x>"}]`, "not an email address"},
		"a wrong group":     {`[{"op": "add", "path": "/updatePreferences/processGroups", "value": 1}]`, "processGroups must be a string"},
		"unknown":           {`[{"op": "add", "path": "/updatePreferences/when", "value": "now"}]`, `unknown key "when"`},
		"wrong preferences": {`[{"op": "add", "path": "/updatePreferences", "value": "AUTO"}]`, "updatePreferences must be an object"},
		"a large body":      {`[` + strings.Repeat(" ", maxBody) + `]`, "larger than"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p.wantProblem(p.patch(before.ID, test.patch), http.StatusBadRequest, test.want)
			if diff := cmp.Diff(before, p.show(before.ID)); diff != "" {
				t.Errorf("it changed all the same: %s", diff)
			}
		})
	}
	t.Run("another content type", func(t *testing.T) {
		t.Parallel()
		r := p.send(http.MethodPatch, clusterPath(before.ID), api.ContentTypeJSON, `[]`)
		p.wantProblem(r, http.StatusBadRequest, "(use application/json-patch+json")
	})
	t.Run("an unknown cluster", func(t *testing.T) {
		t.Parallel()
		p.wantProblem(p.patch("nobody", `[]`), http.StatusNotFound, "no such cluster")
	})
}

func TestServerThatDoesNotKnowTests(t *testing.T) {
	t.Parallel()
	p := serve(t, Options{RefuseTests: true})
	id := p.create(`{"name": "a"}`).ID
	guarded := `[{"op": "test", "path": "/name", "value": "a"}, {"op": "replace", "path": "/name", "value": "b"}]`
	p.wantProblem(p.patch(id, guarded), http.StatusBadRequest, `unknown operation "test"`)
	p.want(p.patch(id, `[{"op": "replace", "path": "/name", "value": "b"}]`), http.StatusOK)
}
