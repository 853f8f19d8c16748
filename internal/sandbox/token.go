package sandbox

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"
)

// The scopes that the managed-cluster endpoints know.
const (
	scopeAll  = "sp:scopes:all"
	scopeRead = "idn:remote-client:read"
	scopeNone = "sp:scopes:default"
)

// claims are what a token says of its bearer.
type claims struct {
	ClientID string   `json:"client_id"`
	Org      string   `json:"org"`
	Scope    []string `json:"scope"`
	// Expires is in seconds since 1970, as RFC 7519 has it.
	Expires int64  `json:"exp"`
	ID      string `json:"jti"`
}

// may reports whether the bearer may send a request of that method.
func (c claims) may(method string) bool {
	return slices.Contains(c.Scope, scopeAll) || method == http.MethodGet && slices.Contains(c.Scope, scopeRead)
}

// tokens signs and verifies. The key is part of the state: a token remains valid
// after a restart, and another tenant's token is invalid.
type tokens struct {
	key      []byte
	org      string
	lifetime time.Duration
}

// sign makes a token of the three parts that a JSON Web Token has.
func (t tokens) sign(c claims) (string, error) {
	header, err := json.Marshal(map[string]string{"alg": "HS256", "typ": "JWT"})
	if err != nil {
		return "", fmt.Errorf("encode token header: %w", err)
	}
	payload, err := json.Marshal(c)
	if err != nil {
		return "", fmt.Errorf("encode token: %w", err)
	}
	signed := encodePart(header) + "." + encodePart(payload)
	return signed + "." + encodePart(t.signature(signed)), nil
}

// verify returns the claims of a token that is this tenant's and still valid.
// Its errors have the texts of the API.
func (t tokens) verify(token string, now time.Time) (claims, error) {
	if token == "" {
		return claims{}, errors.New("JWT is required")
	}
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		return claims{}, errors.New("JWT validation failed: JWT is malformed")
	}
	signature, err := base64.RawURLEncoding.DecodeString(parts[2])
	if err != nil || !hmac.Equal(signature, t.signature(parts[0]+"."+parts[1])) {
		return claims{}, errors.New("JWT validation failed: JWT signature is invalid")
	}
	c, err := decodeClaims(parts[1])
	if err != nil {
		return claims{}, err
	}
	if now.Unix() >= c.Expires {
		return claims{}, errors.New("JWT validation failed: JWT is expired")
	}
	return c, nil
}

func (t tokens) signature(signed string) []byte {
	mac := hmac.New(sha256.New, t.key)
	mac.Write([]byte(signed))
	return mac.Sum(nil)
}

// decodeClaims reads the second part of a token.
func decodeClaims(part string) (claims, error) {
	payload, err := base64.RawURLEncoding.DecodeString(part)
	if err != nil {
		return claims{}, fmt.Errorf("JWT validation failed: %w", err)
	}
	var c claims
	if err := json.Unmarshal(payload, &c); err != nil {
		return claims{}, fmt.Errorf("JWT validation failed: %w", err)
	}
	return c, nil
}

func encodePart(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }
