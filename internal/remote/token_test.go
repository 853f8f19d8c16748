package remote_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"clusterctl/internal/api"
)

// No part of a response to a token request is quoted, whatever its status, form and headers: a
// token that could not be read is not masked.
func TestTokenAnswersAreNotRepeated(t *testing.T) {
	t.Parallel()
	const secret = "SECRET-TOKEN"
	bodies := map[string]string{
		"cut off":                 `{"access_token":"SECRET-TOKEN","token_type":"bea`,
		"a byte-order mark":       "\xef\xbb\xbf" + `{"access_token":"SECRET-TOKEN","expires_in":700}`,
		"a form":                  `access_token=SECRET-TOKEN&expires_in=700`,
		"a comment behind":        `{"access_token":"SECRET-TOKEN","expires_in":700} <!-- gateway -->`,
		"a life that is a text":   `{"access_token":"SECRET-TOKEN","expires_in":"SECRET-TOKEN"}`,
		"a token of no text":      `{"access_token":["SECRET-TOKEN"]}`,
		"a token within":          `{"data":{"access_token":"SECRET-TOKEN"}}`,
		"a description":           `{"error":"invalid_client","error_description":"SECRET-TOKEN"}`,
		"a code that is none":     `{"error":"SECRET-TOKEN"}`,
		"an address":              `{"error":"invalid_grant","error_uri":"https://SECRET-TOKEN"}`,
		"a text":                  `"SECRET-TOKEN"`,
		"a page":                  `<html><title>SECRET-TOKEN</title></html>`,
		"the shape of API errors": `{"detailCode":"SECRET-TOKEN","trackingId":"SECRET-TOKEN","messages":[{"text":"SECRET-TOKEN"}]}`,
	}
	for name, body := range bodies {
		for _, status := range []int{200, 302, 400, 401, 429, 500, 999} {
			t.Run(fmt.Sprint(name, ", ", status), func(t *testing.T) {
				t.Parallel()
				server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
					w.Header().Set(api.RequestIDHeader, secret)
					w.Header().Set("Location", "://"+secret)
					w.Header().Set("Content-Type", "text/plain; x="+secret)
					w.WriteHeader(status)
					fmt.Fprint(w, body)
				}))
				t.Cleanup(server.Close)
				conf := config(t, server.URL)
				var seen strings.Builder
				conf.Observer.Exchange = func(x api.Exchange, _ time.Duration) { fmt.Fprintln(&seen, x) }
				_, err := newClient(t, conf).Get(t.Context(), "1")
				encoded, _ := json.Marshal(err)
				if all := fmt.Sprintf("%v %+v %s %s", err, err, encoded, &seen); err == nil || strings.Contains(all, secret) {
					t.Errorf("repeated: %s", all)
				}
				if !strings.HasPrefix(err.Error(), "POST /oauth/token: ") || api.OutcomeUnknown(err) {
					t.Errorf("err = %v, outcome unknown %t", err, api.OutcomeUnknown(err))
				}
			})
		}
	}
}

// The codes of RFC 6749 are repeated, and no other text.
func TestTheCodeOfARefusedTokenIsRepeated(t *testing.T) {
	t.Parallel()
	const refused = "POST /oauth/token: 400 Bad Request"
	for code, want := range map[string]string{
		"invalid_request":        refused + ": invalid_request",
		"invalid_client":         refused + ": invalid_client",
		"invalid_grant":          refused + ": invalid_grant",
		"unauthorized_client":    refused + ": unauthorized_client",
		"unsupported_grant_type": refused + ": unsupported_grant_type",
		"invalid_scope":          refused + ": invalid_scope",
		"other":                  refused,
	} {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(http.StatusBadRequest)
			fmt.Fprintf(w, `{"error":%q}`, code)
		}))
		t.Cleanup(server.Close)
		if _, err := newClient(t, config(t, server.URL)).Get(t.Context(), "1"); err == nil || err.Error() != want {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}

// A token with an unusual lifetime is used until it is refused.
func TestALifeOfAnyLength(t *testing.T) {
	t.Parallel()
	for _, life := range []string{"0", "-1", "-2147483648", "99999999999999", "null"} {
		t.Run(life, func(t *testing.T) {
			t.Parallel()
			var tokens atomic.Int32
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if r.URL.Path == api.TokenPath {
					tokens.Add(1)
					if got := r.Header.Get("User-Agent"); got != "clusterctl/test" {
						t.Errorf("the request for a token is from %s", got)
					}
					fmt.Fprintf(w, `{"access_token":"t","expires_in":%s}`, life)
					return
				}
				fmt.Fprint(w, `{"id":"1"}`)
			}))
			t.Cleanup(server.Close)
			client := newClient(t, config(t, server.URL))
			for range 5 {
				if _, err := client.Get(t.Context(), "1"); err != nil {
					t.Fatal(err)
				}
			}
			if tokens.Load() != 1 {
				t.Errorf("%d tokens for 5 requests", tokens.Load())
			}
		})
	}
}
