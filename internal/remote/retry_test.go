package remote

import (
	"context"
	"errors"
	"math/rand/v2"
	"net/http"
	"strconv"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"clusterctl/internal/api"
	"clusterctl/internal/cluster"
	"clusterctl/internal/pause"
)

// answering is an answer with a Retry-After, if there is one.
func answering(status int, retryAfter string) *http.Response {
	resp := &http.Response{StatusCode: status, Header: http.Header{}, Body: http.NoBody}
	if retryAfter != "" {
		resp.Header.Set("Retry-After", retryAfter)
	}
	return resp
}

// The longest wait is two minutes, or until the deadline of the run.
func TestIsTooLate(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		resp     *http.Response
		deadline time.Duration // 0: none
		want     bool
	}{
		"no response":              {nil, time.Second, false},
		"no wait":                  {answering(503, ""), 0, false},
		"two minutes":              {answering(503, "120"), 0, false},
		"a second more":            {answering(503, "121"), 0, true},
		"two minutes, too late":    {answering(503, "120"), time.Minute, true},
		"up to the deadline":       {answering(503, "60"), time.Minute, false},
		"just beyond the deadline": {answering(503, "60"), time.Minute - 1, true},
		"longer, with time for it": {answering(503, "121"), time.Hour, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				ctx := t.Context()
				if tt.deadline > 0 {
					var cancel context.CancelFunc
					ctx, cancel = context.WithTimeout(ctx, tt.deadline)
					defer cancel()
				}
				if got := (retrying{}).isTooLate(ctx, tt.resp); got != tt.want {
					t.Errorf("got %t", got)
				}
			})
		})
	}
}

// Only a 429 lowers the limit. A Retry-After stops all requests; without one, only this request
// waits.
func TestWaitOfAnAttempt(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		resp         *http.Response
		limit        int
		pauses, took time.Duration // the least of each; a tenth may be added
	}{
		"429":                   {answering(429, ""), 10, 0, firstBackoff / 2},
		"429 with a time":       {answering(429, "10"), 10, 10 * time.Second, 0},
		"429 with no time":      {answering(429, "0"), 10, 0, firstBackoff / 2},
		"503":                   {answering(503, ""), 100, 0, firstBackoff / 2},
		"503 with a time":       {answering(503, "10"), 100, 10 * time.Second, 0},
		"503 with another text": {answering(503, "soon"), 100, 0, firstBackoff / 2},
		"no response":           {nil, 100, 0, firstBackoff / 2},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				l := newLimiter(api.Rate{Requests: 100, Span: time.Second}, 100, nil, pause.Clock{})
				began := time.Now()
				if err := (retrying{limiter: l, jitter: rand.N[time.Duration]}).wait(t.Context(), 0, tt.resp); err != nil {
					t.Fatal(err)
				}
				if took := time.Since(began); took < tt.took || took > 2*tt.took {
					t.Errorf("waited %s", took)
				}
				if pauses := max(l.paused.Sub(began), 0); pauses < tt.pauses || pauses > tt.pauses+tt.pauses/10 {
					t.Errorf("all requests wait %s", pauses)
				}
				if l.rate.Requests != tt.limit {
					t.Errorf("the limit is %d", l.rate.Requests)
				}
			})
		})
	}
}

// A request is sent once plus the number of retries, or until the run ends.
func TestAttemptsAreCounted(t *testing.T) {
	t.Parallel()
	for retries, end := range map[int]time.Duration{0: time.Hour, 1: time.Hour, 3: time.Hour, 1000: time.Minute} {
		synctest.Test(t, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), end)
			defer cancel()
			attempts, repeats := 0, 0
			next := roundTripper(func(*http.Request) (*http.Response, error) {
				attempts++
				return answering(503, ""), nil
			})
			req, err := http.NewRequestWithContext(ctx, http.MethodGet, "https://acme.example/v3/x", http.NoBody)
			if err != nil {
				t.Fatal(err)
			}
			began := time.Now()
			client := retrying{next: next, retries: retries, jitter: rand.N[time.Duration], limiter: newLimiter(api.Rate{}, 100, nil, pause.Clock{}), repeating: func() { repeats++ }}
			resp, err := client.RoundTrip(req)
			if repeats != attempts-1 {
				t.Errorf("%d repeats in %d attempts", repeats, attempts)
			}
			if retries < 1000 {
				if err != nil || resp.StatusCode != 503 || attempts != retries+1 {
					t.Errorf("%d retries: %d attempts, %v", retries, attempts, err)
				}
				return
			}
			unanswered, ok := errors.AsType[*api.Unanswered](err)
			if !ok || unanswered.Sent || !errors.Is(err, context.DeadlineExceeded) || time.Since(began) != end {
				t.Errorf("after %s: %v", time.Since(began), err)
			}
		})
	}
}

// A refused token is renewed at once, and once only.
func TestARenewedTokenIsNotWaitedFor(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		renewable bool
		refused   int // attempts that are answered by a 401
		attempts  int
		status    int
	}{
		"renewed":       {true, 1, 2, 200},
		"refused again": {true, 2, 2, 401},
		"fixed":         {false, 1, 1, 401},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				attempts := 0
				next := roundTripper(func(*http.Request) (*http.Response, error) {
					if attempts++; attempts <= tt.refused {
						return answering(401, ""), nil
					}
					return answering(200, ""), nil
				})
				req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "https://acme.example/v3/x", http.NoBody)
				if err != nil {
					t.Fatal(err)
				}
				began := time.Now()
				resp, err := retrying{next: next, retries: 3, jitter: rand.N[time.Duration], renewable: tt.renewable, limiter: newLimiter(api.Rate{}, 100, nil, pause.Clock{})}.RoundTrip(req)
				if err != nil || resp.StatusCode != tt.status || attempts != tt.attempts || time.Since(began) != 0 {
					t.Errorf("%d attempts in %s, %v", attempts, time.Since(began), err)
				}
			})
		})
	}
}

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// A refusal lowers the limit to what the tenant accepted in the last span; without another one, the
// limit grows back, a tenth in each span.
func TestARefusalLowersTheLimit(t *testing.T) {
	t.Parallel()
	const span = 10 * time.Second
	now := time.Date(2026, 3, 29, 12, 0, 0, 0, time.UTC)
	for name, tt := range map[string]struct {
		answered, refused int
		want              []int // after as many spans
	}{
		"half was accepted":    {60, 10, []int{50, 60, 70, 80, 90, 100, 100}},
		"nothing was accepted": {3, 3, []int{10, 20, 30}},
		"one was refused":      {91, 1, []int{90, 100}},
	} {
		l := newLimiter(api.Rate{Requests: 100, Span: span}, 100, nil, pause.Clock{})
		for range tt.answered {
			if isAcquired, _, _ := l.tryAcquire(now); !isAcquired {
				t.Fatalf("%s: not acquired", name)
			}
			l.release(now)
		}
		for range tt.refused {
			l.refused(now)
		}
		for spans, want := range tt.want {
			l.recover(now.Add(time.Duration(spans) * span))
			if l.rate.Requests != want {
				t.Errorf("%s: %d after %d spans, want %d", name, l.rate.Requests, spans, want)
			}
		}
	}
}

// Two processes that share a client ID use at least 90 % of the limit together, and each uses all of
// it once the other has ended. No request fails.
func TestTwoProcessesShareTheLimit(t *testing.T) {
	t.Parallel()
	for name, requests := range map[string][2]int{"as much work": {1000, 1000}, "little and much": {200, 1800}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				tenant := &sharedTenant{limit: 100, span: 10 * time.Second}
				begin := time.Now()
				var group sync.WaitGroup
				for _, n := range requests {
					l := newLimiter(api.Rate{Requests: 100, Span: 10 * time.Second}, 10, nil, pause.Clock{})
					client := retrying{next: limited{next: tenant, limiter: l}, retries: 4, jitter: func(d time.Duration) time.Duration { return d / 2 }, limiter: l}
					work := make(chan int, n)
					for i := range n {
						work <- i
					}
					close(work)
					for range 10 {
						group.Go(func() { sendAll(t, client, work) })
					}
				}
				group.Wait()
				ideal := time.Duration((requests[0]+requests[1])/100-1) * 10 * time.Second
				if took := time.Since(begin); took > ideal*10/9+10*time.Second {
					t.Errorf("took %s, and %s would be ideal; %d were refused", took, ideal, tenant.refused)
				}
			})
		})
	}
}

func sendAll(t *testing.T, client http.RoundTripper, work <-chan int) {
	t.Helper()
	for range work {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://tenant", http.NoBody)
		if err != nil {
			t.Error(err)
			return
		}
		resp, err := client.RoundTrip(req)
		if err != nil || resp.StatusCode != http.StatusOK {
			t.Errorf("%v, %v", resp, err)
			return
		}
		if err := resp.Body.Close(); err != nil {
			t.Error(err)
		}
	}
}

// sharedTenant refuses more requests than its limit, whoever sends them.
type sharedTenant struct {
	limit   int
	span    time.Duration
	mu      sync.Mutex
	passed  []time.Time
	refused int
}

func (s *sharedTenant) RoundTrip(*http.Request) (*http.Response, error) {
	<-time.After(50 * time.Millisecond)
	s.mu.Lock()
	defer s.mu.Unlock()
	now := time.Now()
	for len(s.passed) > 0 && now.Sub(s.passed[0]) >= s.span {
		s.passed = s.passed[1:]
	}
	if len(s.passed) >= s.limit {
		s.refused++
		seconds := int((s.passed[0].Add(s.span).Sub(now) + time.Second - 1) / time.Second)
		return &http.Response{StatusCode: http.StatusTooManyRequests, Header: http.Header{"Retry-After": {strconv.Itoa(seconds)}}, Body: http.NoBody}, nil
	}
	s.passed = append(s.passed, now)
	return &http.Response{StatusCode: http.StatusOK, Body: http.NoBody}, nil
}

// A lock is waited for until it is passed on, or for as long as the context lasts.
func TestTurn(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		lock := newTurn()
		if err := lock.take(t.Context()); err != nil {
			t.Fatal(err)
		}
		why := errors.New("enough")
		ctx, cancel := context.WithTimeoutCause(t.Context(), time.Second, why)
		defer cancel()
		if err := lock.take(ctx); !errors.Is(err, why) {
			t.Errorf("taken twice: %v", err)
		}
		lock.pass()
		if err := lock.take(t.Context()); err != nil {
			t.Error(err)
		}
	})
}

// Every log configuration must be refused with 403 to be an error of the whole reading.
func TestAccessDenied(t *testing.T) {
	t.Parallel()
	denied, failed := &api.Error{Status: http.StatusForbidden}, &api.Error{Status: http.StatusInternalServerError}
	for name, tt := range map[string]struct {
		failures []error
		denied   bool
	}{
		"one of one":         {[]error{denied}, true},
		"two of two":         {[]error{denied, denied}, true},
		"the first of two":   {[]error{denied, nil}, false},
		"the second of two":  {[]error{nil, denied}, false},
		"the other failed":   {[]error{denied, failed}, false},
		"the first failed":   {[]error{failed, denied}, false},
		"failed, not denied": {[]error{failed}, false},
		"none":               {[]error{nil, nil}, false},
	} {
		if err := accessDenied(tt.failures); (err != nil) != tt.denied {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// The failures that concern one cluster only.
func TestIsOfOneCluster(t *testing.T) {
	t.Parallel()
	status := func(code int) error { return &api.Error{Path: "/managed-clusters/1/log-config", Status: code} }
	for name, tt := range map[string]struct {
		err  error
		want bool
	}{
		"none":                     {nil, false},
		"400":                      {status(400), true},
		"401":                      {status(401), false},
		"403":                      {status(403), true},
		"404":                      {status(404), true},
		"408":                      {status(408), false},
		"429":                      {status(429), false},
		"499":                      {status(499), false},
		"500":                      {status(500), true},
		"502":                      {status(502), false},
		"503":                      {status(503), false},
		"504":                      {status(504), false},
		"no response":              {&api.Unanswered{Path: "/x", Sent: true}, false},
		"an unreadable answer":     {&api.Unanswered{Path: "/x", Sent: true, Received: true}, true},
		"no token":                 {noToken(errors.New("x")), false},
		"an unreadable token":      {&api.Unanswered{Path: api.TokenPath, Received: true}, false},
		"a refused token":          {&api.Error{Path: api.TokenPath, Status: 400}, false},
		"a failed token":           {&api.Error{Path: api.TokenPath, Status: 500}, false},
		"an error of another kind": {errors.New("x"), false},
	} {
		if got := isOfOneCluster(tt.err); got != tt.want {
			t.Errorf("%s: %t", name, got)
		}
	}
}

// Each request releases its place, with or without a response.
func TestPlacesAreGivenBack(t *testing.T) {
	t.Parallel()
	for name, failure := range map[string]error{"answered": nil, "failed": errors.New("x")} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				next := roundTripper(func(*http.Request) (*http.Response, error) { return answering(200, ""), failure })
				l := limited{next: next, limiter: newLimiter(api.Rate{Requests: 2, Span: time.Second}, 100, nil, pause.Clock{})}
				req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "https://acme.example/v3/x", http.NoBody)
				if err != nil {
					t.Fatal(err)
				}
				began := time.Now()
				for i := range 6 {
					if _, err := l.RoundTrip(req); !errors.Is(err, failure) {
						t.Fatal(err)
					}
					if took := time.Since(began); took != time.Duration(i/2)*time.Second {
						t.Errorf("request %d is sent after %s", i, took)
					}
				}
			})
		})
	}
}

// A cluster that is listed again, on another page or in another reading, keeps its place with the
// latest content.
func TestTheLastRowOfAClusterCounts(t *testing.T) {
	t.Parallel()
	row := func(id, name string) cluster.Live {
		return cluster.Live{ID: id, Name: name, Document: []byte(`{"name":"` + name + `"}`)}
	}
	l := lister{seen: map[string]int{}}
	for _, reading := range [][]page{
		{{clusters: []cluster.Live{row("1", "a"), row("2", "b")}}, {clusters: []cluster.Live{row("1", "c"), row("3", "d")}}},
		{{clusters: []cluster.Live{row("3", "e")}}},
	} {
		l.pass = pass{rows: map[string]bool{}}
		for _, p := range reading {
			if err := l.merge(p); err != nil {
				t.Fatal(err)
			}
		}
	}
	if diff := cmp.Diff([]cluster.Live{row("1", "c"), row("2", "b"), row("3", "e")}, l.clusters); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
