package remote_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"clusterctl/internal/api"
	"clusterctl/internal/remote"
	"clusterctl/internal/testkit/wire"
)

// The end of the last attempt (not sent, 429, no token, no time left) says nothing about an
// earlier attempt that may have been applied.
func TestEndOfTheLastAttempt(t *testing.T) {
	t.Parallel()
	lost := errors.New("read: connection reset by peer")
	for name, last := range map[string]func(*http.Request) (*http.Response, error){
		"never sent":   func(*http.Request) (*http.Response, error) { return nil, lost },
		"429":          func(*http.Request) (*http.Response, error) { return wire.Answer(429, "", `{}`), nil },
		"401":          func(*http.Request) (*http.Response, error) { return wire.Answer(401, "", `{}`), nil },
		"token":        func(*http.Request) (*http.Response, error) { return nil, &api.Error{Path: api.TokenPath, Status: 401} },
		"no time left": nil,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := context.WithCancel(t.Context())
				conf := config(t, "http://127.0.0.1")
				conf.Credentials, conf.Retries = remote.Credentials{AccessToken: "ready"}, 2
				attempts := 0
				conf.Base = sending(func(req *http.Request) (*http.Response, error) {
					if attempts++; attempts > 1 {
						return last(req)
					}
					if last == nil {
						time.AfterFunc(time.Millisecond, cancel) // while it waits for the next attempt
					}
					wire.NoteSent(req)
					return nil, lost
				})
				if _, err := newClient(t, conf).Delete(ctx, "1", false); err == nil || !api.OutcomeUnknown(err) {
					t.Errorf("%v, outcome unknown: %t", err, api.OutcomeUnknown(err))
				}
				cancel()
			})
		})
	}
}

// A refusal settles a request only if no earlier attempt may have been applied. After a 429, or
// if nothing was sent, none was.
func TestRefusalOfAnotherAttempt(t *testing.T) {
	t.Parallel()
	lost := errors.New("read: connection reset by peer")
	answer := func(status int) func(*http.Request) (*http.Response, error) {
		return func(req *http.Request) (*http.Response, error) {
			wire.NoteSent(req)
			return wire.Answer(status, "", `{"messages":[]}`), nil
		}
	}
	for name, tt := range map[string]struct {
		first     func(*http.Request) (*http.Response, error)
		isUnknown bool
	}{
		"no response": {func(req *http.Request) (*http.Response, error) { wire.NoteSent(req); return nil, lost }, true},
		"never sent":  {func(*http.Request) (*http.Response, error) { return nil, lost }, false},
		"500":         {answer(500), true},
		"503":         {answer(503), true},
		"408":         {answer(408), true},
		"429":         {answer(429), false},
		"no attempt":  {nil, false},
		"refused too": {answer(422), false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				conf := config(t, "http://127.0.0.1")
				conf.Credentials, conf.Retries = remote.Credentials{AccessToken: "ready"}, 2
				attempts := 0
				conf.Base = sending(func(req *http.Request) (*http.Response, error) {
					if attempts++; attempts == 1 && tt.first != nil {
						return tt.first(req)
					}
					return answer(409)(req)
				})
				client := newClient(t, conf)
				for write, send := range map[string]func() error{
					"DELETE": func() error { _, err := client.Delete(t.Context(), "1", false); return err },
					"PUT": func() error {
						_, err := client.SetLogConfig(t.Context(), "1", json.RawMessage(`{"rootLevel":"INFO"}`))
						return err
					},
				} {
					attempts = 0
					if err := send(); err == nil || api.OutcomeUnknown(err) != tt.isUnknown || !api.IsRefusal(err) {
						t.Errorf("%s: %v, outcome unknown: %t, want %t", write, err, api.OutcomeUnknown(err), tt.isUnknown)
					}
				}
			})
		})
	}
}

// sending is a transport that is a function.
type sending func(*http.Request) (*http.Response, error)

func (f sending) RoundTrip(req *http.Request) (*http.Response, error) { return f(req) }
