package sandbox

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
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
	for _, scope := range c.Scope {
		if scope == scopeAll || scope == scopeRead && method == http.MethodGet {
			return true
		}
	}
	return false
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
	end := strings.LastIndexByte(token, '.')
	if end < 0 || strings.Count(token, ".") != 2 {
		return claims{}, errors.New("JWT validation failed: JWT is malformed")
	}
	signature, err := base64.RawURLEncoding.DecodeString(token[end+1:])
	if err != nil || !hmac.Equal(signature, t.signature(token[:end])) {
		return claims{}, errors.New("JWT validation failed: JWT signature is invalid")
	}
	c, err := decodeClaims(token[:end])
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

// decodeClaims reads the part in front of a token's signature.
func decodeClaims(signed string) (claims, error) {
	_, part, _ := strings.Cut(signed, ".")
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
