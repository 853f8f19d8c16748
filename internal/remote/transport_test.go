package remote_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"clusterctl/internal/api"
	"clusterctl/internal/jsonpatch"
	"clusterctl/internal/remote"
)

func TestPlainHTTPIsForLoopbackOnly(t *testing.T) {
	t.Parallel()
	for url, ok := range map[string]bool{
		"https://acme.api.identitynow.com": true,
		"http://127.0.0.1:8080":            true,
		"http://[::1]:8080":                true,
		"http://localhost":                 true,
		"http://acme.api.identitynow.com":  false,
		"http://localhost.example.com":     false,
		"http://10.0.0.1":                  false,
	} {
		if _, err := remote.New(config(t, url)); (err == nil) != ok {
			t.Errorf("%s: %v, want ok %t", url, err, ok)
		}
	}
}

func TestCredentialsAreNeeded(t *testing.T) {
	t.Parallel()
	for want, c := range map[string]remote.Credentials{
		"no credentials (set SAIL_CLIENT_ID and SAIL_CLIENT_SECRET, ":  {},
		`no client secret for client ID "x" (set SAIL_CLIENT_SECRET, `: {ClientID: "x"},
		"no client ID for the client secret (set SAIL_CLIENT_ID, ":     {ClientSecret: "x"},
	} {
		conf := config(t, "https://acme.example")
		conf.Credentials = c
		if _, err := remote.New(conf); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%v, want %s…", err, want)
		}
	}
}

func TestAReadyTokenNeedsNoTokenRequest(t *testing.T) {
	t.Parallel()
	f := newFake(t, func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") == "" {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		fmt.Fprintf(w, `{"tenantName":%q}`, r.Header.Get("Authorization")+" "+r.Header.Get("User-Agent"))
	})
	conf := config(t, f.URL)
	conf.Credentials = remote.Credentials{AccessToken: "ready"}
	tenant, err := newClient(t, conf).Tenant(t.Context())
	if err != nil || tenant.Org != "Bearer ready clusterctl/test" || f.tokens != 0 {
		t.Errorf("%+v, %v, %d token requests", tenant, err, f.tokens)
	}
}

// Only one of many waiting requests requests the token.
func TestManyWaitForOneToken(t *testing.T) {
	t.Parallel()
	f := newFake(t, func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, `{"id":"1"}`) })
	client := newClient(t, config(t, f.URL))
	var group sync.WaitGroup
	for range 50 {
		group.Go(func() {
			if _, err := client.Get(t.Context(), "1"); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	if f.tokens != 1 {
		t.Errorf("%d token requests for 50 calls", f.tokens)
	}
}

// A 401 renews the token, once.
func TestARefusedTokenIsRenewedOnce(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		good     string
		requests int
		status   int
	}{
		"and then taken":    {"Bearer token-2", 2, 0},
		"and refused again": {"Bearer never", 2, http.StatusUnauthorized},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newFake(t, func(w http.ResponseWriter, r *http.Request) {
				if r.Header.Get("Authorization") != tt.good {
					w.WriteHeader(http.StatusUnauthorized)
					fmt.Fprint(w, `{"error":"JWT validation failed: JWT is expired"}`)
					return
				}
				fmt.Fprint(w, `{"id":"1"}`)
			})
			_, err := newClient(t, config(t, f.URL)).Create(t.Context(), json.RawMessage(`{"name":"x"}`))
			if api.StatusOf(err) != tt.status || len(f.requests()) != tt.requests {
				t.Errorf("%v after %v", err, f.requests())
			}
		})
	}
}

func TestWrongCredentialsAreOneReadableError(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set(api.RequestIDHeader, "req-7")
		w.WriteHeader(http.StatusUnauthorized)
		fmt.Fprint(w, `{"error":"invalid_client","error_description":"Bad\ncredentials"}`)
	}))
	t.Cleanup(server.Close)
	_, err := newClient(t, config(t, server.URL)).Tenant(t.Context())
	const want = "POST /oauth/token: 401 Unauthorized: invalid_client"
	if err == nil || err.Error() != want {
		t.Errorf("got  %v\nwant %s", err, want)
	}
}

func TestReadOnlyRefusesWrites(t *testing.T) {
	t.Parallel()
	f := newFake(t, func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, `{"id":"1","name":"x"}`) })
	conf := config(t, f.URL)
	conf.ReadOnly = true
	c := newClient(t, conf)
	if _, err := c.Get(t.Context(), "1"); err != nil {
		t.Errorf("a read was refused: %v", err)
	}
	writes := map[string]func() error{
		"create": func() error { _, err := c.Create(t.Context(), json.RawMessage(`{}`)); return err },
		"patch":  func() error { _, err := c.Patch(t.Context(), "1", jsonpatch.Patch{}); return err },
		"log":    func() error { _, err := c.SetLogConfig(t.Context(), "1", json.RawMessage(`{}`)); return err },
		"delete": func() error { _, err := c.Delete(t.Context(), "1", false); return err },
	}
	for name, write := range writes {
		if err := write(); err == nil || !strings.Contains(err.Error(), "is read-only") {
			t.Errorf("%s: %v", name, err)
		}
	}
	if asked := f.requests(); len(asked) != 1 {
		t.Errorf("a write was sent: %v", asked)
	}
}

// The rows are those of the table in the comment of retrying.
func TestWhatIsRepeated(t *testing.T) {
	t.Parallel()
	status := func(code int) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Retry-After", "0")
			w.WriteHeader(code)
		}
	}
	drop := func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }
	truncated := func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "1000")
		fmt.Fprint(w, `{"id":`)
	}
	garbage := func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "\x00\x01 no JSON") }
	const (
		all  = "GET PUT DELETE PATCH POST"
		safe = "GET PUT DELETE"
		none = ""
	)
	tests := map[string]struct {
		fail    http.HandlerFunc
		repeats string
	}{
		"429":       {status(429), all},
		"500":       {status(500), safe},
		"502":       {status(502), safe},
		"503":       {status(503), safe},
		"504":       {status(504), safe},
		"408":       {status(408), safe},
		"499":       {status(499), safe},
		"400":       {status(400), none},
		"403":       {status(403), none},
		"404":       {status(404), none},
		"dropped":   {drop, safe},
		"truncated": {truncated, safe},
		"garbage":   {garbage, safe},
	}
	for name, tt := range tests {
		for method := range strings.FieldsSeq(all) {
			t.Run(name+" "+method, func(t *testing.T) {
				t.Parallel()
				failed := false
				f, conf := offline(t, func(w http.ResponseWriter, r *http.Request) {
					if !failed {
						failed = true
						tt.fail(w, r)
						return
					}
					fmt.Fprint(w, `{"id":"1","rootLevel":"INFO"}`)
				})
				conf.Retries = 1
				var err error
				synctest.Test(t, func(t *testing.T) { err = do(t.Context(), newClient(t, conf), method) })
				repeated := len(f.requests()) == 2
				if want := strings.Contains(" "+tt.repeats+" ", " "+method+" "); repeated != want || repeated && err != nil {
					t.Errorf("repeated %t, want %t (%v)", repeated, want, err)
				}
				if err != nil && method != "GET" && api.OutcomeUnknown(err) == strings.HasPrefix(name, "4") != (name == "408" || name == "499") {
					t.Errorf("outcome unknown %t: %v", api.OutcomeUnknown(err), err)
				}
			})
		}
	}
}

func do(ctx context.Context, c *remote.Client, method string) (err error) {
	switch method {
	case "GET":
		_, err = c.Get(ctx, "1")
	case "PUT":
		_, err = c.SetLogConfig(ctx, "1", json.RawMessage(`{"rootLevel":"INFO"}`))
	case "DELETE":
		_, err = c.Delete(ctx, "1", true)
	case "PATCH":
		_, err = c.Patch(ctx, "1", jsonpatch.Patch{{Op: "remove", Path: "/description"}})
	case "POST":
		_, err = c.Create(ctx, json.RawMessage(`{"name":"x"}`))
	}
	if method == "DELETE" && api.IsNotFound(err) {
		return errors.New("a 404 of a delete is an error")
	}
	return err
}

// What was not sent may be repeated, whatever it is.
func TestNothingSentIsRepeated(t *testing.T) {
	t.Parallel()
	f, conf := offline(t, func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, `{"id":"1"}`) })
	conf.Retries = 1
	refused := &firstRefused{next: conf.Base}
	conf.Base = refused
	synctest.Test(t, func(t *testing.T) {
		if _, err := newClient(t, conf).Create(t.Context(), json.RawMessage(`{"name":"x"}`)); err != nil {
			t.Error(err)
		}
	})
	if len(f.requests()) != 1 || refused.seen.Load() < 2 {
		t.Errorf("%d attempts, %v arrived", refused.seen.Load(), f.requests())
	}
}

// firstRefused fails the first request for a cluster before it is sent.
type firstRefused struct {
	next http.RoundTripper
	seen atomic.Int32
}

func (t *firstRefused) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.URL.Path != api.TokenPath && t.seen.Add(1) == 1 {
		return nil, errors.New("dial tcp: connection refused")
	}
	return t.next.RoundTrip(r)
}

func TestRedirectsAreNotFollowed(t *testing.T) {
	t.Parallel()
	elsewhere := newFake(t, func(http.ResponseWriter, *http.Request) {})
	f := newFake(t, func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, elsewhere.URL, http.StatusFound) })
	_, err := newClient(t, config(t, f.URL)).Get(t.Context(), "1")
	if err == nil || !strings.Contains(err.Error(), "redirected to "+elsewhere.URL) || len(elsewhere.requests()) > 0 {
		t.Errorf("%v; the other host was asked %v", err, elsewhere.requests())
	}
}

func TestBoundedInSizeAndTime(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		answer http.HandlerFunc
		want   string
	}{
		"endless": {func(w http.ResponseWriter, r *http.Request) {
			block := []byte(strings.Repeat(" ", 1<<16))
			for r.Context().Err() == nil {
				if _, err := w.Write(block); err != nil {
					return
				}
			}
		}, "response is larger than 16 MiB"},
		"silent": {func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }, "no response within 200ms"},
		"stalled": {func(w http.ResponseWriter, r *http.Request) {
			fmt.Fprint(w, `{"id":`)
			_ = http.NewResponseController(w).Flush()
			<-r.Context().Done()
		}, "no response within 200ms"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newFake(t, tt.answer)
			conf := config(t, f.URL)
			if name != "endless" {
				conf.Timeout = 200 * time.Millisecond
			}
			_, err := newClient(t, conf).Get(t.Context(), "1")
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("%v, want %q", err, tt.want)
			}
		})
	}
}

func TestObserver(t *testing.T) {
	t.Parallel()
	f := newFake(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set(api.DeprecatedHeader, "true")
		w.Header().Set(api.RequestIDHeader, "req-9")
		fmt.Fprint(w, `{"id":"1"}`)
	})
	conf := config(t, f.URL)
	var seen []string
	deprecated := 0
	conf.Observer = remote.Observer{
		Exchange: func(x api.Exchange, took time.Duration) {
			seen = append(seen, fmt.Sprint(x.Method, " ", x.Path, " ", x.Status, " ", x.RequestID, " ", took > 0))
		},
		Deprecated: func() { deprecated++ },
	}
	if _, err := newClient(t, conf).Get(t.Context(), "1"); err != nil {
		t.Fatal(err)
	}
	if got, want := strings.Join(seen, "; "), "POST /oauth/token 200  true; GET /v3/managed-clusters/1 200 req-9 true"; got != want {
		t.Errorf("saw %s, want %s", got, want)
	}
	if deprecated != 1 {
		t.Errorf("deprecation reported %d times", deprecated)
	}
}

// A Retry-After beyond the maximum or the deadline ends the request: the error states the wait.
func TestALongRetryAfterIsAnErrorThatNamesIt(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		after    string
		deadline time.Duration // 0: none
		want     string
	}{
		"beyond two minutes":   {"600", 0, "(try again after 10m0s)"},
		"beyond all measure":   {"99999999999999999999", 0, "(try again after 8760h0m0s)"},
		"beyond the deadline":  {"100", time.Minute, "(try again after 1m40s)"},
		"a date":               {"Fri, 31 Dec 9999 23:59:59 GMT", 0, "(try again after 8760h0m0s)"},
		"no wait at all, ever": {"0", 0, "429 Too Many Requests"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newFake(t, func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Retry-After", tt.after)
				w.WriteHeader(http.StatusTooManyRequests)
			})
			conf := config(t, f.URL)
			conf.Credentials = remote.Credentials{AccessToken: "t"}
			if tt.after != "0" {
				conf.Retries = 4
			}
			ctx := t.Context()
			if tt.deadline > 0 {
				var cancel context.CancelFunc
				ctx, cancel = context.WithTimeout(ctx, tt.deadline)
				defer cancel()
			}
			_, err := newClient(t, conf).Get(ctx, "1")
			if err == nil || !strings.HasSuffix(err.Error(), tt.want) || len(f.requests()) != 1 {
				t.Errorf("%v after %d requests", err, len(f.requests()))
			}
		})
	}
}

func TestRepeatsAreTold(t *testing.T) {
	t.Parallel()
	refused := 0
	_, conf := offline(t, func(w http.ResponseWriter, _ *http.Request) {
		if refused++; refused <= 2 {
			w.Header().Set("Retry-After", "0")
			w.WriteHeader(http.StatusTooManyRequests)
		}
		fmt.Fprint(w, `{"id":"1"}`)
	})
	conf.Retries = 3
	repeats := 0
	conf.Observer = remote.Observer{Repeating: func() { repeats++ }}
	synctest.Test(t, func(t *testing.T) {
		if _, err := newClient(t, conf).Get(t.Context(), "1"); err != nil || repeats != 2 {
			t.Errorf("%d retries reported, want 2: %v", repeats, err)
		}
	})
}

func TestSecretsPrintAsStars(t *testing.T) {
	t.Parallel()
	c := remote.Credentials{ClientID: "id", ClientSecret: "s3cret", AccessToken: "t0ken"}
	encoded, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	for _, printed := range []string{
		fmt.Sprint(c), fmt.Sprintf("%v %+v %#v %s %q %x", c, c, c, c, c, c), c.ClientSecret.String(), string(encoded),
		fmt.Sprintf("%d %#v %x", c.ClientSecret, c.ClientSecret, c.ClientSecret),
	} {
		if strings.Contains(printed, "s3cret") || strings.Contains(printed, "t0ken") || strings.Contains(printed, fmt.Sprintf("%x", "s3cret")) {
			t.Errorf("a secret was printed: %s", printed)
		}
	}
}
