package remote

import (
	"context"
	"errors"
	"net/http"
	"time"

	"golang.org/x/oauth2"
	"golang.org/x/oauth2/clientcredentials"

	"clusterctl/internal/api"
)

// Credentials open a tenant: a ready AccessToken, or else a client id and its
// secret, for which a token is asked.
type Credentials struct {
	ClientID     string
	ClientSecret Secret
	AccessToken  Secret
}

// authorized sends with a fresh token. A token that the tenant refuses is
// forgotten, so that the next attempt carries another.
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

// tokens holds the one token that all requests share. However many wait for
// it, one asks.
type tokens struct {
	fixed  Secret
	learn  func(Secret)
	config clientcredentials.Config
	client *http.Client

	turn    chan struct{} // held by whoever looks at the fields below
	current Secret
	renewAt time.Time
}

func newTokens(c Config, transport http.RoundTripper) *tokens {
	return &tokens{
		fixed: c.Credentials.AccessToken,
		learn: c.Observer.Token,
		config: clientcredentials.Config{
			ClientID:     c.Credentials.ClientID,
			ClientSecret: string(c.Credentials.ClientSecret),
			TokenURL:     c.Root.TokenURL(),
			AuthStyle:    oauth2.AuthStyleInParams,
		},
		client: &http.Client{Transport: transport, CheckRedirect: neverFollow},
		turn:   make(chan struct{}, 1),
	}
}

// neverFollow keeps a redirect from carrying the secret to another host.
func neverFollow(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }

// renewable reports whether another token can be had than the one refused.
func (t *tokens) renewable() bool { return t.fixed == "" }

func (t *tokens) get(ctx context.Context) (Secret, error) {
	if !t.renewable() {
		return t.fixed, nil
	}
	select {
	case t.turn <- struct{}{}:
		defer func() { <-t.turn }()
	case <-ctx.Done():
		return "", &api.Unanswered{Method: http.MethodPost, Path: api.TokenPath, Err: context.Cause(ctx)}
	}
	if t.current == "" || !time.Now().Before(t.renewAt) {
		if err := t.renew(ctx); err != nil {
			return "", err
		}
	}
	return t.current, nil
}

// forget drops a token that was refused, unless it has been renewed meanwhile.
func (t *tokens) forget(refused Secret) {
	t.turn <- struct{}{}
	defer func() { <-t.turn }()
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

// renewAt is when a token is replaced: a tenth of its life, but at most half a
// minute, before it ends. A token that does not say when it ends is kept until
// it is refused.
func renewAt(asked, expiry time.Time) time.Time {
	if expiry.IsZero() {
		return asked.AddDate(1, 0, 0)
	}
	return expiry.Add(-min(expiry.Sub(asked)/10, 30*time.Second))
}

// tokenError tells why there is no token. The request that wanted one was not
// sent, whatever became of the request for the token.
func tokenError(err error) error {
	var refused *oauth2.RetrieveError
	if errors.As(err, &refused) && refused.Response != nil {
		r := refused.Response
		return api.NewError(http.MethodPost, api.TokenPath, r.StatusCode, r.Header, refused.Body)
	}
	if unanswered, ok := errors.AsType[*api.Unanswered](err); ok {
		err = unanswered.Err
	}
	return &api.Unanswered{Method: http.MethodPost, Path: api.TokenPath, Err: err}
}
