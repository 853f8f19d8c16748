package main

import (
	"bytes"
	"fmt"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// A tenant that repeats in its answers what it was sent, and keys of its own,
// gets none of it into the output.
func TestWhatATenantRepeatsIsMasked(t *testing.T) {
	t.Parallel()
	const (
		secret = "correct-horse-battery"
		token  = "opaque-token-0123456789"
		key    = "-----BEGIN PUBLIC KEY-----MIIBIjANBg-----END PUBLIC KEY-----"
	)
	file := filepath.Join(t.TempDir(), "clusters.yaml")
	writeFile(t, file, []byte("version: 1\nclusters: [{name: va, configuration: {k: v}}]\n"))
	answers := map[string]http.HandlerFunc{
		"the token refused": func(w http.ResponseWriter, r *http.Request) {
			w.WriteHeader(http.StatusUnauthorized)
			fmt.Fprintf(w, `{"error":"no","error_description":"bad secret %s"}`, r.FormValue("client_secret"))
		},
		"a read refused": func(w http.ResponseWriter, r *http.Request) {
			if grant(w, r, token) {
				return
			}
			w.WriteHeader(http.StatusForbidden)
			fmt.Fprintf(w, `{"messages":[{"text":"%s with %s"}]}`, r.Header.Get("Authorization"), key)
		},
		"a value to replace": func(w http.ResponseWriter, r *http.Request) {
			if grant(w, r, token) {
				return
			}
			w.Header().Set("X-Total-Count", "1")
			fmt.Fprintf(w, `[{"id":"1","name":"va","configuration":{"k":"%s %s"}}]`, r.Header.Get("Authorization"), key)
		},
	}
	for name, answer := range answers {
		for _, format := range []string{"text", "json"} {
			t.Run(name+", "+format, func(t *testing.T) {
				t.Parallel()
				var stdout, stderr bytes.Buffer
				run([]string{"clusterctl", "plan", "-v", "-f", file, "--output", format, "--retries", "0"}, env{
					Stdin: strings.NewReader(""), Stdout: &stdout, Stderr: &stderr, Now: time.Now,
					Transport: handled{answer, func(*http.Request) error { return nil }},
					Getenv: func(name string) string {
						return map[string]string{"SAIL_BASE_URL": "http://127.0.0.1", "SAIL_CLIENT_ID": "me", "SAIL_CLIENT_SECRET": secret}[name]
					},
				})
				all := stdout.String() + stderr.String()
				for _, hidden := range []string{secret, token, "MIIB"} {
					if strings.Contains(all, hidden) {
						t.Errorf("%s was put out:\n%s", hidden, all)
					}
				}
				if !strings.Contains(all, "***") {
					t.Errorf("nothing was masked:\n%s", all)
				}
			})
		}
	}
}

// grant hands out a token and tells the tenant's name.
func grant(w http.ResponseWriter, r *http.Request, token string) bool {
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
