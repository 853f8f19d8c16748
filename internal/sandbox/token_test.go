package sandbox

import (
	"encoding/base64"
	"net/http"
	"strings"
	"testing"
	"time"
)

func TestTokenIsNeeded(t *testing.T) {
	t.Parallel()
	clock := newClock()
	p := serve(t, Options{Now: clock.Now, TokenLifetime: time.Minute})
	stranger := serve(t, Options{})
	parts := strings.Split(p.token, ".")
	expired := p.token
	clock.advance(59 * time.Second)
	p.want(p.get("/v3/managed-clusters"), http.StatusOK)
	clock.advance(time.Second)
	tests := map[string]struct{ token, want string }{
		"none":             {"", "JWT is required"},
		"expired":          {expired, "JWT validation failed: JWT is expired"},
		"another tenant's": {stranger.token, "JWT validation failed: JWT signature is invalid"},
		"no JWT":           {"secret", "JWT validation failed: JWT is malformed"},
		"cut":              {parts[0] + "." + parts[1], "JWT validation failed: JWT is malformed"},
		"unsigned":         {parts[0] + "." + parts[1] + ".", "JWT validation failed: JWT signature is invalid"},
		"tampered":         {parts[0] + "." + parts[1] + "x." + parts[2], "JWT validation failed: JWT signature is invalid"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := *p
			p.token = test.token
			r := p.get("/v3/managed-clusters")
			p.want(r, http.StatusUnauthorized)
			if got := decode[unauthorizedBody](t, r); got.Error != test.want {
				t.Errorf("error %q, want %q", got.Error, test.want)
			}
		})
	}
}

func TestTokenOutlivesARestart(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	before := serve(t, Options{Dir: dir})
	if err := before.tenant.Close(); err != nil {
		t.Fatal(err)
	}
	after := serve(t, Options{Dir: dir})
	after.token = before.token
	after.want(after.get("/v3/managed-clusters"), http.StatusOK)
}

// SailPoint's command-line tool reads the claims of a token without verifying it.
func TestTokenIsAWebToken(t *testing.T) {
	t.Parallel()
	clock := newClock()
	p := serve(t, Options{Now: clock.Now, TokenLifetime: time.Minute})
	parts := strings.Split(p.token, ".")
	var decoded []map[string]any
	for _, part := range parts[:2] {
		data, err := base64.RawURLEncoding.DecodeString(part)
		if err != nil {
			t.Fatal(err)
		}
		decoded = append(decoded, decode[map[string]any](t, reply{body: string(data)}))
	}
	header, claims := decoded[0], decoded[1]
	if len(parts) != 3 || header["alg"] != "HS256" || header["typ"] != "JWT" {
		t.Errorf("header %v of %d parts", header, len(parts))
	}
	if want := float64(clock.Now().Add(time.Minute).Unix()); claims["exp"] != want {
		t.Errorf("it expires at %v, want %v", claims["exp"], want)
	}
}
