package script

import (
	"context"
	"errors"
	"flag"
	"net"
	"net/http"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"clusterctl/internal/crash"

	"github.com/rogpeppe/go-internal/testscript"

	"clusterctl/internal/command"
	"clusterctl/internal/sandbox"
	"clusterctl/internal/testkit/wire"
)

// scriptT is the testing.TB of a script, which a bubble needs.
type scriptT struct{ *testing.T }

func (t scriptT) Run(name string, f func(testscript.T)) {
	t.T.Run(name, func(t *testing.T) { f(scriptT{t}) })
}

func (t scriptT) Verbose() bool { return testing.Verbose() }

// bubbleCommand makes each following command run in a bubble of virtual time with a tenant of
// these flags, so that waiting takes no time. The tenant keeps its state, but requests, and so
// faults, are counted from one for each command.
func bubbleCommand(ts *testscript.TestScript, neg bool, args []string) {
	usage(ts, neg, true, "bubble [FLAG…]")
	s := scriptOf(ts)
	ts.Check(s.stopTenant())
	o := sandbox.Options{Dir: filepath.Join(ts.Getenv("WORK"), ".tenant"), RateLimit: -1, Now: s.clock.now}
	flags := flag.NewFlagSet("bubble", flag.ContinueOnError)
	flags.IntVar(&o.Seed, "seed", 0, "")
	flags.BoolVar(&o.Shuffle, "shuffle", false, "")
	flags.BoolVar(&o.RefuseTests, "refuse-tests", false, "")
	flags.Func("rate-limit", "", func(text string) error {
		count, span, _ := strings.Cut(text, "/")
		var failed error
		o.RateLimit, failed = strconv.Atoi(count)
		var err error
		o.RateSpan, err = time.ParseDuration(span)
		return errors.Join(failed, err)
	})
	flags.Func("fault", "", func(text string) error {
		fault, err := sandbox.ParseFault(text)
		o.Faults = append(o.Faults, fault)
		return err
	})
	ts.Check(flags.Parse(args))
	s.tenant = &runningTenant{url: "http://127.0.0.1:80", inBubble: &o}
	sound := o
	sound.Faults, sound.RateLimit = nil, -1
	s.web = &http.Client{Transport: openedPerRequest(sound)}
	s.setAccess(ts)
}

// openedPerRequest is a tenant that is open only during a request.
type openedPerRequest sandbox.Options

func (o openedPerRequest) RoundTrip(req *http.Request) (*http.Response, error) {
	tenant, err := sandbox.Open(sandbox.Options(o))
	if err != nil {
		return nil, err
	}
	resp, err := wire.Transport{Handler: tenant}.RoundTrip(req)
	return resp, errors.Join(err, tenant.Close())
}

// runInBubble runs the program in a bubble whose clock continues that of the script, and then
// advances the script's clock.
func (s *script) runInBubble(line []string, e command.Env) (code int) {
	now := s.clock.now()
	synctest.Test(s.t, func(t *testing.T) {
		s.clock.set(now)
		tenant, err := sandbox.Open(*s.tenant.inBubble)
		if err != nil {
			t.Fatal(err)
		}
		pipes := pipeListener{make(chan net.Conn), make(chan struct{})}
		server := &http.Server{Handler: tenant}
		crash.Go(func() { _ = server.Serve(pipes) }, func(err error) { t.Error(err) }) // until it is closed
		transport := &http.Transport{DialContext: pipes.dial}
		e.Transport, e.Now = transport, s.clock.now
		code = command.Run(line, e)
		transport.CloseIdleConnections()
		if err := errors.Join(server.Close(), tenant.Close()); err != nil {
			t.Error(err)
		}
		now = s.clock.now()
	})
	s.clock.set(now)
	return code
}

// pipeListener listens in memory: a goroutine that waits for the network is never idle in a
// bubble, so its time would stand still.
type pipeListener struct {
	conns  chan net.Conn
	closed chan struct{}
}

func (l pipeListener) dial(ctx context.Context, _, _ string) (net.Conn, error) {
	client, server := net.Pipe()
	select {
	case l.conns <- server:
		return client, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (l pipeListener) Accept() (net.Conn, error) {
	select {
	case conn := <-l.conns:
		return conn, nil
	case <-l.closed:
		return nil, net.ErrClosed
	}
}

func (l pipeListener) Close() error {
	close(l.closed)
	return nil
}

func (l pipeListener) Addr() net.Addr { return &net.UnixAddr{Name: "pipe", Net: "pipe"} }
