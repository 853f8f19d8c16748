package remote

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptrace"
	"sync/atomic"
	"time"

	"clusterctl/internal/api"
)

// maxBody is the largest accepted response. A page of 250 clusters is much smaller.
const maxBody = 16 << 20

// whole returns a response that was read completely, or an error. It limits the time of the
// attempt and the size of the body, and refuses a success that is not JSON. The layers above
// never see a partial response.
type whole struct {
	next    http.RoundTripper
	timeout time.Duration
	observe func(api.Exchange, time.Duration)
	// mask hides the secrets that a server repeats. Text is masked before it is cut, since half a
	// secret is not recognized.
	mask func(string) string
	// isSecret marks responses that contain a secret. They are never quoted: a secret that could
	// not be read cannot be masked.
	isSecret bool
}

func (t whole) RoundTrip(req *http.Request) (*http.Response, error) {
	ctx, cancel := context.WithTimeoutCause(req.Context(), t.timeout, fmt.Errorf("no response within %s", t.timeout))
	defer cancel()
	var sent atomic.Bool
	traced := httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{WroteHeaders: func() { sent.Store(true) }})

	start := time.Now()
	resp, err := t.next.RoundTrip(req.WithContext(traced))
	if err == nil {
		err = t.readWhole(resp)
	}
	t.report(req, resp, time.Since(start))
	if err == nil {
		return resp, nil
	}
	return nil, t.failure(ctx, req, sent.Load(), err)
}

// failure returns the error of an attempt without a response. An *api.Error, such as that of a
// refused token, is returned unchanged.
func (t whole) failure(ctx context.Context, req *http.Request, sent bool, err error) error {
	if _, ok := errors.AsType[*api.Error](err); ok {
		return err
	}
	if ctx.Err() != nil {
		err = context.Cause(ctx)
	}
	_, received := errors.AsType[notJSONError](err)
	return &api.Unanswered{Method: req.Method, Path: req.URL.Path, Sent: sent, Received: received, Err: err}
}

// notSent returns the error of a request that was not sent.
func notSent(req *http.Request, err error) error {
	return &api.Unanswered{Method: req.Method, Path: req.URL.Path, Err: err}
}

// notJSONError is a success whose complete body is not JSON.
type notJSONError struct {
	status int
	words  string
}

func (e notJSONError) Error() string {
	if e.words == "" {
		return fmt.Sprintf("status %d, but the response is not JSON", e.status)
	}
	return fmt.Sprintf("status %d, but the response is not JSON: %q", e.status, e.words)
}

// readWhole reads the body into memory, and masks what errors quote: the headers, and the body of
// a failure.
func (t whole) readWhole(resp *http.Response) error {
	defer func() { _ = resp.Body.Close() }() // nothing is written through it
	t.maskHeader(resp.Header)
	if resp.StatusCode < http.StatusOK { // such as 101, whose body is a connection and never ends
		return fmt.Errorf("unexpected response status %d", resp.StatusCode)
	}
	var read bytes.Buffer
	read.Grow(int(min(max(resp.ContentLength, 0), maxBody)) + bytes.MinRead) // else it grows while it is read
	_, err := read.ReadFrom(io.LimitReader(resp.Body, maxBody+1))
	body := read.Bytes()
	switch {
	case err != nil:
		return fmt.Errorf("response cut off after %d bytes: %w", len(body), err)
	case len(body) > maxBody:
		return fmt.Errorf("response is larger than %d MiB", maxBody>>20)
	case isSuccess(resp.StatusCode) && len(body) > 0 && !json.Valid(body):
		return notJSONError{resp.StatusCode, api.Excerpt([]byte(t.mask(string(body))))}
	case !isSuccess(resp.StatusCode):
		body = []byte(t.mask(string(body)))
	}
	resp.Body, resp.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
	return nil
}

func (t whole) maskHeader(header http.Header) {
	for _, values := range header {
		for i, value := range values {
			values[i] = t.mask(value)
		}
	}
}

func isSuccess(status int) bool { return status >= 200 && status < 300 }

func (t whole) report(req *http.Request, resp *http.Response, took time.Duration) {
	if t.observe == nil {
		return
	}
	e := api.Exchange{Method: req.Method, Path: req.URL.Path}
	if resp != nil {
		e.Status, e.RequestID = resp.StatusCode, api.OneLine(resp.Header.Get(api.RequestIDHeader))
	}
	if t.isSecret {
		e.RequestID = ""
	}
	t.observe(e, took)
}
