package sandbox

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"clusterctl/internal/jsonread"
)

// The scopes of the managed-cluster endpoints.
const (
	scopeAll  = "sp:scopes:all"
	scopeRead = "idn:remote-client:read"
	scopeNone = "sp:scopes:default"
)

// claims are the content of a token.
type claims struct {
	ClientID string   `json:"client_id"`
	Org      string   `json:"org"`
	Scope    []string `json:"scope"`
	// Expires is in seconds since 1970, as in RFC 7519.
	Expires int64  `json:"exp"`
	ID      string `json:"jti"`
}

// may reports whether the bearer may send a request with this method.
func (c claims) may(method string) bool {
	return slices.Contains(c.Scope, scopeAll) || method == http.MethodGet && slices.Contains(c.Scope, scopeRead)
}

// tokens signs and verifies tokens. The key is part of the state: a token remains valid after a
// restart, and another tenant's token is invalid.
type tokens struct {
	key      []byte
	org      string
	lifetime time.Duration
}

// sign returns a JSON Web Token.
func (t tokens) sign(c claims) string {
	signed := encodePart([]byte(`{"alg":"HS256","typ":"JWT"}`)) + "." + encodePart(encode(c))
	return signed + "." + encodePart(t.signature(signed))
}

// verify returns the claims of a valid token of this tenant. Its errors have the texts of the
// real API.
func (t tokens) verify(token string, now time.Time) (claims, error) {
	if token == "" {
		return claims{}, errors.New("JWT is required")
	}
	c, err := t.decode(token)
	if err == nil && now.Unix() >= c.Expires {
		err = errors.New("JWT is expired")
	}
	if err != nil {
		return claims{}, fmt.Errorf("JWT validation failed: %w", err)
	}
	return c, nil
}

// decode returns the claims of a token that this tenant signed.
func (t tokens) decode(token string) (c claims, err error) {
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		return claims{}, errors.New("JWT is malformed")
	}
	signature, err := base64.RawURLEncoding.DecodeString(parts[2])
	if err != nil || !hmac.Equal(signature, t.signature(parts[0]+"."+parts[1])) {
		return claims{}, errors.New("JWT signature is invalid")
	}
	payload, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err == nil {
		err = jsonread.Unmarshal(payload, &c)
	}
	return c, err
}

func (t tokens) signature(signed string) []byte {
	mac := hmac.New(sha256.New, t.key)
	mac.Write([]byte(signed))
	return mac.Sum(nil)
}

func encodePart(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }
