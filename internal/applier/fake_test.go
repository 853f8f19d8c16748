package applier_test

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"clusterctl/internal/api"
	"clusterctl/internal/cluster"
	"clusterctl/internal/jsonpatch"
)

// noon is the time of all tests of this package.
func noon() time.Time { return time.Date(2026, 3, 29, 12, 0, 0, 0, time.UTC) }

// tenant is an in-memory Writer. A hook that is set is called before each call, and may return an
// error for it.
type tenant struct {
	last     int // the number in the last id that was given
	mu       sync.Mutex
	clusters []cluster.Live
	logs     map[string]*cluster.LiveLogConfig
	calls    []string
	before   func(call string) error
	after    func(call string) error
	// unverified reports whether what a look-up shows is unverified; nil is never.
	unverified func(call string) bool
	// deaf takes writes without doing them.
	deaf bool
	// mute answers a write with a document that shows only the id.
	mute bool
	// terse answers a write without the objects of a cluster.
	terse bool
	// answers is the document that every write is answered with, unless it is empty.
	answers string
	// hides is an object that a write is answered without.
	hides string
	// arriving come with the next POST, whatever becomes of it.
	arriving []cluster.Live
	// hidden is how many look-ups do not see the clusters there are.
	hidden int
	// clientsOf is the beginning of the ids that have got a client.
	clientsOf string
	// answerAs is the name that a creation is answered with instead of its own.
	answerAs string
	// answerID is the id that a call is answered with, unless it is empty.
	answerID func(call string) string
	// posts reports whether a POST creates anything.
	posts func() bool
	// odd is put into each cluster that is created.
	odd []jsonpatch.Field
	// bare creates clusters without the objects that servers put there.
	bare bool
	// failedTest is the status for a test that failed; 0 is 400.
	failedTest int
}

func (t *tenant) call(format string, args ...any) (done func() error, err error) {
	t.mu.Lock()
	call := fmt.Sprintf(format, args...)
	t.calls = append(t.calls, call)
	if t.before != nil {
		err = t.before(call)
	}
	return func() error {
		defer t.mu.Unlock()
		if t.after != nil && err == nil {
			return t.after(call)
		}
		return err
	}, err
}

// isUnverified reports whether the result of the current call is unverified.
func (t *tenant) isUnverified() bool {
	return t.unverified != nil && t.unverified(t.calls[len(t.calls)-1])
}

func (t *tenant) indexOf(id string) int {
	return slices.IndexFunc(t.clusters, func(c cluster.Live) bool { return c.ID == id })
}

func refusal(method, path string, status int) error {
	return &api.Error{Method: method, Path: path, Status: status, RequestID: "req-1", Message: "no"}
}

func (t *tenant) Get(_ context.Context, id string) (live cluster.Live, err error) {
	done, err := t.call("GET %s", id)
	if err != nil {
		return live, done()
	}
	i := t.indexOf(id)
	if i < 0 {
		_ = done()
		return live, refusal("GET", api.ClusterPath(id), http.StatusNotFound)
	}
	live = t.clusters[i]
	if err := t.expectID(id, http.MethodGet, api.ClusterPath(id)); err != nil {
		_ = done()
		return cluster.Live{}, err
	}
	if t.clientsOf != "" && strings.HasPrefix(id, t.clientsOf) {
		live.Clients = cluster.Exactly(1)
	}
	return live, done()
}

func (t *tenant) Find(_ context.Context, names []string, _ bool) (cluster.Found, error) {
	done, err := t.call("FIND %s", strings.Join(names, " "))
	if err != nil {
		return cluster.Found{}, done()
	}
	var named []cluster.Live
	t.hidden--
	for _, c := range t.clusters {
		if slices.Contains(names, c.Name) && t.hidden < 0 {
			named = append(named, c)
		}
	}
	return cluster.Found{Clusters: named, Verified: !t.isUnverified()}, done()
}

func (t *tenant) List(_ context.Context, _ string) (clusters []cluster.Live, listing cluster.Listing, err error) {
	done, err := t.call("LIST")
	if err != nil {
		return nil, listing, done()
	}
	return slices.Clone(t.clusters), cluster.Listing{Verified: !t.isUnverified()}, done()
}

func (t *tenant) LogConfig(_ context.Context, id string) (cluster.LogState, error) {
	done, err := t.call("GET %s/log-config", id)
	if err != nil {
		return cluster.LogState{}, done()
	}
	state := cluster.LogState{Known: true, Config: t.logs[id]}
	return state, done()
}

func (t *tenant) Create(_ context.Context, body json.RawMessage) (a api.Answer[cluster.Live], err error) {
	done, err := t.call("POST %s", body)
	t.clusters = append(t.clusters, t.arriving...)
	t.arriving = nil
	if err != nil {
		return a, done()
	}
	t.last = max(t.last, len(t.clusters)) + 1 // no id is ever given again
	id := fmt.Sprintf("new-%d", t.last)
	fields := []jsonpatch.Field{
		{Path: "/id", Value: jsonpatch.Quote(id)},
		{Path: "/createdAt", Value: json.RawMessage(`"2026-03-29T12:00:00Z"`)},
	}
	if !t.bare {
		fields = append(fields,
			jsonpatch.Field{Path: "/configuration/va_version", Value: json.RawMessage("null")},
			jsonpatch.Field{Path: "/updatePreferences/updateState", Value: json.RawMessage("null")})
	}
	doc, err := jsonpatch.Overlay(body, append(fields, t.odd...))
	if err != nil {
		panic(err)
	}
	live := serve(string(doc))
	if t.posts == nil || t.posts() {
		t.clusters = append(t.clusters, live)
	}
	if t.answerAs != "" && t.answerAs != live.Name {
		_ = done()
		return a, otherCluster(http.MethodPost, api.ClustersPath, live.ID)
	}
	if id := t.renamed(); id != "" {
		live.ID = id
	}
	return t.answer(live, http.MethodPost, api.ClustersPath), done()
}

func (t *tenant) Patch(_ context.Context, id string, patch jsonpatch.Patch) (a api.Answer[cluster.Live], err error) {
	body, _ := jsonpatch.Encode(patch) // of a patch that was parsed
	done, err := t.call("PATCH %s %s", id, body)
	if err != nil {
		return a, done()
	}
	i := t.indexOf(id)
	if i < 0 {
		_ = done()
		return a, refusal("PATCH", api.ClusterPath(id), http.StatusNotFound)
	}
	doc, err := patch.Apply(t.clusters[i].Document)
	if err != nil {
		_ = done()
		return a, refusal("PATCH", api.ClusterPath(id), cmp.Or(t.failedTest, http.StatusBadRequest))
	}
	if !t.deaf {
		t.clusters[i] = serve(string(doc))
	}
	if err := t.expectID(id, http.MethodPatch, api.ClusterPath(id)); err != nil {
		_ = done()
		return a, err
	}
	return t.answer(t.clusters[i], http.MethodPatch, api.ClusterPath(id)), done()
}

// renamed returns the id of another cluster for the result of the current call, "" for none.
func (t *tenant) renamed() string {
	if t.answerID == nil {
		return ""
	}
	return t.answerID(t.calls[len(t.calls)-1])
}

// expectID returns the error of an answer about another cluster than the request,
// as a Writer does.
func (t *tenant) expectID(id, method, path string) error {
	if got := t.renamed(); got != "" && got != id {
		return otherCluster(method, path, got)
	}
	return nil
}

func otherCluster(method, path, id string) error {
	return &api.Unanswered{Method: method, Path: path, Sent: true, Received: true, Err: &api.OtherCluster{Got: id}}
}

func (t *tenant) answer(live cluster.Live, method, path string) api.Answer[cluster.Live] {
	if t.mute {
		live.Document = json.RawMessage(`{"id":"` + live.ID + `"}`)
	}
	if t.answers != "" {
		live.Document = json.RawMessage(t.answers)
	}
	var hidden []jsonpatch.Field
	if t.terse {
		hidden = []jsonpatch.Field{{Path: "/configuration"}, {Path: "/updatePreferences"}}
	}
	if t.hides != "" {
		hidden = append(hidden, jsonpatch.Field{Path: t.hides})
	}
	if hidden != nil {
		doc, err := jsonpatch.Overlay(live.Document, hidden)
		if err != nil {
			panic(err)
		}
		live.Document = doc
	}
	return api.Answer[cluster.Live]{Now: live, Exchange: api.Exchange{Method: method, Path: path, Status: 200, RequestID: "req-0"}}
}

func (t *tenant) SetLogConfig(_ context.Context, id string, body json.RawMessage) (a api.Answer[cluster.LogState], err error) {
	done, err := t.call("PUT %s %s", id, body)
	if err != nil {
		return a, done()
	}
	var put struct {
		RootLevel       cluster.Level
		LogLevels       map[string]cluster.Level
		DurationMinutes int
		Expiration      time.Time
	}
	if err := json.Unmarshal(body, &put); err != nil {
		panic(err)
	}
	if put.Expiration.IsZero() {
		put.Expiration = noon().Add(time.Duration(put.DurationMinutes) * time.Minute)
	}
	if !t.deaf {
		t.logs[id] = &cluster.LiveLogConfig{RootLevel: put.RootLevel, LogLevels: put.LogLevels, Expiration: put.Expiration}
	}
	a = api.Answer[cluster.LogState]{
		Exchange: api.Exchange{Method: http.MethodPut, Path: api.LogConfigPath(id), Status: 200, RequestID: "req-0"},
		Now:      cluster.LogState{Known: true, Config: t.logs[id]},
	}
	if t.mute {
		a.Now.Config = nil
	}
	return a, done()
}

func (t *tenant) Delete(_ context.Context, id string, removeClients bool) (api.Exchange, error) {
	done, err := t.call("DELETE %s %t", id, removeClients)
	if err != nil {
		return api.Exchange{}, done()
	}
	if !t.deaf {
		t.clusters = slices.DeleteFunc(t.clusters, func(c cluster.Live) bool { return c.ID == id })
	}
	return api.Exchange{Method: http.MethodDelete, Path: api.ClusterPath(id), Status: 204, RequestID: "req-0"}, done()
}

// serve returns a cluster as a tenant would return this document.
func serve(doc string) cluster.Live {
	var served api.Cluster
	if err := json.Unmarshal([]byte(doc), &served); err != nil {
		panic(err)
	}
	return cluster.Live{
		ID: served.ID, Name: served.Name, Type: cmp.Or(served.Type, cluster.DefaultType),
		Clients: cluster.Exactly(len(served.ClientIDs)), Services: cluster.Exactly(served.ServiceCount),
		CreatedAt: createdAt(served),
		Document:  json.RawMessage(doc),
		Log:       cluster.LogState{Known: true},
	}
}

func createdAt(served api.Cluster) (at time.Time) {
	if served.CreatedAt != nil {
		at = *served.CreatedAt
	}
	return at
}

func newTenant(docs ...string) *tenant {
	t := &tenant{logs: map[string]*cluster.LiveLogConfig{}}
	for _, doc := range docs {
		t.clusters = append(t.clusters, serve(doc))
	}
	return t
}
