package sandbox

import (
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"time"

	"clusterctl/internal/api"
)

// The client IDs with limited access.
const (
	// ClientRefused is refused a token.
	ClientRefused = "refused"
	// ClientReadOnly can read but not write.
	ClientReadOnly = "read-only"
	// ClientNoRights gets a token without any permissions.
	ClientNoRights = "no-rights"
)

// defaultPod is the pod that a tenant claims to run in.
const defaultPod = "sandbox-useast1"

// tokenBody is the answer to a token request.
type tokenBody struct {
	AccessToken         string `json:"access_token"`
	TokenType           string `json:"token_type"`
	ExpiresIn           int    `json:"expires_in"`
	Scope               string `json:"scope"`
	TenantID            string `json:"tenant_id"`
	Pod                 string `json:"pod"`
	Org                 string `json:"org"`
	StrongAuthSupported bool   `json:"strong_auth_supported"`
	StrongAuth          bool   `json:"strong_auth"`
	ID                  string `json:"jti"`
}

// infoBody describes the tenant. It is public.
type infoBody struct {
	api.Info
	TenantID       string `json:"tenantId"`
	TokenEndpoint  string `json:"tokenEndpoint"`
	CloudDomainURL string `json:"cloudDomainUrl"`
}

// grantToken is POST /oauth/token.
func (t *Tenant) grantToken(c call) (answer, error) {
	clientID, err := readCredentials(c)
	if err != nil {
		return answer{}, err
	}
	granted := claims{
		ClientID: clientID,
		Org:      t.org,
		Scope:    []string{scopeOf(clientID)},
		Expires:  c.now.Add(t.tokens.lifetime).Unix(),
		ID:       t.options.randomHex(16),
	}
	a := jsonAnswer(http.StatusOK, tokenBody{
		AccessToken: t.tokens.sign(granted),
		TokenType:   "bearer",
		ExpiresIn:   int(t.tokens.lifetime / time.Second),
		Scope:       scopeOf(clientID),
		TenantID:    tenantID(t.org),
		Pod:         t.pod,
		Org:         t.org,
		ID:          granted.ID,
	})
	return a.with("Cache-Control", "no-store"), nil
}

func scopeOf(clientID string) string {
	switch clientID {
	case ClientReadOnly:
		return scopeRead
	case ClientNoRights:
		return scopeNone
	}
	return scopeAll
}

// showInfo is GET /oauth/info. It ignores tokens.
func (t *Tenant) showInfo(c call) (answer, error) {
	root := "http://" + c.Host
	return jsonAnswer(http.StatusOK, infoBody{
		Info:           api.Info{TenantName: t.org, Pod: t.pod},
		TenantID:       tenantID(t.org),
		TokenEndpoint:  root + api.TokenPath,
		CloudDomainURL: root,
	}), nil
}

// tenantID returns a UUID that depends only on the org.
func tenantID(org string) string {
	sum := sha256.Sum256([]byte("tenant " + org))
	h := hex.EncodeToString(sum[:16])
	return h[:8] + "-" + h[8:12] + "-" + h[12:16] + "-" + h[16:20] + "-" + h[20:]
}
