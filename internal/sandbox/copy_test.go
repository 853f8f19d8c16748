package sandbox

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"
)

// copies has one cluster of each kind that a copy can have.
func copies() []Copy {
	log := &CopiedLog{RootLevel: "WARN", LogLevels: map[string]string{"a": "DEBUG"}, Expiration: newClock().Now().Add(time.Hour)}
	doc := func(id, more string) json.RawMessage {
		return json.RawMessage(`{"id":"` + id + `","name":"va-` + id + `"` + more + `}`)
	}
	return []Copy{
		{ID: "omitted", Document: doc("omitted", `,"configuration":null,"updatePreferences":{"odd":1}`), Log: log},
		{ID: "null", Document: doc("null", `,"type":7,"clientIds":"x"`), Inline: json.RawMessage("null")},
		{ID: "partial", Document: doc("partial", ""), Inline: json.RawMessage(`{"rootLevel":"WARN"}`), Log: log},
		{ID: "unreadable", Document: doc("unreadable", ""), LogUnreadable: true},
		{ID: "endless", Document: doc("endless", ""), Inline: json.RawMessage("{}"), Log: &CopiedLog{RootLevel: "INFO"}},
		{Document: json.RawMessage(`"a row"`)},
		{Document: json.RawMessage(`{"name":"va-row"}`)},
	}
}

// Copies are served as they were listed, on disk and in memory, also after the tenant is opened again.
func TestCopiesAreServedAsListed(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	first, err := Open(Options{Dir: dir, Org: "globex", Pod: "pod7", Copies: copies()})
	if err != nil {
		t.Fatal(err)
	}
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(Options{Dir: dir, Copies: copies()}); err == nil || !strings.Contains(err.Error(), "it already has a tenant (use another directory)") {
		t.Errorf("a second copy in one directory: %v", err)
	}
	for name, o := range map[string]Options{"disk": {Dir: dir, Seed: 5}, "memory": {Memory: true, Org: "globex", Pod: "pod7", Copies: copies(), Seed: 5}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := serve(t, o)
			const want = `["a row",{"name":"va-row"},{"id":"endless","name":"va-endless","logConfiguration":{}},` +
				`{"id":"null","name":"va-null","type":7,"clientIds":"x","logConfiguration":null},` +
				`{"id":"omitted","name":"va-omitted","configuration":null,"updatePreferences":{"odd":1}},` +
				`{"id":"partial","name":"va-partial","logConfiguration":{"rootLevel":"WARN"}},{"id":"unreadable","name":"va-unreadable"}]`
			r := p.send(http.MethodGet, "/v3/managed-clusters?count=true", "", "")
			if r.body != want || r.header.Get("X-Total-Count") != "7" {
				t.Errorf("%s %s", r.header.Get("X-Total-Count"), r.body)
			}
			if r := p.send(http.MethodGet, `/v3/managed-clusters?filters=name+eq+%22va-row%22`, "", ""); r.body != "[]" {
				t.Errorf("a row is found by its name: %s", r.body)
			}
			if r := p.send(http.MethodGet, "/oauth/info", "", ""); !strings.Contains(r.body, `"pod":"pod7"`) || !strings.Contains(r.body, `"globex"`) {
				t.Error(r.body)
			}
			for id, want := range map[string]int{"omitted": 200, "null": 204, "partial": 200, "unreadable": 500, "endless": 200} {
				p.want(p.send(http.MethodGet, "/v3/managed-clusters/"+id+"/log-config", "", ""), want)
			}
			if stored, err := p.tenant.Clusters(); err != nil || len(stored) != 5 {
				t.Errorf("%d stored clusters, %v", len(stored), err)
			}
		})
	}
}

// A copy can be changed although it has members that no client could write, and shows what was set.
func TestCopiesCanBeChanged(t *testing.T) {
	t.Parallel()
	p := serve(t, Options{Memory: true, Copies: copies()})
	patch := func(id, operation string) reply {
		return p.send(http.MethodPatch, "/v3/managed-clusters/"+id, "application/json-patch+json", "["+operation+"]")
	}
	p.want(patch("omitted", `{"op":"add","path":"/configuration","value":{"a":"1"}}`), http.StatusOK)
	p.want(patch("omitted", `{"op":"add","path":"/configuration","value":null}`), http.StatusOK)
	p.want(patch("omitted", `{"op":"add","path":"/updatePreferences/other","value":"x"}`), http.StatusBadRequest)
	p.want(patch("null", `{"op":"add","path":"/name","value":""}`), http.StatusBadRequest)
	p.want(p.putLog("unreadable", `{"rootLevel":"INFO"}`), http.StatusOK)
	p.want(p.putLog("partial", `{"rootLevel":"INFO"}`), http.StatusOK)
	for id, want := range map[string]bool{"unreadable": false, "partial": true} { // as it was listed before
		r := p.send(http.MethodGet, "/v3/managed-clusters/"+id, "", "")
		if got := strings.Contains(r.body, `"rootLevel":"INFO"`); got != want {
			t.Errorf("%s: %s", id, r.body)
		}
		p.want(p.send(http.MethodGet, "/v3/managed-clusters/"+id+"/log-config", "", ""), http.StatusOK)
	}
	p.want(p.send(http.MethodDelete, "/v3/managed-clusters/null", "", ""), http.StatusNoContent)
	p.want(p.send(http.MethodGet, "/v3/managed-clusters/null", "", ""), http.StatusNotFound)
}

// In memory, too, a change that fails has no effect.
func TestMemoryTakesBack(t *testing.T) {
	t.Parallel()
	p := serve(t, Options{Memory: true, Copies: copies()})
	err := p.tenant.store.update(func(s state) error {
		_ = s.remove("null")
		_ = s.put("new", json.RawMessage(`{}`))
		_ = s.put("omitted", json.RawMessage(`{}`))
		return errNoCluster
	})
	if err == nil {
		t.Fatal("no error")
	}
	stored, err := p.tenant.Clusters()
	if err != nil || len(stored) != 5 || len(stored[2].Document) < 10 {
		t.Errorf("%v %+v", err, stored)
	}
}
