// Package remote is the HTTP client of a tenant. Everything that it returns was read completely,
// or it is an error. A listing is complete and states whether the tenant's count verifies that. A
// failed request proves nothing.
package remote

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"strings"
	"time"

	"clusterctl/internal/api"
	"clusterctl/internal/pause"
)

// Config configures New.
type Config struct {
	Root        api.Root
	Credentials Credentials
	// Base sends requests; its TLS settings and proxy are the caller's.
	Base http.RoundTripper
	// ReadOnly refuses every request that could write.
	ReadOnly bool
	Rate     api.Rate
	// Timeout limits one attempt of a request, Retries the number of further attempts.
	Timeout time.Duration
	Retries int
	// Jitter returns a random time below another; rand.N if nil.
	Jitter func(time.Duration) time.Duration
	// Clock is that of the rate limit and of retries; that of the machine if zero.
	Clock pause.Clock
	// Parallelism is the most requests in flight at once. Fewer are sent to a tenant that
	// slows down.
	Parallelism int
	Observer    Observer
	UserAgent   string
	// Mask hides secrets in the text of a response; nil if there are none.
	Mask func(string) string
}

// Observer has callbacks of a client. They are called concurrently, and each may be nil.
type Observer struct {
	// Exchange is called after every attempt, with the time that it took. Status
	// is 0 if there was no response.
	Exchange func(api.Exchange, time.Duration)
	// Reading is called before a part of the tenant is read; a negative total is unknown. Read is
	// called with the number of items as they are read.
	Reading func(what Reading, total int)
	Read    func(n int)
	// Waiting is called before a request waits for the rate limit.
	Waiting func(time.Duration)
	// Repeating is called before a retry.
	Repeating func()
	// Token is called with each access token, which must not be printed.
	Token func(Secret)
	// Deprecated is called if the tenant marks the API version as deprecated.
	Deprecated func()
}

// Client sends requests to one tenant.
type Client struct {
	config    Config
	transport http.RoundTripper
	anonymous http.RoundTripper // without a token
	tokens    *tokens
	filtering *filtering
}

// New returns a client. It sends nothing. Plain http is allowed only for loopback addresses,
// since it exposes the secret and the token to the network.
func New(c Config) (*Client, error) {
	if c.Root.Scheme() != "https" && !isLoopback(c.Root.Hostname()) {
		return nil, fmt.Errorf("base URL %s uses plain http, which is allowed only for loopback addresses (use https)", c.Root)
	}
	if c.Credentials.AccessToken == "" && (c.Credentials.ClientID == "" || c.Credentials.ClientSecret == "") {
		return nil, c.Credentials.incomplete()
	}
	if c.Mask == nil {
		c.Mask = func(text string) string { return text }
	}
	if c.Jitter == nil {
		c.Jitter = rand.N[time.Duration]
	}
	c.Parallelism = max(c.Parallelism, 1)
	base := whole{next: c.Base, timeout: c.Timeout, observe: c.Observer.Exchange, mask: c.Mask}
	tokens, limiter := newTokens(c, base), newLimiter(c.Rate, c.Parallelism, c.Observer.Waiting, c.Clock)
	return &Client{
		config:    c,
		transport: layers(c, authorized{next: base, tokens: tokens}, limiter, tokens.renewable()),
		anonymous: layers(c, base, limiter, false),
		tokens:    tokens,
		filtering: &filtering{turn: newTurn()},
	}, nil
}

// layers stacks the transport, outermost first: read-only guard, retry, rate limit, and sends,
// which adds a token or not.
func layers(c Config, sends http.RoundTripper, limiter *limiter, renewable bool) http.RoundTripper {
	var t http.RoundTripper = limited{next: sends, limiter: limiter}
	t = retrying{next: t, retries: c.Retries, jitter: c.Jitter, limiter: limiter, clock: c.Clock, renewable: renewable, repeating: c.Observer.Repeating}
	if c.ReadOnly {
		t = readOnly{next: t}
	}
	return t
}

func isLoopback(host string) bool {
	return strings.EqualFold(host, "localhost") || net.ParseIP(host).IsLoopback()
}

// answer is a successful response.
type answer struct {
	exchange api.Exchange
	header   http.Header
	body     []byte
}

// get reads a resource: one of the api package's paths, with its query.
func (c *Client) get(ctx context.Context, resource string) (answer, error) {
	return c.send(ctx, http.MethodGet, resource, nil)
}

// send sends one request relative to the version's root. It returns an *api.Error for any
// response that is not a success.
func (c *Client) send(ctx context.Context, method, resource string, body []byte) (answer, error) {
	path, _, _ := strings.Cut(resource, "?")
	return c.sendThrough(ctx, c.transport, method, c.config.Root.URL(resource), path, body)
}

// sendThrough sends one request to a URL. Errors name path.
func (c *Client) sendThrough(ctx context.Context, transport http.RoundTripper, method, url, path string, body []byte) (answer, error) {
	repeated := false
	ctx = context.WithValue(ctx, repeatedKey{}, &repeated)
	req, err := http.NewRequestWithContext(ctx, method, url, bytes.NewReader(body))
	if err != nil {
		return answer{}, fmt.Errorf("%s %s: %w", method, path, err)
	}
	if contentType := api.ContentType(method); contentType != "" {
		req.Header.Set("Content-Type", contentType)
	}
	req.Header.Set("Accept", api.ContentTypeJSON)
	req.Header.Set("User-Agent", c.config.UserAgent)
	resp, err := transport.RoundTrip(req)
	mayBeDone := repeated && method != http.MethodGet
	if err != nil && mayBeDone {
		err = afterAnother(err)
	}
	if err != nil {
		return answer{}, relative(err, req, path)
	}
	defer func() { _ = resp.Body.Close() }() // the body is in memory, so neither this nor reading it fails
	read := make([]byte, resp.ContentLength)
	_, _ = io.ReadFull(resp.Body, read)
	if resp.Header.Get(api.DeprecatedHeader) == "true" && c.config.Observer.Deprecated != nil {
		c.config.Observer.Deprecated()
	}
	if !isSuccess(resp.StatusCode) {
		failed := failure(method, path, resp, read)
		failed.Repeated = mayBeDone
		return answer{}, failed
	}
	return answer{
		exchange: api.Exchange{
			Method: method, Path: path, Status: resp.StatusCode,
			RequestID: api.OneLine(resp.Header.Get(api.RequestIDHeader)),
		},
		header: resp.Header,
		body:   read,
	}, nil
}

// relative replaces the URL's path in an error by the resource's path, as in all other errors.
func relative(err error, req *http.Request, path string) error {
	if unanswered, ok := errors.AsType[*api.Unanswered](err); ok && unanswered.Path == req.URL.Path {
		unanswered.Path = path
	}
	return err
}

// failure returns the error of a response that is not a success. Redirects are not followed,
// since they would carry the token along.
func failure(method, path string, resp *http.Response, body []byte) *api.Error {
	e := api.NewError(method, path, resp.StatusCode, resp.Header, body)
	e.RetryAfter, _ = retryAfter(resp.Header.Get("Retry-After"), time.Now())
	e.RetryAfter = e.RetryAfter.Round(time.Second)
	if resp.StatusCode == http.StatusForbidden && path != api.InfoPath {
		e.Remedy = "use ORG_ADMIN credentials with the scope idn:remote-client:read to read, idn:remote-client:manage to write"
	}
	if to := resp.Header.Get("Location"); to != "" && resp.StatusCode/100 == 3 {
		e.Message = "redirected to " + api.OneLine(to) + " (redirects are not followed; check the base URL)"
	}
	return e
}
