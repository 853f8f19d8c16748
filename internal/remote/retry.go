package remote

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"time"

	"clusterctl/internal/api"
	"clusterctl/internal/pause"
)

// retrying retries failed requests as follows:
//
//	failure                          GET  PUT  DELETE  PATCH  POST
//	-------------------------------  ---  ---  ------  -----  ----
//	nothing of it was sent            x    x     x       x      x
//	401, and a token can be renewed   x    x     x       x      x   (once)
//	429                               x    x     x       x      x
//	408, 499, 500, 502, 503, 504      x    x     x       –      –
//	sent, but no readable answer      x    x     x       –      –
//
// A repeated POST could create a second cluster, and a PATCH that was applied fails its own
// tests. Both errors go to the applier, which looks the cluster up before it sends anything again
// (lostpost.go there).
type retrying struct {
	next    http.RoundTripper
	retries int
	limiter *limiter
	clock   pause.Clock
	// renewable is true if a refused token can be replaced.
	renewable bool
	// jitter returns a random time below another.
	jitter func(time.Duration) time.Duration
	// repeating is called before each retry, unless it is nil.
	repeating func()
}

const (
	firstBackoff      = 500 * time.Millisecond
	maxBackoff        = 10 * time.Second
	maxRetryAfter     = 2 * time.Minute      // a longer wait ends the request
	longestRetryAfter = 365 * 24 * time.Hour // the limit of the parsed value
)

func (t retrying) RoundTrip(req *http.Request) (*http.Response, error) {
	renewed := false
	for attempt := 0; ; attempt++ {
		if attempt > 0 && t.repeating != nil {
			t.repeating()
		}
		resp, err := t.attempt(req)
		switch {
		case err == nil && resp.StatusCode == http.StatusUnauthorized && t.renewable && !renewed:
			renewed = true
			continue
		case attempt >= t.retries, req.Context().Err() != nil, !mayRepeat(req.Method, resp, err), t.isTooLate(req.Context(), resp):
			return resp, err
		}
		noteRepeated(req.Context(), resp, err)
		if err := t.wait(req.Context(), attempt, resp); err != nil {
			return nil, notSent(req, err)
		}
	}
}

// repeatedKey is the context key of a *bool that is set once an attempt that is retried may have
// been applied.
type repeatedKey struct{}

// noteRepeated sets it for an attempt that may have been applied.
func noteRepeated(ctx context.Context, resp *http.Response, err error) {
	unanswered, ok := errors.AsType[*api.Unanswered](err)
	mayBeDone := ok && unanswered.Sent || resp != nil && resp.StatusCode != http.StatusTooManyRequests
	if repeated, ok := ctx.Value(repeatedKey{}).(*bool); ok && mayBeDone {
		*repeated = true
	}
}

// afterAnother returns the error of a request whose earlier attempt may have been applied,
// whatever the last attempt ended with: not sent, no token, or no time left.
func afterAnother(err error) error {
	if unanswered, ok := errors.AsType[*api.Unanswered](err); ok {
		sent := *unanswered
		sent.Sent = true
		return &sent
	}
	if refused, ok := errors.AsType[*api.Error](err); ok {
		repeated := *refused
		repeated.Repeated = true
		return &repeated
	}
	return err
}

// attempt sends the request once, with a fresh body.
func (t retrying) attempt(req *http.Request) (*http.Response, error) {
	attempt := req.Clone(req.Context())
	if req.GetBody != nil {
		var err error
		if attempt.Body, err = req.GetBody(); err != nil {
			return nil, notSent(req, err)
		}
	}
	return t.next.RoundTrip(attempt)
}

func mayRepeat(method string, resp *http.Response, err error) bool {
	if unanswered, ok := errors.AsType[*api.Unanswered](err); ok {
		return !unanswered.Sent || repeatable(method)
	}
	if err != nil { // from the token request: this request was not sent
		return isTransient(api.StatusOf(err))
	}
	return resp.StatusCode == http.StatusTooManyRequests || isTransient(resp.StatusCode) && repeatable(method)
}

func repeatable(method string) bool {
	return method == http.MethodGet || method == http.MethodPut || method == http.MethodDelete
}

func isTransient(status int) bool {
	return slices.Contains([]int{
		http.StatusRequestTimeout, api.StatusClientClosed, http.StatusTooManyRequests, http.StatusInternalServerError,
		http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout,
	}, status)
}

// wait waits until the next attempt. A Retry-After applies to all requests, not just to this one.
func (t retrying) wait(ctx context.Context, attempt int, resp *http.Response) error {
	now := t.clock.Now()
	if resp != nil && resp.StatusCode == http.StatusTooManyRequests {
		t.limiter.refused(now)
	}
	if resp != nil {
		if after, ok := retryAfter(resp.Header.Get("Retry-After"), now); ok && after > 0 {
			t.limiter.pause(now.Add(t.jittered(after)))
			return nil
		}
	}
	return t.clock.For(ctx, t.backoff(attempt))
}

// isTooLate reports whether Retry-After exceeds the maximum wait or the deadline of the run. The
// error then states the wait.
func (t retrying) isTooLate(ctx context.Context, resp *http.Response) bool {
	if resp == nil {
		return false
	}
	now := t.clock.Now()
	after, _ := retryAfter(resp.Header.Get("Retry-After"), now)
	deadline, ok := ctx.Deadline()
	return after > maxRetryAfter || ok && now.Add(after).After(deadline)
}

// jittered adds up to a tenth, so that clients with the same Retry-After do not all return at
// once.
func (t retrying) jittered(d time.Duration) time.Duration { return d + t.jitter(d/10+1) }

// backoff returns a wait that doubles with each attempt, with jitter so that clients that failed
// together do not retry together.
func (t retrying) backoff(attempt int) time.Duration {
	d := min(firstBackoff<<min(attempt, 10), maxBackoff)
	return d/2 + t.jitter(d/2)
}

// retryAfter parses both forms of the header: seconds, or a date.
func retryAfter(header string, now time.Time) (time.Duration, bool) {
	var after time.Duration
	seconds, err := strconv.ParseInt(header, 10, 64)
	if date, errDate := http.ParseTime(header); errDate == nil {
		after = date.Sub(now)
	} else if err == nil || errors.Is(err, strconv.ErrRange) { // out of range, seconds is the nearest number
		after = time.Duration(min(max(seconds, 0), int64(longestRetryAfter/time.Second))) * time.Second
	} else {
		return 0, false
	}
	return min(max(after, 0), longestRetryAfter), true
}
