package remote

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"golang.org/x/oauth2"
	"golang.org/x/oauth2/clientcredentials"

	"clusterctl/internal/api"
)

// Credentials are an AccessToken, or a client ID and secret that are exchanged for one.
type Credentials struct {
	ClientID     string
	ClientSecret Secret
	AccessToken  Secret
}

// incomplete returns the error for credentials that lack a part.
func (c Credentials) incomplete() error {
	switch {
	case c.ClientID != "":
		return fmt.Errorf("no client secret for client ID %q (set SAIL_CLIENT_SECRET, or use --client-secret-file)", c.ClientID)
	case c.ClientSecret != "":
		return errors.New("no client ID for the client secret (set SAIL_CLIENT_ID, or use --client-id)")
	default:
		return errors.New("no credentials (set SAIL_CLIENT_ID and SAIL_CLIENT_SECRET, or CLUSTERCTL_ACCESS_TOKEN)")
	}
}

// authorized adds a valid token to each request. It drops a token that the tenant refuses, so
// that the next attempt has a new one.
type authorized struct {
	next   http.RoundTripper
	tokens *tokens
}

func (t authorized) RoundTrip(req *http.Request) (*http.Response, error) {
	token, err := t.tokens.get(req.Context())
	if err != nil {
		return nil, err
	}
	req = req.Clone(req.Context())
	req.Header.Set("Authorization", "Bearer "+string(token))
	resp, err := t.next.RoundTrip(req)
	if err == nil && resp.StatusCode == http.StatusUnauthorized {
		t.tokens.forget(token)
	}
	return resp, err
}

// tokens holds the token that all requests share. Only one of them requests it; the others wait.
type tokens struct {
	fixed  Secret
	learn  func(Secret)
	config clientcredentials.Config
	client *http.Client

	turn    turn // guards the fields below
	current Secret
	renewAt time.Time
}

func newTokens(c Config, transport whole) *tokens {
	transport.isSecret = true
	return &tokens{
		fixed: c.Credentials.AccessToken,
		learn: c.Observer.Token,
		config: clientcredentials.Config{
			ClientID:     c.Credentials.ClientID,
			ClientSecret: string(c.Credentials.ClientSecret),
			TokenURL:     c.Root.TokenURL(),
			AuthStyle:    oauth2.AuthStyleInParams,
		},
		client: &http.Client{Transport: tokenTransport{transport, c.UserAgent}, CheckRedirect: neverFollow},
		turn:   newTurn(),
	}
}

// tokenTransport sets the User-Agent of the token request, and makes oauth2 read the response as
// JSON, whatever its content type.
type tokenTransport struct {
	next      http.RoundTripper
	userAgent string
}

func (t tokenTransport) RoundTrip(req *http.Request) (*http.Response, error) {
	req = req.Clone(req.Context())
	req.Header.Set("User-Agent", t.userAgent)
	resp, err := t.next.RoundTrip(req)
	if err == nil {
		resp.Header.Set("Content-Type", api.ContentTypeJSON)
	}
	return resp, err
}

// neverFollow stops at redirects, which would carry the secret to another host.
func neverFollow(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }

// renewable reports whether a refused token can be replaced.
func (t *tokens) renewable() bool { return t.fixed == "" }

func (t *tokens) get(ctx context.Context) (Secret, error) {
	if !t.renewable() {
		return t.fixed, nil
	}
	if err := t.turn.take(ctx); err != nil {
		return "", noToken(err)
	}
	defer t.turn.pass()
	if t.current == "" || !time.Now().Before(t.renewAt) {
		if err := t.renew(ctx); err != nil {
			return "", err
		}
	}
	return t.current, nil
}

// forget drops a token that was refused, unless another has replaced it.
func (t *tokens) forget(refused Secret) {
	t.turn <- struct{}{}
	defer t.turn.pass()
	if t.current == refused {
		t.current = ""
	}
}

func (t *tokens) renew(ctx context.Context) error {
	asked := time.Now()
	token, err := t.config.Token(context.WithValue(ctx, oauth2.HTTPClient, t.client))
	if err != nil {
		return tokenError(err)
	}
	t.current = Secret(token.AccessToken)
	if t.learn != nil {
		t.learn(t.current)
	}
	t.renewAt = renewAt(asked, token.Expiry)
	return nil
}

// renewAt returns when to replace a token: a tenth of its lifetime, but at most 30 seconds,
// before it expires. A token without a future expiry is kept until it is refused.
func renewAt(asked, expiry time.Time) time.Time {
	if !expiry.After(asked) {
		return asked.AddDate(1, 0, 0)
	}
	return expiry.Add(-min(expiry.Sub(asked)/10, 30*time.Second))
}

// noToken returns the error of a token request without a response.
func noToken(err error) *api.Unanswered {
	return &api.Unanswered{Method: http.MethodPost, Path: api.TokenPath, Err: err}
}

// errNoToken does not quote the response, which may contain a token.
var errNoToken = errors.New("the request succeeded, but its response contains no readable access token")

// tokenError returns why there is no token, without quoting the response, which may contain one.
// Even if the token request was sent, the request that needed the token was not.
func tokenError(err error) error {
	if refused, ok := errors.AsType[*oauth2.RetrieveError](err); ok && refused.Response != nil {
		return &api.Error{
			Method: http.MethodPost, Path: api.TokenPath,
			Status: refused.Response.StatusCode, Message: oauthCode(refused.Body),
		}
	}
	if unanswered, ok := errors.AsType[*api.Unanswered](err); ok && !unanswered.Received {
		return noToken(unanswered.Err)
	}
	unreadable := noToken(errNoToken)
	unreadable.Received = true
	return unreadable
}

// oauthCode returns the error code of a response if RFC 6749, section 5.2, defines it, and ""
// otherwise: any other text could be part of a secret.
func oauthCode(body []byte) string {
	fields, _ := api.ParseFields(body) // without any, there is no code
	switch code := fields.Text("error"); code {
	case "invalid_request", "invalid_client", "invalid_grant", "unauthorized_client", "unsupported_grant_type", "invalid_scope":
		return code
	}
	return ""
}
