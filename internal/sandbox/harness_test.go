package sandbox

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"clusterctl/internal/api"
)

// TestMain lets the test binary be the process that TestKillLosesNothing kills.
func TestMain(m *testing.M) {
	if dir := os.Getenv(killDirVariable); dir != "" {
		createUntilKilled(dir)
		return
	}
	m.Run()
}

// clock is a clock that only moves on request.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func newClock() *clock {
	return &clock{now: time.Date(2026, time.November, 23, 10, 0, 0, 0, time.UTC)}
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// peer is a client of a tenant that is served over HTTP.
type peer struct {
	t      testing.TB
	tenant *Tenant
	url    string
	http   *http.Client
	token  string
}

// reply is an answer that has been read.
type reply struct {
	status int
	header http.Header
	body   string
}

// serve opens a tenant, in a new directory unless the options name one, and returns a client with
// a token. By default there is no rate limit and the clock does not move.
func serve(t testing.TB, o Options) *peer {
	t.Helper()
	if o.Dir == "" {
		o.Dir = t.TempDir()
	}
	if o.Now == nil {
		o.Now = newClock().Now
	}
	if o.RateLimit == 0 {
		o.RateLimit = -1
	}
	tenant, err := Open(o)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(tenant)
	t.Cleanup(func() {
		if err := tenant.Close(); err != nil {
			t.Error(err)
		}
		server.Close()
	})
	// A client that keeps no connection cannot send a request again on its own.
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	p := &peer{t: t, tenant: tenant, url: server.URL, http: client}
	return p.as("tester")
}

// as is the same client with a token for another client ID.
func (p *peer) as(clientID string) *peer {
	p.t.Helper()
	other := *p
	other.token = ""
	form := url.Values{"grant_type": {"client_credentials"}, "client_id": {clientID}, "client_secret": {"s"}}
	r := other.send(http.MethodPost, api.TokenPath, "application/x-www-form-urlencoded", form.Encode())
	other.token = decode[tokenBody](p.t, r).AccessToken
	return &other
}

// try sends a request, and returns the error of a connection that broke.
func (p *peer) try(method, path, contentType, body string) (reply, error) {
	p.t.Helper()
	request, err := http.NewRequestWithContext(p.t.Context(), method, p.url+path, strings.NewReader(body))
	if err != nil {
		p.t.Fatal(err)
	}
	if contentType != "" {
		request.Header.Set("Content-Type", contentType)
	}
	if p.token != "" {
		request.Header.Set("Authorization", "Bearer "+p.token)
	}
	return p.tryRequest(request)
}

func (p *peer) tryRequest(request *http.Request) (reply, error) {
	response, err := p.http.Do(request)
	if err != nil {
		return reply{}, err
	}
	defer func() { _ = response.Body.Close() }()
	data, err := io.ReadAll(response.Body)
	return reply{response.StatusCode, response.Header, string(data)}, err
}

func (p *peer) do(request *http.Request) reply {
	p.t.Helper()
	r, err := p.tryRequest(request)
	if err != nil {
		p.t.Fatalf("%s %s: %v", request.Method, request.URL.Path, err)
	}
	return r
}

func (p *peer) send(method, path, contentType, body string) reply {
	p.t.Helper()
	r, err := p.try(method, path, contentType, body)
	if err != nil {
		p.t.Fatalf("%s %s: %v", method, path, err)
	}
	return r
}

func (p *peer) get(path string) reply { p.t.Helper(); return p.send(http.MethodGet, path, "", "") }

func (p *peer) delete(path string) reply {
	p.t.Helper()
	return p.send(http.MethodDelete, path, "", "")
}

func (p *peer) post(body string) reply {
	p.t.Helper()
	return p.send(http.MethodPost, "/v3/managed-clusters", api.ContentTypeJSON, body)
}

func (p *peer) patch(id, body string) reply {
	p.t.Helper()
	return p.send(http.MethodPatch, clusterPath(id), api.ContentTypePatch, body)
}

func (p *peer) putLog(id, body string) reply {
	p.t.Helper()
	return p.send(http.MethodPut, logPath(id), api.ContentTypeJSON, body)
}

// create makes a cluster and returns it.
func (p *peer) create(body string) served {
	p.t.Helper()
	r := p.post(body)
	p.want(r, http.StatusOK)
	return decode[served](p.t, r)
}

// list reads one page of clusters.
func (p *peer) list(query string) []served {
	p.t.Helper()
	r := p.get("/v3/managed-clusters?" + query)
	p.want(r, http.StatusOK)
	return decode[[]served](p.t, r)
}

// show reads one cluster.
func (p *peer) show(id string) served {
	p.t.Helper()
	r := p.get(clusterPath(id))
	p.want(r, http.StatusOK)
	return decode[served](p.t, r)
}

// want fails the test if the response has another status.
func (p *peer) want(r reply, status int) {
	p.t.Helper()
	if r.status != status {
		p.t.Fatalf("status %d, want %d: %s", r.status, status, r.body)
	}
}

// wantProblem fails the test unless the response is this failure, in the documented form, with
// the text in its message.
func (p *peer) wantProblem(r reply, status int, text string) {
	p.t.Helper()
	p.want(r, status)
	body := decode[api.ErrorBody](p.t, r)
	if body.DetailCode == "" || len(body.Messages) != 1 || body.Messages[0].Locale != "en-US" || body.Causes == nil {
		p.t.Fatalf("not an error body: %s", r.body)
	}
	if body.TrackingID != r.header.Get(api.RequestIDHeader) {
		p.t.Errorf("tracking id %q is not the request id %q", body.TrackingID, r.header.Get(api.RequestIDHeader))
	}
	if !strings.Contains(body.Messages[0].Text, text) {
		p.t.Errorf("message %q does not contain %q", body.Messages[0].Text, text)
	}
}

// served has the fields of a cluster that tests read.
type served struct {
	ID                string             `json:"id"`
	Name              string             `json:"name"`
	Type              string             `json:"type"`
	Org               string             `json:"org"`
	Status            string             `json:"status"`
	Operational       bool               `json:"operational"`
	Description       *string            `json:"description"`
	Configuration     map[string]*string `json:"configuration"`
	ClientIDs         []string           `json:"clientIds"`
	UpdatePreferences *preferences       `json:"updatePreferences"`
	LogConfiguration  *logConfig         `json:"logConfiguration"`
	CreatedAt         string             `json:"createdAt"`
	UpdatedAt         string             `json:"updatedAt"`
}

func decode[T any](t testing.TB, r reply) T {
	t.Helper()
	var v T
	if err := json.Unmarshal([]byte(r.body), &v); err != nil {
		t.Fatalf("%d %q: %v", r.status, r.body, err)
	}
	return v
}

func clusterPath(id string) string { return "/v3" + api.ClusterPath(id) }

func logPath(id string) string { return "/v3" + api.LogConfigPath(id) }
