package main

import (
	"errors"
	"net"
	"net/http"
	"testing"
)

// brokenListener panics or fails where a connection is expected.
type brokenListener struct {
	net.Listener
	accept func() (net.Conn, error)
}

func (l brokenListener) Accept() (net.Conn, error) { return l.accept() }
func (brokenListener) Close() error                { return nil }

func TestServingFailsWithAnError(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		accept func() (net.Conn, error)
		want   string
	}{
		"a panic":  {func() (net.Conn, error) { panic("odd") }, "serve the embedded tenant: odd"},
		"an error": {func() (net.Conn, error) { return nil, errors.New("no more") }, "no more"},
		"its end":  {func() (net.Conn, error) { return nil, http.ErrServerClosed }, http.ErrServerClosed.Error()},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := &servedTenant{server: &http.Server{}, failed: make(chan error, 1)}
			go s.run(brokenListener{accept: test.accept})
			if err := <-s.failed; err == nil || err.Error() != test.want {
				t.Errorf("got %v, want %s", err, test.want)
			}
		})
	}
}
