package trials

import (
	"bytes"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"clusterctl/internal/command"
	"clusterctl/internal/sandbox"
	"clusterctl/internal/testkit/wire"
)

// rehearsal is a command line run on an empty tenant in a bubble.
type rehearsal struct {
	interrupts     chan os.Signal
	stdout, stderr bytes.Buffer
}

// run runs a command on a file that declares va-a, va-b and va-c.
func (r *rehearsal) run(t *testing.T, onRequest func(*http.Request) error, args ...string) (code int) {
	t.Helper()
	tenant, err := sandbox.Open(sandbox.Options{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := tenant.Close(); err != nil {
			t.Error(err)
		}
	}()
	file := filepath.Join(t.TempDir(), "clusters.yaml")
	const content = "version: 1\nclusters: [{name: va-a}, {name: va-b}, {name: va-c}]\n"
	if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	r.interrupts = make(chan os.Signal, 2)
	return command.Run(append([]string{"clusterctl", args[0], "--file", file}, args[1:]...), command.Env{
		Stdin:  strings.NewReader(""),
		Stdout: &r.stdout,
		Stderr: &r.stderr,
		Getenv: func(name string) string {
			return map[string]string{
				"SAIL_BASE_URL": "http://127.0.0.1", "SAIL_CLIENT_ID": "me", "SAIL_CLIENT_SECRET": "any",
			}[name]
		},
		Now:        time.Now,
		Transport:  wire.Transport{Handler: tenant, Before: onRequest},
		Interrupts: r.interrupts,
	})
}

// interrupt interrupts the program, and returns once it has noticed.
func (r *rehearsal) interrupt() {
	r.interrupts <- os.Interrupt
	synctest.Wait()
}

// expect checks the exit code, and fragments of both streams in order.
func (r *rehearsal) expect(t *testing.T, code, wantCode int, stdout, stderr []string) {
	t.Helper()
	if code != wantCode {
		t.Errorf("exit code %d, want %d", code, wantCode)
	}
	wire.ExpectInOrder(t, "standard output", r.stdout.String(), stdout)
	wire.ExpectInOrder(t, "standard error", r.stderr.String(), stderr)
}

func isPost(req *http.Request, path string) bool {
	return req.Method == http.MethodPost && strings.HasSuffix(req.URL.Path, path)
}

func TestFirstInterruptStopsNewWork(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var r rehearsal
		code := r.run(t, func(req *http.Request) error {
			if isPost(req, "/managed-clusters") {
				r.interrupt()
			}
			return nil
		}, "apply", "--auto-approve", "--parallelism", "1")
		r.expect(t, code, exitIncomplete, []string{
			"create va-a (", "): applied\n",
			"create va-b: not attempted\n",
			"create va-c: not attempted\n",
			"\nApply incomplete: 1 applied, 0 failed, 2 skipped.\n",
		}, []string{"error: apply incomplete: 2 not attempted; run plan to see the remaining changes\n"})
	})
}

func TestSecondInterruptEndsAtOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var r rehearsal
		code := r.run(t, func(req *http.Request) error {
			if !isPost(req, "/managed-clusters") {
				return nil
			}
			r.interrupt()
			r.interrupt()
			return wire.GiveUp(req)
		}, "apply", "--auto-approve", "--parallelism", "1", "--output", "json", "--quiet")
		r.expect(t, code, exitIncomplete, []string{
			`"notAttempted": 2`, `"unknown": 1`,
			`"outcome": "unknown"`, `"error": "POST `, `/managed-clusters: interrupted (the cluster may have been created; wait a minute, then check with status before you apply again)"`,
			`"outcome": "not-attempted"`, `"outcome": "not-attempted"`,
		}, []string{"error: apply incomplete: 1 failed (1 unknown), 2 not attempted; do not apply again until status shows which clusters were created\n"})
	})
}

func TestInterruptWhilePlanning(t *testing.T) {
	t.Parallel()
	for _, command := range []string{"plan", "drift", "apply"} {
		t.Run(command, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				var r rehearsal
				code := r.run(t, func(req *http.Request) error {
					if !strings.HasSuffix(req.URL.Path, "/managed-clusters") {
						return nil
					}
					r.interrupt()
					return wire.GiveUp(req)
				}, command)
				r.expect(t, code, exitError, nil, []string{"error: GET ", "/managed-clusters: interrupted\n"})
			})
		})
	}
}

func TestDeadlineWhileApplying(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var r rehearsal
		posts := 0
		code := r.run(t, func(req *http.Request) error {
			if !isPost(req, "/managed-clusters") {
				return nil
			}
			if posts++; posts == 1 {
				return nil
			}
			return wire.GiveUp(req)
		}, "apply", "--auto-approve", "--parallelism", "1", "--deadline", "9s")
		r.expect(t, code, exitIncomplete, []string{
			"create va-a (", "deadline of 9s exceeded\n",
			"create va-b: unknown: POST ", "/managed-clusters: deadline of 9s exceeded (the cluster may have been created; wait a minute, then check with status before you apply again)\n",
			"create va-c: not attempted\n",
			"\nApply incomplete: 0 applied, 2 failed, 1 skipped.\n",
		}, []string{"error: apply incomplete: 2 failed (1 unverified, 1 unknown), 1 not attempted; do not apply again until status shows which clusters were created\n"})
	})
}

// TestRateLimitIsWaitedFor waits in virtual time, which takes no real time.
func TestRateLimitIsWaitedFor(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var r rehearsal
		start := time.Now()
		code := r.run(t, func(*http.Request) error { return nil },
			"apply", "--auto-approve", "--parallelism", "1", "--rate-limit", "2/30s")
		r.expect(t, code, exitDone,
			[]string{"Apply complete: 3 applied, 0 failed.\n"}, []string{"waiting 30s for the rate limit\n"})
		if took := time.Since(start); took < time.Minute {
			t.Errorf("took %s, which is less than the rate limit allows", took)
		}
	})
}
