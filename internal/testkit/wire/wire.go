// Package wire sends requests to a tenant in the same process, so that a test can run in a bubble
// of virtual time, where a goroutine that waits for the network is never idle.
package wire

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/http/httptrace"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Transport sends requests to a handler.
type Transport struct {
	Handler http.Handler
	// Before is called before a request is answered, and may fail it. Nil does nothing.
	Before func(*http.Request) error
}

// RoundTrip returns the handler's response.
func (t Transport) RoundTrip(req *http.Request) (*http.Response, error) {
	NoteSent(req)
	if t.Before != nil {
		if err := t.Before(req); err != nil {
			return nil, err
		}
	}
	return Serve(t.Handler, req), nil
}

// Serve returns the response of a handler.
func Serve(handler http.Handler, req *http.Request) *http.Response {
	w := httptest.NewRecorder()
	handler.ServeHTTP(w, req)
	return w.Result()
}

// NoteSent records that a request has left the process, as a network would.
func NoteSent(req *http.Request) {
	if trace := httptrace.ContextClientTrace(req.Context()); trace != nil && trace.WroteHeaders != nil {
		trace.WroteHeaders()
	}
}

// Answer returns a response without a tenant.
func Answer(status int, retryAfter, body string) *http.Response {
	w := httptest.NewRecorder()
	if retryAfter != "" {
		w.Header().Set("Retry-After", retryAfter)
	}
	w.WriteHeader(status)
	_, _ = w.WriteString(body) // in memory
	return w.Result()
}

// GiveUp waits until the sender of a request gives up, as if there were no response.
func GiveUp(req *http.Request) error {
	<-req.Context().Done()
	return req.Context().Err()
}

// ContentType returns the content type of a method's body, "" without a body.
func ContentType(method, body string) string {
	switch {
	case body == "":
		return ""
	case method == http.MethodPatch:
		return "application/json-patch+json"
	default:
		return "application/json"
	}
}

// Ask sends one request with a new token, and returns the body of the response. Any status but
// 2xx fails the test.
func Ask(t testing.TB, tenant http.Handler, method, path, body string) []byte {
	t.Helper()
	form := strings.NewReader("grant_type=client_credentials&client_id=me&client_secret=any")
	w := httptest.NewRecorder()
	req := httptest.NewRequest(http.MethodPost, "/oauth/token", form)
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	tenant.ServeHTTP(w, req)
	var token struct {
		AccessToken string `json:"access_token"`
	}
	if err := json.Unmarshal(w.Body.Bytes(), &token); err != nil {
		t.Fatal(err)
	}
	w = httptest.NewRecorder()
	req = httptest.NewRequest(method, path, strings.NewReader(body))
	req.Header.Set("Content-Type", ContentType(method, body))
	req.Header.Set("Authorization", "Bearer "+token.AccessToken)
	tenant.ServeHTTP(w, req)
	if w.Code/100 != 2 {
		t.Fatalf("%s %s: %d %s", method, path, w.Code, w.Body)
	}
	return w.Body.Bytes()
}

// Access returns the environment of a client that every test tenant accepts.
func Access(name string) string {
	return map[string]string{"SAIL_BASE_URL": "http://127.0.0.1", "SAIL_CLIENT_ID": "me", "SAIL_CLIENT_SECRET": "any"}[name]
}

// WriteFile writes a file for a test.
func WriteFile(t testing.TB, path string, data []byte) {
	t.Helper()
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
}

// WriteClusters writes a desired-state file into a new directory.
func WriteClusters(t testing.TB, content string) (path string) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "clusters.yaml")
	WriteFile(t, path, []byte(content))
	return path
}

// ExpectInOrder checks that a text has these fragments in order. Without fragments it must be
// empty.
func ExpectInOrder(t testing.TB, name, text string, fragments []string) {
	t.Helper()
	if len(fragments) == 0 && text != "" {
		t.Errorf("%s is %q, want nothing", name, text)
	}
	rest := text
	for _, fragment := range fragments {
		_, after, found := strings.Cut(rest, fragment)
		if !found {
			t.Errorf("no %q at its place on %s:\n%s", fragment, name, text)
			return
		}
		rest = after
	}
}

// Grant handles the requests for a token and for the tenant's name.
func Grant(w http.ResponseWriter, r *http.Request, token string) bool {
	switch r.URL.Path {
	case "/oauth/token":
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprintf(w, `{"access_token":%q,"token_type":"bearer","expires_in":600}`, token)
	case "/oauth/info":
		fmt.Fprint(w, `{"tenantName":"acme"}`)
	default:
		return false
	}
	return true
}
