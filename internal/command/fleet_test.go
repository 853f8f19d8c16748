package command

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"clusterctl/internal/sandbox"
	"clusterctl/internal/testkit/wire"
)

// company is a project with three tenants that record what they receive. Everything of a
// tenant contains its mark.
type company struct {
	dir     string
	tenants map[string]*sandbox.Tenant // by host
	// answers replace the responses of hosts.
	answers map[string]func(*http.Request) (*http.Response, error)

	mu       sync.Mutex
	received map[string]string // by host
}

func marks() []string { return []string{"alpha", "bravo", "charlie"} }

func host(mark string) string { return mark + ".api.identitynow.com" }

func newCompany(t *testing.T) *company {
	t.Helper()
	c := &company{dir: t.TempDir(), tenants: map[string]*sandbox.Tenant{}, received: map[string]string{}, answers: map[string]func(*http.Request) (*http.Response, error){}}
	text := "version: 1\ntenants:\n"
	for _, mark := range marks() {
		tenant, err := sandbox.Open(sandbox.Options{Dir: filepath.Join(c.dir, "state-"+mark), Org: mark + "-org", Unsynced: true})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = tenant.Close() })
		c.tenants[host(mark)] = tenant
		text += fmt.Sprintf("  t-%[1]s:\n    tenant: %[1]s-org\n    baseURL: https://%[2]s\n    files: [%[1]s.yaml]\n    labels: {stage: test}\n"+
			"    credentials: {clientId: {env: ID_%[1]s}, clientSecret: {file: secret-%[1]s}}\n", mark, host(mark))
		wire.WriteFile(t, filepath.Join(c.dir, mark+".yaml"), fmt.Appendf(nil, "version: 1\ntenant: %[1]s-org\nclusters: [{name: va-%[1]s, type: idn, description: of %[1]s}]\n", mark))
		wire.WriteFile(t, filepath.Join(c.dir, "secret-"+mark), []byte("secret-of-"+mark+"\n"))
	}
	wire.WriteFile(t, filepath.Join(c.dir, "clusterctl.yaml"), []byte(text))
	return c
}

func (c *company) RoundTrip(req *http.Request) (*http.Response, error) {
	wire.NoteSent(req)
	var body []byte
	if req.Body != nil {
		var err error
		if body, err = io.ReadAll(req.Body); err != nil {
			return nil, err
		}
		req.Body = io.NopCloser(bytes.NewReader(body))
	}
	c.mu.Lock()
	c.received[req.URL.Host] += fmt.Sprintln(req.Method, req.URL, req.Header, string(body))
	c.mu.Unlock()
	if answer := c.answers[req.URL.Host]; answer != nil {
		return answer(req)
	}
	return wire.Serve(c.tenants[req.URL.Host], req), nil
}

// run runs a command line with --project. Variables of a single tenant are set, too: they must
// reach none.
func (c *company) run(line ...string) (code int, stdout, stderr string) {
	var out, log bytes.Buffer
	environment := map[string]string{
		"SAIL_BASE_URL": "https://outside.api.identitynow.com", "SAIL_CLIENT_ID": "outside-id", "SAIL_CLIENT_SECRET": "outside-secret",
		"CLUSTERCTL_ACCESS_TOKEN": "outside-token", "CLUSTERCTL_FILE": "outside.yaml", "CLUSTERCTL_STATE_DIR": filepath.Join(c.dir, "receipts"),
	}
	for _, mark := range marks() {
		environment["ID_"+mark] = "id-of-" + mark
	}
	code = Run(slices.Concat([]string{"clusterctl"}, line, []string{"--project", filepath.Join(c.dir, "clusterctl.yaml")}), Env{
		Stdin: strings.NewReader(""), Stdout: &out, Stderr: &log, Now: time.Now, Transport: c,
		Getenv: func(name string) string { return environment[name] },
	})
	return code, out.String(), log.String()
}

// expectOnly fails if a text about one tenant has the mark of another, or anything from outside.
func expectOnly(t *testing.T, what, mark, text string) {
	t.Helper()
	for _, other := range append(marks(), "outside") {
		if other != mark && strings.Contains(text, other) {
			t.Errorf("%s of %s has something of %s:\n%s", what, mark, other, text)
		}
	}
}

// TestTenantsAreApart checks requests, lines on standard error, receipts and sections of reports.
func TestTenantsAreApart(t *testing.T) {
	t.Parallel()
	c := newCompany(t)
	for _, line := range [][]string{
		{"ping"}, {"plan"}, {"apply", "--auto-approve"}, {"drift"}, {"status"}, {"validate"}, {"export"},
	} {
		code, stdout, stderr := c.run(slices.Concat(line, []string{"-t", "stage=test", "-o", "json"}, verboseFor(line[0]))...)
		if code != exitDone {
			t.Fatalf("%s: exit code %d\n%s\n%s", line[0], code, stdout, stderr)
		}
		var document struct {
			Tenants []json.RawMessage `json:"tenants"`
		}
		if err := json.Unmarshal([]byte(stdout), &document); err != nil || len(document.Tenants) != len(marks()) {
			t.Fatalf("%s: %v\n%s", line[0], err, stdout)
		}
		for i, section := range document.Tenants {
			expectOnly(t, "the section", marks()[i], string(section))
		}
		for _, mark := range marks() {
			for l := range strings.Lines(stderr) {
				if strings.HasPrefix(l, "t-"+mark+": ") {
					expectOnly(t, "a line", mark, strings.ReplaceAll(l, c.dir, ""))
				}
			}
		}
		if strings.Contains(stdout+stderr, "secret-of") {
			t.Errorf("%s: a secret was put out\n%s\n%s", line[0], stdout, stderr)
		}
	}
	for _, mark := range marks() {
		received := c.received[host(mark)]
		if !strings.Contains(received, "id-of-"+mark) || !strings.Contains(received, "secret-of-"+mark) {
			t.Errorf("%s did not get its credentials:\n%s", mark, received)
		}
		expectOnly(t, "a request", mark, received)
	}
	if len(c.received) != len(marks()) {
		t.Error("other hosts were asked")
	}
	c.expectReceiptsApart(t)
}

func verboseFor(command string) []string {
	if command == "validate" {
		return nil
	}
	return []string{"-v"}
}

func (c *company) expectReceiptsApart(t *testing.T) {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(c.dir, "receipts", "*", "*", "*.jsonl"))
	if err != nil || len(paths) != len(marks()) {
		t.Fatalf("%d receipts, %v", len(paths), err)
	}
	for _, path := range paths {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		i := slices.IndexFunc(marks(), func(mark string) bool { return strings.Contains(path, mark) })
		expectOnly(t, "the receipt", marks()[i], string(data))
	}
}

// TestOneTenantHidesNone checks that the others finish if one hangs, refuses the credentials,
// limits the rate, is another tenant or makes the program panic, and that the report names it.
func TestOneTenantHidesNone(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		answer func(*http.Request) (*http.Response, error)
		want   string
		code   int
	}{
		"hangs": {func(r *http.Request) (*http.Response, error) { return nil, wire.GiveUp(r) }, "no response", exitError},
		"wrong credentials": {func(*http.Request) (*http.Response, error) {
			return wire.Answer(http.StatusUnauthorized, "", `{"error":"invalid_client"}`), nil
		}, "401", exitError},
		"rate limited": {func(*http.Request) (*http.Response, error) {
			return wire.Answer(http.StatusTooManyRequests, "60", ""), nil
		}, "429", exitError},
		"another tenant": {func(*http.Request) (*http.Response, error) {
			return wire.Answer(http.StatusOK, "", `{"tenantName":"delta-org"}`), nil
		}, `"delta-org"`, exitRefused},
		"a panic": {func(*http.Request) (*http.Response, error) { panic("injected") }, "internal error", exitError},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := newCompany(t)
			c.answers[host("bravo")] = tc.answer
			code, stdout, stderr := c.run("plan", "-t", "*", "-o", "json", "--timeout", "50ms", "--retries", "0", "--tenants-at-once", "1")
			if code != tc.code {
				t.Errorf("exit code %d, want %d", code, tc.code)
			}
			var document struct {
				Tenants []struct {
					Name     string
					ExitCode int
					Error    string
					Plan     *struct{ Changes []json.RawMessage }
				}
			}
			if err := json.Unmarshal([]byte(stdout), &document); err != nil || len(document.Tenants) != len(marks()) {
				t.Fatalf("%v\n%s", err, stdout)
			}
			for i, tenant := range document.Tenants {
				isBroken := marks()[i] == "bravo"
				if isBroken != (tenant.ExitCode != exitDone) || isBroken != strings.Contains(tenant.Error, tc.want) || isBroken == (tenant.Plan != nil) {
					t.Errorf("%+v", tenant)
				}
			}
			if !strings.Contains(stderr, "error: t-bravo: ") || strings.Contains(stderr, "alpha") || strings.Contains(stderr, "charlie") {
				t.Errorf("standard error:\n%s", stderr)
			}
		})
	}
}

// TestCanary checks that the other tenants are untouched unless the canary has no changes left.
func TestCanary(t *testing.T) {
	t.Parallel()
	writes := func(c *company, mark string) int {
		return strings.Count(c.received[host(mark)], "POST https://"+host(mark)+"/v3/managed-clusters")
	}
	t.Run("done", func(t *testing.T) {
		t.Parallel()
		c := newCompany(t)
		if code, stdout, stderr := c.run("apply", "-t", "*", "--canary", "t-bravo", "--auto-approve"); code != exitDone {
			t.Errorf("exit code %d\n%s\n%s", code, stdout, stderr)
		}
		for _, mark := range marks() {
			if writes(c, mark) != 1 {
				t.Errorf("%d clusters were created on %s", writes(c, mark), mark)
			}
		}
	})
	t.Run("changes left", func(t *testing.T) {
		t.Parallel()
		c := newCompany(t)
		c.answers[host("bravo")] = func(r *http.Request) (*http.Response, error) {
			if r.Method == http.MethodPost && r.URL.Path == "/v3/managed-clusters" {
				return wire.Answer(http.StatusBadRequest, "", `{"messages":[{"text":"no"}]}`), nil
			}
			return wire.Serve(c.tenants[r.URL.Host], r), nil
		}
		code, stdout, stderr := c.run("apply", "-t", "*", "--canary", "t-bravo", "--auto-approve")
		if code != exitRefused || strings.Count(stderr, "not applied, because canary t-bravo failed") != 2 {
			t.Errorf("exit code %d\n%s\n%s", code, stdout, stderr)
		}
		if writes(c, "alpha")+writes(c, "charlie") != 0 {
			t.Error("other tenants were changed")
		}
	})
}

// TestCanaryMustBeSelected checks that a canary is never ignored: nothing is written without it.
func TestCanaryMustBeSelected(t *testing.T) {
	t.Parallel()
	for _, selected := range []string{"t-alpha", "t-[ac]*", "t-alph?"} {
		c := newCompany(t)
		code, stdout, stderr := c.run("apply", "-t", selected, "--canary", "t-bravo", "--auto-approve")
		if code != exitError || !strings.Contains(stderr, "--canary t-bravo is not one of the selected tenants") || len(c.received) > 0 {
			t.Errorf("%s: exit code %d\n%s\n%s", selected, code, stdout, stderr)
		}
	}
}

// TestCredentialCommand checks a program that prints a credential: its output, failures and
// arguments are in no message.
func TestCredentialCommand(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct{ command, want string }{
		"prints it":      {`[sh, -c, "echo secret-of-alpha"]`, ""},
		"fails":          {`[sh, -c, "echo secret-of-alpha; exit 3"]`, "credentials.clientSecret: command sh: exit status 3 (run it by hand)"},
		"prints nothing": {`["true", secret-of-alpha]`, "credentials.clientSecret: empty (check where it comes from)"},
		"prints much":    {`[sh, -c, "yes secret-of-alpha | head -c 100000"]`, "credentials.clientSecret: command sh: too much output (run it by hand)"},
		"is missing":     {`[no-such-program-secret-of, secret-of-alpha]`, "executable file not found"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := newCompany(t)
			path := filepath.Join(c.dir, "clusterctl.yaml")
			text, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			wire.WriteFile(t, path, bytes.Replace(text, []byte("{file: secret-alpha}"), []byte("{command: "+tc.command+"}"), 1))
			code, stdout, stderr := c.run("plan", "-t", "t-alpha", "-v")
			if (code == exitDone) != (tc.want == "") || !strings.Contains(stderr, tc.want) || strings.Contains(stdout+stderr, "secret-of-alpha") {
				t.Errorf("exit code %d, want %q\n%s\n%s", code, tc.want, stdout, stderr)
			}
		})
	}
}
