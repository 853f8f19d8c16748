package script

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"syscall"
	"time"

	"clusterctl/internal/crash"

	"github.com/rogpeppe/go-internal/testscript"

	"clusterctl/internal/command"
	"clusterctl/internal/sandbox"
)

// skewedClock is a clock with an offset to the present.
type skewedClock struct{ skew atomic.Int64 }

// now has no monotonic reading, since each bubble has its own monotonic clock.
func (c *skewedClock) now() time.Time { return time.Now().Add(time.Duration(c.skew.Load())).Round(0) }

func (c *skewedClock) set(now time.Time) { c.skew.Store(int64(now.Sub(time.Now().Round(0)))) }

// text returns now plus later, in the format of files.
func (c *skewedClock) text(later time.Duration) string {
	return c.now().Add(later).UTC().Format(time.RFC3339)
}

// runningTenant is a running clusterctl sandbox.
type runningTenant struct {
	url        string
	inBubble   *sandbox.Options // set for a tenant that runs with each command; nil for one that runs all the time
	interrupts chan os.Signal
	exited     chan int
	stderr     bytes.Buffer // to be read once it has exited
}

// startTenant starts clusterctl sandbox and waits for its address. It runs in this process so
// that its clock can be changed.
func (s *script) startTenant(args []string) error {
	out, in := io.Pipe()
	t := &runningTenant{interrupts: make(chan os.Signal, 1), exited: make(chan int, 1)}
	crash.Go(func() {
		code := command.Run(append([]string{"clusterctl", "sandbox"}, args...), command.Env{
			Stdin:      strings.NewReader(""),
			Stdout:     in,
			Stderr:     &t.stderr,
			Getenv:     func(string) string { return "" },
			Now:        s.clock.now,
			Interrupts: t.interrupts,
		})
		_ = in.Close() // never fails
		t.exited <- code
	}, func(err error) { _ = in.CloseWithError(err) }) // never fails
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		return fmt.Errorf("the tenant exited with %d: %s", <-t.exited, &t.stderr)
	}
	t.url = strings.TrimSpace(line)
	s.web = &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	s.tenant = t
	return nil
}

// stopTenant stops a running tenant with a signal, like a supervisor.
func (s *script) stopTenant() error {
	t := s.tenant
	if t == nil {
		return nil
	}
	s.tenant = nil
	if t.inBubble != nil {
		return nil
	}
	t.interrupts <- syscall.SIGTERM
	if code := <-t.exited; code != exitDone {
		return fmt.Errorf("the tenant exited with %d: %s", code, &t.stderr)
	}
	return nil
}

// tenantCommand replaces the tenant by a new one at $ADDRESS. Its state is in $WORK/.tenant
// unless a flag says otherwise. It has no rate limit, since a script is faster than a client.
func tenantCommand(ts *testscript.TestScript, neg bool, args []string) {
	usage(ts, neg, true, "tenant [FLAG…]")
	s := scriptOf(ts)
	ts.Check(s.stopTenant())
	flags := []string{"--listen", "127.0.0.1:0", "--state", filepath.Join(ts.Getenv("WORK"), ".tenant"), "--rate-limit", "none"}
	ts.Check(s.startTenant(append(flags, args...)))
	s.setAccess(ts)
}

// setAccess sets the environment for the script's tenant.
func (s *script) setAccess(ts *testscript.TestScript) {
	ts.Setenv("SAIL_BASE_URL", s.tenant.url)
	ts.Setenv("ADDRESS", strings.TrimPrefix(s.tenant.url, "http://"))
	ts.Setenv("SAIL_CLIENT_ID", "script")
	ts.Setenv("SAIL_CLIENT_SECRET", "any")
}

func tenantStopCommand(ts *testscript.TestScript, neg bool, args []string) {
	usage(ts, neg, len(args) == 0, "tenant-stop")
	ts.Check(scriptOf(ts).stopTenant())
}

func clockCommand(ts *testscript.TestScript, neg bool, args []string) {
	usage(ts, neg, len(args) == 1, "clock DURATION|TIME")
	clock := &scriptOf(ts).clock
	d, err := time.ParseDuration(args[0])
	if at, noTime := time.Parse(time.RFC3339, args[0]); noTime == nil {
		d, err = at.Sub(clock.now()), nil
	}
	ts.Check(err)
	clock.skew.Add(int64(d))
	ts.Setenv("NOW", clock.text(0))
}

func instantCommand(ts *testscript.TestScript, neg bool, args []string) {
	usage(ts, neg, len(args) == 2, "instant VAR DURATION")
	d, err := time.ParseDuration(args[1])
	ts.Check(err)
	ts.Setenv(args[0], scriptOf(ts).clock.text(d))
}

func expandCommand(ts *testscript.TestScript, neg bool, args []string) {
	usage(ts, neg, len(args) > 0, "expand FILE…")
	for _, file := range args {
		text := os.Expand(ts.ReadFile(file), ts.Getenv)
		ts.Check(os.WriteFile(ts.MkAbs(file), []byte(text), 0o600))
	}
}

func substituteCommand(ts *testscript.TestScript, neg bool, args []string) {
	usage(ts, neg, len(args) == 3, "substitute FILE OLD NEW")
	text := ts.ReadFile(args[0])
	if !strings.Contains(text, args[1]) {
		ts.Fatalf("%s does not contain %q", args[0], args[1])
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(strings.ReplaceAll(text, args[1], args[2])), 0o600))
}
