package command

import (
	"context"
	"errors"
	"fmt"
	"log"
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"

	"clusterctl/internal/crash"
	"clusterctl/internal/escape"
	"clusterctl/internal/remote"
	"clusterctl/internal/sandbox"
)

// sandboxURL stands for the sandbox in a plan, whatever port it listens on, so that the
// same plan has the same digest in every run.
const sandboxURL = "http://localhost"

// onSandbox points a configuration at a sandbox that this process serves over HTTP on a
// loopback port. A new one is named after the tenant that the files are for.
func (o tenantOptions) onSandbox(e env, config remote.Config, org string) (remote.Config, func() error, error) {
	served, err := serve("127.0.0.1:0", sandbox.Options{Dir: o.sandbox, Org: org, Now: o.tenantClock(e)}, e.Log)
	if errors.Is(err, sandbox.ErrOtherOrg) {
		return config, nil, refusedf("%s", err)
	}
	if err != nil {
		return config, nil, err
	}
	if o.baseURL != "" && !o.quiet {
		e.Log.Warn(fmt.Sprintf("using the sandbox in %s, not SAIL_BASE_URL", escape.Text(o.sandbox)))
	}
	o.baseURL = sandboxURL
	if config.Root, err = o.root(); err != nil {
		return config, nil, errors.Join(err, served.close())
	}
	transport := served.transport()
	config.Base = transport
	config.Credentials = remote.Credentials{ClientID: "sandbox", ClientSecret: "sandbox"}
	return config, func() error {
		transport.CloseIdleConnections()
		return served.close()
	}, nil
}

type servedSandbox struct {
	tenant *sandbox.Tenant
	addr   net.Addr
	url    string
	server *http.Server
	failed chan error // why serving ended, once it has
}

func serve(address string, options sandbox.Options, errorLog logger) (*servedSandbox, error) {
	tenant, err := sandbox.Open(options)
	if err != nil {
		return nil, err
	}
	listener, err := (&net.ListenConfig{}).Listen(context.Background(), "tcp", address)
	if err != nil {
		return nil, errors.Join(err, tenant.Close())
	}
	s := &servedSandbox{
		tenant: tenant,
		addr:   listener.Addr(),
		url:    "http://" + reachable(listener.Addr()),
		server: &http.Server{
			Handler: tenant, ReadHeaderTimeout: 10 * time.Second,
			ErrorLog: log.New(serverErrors{errorLog}, "", 0), //nolint:forbidigo // an http.Server takes no other
		},
		failed: make(chan error, 1),
	}
	crash.Go(func() { s.failed <- s.server.Serve(listener) }, func(err error) { s.failed <- err })
	return s, nil
}

// serverErrors logs errors of the HTTP server, such as a panic, without the stack.
type serverErrors struct{ logger }

func (l serverErrors) Write(message []byte) (int, error) {
	line, _, _ := strings.Cut(string(message), "\n")
	l.Warn("embedded tenant: " + line)
	return len(message), nil
}

// transport sends requests to the sandbox whatever address they are for.
func (s *servedSandbox) transport() *http.Transport {
	dialer := new(net.Dialer)
	return &http.Transport{
		MaxIdleConnsPerHost: maxParallelism,
		DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			return dialer.DialContext(ctx, s.addr.Network(), s.addr.String())
		},
	}
}

// close stops the server, and cuts off requests in flight.
func (s *servedSandbox) close() error {
	return errors.Join(s.server.Close(), s.tenant.Close())
}

// reachable is an address that a client on this machine can use.
func reachable(addr net.Addr) string {
	if tcp, ok := addr.(*net.TCPAddr); ok && tcp.IP.IsUnspecified() {
		return net.JoinHostPort("127.0.0.1", strconv.Itoa(tcp.Port))
	}
	return addr.String()
}
