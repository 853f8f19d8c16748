package simulation

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"clusterctl/internal/sandbox"
	"clusterctl/internal/testkit/wire"
)

const clusters = "/v3/managed-clusters"

// picture is the values of a cluster by leaf, without null and "", which count as absent. A nil
// picture is no cluster.
type picture map[string]string

// event is a request that reached the tenant, or another event.
type event struct {
	At     time.Duration
	Who    int    // a run, or console or checks
	Phase  int    // of apply PLAN: 0 is the plan, 1 the apply
	What   string // of a request its method and path, with ordinals of clusters for ids
	Body   string
	Status int
	Fault  string
	ID     string // of the cluster that a write was about
	// Before and After are the cluster before and after a write; equal if it had no effect.
	Before, After picture
}

// Values of Who for events that are not of a run.
const (
	console = -1
	checks  = -2
)

func (e event) isWrite() bool { return e.Before != nil || e.After != nil }

func (e event) hasEffect() bool { return !maps.Equal(e.Before, e.After) }

// reading is a cluster as a run saw it.
type reading struct {
	At     time.Duration // when the tenant read it
	Phase  int
	ByID   bool
	Cached picture
	Log    *string // nil if it does not show the log configuration
}

// world is a scenario that is being played.
type world struct {
	scenario
	dir    string
	tenant *sandbox.Tenant
	begin  time.Time
	// turn is held by the request that the tenant handles. Unlike a mutex, it does not stop the
	// time of a bubble.
	turn    chan struct{}
	truth   map[string]picture
	order   []string // the ids of all clusters, as they were created
	journal []event
	actors  []*actor

	mu       sync.Mutex
	attached map[string]bool
}

// play plays a scenario in a bubble of virtual time, and returns the violations.
func play(t *testing.T, s scenario, dir string) (w *world, violations []violation) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		w = &world{scenario: s, dir: dir, begin: time.Now(), turn: make(chan struct{}, 1), truth: map[string]picture{}, attached: map[string]bool{}}
		w.open(t)
		w.populate(t)
		w.perform(t)
		violations = w.check(t)
		if err := w.tenant.Close(); err != nil {
			t.Error(err)
		}
	})
	return w, violations
}

func (w *world) open(t *testing.T) {
	t.Helper()
	var (
		mu     sync.Mutex
		source = rand.NewChaCha8([32]byte{byte(w.Seed), byte(w.Seed >> 8), byte(w.Seed >> 16), byte(w.Seed >> 24)})
	)
	o := sandbox.Options{
		Dir: w.dir, Unsynced: true, Shuffle: w.Moods.Shuffle, NoCount: w.Moods.NoCount, NoNameFilter: w.Moods.NoNameFilter,
		RefuseTests: w.Moods.RefuseTests, UniqueNames: w.Moods.UniqueNames, OmitInlineLogs: w.Moods.OmitLogs, ListLag: w.Moods.ListLag,
		RefuseDisabledUpdates: w.Moods.NoDisabling,
		Random:                readerFunc(func(p []byte) (int, error) { mu.Lock(); defer mu.Unlock(); return source.Read(p) }),
		Now:                   func() time.Time { return time.Now().Add(w.Moods.ClockSkew) },
		Serve:                 w.withClients, Seed: w.Moods.Bystanders,
	}
	if w.Moods.LagPerRow {
		o.ListLagOf = func(id string) time.Duration {
			return time.Duration(w.chance(int64(w.Moods.ListLag), "lag", w.ordinal(id)))
		}
	}
	if w.Moods.ShortTokens {
		o.TokenLifetime = 5 * time.Second
	}
	tenant, err := sandbox.Open(o)
	if err != nil {
		t.Fatal(err)
	}
	w.tenant = tenant
}

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(p []byte) (int, error) { return f(p) }

// withClients adds the attached clients to a document: no request can attach one.
func (w *world) withClients(doc json.RawMessage) json.RawMessage {
	var c struct {
		ID string `json:"id"`
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if json.Unmarshal(doc, &c) != nil || !w.attached[c.ID] {
		return doc
	}
	return bytes.Replace(doc, []byte(`"clientIds":[]`), []byte(`"clientIds":["theirs"]`), 1)
}

// ordinal returns the position of a cluster among all that were ever created.
func (w *world) ordinal(id string) int { return slices.Index(w.order, id) }

func (w *world) now() time.Duration { return time.Since(w.begin) }

// populate creates the initial clusters, early enough for every listing to show them.
func (w *world) populate(t *testing.T) {
	t.Helper()
	for _, body := range w.Clusters {
		w.serve(checks, 0, ask(http.MethodPost, clusters, body))
	}
	for _, i := range w.Logged {
		if i < len(w.order) {
			w.serve(checks, 0, ask(http.MethodPut, clusters+"/"+w.order[i]+"/log-config", `{"rootLevel":"TRACE","logLevels":{"c.D":"WARN"},"durationMinutes":1200}`))
		}
	}
	for _, i := range w.Attached {
		if i < len(w.order) {
			w.attach(w.order[i])
		}
	}
	w.journal = nil
	time.Sleep(w.Moods.ListLag + time.Second)
}

// ask sends a request that is not from a run.
func ask(method, path, body string) *http.Request {
	req := httptest.NewRequest(method, path, strings.NewReader(body))
	req.Header.Set("Content-Type", wire.ContentType(method, body))
	return req
}

// answer sends a request to the tenant with its own token.
func (w *world) answer(req *http.Request) *http.Response {
	form := strings.NewReader("grant_type=client_credentials&client_id=console&client_secret=any")
	grant := httptest.NewRequest(http.MethodPost, "/oauth/token", form)
	grant.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	var token struct {
		AccessToken string `json:"access_token"`
	}
	if err := json.NewDecoder(wire.Serve(w.tenant, grant).Body).Decode(&token); err != nil {
		panic(err)
	}
	req.Header.Set("Authorization", "Bearer "+token.AccessToken)
	return wire.Serve(w.tenant, req)
}

// serve lets the tenant handle a request, and records the effect.
func (w *world) serve(who, phase int, req *http.Request) {
	w.turn <- struct{}{}
	defer func() { <-w.turn }()
	w.work(who, phase, req)
}

func (w *world) work(who, phase int, req *http.Request) *http.Response {
	e := event{Who: who, Phase: phase, Body: bodyOf(req), What: req.Method + " " + w.normal(req)}
	id := idIn(req.URL.Path)
	before := w.truth[id]
	if req.Method == http.MethodPost {
		w.dropFields(req)
	}
	var resp *http.Response
	if who < 0 {
		resp = w.answer(req)
	} else {
		resp = wire.Serve(w.tenant, req)
	}
	e.At, e.Status = w.now(), resp.StatusCode
	if req.Method != http.MethodGet {
		if id == "" {
			id = createdID(resp)
		}
		w.look(id)
		e.ID, e.Before, e.After = id, before, w.truth[id]
	}
	w.journal = append(w.journal, e)
	return resp
}

// dropFields removes the fields of a POST that this tenant drops.
func (w *world) dropFields(req *http.Request) {
	var body map[string]any
	if !w.Moods.DropField || json.Unmarshal([]byte(bodyOf(req)), &body) != nil {
		return
	}
	delete(body, "description")
	text, err := json.Marshal(body)
	if err == nil {
		req.Body, req.ContentLength = readCloser(text), int64(len(text))
	}
}

// look records the true state of a cluster.
func (w *world) look(id string) {
	if id == "" {
		return
	}
	if !slices.Contains(w.order, id) {
		w.order = append(w.order, id)
	}
	resp := w.answer(ask(http.MethodGet, clusters+"/"+id, ""))
	if resp.StatusCode != http.StatusOK {
		delete(w.truth, id)
		return
	}
	doc := pictureOf(textOf(resp))
	if log := w.answer(ask(http.MethodGet, clusters+"/"+id+"/log-config", "")); log.StatusCode == http.StatusOK {
		if text := logPicture(textOf(log)); text != "" {
			doc["/log"] = text
		}
	}
	w.truth[id] = doc
}

// normal returns a path with ordinals instead of ids, so that it is the same in every replay.
func (w *world) normal(req *http.Request) string {
	path := strings.TrimPrefix(req.URL.Path, "/v3")
	if id := idIn(req.URL.Path); id != "" {
		path = strings.Replace(path, id, fmt.Sprintf("#%d", w.ordinal(id)), 1)
	}
	if req.URL.RawQuery != "" {
		path += "?" + req.URL.RawQuery
	}
	return path
}

// idIn returns the id in a path, "" if there is none.
func idIn(path string) string {
	_, rest, _ := strings.Cut(path, "/managed-clusters/")
	id, _, _ := strings.Cut(rest, "/")
	return id
}

func createdID(resp *http.Response) string {
	var c struct {
		ID string `json:"id"`
	}
	if json.Unmarshal(textOf(resp), &c) != nil {
		return ""
	}
	return c.ID
}

// pictureOf returns the picture of a cluster's document.
func pictureOf(body []byte) picture {
	var doc map[string]any
	if json.Unmarshal(body, &doc) != nil || doc["id"] == nil {
		return nil
	}
	p := picture{}
	for _, key := range []string{"name", "type", "description", "configuration", "updatePreferences", "clientIds"} {
		p.add("/"+key, doc[key])
	}
	return p
}

func (p picture) addText(path string, text json.RawMessage) {
	var value any
	if json.Unmarshal(text, &value) == nil {
		p.add(path, value)
	}
}

func (p picture) add(path string, value any) {
	switch v := value.(type) {
	case nil:
	case map[string]any:
		for key, value := range v {
			p.add(path+"/"+key, value)
		}
	default:
		if text := fmt.Sprint(v); text != "" && text != "[]" {
			p[path] = text
		}
	}
}

// logPicture returns a log configuration without its window, "" for one that ends another.
func logPicture(body []byte) string {
	var log struct {
		RootLevel       string            `json:"rootLevel"`
		LogLevels       map[string]string `json:"logLevels"`
		DurationMinutes int               `json:"durationMinutes"`
	}
	if json.Unmarshal(body, &log) != nil || log.RootLevel == "" || log.RootLevel == "INFO" && len(log.LogLevels) == 0 && log.DurationMinutes <= 5 {
		return ""
	}
	return fmt.Sprint(log.RootLevel, log.LogLevels)
}

// named returns the true ids of the clusters with a name.
func (w *world) named(name string) (ids []string) {
	for _, id := range w.order {
		if p := w.truth[id]; p != nil && p["/name"] == name {
			ids = append(ids, id)
		}
	}
	return ids
}

// attach attaches a client to a cluster.
func (w *world) attach(id string) {
	w.mu.Lock()
	w.attached[id] = true
	w.mu.Unlock()
	before := w.truth[id]
	w.look(id)
	w.journal = append(w.journal, event{At: w.now(), Who: console, What: fmt.Sprintf("attach a client to #%d", w.ordinal(id)), ID: id, Before: before, After: w.truth[id], Status: http.StatusOK})
}

// do performs an act of a person, on the cluster with this id if the act names none. The person
// has the turn.
func (w *world) do(a act, id string) {
	if a.Kind == "create" {
		w.work(console, 0, ask(http.MethodPost, clusters, fmt.Sprintf(`{"name":%q,"description":"theirs"}`, a.Target)))
		return
	}
	if ids := w.named(a.Target); len(ids) > 0 {
		id = ids[0]
	}
	if w.truth[id] == nil {
		return
	}
	path := clusters + "/" + id
	patch := func(path, pointer, value string) *http.Request {
		return ask(http.MethodPatch, path, fmt.Sprintf(`[{"op":"replace","path":%q,"value":%q}]`, pointer, value))
	}
	switch a.Kind {
	case "describe":
		w.work(console, 0, patch(path, "/description", a.Value))
	case "configure":
		offset := map[string]string{"theirs": "7", "after": "3", "before": "1"}[a.Value]
		w.work(console, 0, patch(path, "/configuration/gmtOffset", offset))
	case "rename":
		w.work(console, 0, patch(path, "/name", a.Value))
	case "delete":
		w.work(console, 0, ask(http.MethodDelete, path, ""))
	case "log":
		w.work(console, 0, ask(http.MethodPut, path+"/log-config", `{"rootLevel":"DEBUG","durationMinutes":300}`))
	case "end log":
		w.work(console, 0, ask(http.MethodPut, path+"/log-config", `{"rootLevel":"INFO","durationMinutes":5}`))
	case "attach":
		w.attach(id)
	}
}

func (w *world) path(name string) string { return filepath.Join(w.dir, name) }

func (w *world) write(t *testing.T, name, text string) {
	t.Helper()
	wire.WriteFile(t, w.path(name), []byte(text))
}

func read(path string) []byte {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil
	}
	return data
}
