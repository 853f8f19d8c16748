package command

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"clusterctl/internal/sandbox"
	"clusterctl/internal/testkit/sample"
	"clusterctl/internal/testkit/wire"
)

// trap panics at its n-th call, and at no other.
type trap struct {
	calls atomic.Int64
	at    int64
}

func (p *trap) call() {
	if p.calls.Add(1) == p.at {
		panic("injected")
	}
}

func (p *trap) hasSprung() bool { return p.calls.Load() >= p.at }

type trappedWriter struct {
	*trap
	io.Writer
}

func (w trappedWriter) Write(p []byte) (int, error) {
	w.call()
	return w.Writer.Write(p)
}

type trappedReader struct{ *trap }

func (r trappedReader) Read([]byte) (int, error) {
	r.call()
	return 0, io.EOF
}

type trappedTransport struct {
	*trap
	handler http.Handler
}

func (t trappedTransport) RoundTrip(req *http.Request) (*http.Response, error) {
	t.call()
	w := httptest.NewRecorder()
	t.handler.ServeHTTP(w, req)
	return w.Result(), nil
}

// traps are the places where a test makes a command panic.
func traps() map[string]func(*Env, *trap) {
	return map[string]func(*Env, *trap){
		"clock": func(e *Env, p *trap) { e.Now = func() time.Time { p.call(); return time.Now() } },
		"environment": func(e *Env, p *trap) {
			getenv := e.Getenv
			e.Getenv = func(s string) string { p.call(); return getenv(s) }
		},
		"standard input":  func(e *Env, p *trap) { e.Stdin = trappedReader{p} },
		"standard output": func(e *Env, p *trap) { e.Stdout = trappedWriter{p, e.Stdout} },
		"standard error":  func(e *Env, p *trap) { e.Stderr = trappedWriter{p, e.Stderr} },
		"transport":       func(e *Env, p *trap) { e.Transport = trappedTransport{p, e.Transport.(wire.Transport).Handler} },
	}
}

// everyCommand has a command line of each command. A test compares it with the app.
func everyCommand() [][]string {
	return [][]string{
		{"plan", "--verbose", "--detailed-exitcode"}, {"plan", "-f", "-"}, {"plan", "--output", "json"},
		{"apply", "--auto-approve", "-f", "more.yaml"}, {"apply", "plan.json"},
		{"drift", "--since", "receipt.jsonl"}, {"drift", "--metrics-file", "metrics.prom"},
		{"init", "fresh", "--project", "project.yaml"}, {"export"}, {"adopt", "va-c"}, {"adopt", "--unmanaged", "-f", "more.yaml", "--dry-run"}, {"compare", "more.yaml", "--ignore", "/*"}, {"compare", "-", "clusters.yaml"}, {"status"}, {"ping"}, {"undo", "receipt.jsonl"},
		{"show", "plan.json"}, {"show", "-"}, {"validate"}, {"fmt", "--check"}, {"fmt", "-f", "-"},
		{"schema"}, {"version"}, {"help"}, {"completion", "bash"}, {"sandbox", "--listen", "127.0.0.1:0"},
		{"__complete", "--shell", "bash", "--", "plan", "--target", ""}, {"__man", "DIR"}, {},
	}
}

func TestEveryCommandIsTrapped(t *testing.T) {
	t.Parallel()
	for _, command := range newApp(env{}).Commands {
		if !slices.ContainsFunc(everyCommand(), func(line []string) bool {
			return len(line) > 0 && line[0] == command.Name
		}) {
			t.Errorf("everyCommand has no command line of %s", command.Name)
		}
	}
}

// A panic anywhere is one line and exit code 1, or a failed change of an apply.
func TestEveryPanicIsAnError(t *testing.T) {
	t.Parallel()
	files := trappedFiles(t)
	for _, line := range everyCommand() {
		for name, set := range traps() {
			t.Run(strings.Join(append(line, name), " "), func(t *testing.T) {
				t.Parallel()
				for n := int64(1); ; n = sample.Next(n) {
					p := &trap{at: n}
					r := files.run(t, t.TempDir(), line, func(e *Env) { set(e, p) })
					if !p.hasSprung() {
						return
					}
					if err := r.isFatal(); err != nil {
						t.Fatalf("call %d: %v", n, err)
					}
				}
			})
		}
	}
}

// fileSet maps words of a command line to files.
type fileSet map[string][]byte

// trappedFiles makes the files that the command lines name, and a tenant for them.
func trappedFiles(t *testing.T) fileSet {
	t.Helper()
	files, dir := fileSet{
		"clusters.yaml": []byte("version: 1\nclusters: []\n"),
		"more.yaml":     []byte("version: 1\nclusters:\n  - name: va-a\n  - name: va-b\n"),
		"plan.json":     nil,
		"receipt.jsonl": nil,
		"metrics.prom":  nil,
		"project.yaml":  nil,
	}, t.TempDir()
	for _, line := range [][]string{
		{"plan", "-f", "more.yaml", "--out", "plan.json"},
		{"apply", "-f", "more.yaml", "--auto-approve", "--receipt", "receipt.jsonl"},
	} {
		if r := files.run(t, dir, line, func(*Env) {}); r.code != exitDone {
			t.Fatalf("%s: %s", line, &r.stderr)
		}
	}
	for name, path := range map[string]string{"plan.json": "plan.json", "receipt.jsonl": "receipt.jsonl", "tenant": "tenant/tenant.db"} {
		data, err := os.ReadFile(filepath.Join(dir, path))
		if err != nil {
			t.Fatal(err)
		}
		files[name] = data
	}
	return files
}

// put writes the file of a word.
func (f fileSet) put(t *testing.T, dir, word string) string {
	t.Helper()
	data, isFile := f[word]
	if word == "DIR" {
		return dir
	}
	if !isFile || word == "tenant" {
		return word
	}
	path := filepath.Join(dir, word)
	if data != nil {
		wire.WriteFile(t, path, data)
	}
	return path
}

type trapped struct {
	code           int
	stdout, stderr bytes.Buffer
}

// run runs a command line in a directory, in an environment changed by set.
func (f fileSet) run(t *testing.T, dir string, line []string, set func(*Env)) *trapped {
	t.Helper()
	if state := f["tenant"]; state != nil {
		if err := os.Mkdir(filepath.Join(dir, "tenant"), 0o700); err != nil {
			t.Fatal(err)
		}
		wire.WriteFile(t, filepath.Join(dir, "tenant", "tenant.db"), state)
	}
	tenant, err := sandbox.Open(sandbox.Options{Dir: filepath.Join(dir, "tenant"), RateLimit: -1})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = tenant.Close() }() // a panic may have left it anyhow
	args := []string{"clusterctl"}
	for _, word := range line {
		args = append(args, f.put(t, dir, word))
	}
	interrupts := make(chan os.Signal, 1)
	if len(line) > 0 && line[0] == "sandbox" {
		interrupts <- os.Interrupt // or it would serve for good
	}
	r := &trapped{}
	e := Env{
		Stdin: strings.NewReader(""), Stdout: &r.stdout, Stderr: &r.stderr, Now: time.Now, Interrupts: interrupts,
		Transport: wire.Transport{Handler: tenant, Before: func(*http.Request) error { return nil }},
		Getenv: func(name string) string {
			return map[string]string{
				"SAIL_BASE_URL": "http://127.0.0.1", "SAIL_CLIENT_ID": "me", "SAIL_CLIENT_SECRET": "any",
				"CLUSTERCTL_FILE": filepath.Join(dir, "clusters.yaml"),
			}[name]
		},
	}
	f.put(t, dir, "clusters.yaml")
	set(&e)
	r.code = Run(args, e)
	return r
}

// crashLine matches the report of a panic. text/tabwriter words a panic of its writer
// itself.
var crashLine = regexp.MustCompile(`internal error: (tabwriter: panic during (Write|Flush) \()?injected.*, in command\.\(\*trap\)\.call \(crash_test\.go:`)

// isCrash returns what is wrong with the end of a run in which something panicked. An apply
// reports the change that panicked. A panic of the progress display does not fail the run.
func (r *trapped) isFatal() error {
	out, lines := r.stdout.String(), strings.Split(strings.TrimSuffix(r.stderr.String(), "\n"), "\n")
	last := lines[len(lines)-1]
	switch {
	case strings.Contains(r.stderr.String(), "goroutine "):
		return fmt.Errorf("a stack on standard error:\n%s", r.stderr.String())
	case r.code == exitIncomplete && strings.Contains(out, "internal error: injected"):
		return nil
	case r.code == exitError && strings.HasPrefix(last, "error: ") && crashLine.MatchString(last):
		return nil
	}
	return fmt.Errorf("exit code %d, standard error %q", r.code, r.stderr.String())
}
