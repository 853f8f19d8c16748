package remote_test

import (
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"net/http/httptrace"
	"strings"
	"sync"
	"testing"
	"testing/iotest"
	"time"

	"clusterctl/internal/api"
	"clusterctl/internal/cluster"
	"clusterctl/internal/remote"
	"clusterctl/internal/sandbox"
)

// config returns the configuration of a client of the tenant at url, with short timeouts.
func config(t testing.TB, url string) remote.Config {
	t.Helper()
	root, err := api.ParseRoot(url, "")
	if err != nil {
		t.Fatal(err)
	}
	transport := &http.Transport{MaxIdleConnsPerHost: 100}
	t.Cleanup(transport.CloseIdleConnections)
	return remote.Config{
		Root:        root,
		Credentials: remote.Credentials{ClientID: "id", ClientSecret: "s3cret"},
		Base:        transport,
		Timeout:     10 * time.Second,
		Parallelism: 10,
		UserAgent:   "clusterctl/test",
	}
}

func newClient(t testing.TB, c remote.Config) *remote.Client {
	t.Helper()
	client, err := remote.New(c)
	if err != nil {
		t.Fatal(err)
	}
	return client
}

// serveSandbox serves a sandbox.
func serveSandbox(t testing.TB, options sandbox.Options) (*sandbox.Tenant, *httptest.Server) {
	t.Helper()
	options.Dir = t.TempDir()
	tenant, err := sandbox.Open(options)
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
	return tenant, server
}

// fake is a server that grants tokens, passes other requests to a function, and counts requests.
type fake struct {
	*httptest.Server
	answer http.HandlerFunc
	mu     sync.Mutex
	asked  []string
	tokens int
}

func newFake(t testing.TB, answer http.HandlerFunc) *fake {
	t.Helper()
	f := &fake{answer: answer}
	f.Server = httptest.NewServer(f)
	t.Cleanup(f.Close)
	return f
}

func (f *fake) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	f.mu.Lock()
	if r.URL.Path == api.TokenPath {
		f.tokens++
		n := f.tokens
		f.mu.Unlock()
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprintf(w, `{"access_token":"token-%d","token_type":"bearer","expires_in":600}`, n)
		return
	}
	f.asked = append(f.asked, r.Method+" "+r.URL.RequestURI())
	f.mu.Unlock()
	f.answer(w, r)
}

// offline returns a fake without a network, for bubbles of virtual time, and the configuration of
// its client.
func offline(t testing.TB, answer http.HandlerFunc) (*fake, remote.Config) {
	t.Helper()
	f := &fake{answer: answer}
	conf := config(t, "https://acme.example")
	conf.Base = inMemory{f}
	return f, conf
}

// inMemory is a transport to a handler. A panic drops the connection, and a body shorter than its
// Content-Length is cut off.
type inMemory struct{ http.Handler }

func (m inMemory) RoundTrip(req *http.Request) (resp *http.Response, err error) {
	if trace := httptrace.ContextClientTrace(req.Context()); trace != nil && trace.WroteHeaders != nil {
		trace.WroteHeaders()
	}
	defer func() {
		if recover() != nil {
			resp, err = nil, io.ErrUnexpectedEOF
		}
	}()
	w := httptest.NewRecorder()
	m.ServeHTTP(w, req)
	resp = w.Result()
	if resp.ContentLength > int64(w.Body.Len()) {
		resp.Body = io.NopCloser(io.MultiReader(resp.Body, iotest.ErrReader(io.ErrUnexpectedEOF)))
	}
	return resp, nil
}

func (f *fake) requests() []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return append([]string{}, f.asked...)
}

// rows is a listing of n clusters from the first-th on.
func rows(first, n int) string {
	var docs []string
	for i := first; i < first+n; i++ {
		docs = append(docs, fmt.Sprintf(`{"id":"%d","name":"va-%d"}`, i, i))
	}
	return "[" + strings.Join(docs, ",") + "]"
}

func tenantOf(url string) cluster.Tenant { return cluster.Tenant{BaseURL: url, Org: "acme"} }

// nothing returns a Need of the clusters only.
func nothing() cluster.Need { return needLog(func(cluster.Live) bool { return false }) }

func needLog(of func(cluster.Live) bool) cluster.Need {
	return cluster.Need{Log: of, Missing: func([]cluster.Live) cluster.Missing { return cluster.Missing{} }}
}

// silent discards a server's log.
func silent() *log.Logger { return log.New(io.Discard, "", 0) }
