//go:build unix

package command

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"clusterctl/internal/cli"
	"clusterctl/internal/testkit/sample"
	"clusterctl/internal/testkit/wire"
)

// These tests run the program in a process of its own, because they test what the Go
// runtime and the system do to it.

// process is a running program.
type process struct {
	*exec.Cmd
	stderr bytes.Buffer
	ended  chan struct{}
}

func start(t *testing.T, dir string, environment []string, args ...string) *process {
	t.Helper()
	p := &process{Cmd: exec.CommandContext(t.Context(), args[0], args[1:]...), ended: make(chan struct{})}
	p.Dir, p.Stderr = dir, &p.stderr
	p.Env = append(os.Environ(), append(environment, "CLUSTERCTL_STATE_DIR="+filepath.Join(dir, "state"), "GORACE=atexit_sleep_ms=0")...)
	return p
}

func (p *process) run(t *testing.T) {
	t.Helper()
	if err := p.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		_ = p.Wait() // the state says how it ended
		close(p.ended)
	}()
}

func (p *process) signal(t *testing.T, signals ...syscall.Signal) {
	t.Helper()
	for _, s := range signals {
		if err := p.Process.Signal(s); err != nil && !errors.Is(err, os.ErrProcessDone) {
			t.Fatal(err)
		}
	}
}

// code is the exit code, or -1 if a signal ended the process.
func (p *process) code() int {
	<-p.ended
	return p.ProcessState.ExitCode()
}

// isOneError reports whether standard error is one line that says what failed.
func (p *process) isOneError() bool {
	line, rest, ended := strings.Cut(p.stderr.String(), "\n")
	return ended && rest == "" && strings.HasPrefix(line, "error: ")
}

// silentTenant reports that a request came, and never answers.
func silentTenant(t *testing.T) (url string, asked <-chan struct{}) {
	t.Helper()
	calls := make(chan struct{}, 1)
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body) // or the server would not see the client go
		select {
		case calls <- struct{}{}:
		default:
		}
		<-r.Context().Done()
	}))
	t.Cleanup(server.Close)
	return server.URL, calls
}

// No signal makes the program exit with 2, which means drift, whatever the Go runtime does
// with it.
func TestNoSignalIsDrift(t *testing.T) {
	t.Parallel()
	var crashing, other []syscall.Signal
	for n := 1; n <= 64; n++ {
		switch s := syscall.Signal(n); {
		case s == syscall.SIGKILL || s == syscall.SIGSTOP:
		case isFatal(s):
			crashing = append(crashing, s)
		default:
			other = append(other, s)
		}
	}
	for _, s := range slices.Concat(sample.Of(crashing, 4), sample.Of(other, 10), []syscall.Signal{syscall.SIGINT, syscall.SIGTERM}) {
		t.Run(s.String(), func(t *testing.T) {
			t.Parallel()
			url, asked := silentTenant(t)
			dir := t.TempDir()
			wire.WriteFile(t, filepath.Join(dir, defaultFile), []byte("version: 1\nclusters: []\n"))
			p := start(t, dir, []string{"SAIL_BASE_URL=" + url, "SAIL_CLIENT_ID=me", "SAIL_CLIENT_SECRET=any"}, "clusterctl", "drift")
			p.run(t)
			<-asked
			p.signal(t, s)
			asksToEnd := s == syscall.SIGINT || s == syscall.SIGTERM // nohup turns SIGHUP off, perhaps for this test
			if !isFatal(s) && !asksToEnd {                           // it need not end on this one
				p.signal(t, syscall.SIGCONT, syscall.SIGTERM)
			}
			if code := p.code(); code != exitError && code != -1 {
				t.Errorf("exit code %d: %s", code, &p.stderr)
			}
			if (isFatal(s) || asksToEnd) && (p.code() != exitError || !p.isOneError()) {
				t.Errorf("exit code %d, standard error %q", p.code(), &p.stderr)
			}
		})
	}
}

// pathFlagsOf returns the flags of a command that name a file to read, judging by help.
func pathFlagsOf(c *cli.Command) []string {
	var names []string
	for _, flag := range c.Flags {
		if cli.PathsOf(&flag) == cli.Files && flag.Name != "out" {
			names = append(names, flag.Name)
		}
	}
	return names
}

// An interrupt ends reading, whatever is read.
func TestInterruptEndsEveryRead(t *testing.T) {
	t.Parallel()
	app := newApp(env{})
	for _, c := range app.VisibleCommands() {
		for _, flag := range pathFlagsOf(c) {
			line := append([]string{"clusterctl", c.Name, "--" + flag, "pipe"}, besideFlag(c, flag)...)
			t.Run(c.Name+" --"+flag, func(t *testing.T) { t.Parallel(); interruptRead(t, line) })
		}
		if argument := strings.Trim(c.Arguments, "[]"); argument == "PLAN" || argument == "FILE" || argument == "RECEIPT" {
			line := append([]string{"clusterctl", c.Name, "pipe"}, besideFlag(c, "")...)
			t.Run(c.Name+" "+argument, func(t *testing.T) { t.Parallel(); interruptRead(t, line) })
		}
	}
}

// besideFlag returns the other arguments that a command needs before it reads a file.
func besideFlag(c *cli.Command, flag string) []string {
	var flags []string
	if c.Name == "undo" && flag != "" {
		flags = append(flags, "receipt.jsonl")
	}
	if c.Name == "ping" && flag == "var-file" {
		flags = append(flags, "-f", defaultFile)
	}
	if flag == "history" {
		flags = append(flags, "--output", "html=page.html")
	}
	if flag != "client-secret-file" && flag != "ca-file" && cli.FlagNamed(c.Flags, "sandbox") != nil {
		flags = append(flags, "--sandbox", "tenant")
	}
	return flags
}

func interruptRead(t *testing.T, line []string) {
	dir := t.TempDir()
	wire.WriteFile(t, filepath.Join(dir, defaultFile), []byte("version: 1\nclusters: []\n"))
	pipe := filepath.Join(dir, "pipe")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	var environment []string
	if !strings.Contains(strings.Join(line, " "), "--sandbox") {
		environment = []string{"SAIL_BASE_URL=http://127.0.0.1:1", "SAIL_CLIENT_ID=me"}
	}
	p := start(t, dir, environment, line...)
	p.run(t)
	opened := make(chan *os.File, 1)
	go func() {
		writer, _ := os.OpenFile(pipe, os.O_WRONLY, 0) // blocks until someone reads
		opened <- writer
	}()
	select {
	case writer := <-opened:
		defer func() { _ = writer.Close() }() // nothing was written
		p.signal(t, os.Interrupt.(syscall.Signal))
	case <-p.ended: // it refused to read a pipe
		reader, err := os.OpenFile(pipe, os.O_RDONLY|syscall.O_NONBLOCK, 0)
		if err != nil {
			t.Fatal(err)
		}
		_ = (<-opened).Close() // nothing was written
		_ = reader.Close()     // nor read
	}
	if code := p.code(); code != exitError && code != exitRefused || !p.isOneError() {
		t.Errorf("%q: exit code %d, standard error %q", line, code, &p.stderr)
	}
}

// An interrupt ends writing, whatever is written. For standard output, which may be partly
// written, it takes the second one.
func TestInterruptEndsEveryWrite(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		line []string
	}{
		{"report", []string{"plan", "--sandbox", "tenant", "--quiet", "--output", "json=pipe"}},
		{"saved plan", []string{"plan", "--sandbox", "tenant", "--quiet", "--out", "pipe"}},
		{"findings", []string{"validate", "--output", "json=pipe"}},
		{"standard output", []string{"plan", "--sandbox", "tenant", "--output", "json", "--quiet"}},
		{"formatted", []string{"fmt", "-f", "-"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			content := []byte("version: 1\nclusters:\n" + strings.Repeat("  - {name: va, description: longer than any pipe is deep}\n", 2000))
			wire.WriteFile(t, filepath.Join(dir, "invalid.yaml"), content)
			pipe := filepath.Join(dir, "pipe")
			if err := syscall.Mkfifo(pipe, 0o600); err != nil {
				t.Fatal(err)
			}
			interruptWrite(t, dir, pipe, content, tt.line)
		})
	}
}

func interruptWrite(t *testing.T, dir, pipe string, content []byte, line []string) {
	t.Helper()
	var valid bytes.Buffer
	valid.WriteString("version: 1\nclusters:\n")
	for i := range 2000 {
		fmt.Fprintf(&valid, "  - {name: va-%d, description: longer than any pipe is deep}\n", i)
	}
	p := start(t, dir, nil, append([]string{"clusterctl"}, line...)...)
	toPipe := strings.Contains(strings.Join(line, " "), "pipe")
	if line[0] != "validate" {
		content = valid.Bytes()
	}
	wire.WriteFile(t, filepath.Join(dir, defaultFile), content)
	p.Stdin = bytes.NewReader(content)
	var reader io.Reader
	if !toPipe {
		stdout, err := p.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		reader = stdout
	}
	p.run(t)
	if toPipe {
		file, err := os.Open(pipe) // blocks until someone writes
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = file.Close() }() // only read
		reader = file
	}
	if _, err := reader.Read(make([]byte, 1)); err != nil {
		t.Fatal(err)
	}
	p.signal(t, syscall.SIGINT)
	if !toPipe {
		p.signal(t, syscall.SIGTERM)
	}
	if code := p.code(); code != exitError || !p.isOneError() {
		t.Errorf("exit code %d, standard error %q", code, &p.stderr)
	}
}

// Without file descriptors or standard streams, the program fails with an error, not a
// crash of the Go runtime.
func TestNoFilesAreNoDrift(t *testing.T) {
	t.Parallel()
	shells := map[string]string{
		"closed input": `exec "$@" <&-`, "closed output": `exec "$@" >&-`, "closed error": `exec "$@" 2>&-`,
		"all closed": `exec "$@" <&- >&- 2>&-`, "full output": `exec "$@" >/dev/full`, "full error": `exec "$@" 2>/dev/full`,
		"both full": `exec "$@" >/dev/full 2>&1`,
	}
	for _, n := range []int{8, 10, 16, 20, 22, 24} { // with fewer, a library that only tests import opens a file before main
		shells[fmt.Sprintf("%d files", n)] = fmt.Sprintf(`ulimit -n %d; exec "$@"`, n)
	}
	files := trappedFiles(t)
	var grid []shellLine
	for _, name := range slices.Sorted(maps.Keys(shells)) {
		for _, line := range everyCommand() {
			grid = append(grid, shellLine{name, line})
		}
	}
	for _, c := range sample.Covering(grid, 40, shellLine.values) {
		t.Run(strings.Join(c.values(), ": "), func(t *testing.T) {
			t.Parallel()
			withoutFiles(t, files, shells[c.shell], c.line)
		})
	}
}

// shellLine is a command line with the shell that runs it.
type shellLine struct {
	shell string
	line  []string
}

func (s shellLine) values() []string { return []string{s.shell, strings.Join(s.line, " ")} }

func withoutFiles(t *testing.T, files fileSet, shell string, line []string) {
	t.Helper()
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "tenant"), 0o700); err != nil {
		t.Fatal(err)
	}
	wire.WriteFile(t, filepath.Join(dir, "tenant", "tenant.db"), files["tenant"])
	files.put(t, dir, "clusters.yaml")
	args := []string{"sh", "-c", shell, "sh", "clusterctl"}
	for _, word := range line {
		args = append(args, files.put(t, dir, word))
	}
	if len(line) > 0 && cli.FlagNamed(newApp(env{}).Command(line[0]).Flags, "sandbox") != nil {
		args = append(args, "--sandbox", "tenant", "--timeout", "1s", "--retries", "0")
	}
	if len(line) > 0 && line[0] == "sandbox" {
		return // it serves until it is interrupted
	}
	p := start(t, dir, []string{"CLUSTERCTL_FILE=" + filepath.Join(dir, "clusters.yaml")}, args...)
	p.run(t)
	code := p.code()
	wantsChanges := len(line) > 2 && line[2] == "--detailed-exitcode"
	if code == exitPending && !wantsChanges || code < 0 || strings.Contains(p.stderr.String(), "goroutine ") {
		t.Errorf("%q: exit code %d, standard error %q", line, code, &p.stderr)
	}
	prints := func() bool { return files.run(t, t.TempDir(), line, func(*Env) {}).stdout.Len() > 0 }
	if strings.HasSuffix(shell, ` >/dev/full`) && code == exitDone && prints() {
		t.Errorf("%q: exit code %d, though nothing could be written", line, code)
	}
}
