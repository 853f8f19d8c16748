package sandbox

import (
	"crypto/sha256"
	"encoding/hex"
	"mime"
	"net/http"
	"net/url"
	"time"

	"clusterctl/internal/api"
)

// The client ids with a meaning of their own.
const (
	// ClientRefused is refused a token.
	ClientRefused = "refused"
	// ClientReadOnly may read and not write.
	ClientReadOnly = "read-only"
	// ClientNoRights gets a token with which it may only ask for the tenant's name.
	ClientNoRights = "no-rights"
)

// pod is where the tenant claims to run.
const pod = "sandbox-useast1"

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

// infoBody is what the tenant tells of itself.
type infoBody struct {
	api.Info
	TenantID    string   `json:"tenantId"`
	Org         string   `json:"org"`
	ClientID    string   `json:"clientId"`
	Authorities []string `json:"authorities"`
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
		ID:       randomHex(16),
	}
	token, err := t.tokens.sign(granted)
	if err != nil {
		return answer{}, err
	}
	a, err := jsonAnswer(http.StatusOK, tokenBody{
		AccessToken: token,
		TokenType:   "bearer",
		ExpiresIn:   int(t.tokens.lifetime / time.Second),
		Scope:       scopeOf(clientID),
		TenantID:    tenantID(t.org),
		Pod:         pod,
		Org:         t.org,
		ID:          granted.ID,
	})
	if err != nil {
		return answer{}, err
	}
	return a.with("Cache-Control", "no-store"), nil
}

// readCredentials holds a token request to RFC 6749 and returns its client id.
func readCredentials(c call) (string, error) {
	form, err := readForm(c)
	if err != nil {
		return "", err
	}
	switch grant := form.Get("grant_type"); grant {
	case "client_credentials":
	case "":
		return "", oauthError(http.StatusBadRequest, "invalid_request", "Missing grant type")
	default:
		return "", oauthError(http.StatusBadRequest, "unsupported_grant_type", "Unsupported grant type: "+grant)
	}
	id, secret := form.Get("client_id"), form.Get("client_secret")
	if user, password, ok := basicCredentials(c.Request); ok {
		id, secret = user, password
	}
	if id == "" || secret == "" || id == ClientRefused {
		return "", oauthError(http.StatusUnauthorized, "invalid_client", "Bad client credentials")
	}
	return id, nil
}

// readForm reads the body of a token request. Credentials in the address are
// not looked at: they would end up in logs.
func readForm(c call) (url.Values, error) {
	mediaType, _, err := mime.ParseMediaType(c.Header.Get("Content-Type"))
	if err != nil || mediaType != "application/x-www-form-urlencoded" {
		return nil, oauthError(http.StatusBadRequest, "invalid_request", "Content type must be application/x-www-form-urlencoded")
	}
	body, err := readBody(c)
	if err != nil {
		return nil, oauthError(http.StatusBadRequest, "invalid_request", err.Error())
	}
	form, err := url.ParseQuery(string(body))
	if err != nil {
		return nil, oauthError(http.StatusBadRequest, "invalid_request", "Malformed form")
	}
	return form, nil
}

// basicCredentials reads HTTP Basic. RFC 6749, section 2.3.1, has id and
// secret form-encoded before they are put there.
func basicCredentials(r *http.Request) (id, secret string, ok bool) {
	user, password, ok := r.BasicAuth()
	if !ok {
		return "", "", false
	}
	id, errID := url.QueryUnescape(user)
	secret, errSecret := url.QueryUnescape(password)
	return id, secret, errID == nil && errSecret == nil
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

// showInfo is GET /oauth/info.
func (t *Tenant) showInfo(c call) (answer, error) {
	client, err := t.authenticate(c)
	if err != nil {
		return answer{}, err
	}
	return jsonAnswer(http.StatusOK, infoBody{
		Info:        api.Info{TenantName: t.org, Pod: pod},
		TenantID:    tenantID(t.org),
		Org:         t.org,
		ClientID:    client.ClientID,
		Authorities: []string{"ORG_ADMIN"},
	})
}

// tenantID is a UUID that an org always has.
func tenantID(org string) string {
	sum := sha256.Sum256([]byte("tenant " + org))
	h := hex.EncodeToString(sum[:16])
	return h[:8] + "-" + h[8:12] + "-" + h[12:16] + "-" + h[16:20] + "-" + h[20:]
}
