package command

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"clusterctl/internal/testkit/wire"

	"pgregory.net/rapid"
)

// Secrets that a tenant repeats in its answers, and its own keys, are not in the output.
func TestWhatATenantRepeatsIsMasked(t *testing.T) {
	t.Parallel()
	const (
		secret = "correct-horse-battery"
		token  = "opaque-token-0123456789"
		key    = "-----BEGIN PUBLIC KEY-----MIIBIjANBg-----END PUBLIC KEY-----"
	)
	file := filepath.Join(t.TempDir(), "clusters.yaml")
	wire.WriteFile(t, file, []byte("version: 1\nclusters: [{name: va, configuration: {k: v}}]\n"))
	answers := map[string]http.HandlerFunc{
		"a read refused": func(w http.ResponseWriter, r *http.Request) {
			if wire.Grant(w, r, token) {
				return
			}
			w.WriteHeader(http.StatusForbidden)
			fmt.Fprintf(w, `{"messages":[{"text":"%s with %s"}]}`, r.Header.Get("Authorization"), key)
		},
		"a value to replace": func(w http.ResponseWriter, r *http.Request) {
			if wire.Grant(w, r, token) {
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
				Run([]string{"clusterctl", "plan", "-v", "-f", file, "--output", format, "--retries", "0"}, Env{
					Stdin: strings.NewReader(""), Stdout: &stdout, Stderr: &stderr, Now: time.Now,
					Transport: wire.Transport{Handler: answer, Before: func(*http.Request) error { return nil }},
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

// A tenant puts the secret and the token anywhere into its answers, in any encoding, after
// a text of any length. No command prints them, in any format.
func TestNoEncodingOfASecretIsPutOut(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "clusters.yaml")
	wire.WriteFile(t, file, []byte("version: 1\nclusters: [{name: va, description: mine, configuration: {k: v}}]\n"))
	commands := [][]string{
		{"plan", "-f", file}, {"plan", "-f", file, "--output", "json"}, {"drift", "-f", file, "--output", "markdown"},
		{"status"}, {"status", "--output", "json"}, {"export"}, {"ping"}, {"ping", "--output", "json"},
	}
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringOfN(rapid.RuneFrom([]rune(`abcdefghXYZ0123456789-._~+/= "\&%<>:`)), 12, 40, -1)
		secret, token := "s"+text.Draw(t, "secret")+"s", "t"+text.Draw(t, "token")+"t"
		hidden := rapid.SampledFrom([]string{secret, token}).Draw(t, "hidden")
		spelled, from := spellSecret(t, hidden)
		said := strings.Repeat("x", rapid.IntRange(0, 320).Draw(t, "front")) + " " + spelled + " behind"
		command := rapid.SampledFrom(commands).Draw(t, "command")
		answer := repeating(rapid.SampledFrom(placements()).Draw(t, "placement"), repeated{said, hidden == token}, token)
		var stdout, stderr bytes.Buffer
		Run(append(append([]string{"clusterctl"}, command...), "-v", "--retries", "0", "--log-format", rapid.SampledFrom([]string{"text", "json"}).Draw(t, "log")), Env{
			Stdin: strings.NewReader(""), Stdout: &stdout, Stderr: &stderr, Now: time.Now,
			Transport: wire.Transport{Handler: answer, Before: func(*http.Request) error { return nil }},
			Getenv: func(name string) string {
				return map[string]string{"SAIL_BASE_URL": "http://127.0.0.1", "SAIL_CLIENT_ID": "me", "SAIL_CLIENT_SECRET": secret}[name]
			},
		})
		all := stdout.String() + stderr.String()
		if part := spelled[from : from+10]; strings.Contains(all, part) || strings.Contains(all, hidden) {
			t.Fatalf("%q of %q was put out by %v:\n%s", part, hidden, command, all)
		}
	})
}

// spellSecret returns a secret in an encoding, and the range of it that holds only bits of
// the secret.
func spellSecret(t *rapid.T, secret string) (spelled string, from int) {
	inJSON, err := json.Marshal(secret)
	if err != nil {
		t.Fatal(err)
	}
	escapes := regexp.MustCompile("%[0-9A-F]{2}")
	switch rapid.IntRange(0, 6).Draw(t, "encoding") {
	case 0:
		return url.QueryEscape(secret), 0
	case 1:
		return escapes.ReplaceAllStringFunc(url.PathEscape(secret), strings.ToLower), 0
	case 2:
		return base64.StdEncoding.EncodeToString([]byte("me:" + secret)), 4
	case 3:
		return base64.RawURLEncoding.EncodeToString([]byte(secret)), 0
	case 4:
		return strings.ReplaceAll(string(inJSON), "/", `\/`)[1:], 0
	default:
		return secret, 0
	}
}

// placements are the places where a tenant can put a text.
func placements() []string {
	return []string{"name", "description", "value", "key", "type", "status", "version", "log", "error", "page", "not JSON", "header", "redirect", "tenant", "token"}
}

// repeated returns a text that contains a secret. A token is used only after it is granted.
type repeated struct {
	text    string
	isToken bool
}

// repeating is a tenant that puts a text in one place.
func repeating(place string, said repeated, token string) http.HandlerFunc {
	granted := false
	return func(w http.ResponseWriter, r *http.Request) {
		text := said.text
		if r.URL.Path == "/oauth/token" {
			granted = true
		} else if !granted && said.isToken {
			text = "not granted yet"
		}
		w.Header().Set("SLPT-Request-ID", text)
		w.Header().Set("X-RateLimit-Remaining", text)
		switch {
		case r.URL.Path == "/oauth/token" && place == "token":
			w.WriteHeader(http.StatusUnauthorized)
			writeJSON(w, map[string]any{"error": text, "error_description": text})
		case r.URL.Path == "/oauth/token":
			writeJSON(w, map[string]any{"access_token": token, "expires_in": 600})
		case r.URL.Path == "/oauth/info" && place == "tenant":
			writeJSON(w, map[string]any{"tenantName": text, "pod": text})
		case r.URL.Path == "/oauth/info":
			writeJSON(w, map[string]any{"tenantName": "acme"})
		default:
			repeatInListing(w, place, text)
		}
	}
}

func repeatInListing(w http.ResponseWriter, place, said string) {
	cluster := map[string]any{"id": "1", "name": "va", "type": "idn", "logConfiguration": nil, "configuration": map[string]any{"k": "w"}}
	switch place {
	case "error":
		w.WriteHeader(http.StatusForbidden)
		writeJSON(w, map[string]any{"messages": []any{map[string]any{"text": said}}, "trackingId": said})
		return
	case "page":
		w.WriteHeader(http.StatusBadGateway)
		fmt.Fprintf(w, "<html><title>%s</title></html>", said)
		return
	case "not JSON":
		fmt.Fprint(w, said)
		return
	case "redirect":
		w.Header().Set("Location", said)
		w.WriteHeader(http.StatusFound)
		return
	case "version":
		cluster["ccgVersion"] = said
	case "value":
		cluster["configuration"] = map[string]any{"k": said}
	case "key":
		cluster["configuration"] = map[string]any{said: "v"}
	case "log":
		cluster["logConfiguration"] = map[string]any{"rootLevel": said, "expiration": time.Now().Add(time.Hour).Format(time.RFC3339)}
	default:
		cluster[place] = said
	}
	w.Header().Set("X-Total-Count", "1")
	writeJSON(w, []any{cluster})
}

func writeJSON(w io.Writer, v any) {
	if err := json.NewEncoder(w).Encode(v); err != nil {
		panic(err) // into memory
	}
}
