package remote_test

import (
	"fmt"
	"io"
	"net/http"
	"testing"
	"testing/synctest"

	"github.com/google/go-cmp/cmp"

	"clusterctl/internal/api"
)

// Each request has its content types, and a retry sends the whole body again.
func TestHeadersAndBodies(t *testing.T) {
	t.Parallel()
	for method, want := range map[string]struct{ contentType, body string }{
		"GET":    {"", ""},
		"POST":   {"application/json", `{"name":"x"}`},
		"PATCH":  {"application/json-patch+json", `[{"op":"remove","path":"/description"}]`},
		"PUT":    {"application/json", `{"rootLevel":"INFO"}`},
		"DELETE": {"", ""},
	} {
		t.Run(method, func(t *testing.T) {
			t.Parallel()
			var got []string
			_, conf := offline(t, func(w http.ResponseWriter, r *http.Request) {
				body, _ := io.ReadAll(r.Body)
				got = append(got, fmt.Sprintf("%s %s %s %s %s %s", r.Method, r.Header.Get("Content-Type"), r.Header.Get("Accept"),
					r.Header.Get("User-Agent"), r.Header.Get("Authorization"), body))
				if len(got) == 1 {
					w.Header().Set("Retry-After", "0")
					w.WriteHeader(http.StatusTooManyRequests)
					return
				}
				fmt.Fprint(w, `{"id":"1"}`)
			})
			conf.Retries = 1
			synctest.Test(t, func(t *testing.T) {
				if err := do(t.Context(), newClient(t, conf), method); err != nil {
					t.Fatal(err)
				}
			})
			line := fmt.Sprintf("%s %s application/json clusterctl/test Bearer token-1 %s", method, want.contentType, want.body)
			if diff := cmp.Diff([]string{line, line}, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// The paths and results of deleting a cluster, and one that no longer exists.
func TestDeleteReturnsItsExchange(t *testing.T) {
	t.Parallel()
	for status, want := range map[int]api.Exchange{
		http.StatusNoContent: {Method: "DELETE", Path: "/managed-clusters/1", Status: 204, RequestID: "r"},
		http.StatusNotFound:  {Method: "DELETE", Path: "/managed-clusters/1", Status: 404},
		http.StatusConflict:  {},
	} {
		for _, removeClients := range []bool{false, true} {
			f := newFake(t, func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set(api.RequestIDHeader, "r")
				w.WriteHeader(status)
			})
			got, err := newClient(t, config(t, f.URL)).Delete(t.Context(), "1", removeClients)
			if diff := cmp.Diff(want, got); diff != "" || (err != nil) != (status == http.StatusConflict) {
				t.Errorf("%d: %v (-want +got):\n%s", status, err, diff)
			}
			if diff := cmp.Diff([]string{"DELETE /v3" + api.DeletePath("1", removeClients)}, f.requests()); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		}
	}
}

// The log configuration is that of the response, and none without a body.
func TestLogConfigOfEveryAnswer(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		status int
		body   string
		known  bool
		root   string
		fails  bool
	}{
		"set":           {200, `{"rootLevel":"WARN"}`, true, "WARN", false},
		"empty object":  {200, `{}`, true, "", false},
		"no content":    {204, ``, true, "", false},
		"an empty body": {200, ``, true, "", false},
		"blanks":        {200, ` `, false, "", true}, // not JSON
		"null":          {200, ` null `, true, "", false},
		"a list":        {200, `[]`, false, "", true},
		"a text":        {200, `"WARN"`, false, "", true},
		"refused":       {403, ``, false, "", true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newFake(t, writing(tt.status, tt.body))
			got, err := newClient(t, config(t, f.URL)).LogConfig(t.Context(), "1")
			if (err != nil) != tt.fails || got.Known != tt.known || got.Problem != "" {
				t.Fatalf("%+v, %v", got, err)
			}
			isObject := len(tt.body) > 0 && tt.body[0] == '{'
			if (got.Config != nil) != isObject || isObject && string(got.Config.RootLevel) != tt.root {
				t.Errorf("%+v", got.Config)
			}
		})
	}
}
