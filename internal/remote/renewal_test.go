package remote

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"clusterctl/internal/api"
	"clusterctl/internal/pause"
)

// numbered grants numbered tokens of ten minutes, and returns a cluster for all other requests.
func numbered(granted *int) roundTripper {
	return func(r *http.Request) (*http.Response, error) {
		w := httptest.NewRecorder()
		if r.URL.Path == api.TokenPath {
			*granted++
			fmt.Fprintf(w, `{"access_token":"token-%d","expires_in":600}`, *granted)
		} else {
			fmt.Fprint(w, `{"id":"1"}`)
		}
		return w.Result(), nil
	}
}

// A token is used until 30 seconds before it expires, and each one is observed.
func TestATokenIsRenewedInTime(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		granted := 0
		var seen []string
		root, err := api.ParseRoot("https://acme.example", "")
		if err != nil {
			t.Fatal(err)
		}
		c, err := New(Config{
			Root: root, Base: numbered(&granted), Timeout: time.Minute, Credentials: Credentials{ClientID: "id", ClientSecret: "s"},
			Observer: Observer{Token: func(s Secret) { seen = append(seen, string(s)) }},
		})
		if err != nil {
			t.Fatal(err)
		}
		for _, step := range []struct {
			wait time.Duration
			want int
		}{{0, 1}, {0, 1}, {570*time.Second - 1, 1}, {1, 2}, {569 * time.Second, 2}, {time.Second, 3}} {
			<-time.After(step.wait)
			if _, err := c.Get(t.Context(), "1"); err != nil || granted != step.want {
				t.Errorf("after %s more: %d tokens, want %d: %v", step.wait, granted, step.want, err)
			}
		}
		if !slices.Equal(seen, []string{"token-1", "token-2", "token-3"}) {
			t.Errorf("observed %v", seen)
		}
	})
}

// A token that was refused is forgotten, unless another has replaced it.
func TestForget(t *testing.T) {
	t.Parallel()
	for refused, want := range map[Secret]Secret{"old": "new", "new": ""} {
		tokens := &tokens{turn: newTurn(), current: "new"}
		tokens.forget(refused)
		if tokens.current != want {
			t.Errorf("%q remains, want %q", string(tokens.current), string(want))
		}
		if err := tokens.turn.take(t.Context()); err != nil {
			t.Error(err)
		}
	}
}

// A request that waits for the token of another ends with its context, and was not sent.
func TestWaitsEndWithTheContext(t *testing.T) {
	t.Parallel()
	why := errors.New("enough")
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(why)
	taken := newTurn()
	taken <- struct{}{}
	never := roundTripper(func(*http.Request) (*http.Response, error) {
		t.Error("it was sent")
		return nil, errors.New("sent")
	})
	paused := newLimiter(api.Rate{}, 100, nil, pause.Clock{})
	paused.pause(time.Now().Add(time.Hour))
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "https://acme.example/x", http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	for name, tt := range map[string]struct {
		wait func() error
		path string
	}{
		"for a token": {func() error { _, err := (&tokens{turn: taken}).get(ctx); return err }, api.TokenPath},
		"for the filter": {func() error {
			_, _, _, err := (&Client{filtering: &filtering{turn: taken}}).listFiltered(ctx, "x")
			return err
		}, api.ClustersPath},
		"for the limit":    {func() error { _, err := limited{never, paused}.RoundTrip(req); return err }, "/x"},
		"for another try":  {func() error { return (retrying{limiter: paused, jitter: rand.N[time.Duration]}).wait(ctx, 0, nil) }, ""},
		"with a bad token": {func() error { _, err := authorized{never, &tokens{turn: taken}}.RoundTrip(req); return err }, api.TokenPath},
	} {
		err := tt.wait()
		unanswered, ok := errors.AsType[*api.Unanswered](err)
		if !errors.Is(err, why) || ok != (tt.path != "") || ok && (unanswered.Sent || unanswered.Path != tt.path) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// A request that cannot be made is an error, not an answer.
func TestARequestThatCannotBeMade(t *testing.T) {
	t.Parallel()
	if _, err := (&Client{}).send(t.Context(), "NO METHOD", "/x?y", nil); err == nil || !strings.HasPrefix(err.Error(), "NO METHOD /x: ") {
		t.Errorf("err = %v", err)
	}
}

// A body that cannot be read again is not sent.
func TestABodyThatCannotBeRepeated(t *testing.T) {
	t.Parallel()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPut, "https://acme.example/x", http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	why := errors.New("closed")
	req.GetBody = func() (_ io.ReadCloser, err error) { return nil, why }
	_, err = retrying{limiter: newLimiter(api.Rate{}, 100, nil, pause.Clock{}), jitter: rand.N[time.Duration]}.RoundTrip(req)
	if unanswered, ok := errors.AsType[*api.Unanswered](err); !ok || unanswered.Sent || !errors.Is(err, why) {
		t.Errorf("err = %v", err)
	}
}

// Pages that are not full may be limited by the server: at most as many are read at once as
// before.
func TestBatch(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ size, pages, want int }{
		{api.MaxPage, 1, 10}, {api.MaxPage - 1, 1, 1}, {api.MaxPage - 1, 3, 3}, {api.MaxPage - 1, 10, 10}, {api.MaxPage - 1, 11, 10}, {1, 1, 1},
	} {
		l := lister{client: &Client{config: Config{Parallelism: 10}}, pass: pass{pages: tt.pages}}
		if got := l.batch(tt.size); got != tt.want {
			t.Errorf("%d pages of %d: %d at once, want %d", tt.pages, tt.size, got, tt.want)
		}
	}
}
