package script

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"clusterctl/internal/command"

	"github.com/rogpeppe/go-internal/testscript"
)

// The exit codes that are not failures.
const (
	exitDone    = 0
	exitPending = 2
)

// ran is the result of a command line.
type ran struct {
	code           int
	stdout, stderr string
}

// harness is shared by all scripts.
type harness struct {
	// repository is the root of this repository.
	repository string
	// working is locked by the command that uses the working directory of this process.
	working sync.Mutex
}

func newHarness(t *testing.T) *harness {
	t.Helper()
	repository, err := filepath.Abs(filepath.Join("..", "..", ".."))
	if err != nil {
		t.Fatal(err)
	}
	return &harness{repository: repository}
}

// commands returns the commands for scripts:
//
//	exits CODE[|CODE] COMMAND…     run a command and expect this exit code; clusterctl runs
//	                               in this process, exec clusterctl in a new one
//	input FILE                     set the standard input of the next clusterctl in this process
//	fails CODE COMMAND…            the same, with nothing on standard output and
//	                               one line "error: …" on standard error
//	last LINE                      expect this last line on standard output
//	tenant [FLAG…]                 (re)start clusterctl sandbox, and set SAIL_… for it
//	bubble [FLAG…]                 (re)start a tenant in virtual time, for commands in this
//	                               process
//	tenant-stop                    stop it with a signal
//	clock DURATION|TIME            move the tenant's clock by or to this; $NOW is its time
//	instant VAR DURATION           set $VAR to the time DURATION after $NOW
//	expand FILE…                   replace $VAR in files
//	substitute FILE OLD NEW        replace OLD, which must occur, everywhere
//	call METHOD PATH [FLAG…] CODE  send a request; print the body on standard output,
//	                               status and headers on standard error
//	live NAME                      find the only cluster of this name, and set $ID
//	declare FILE                   write the tenant as a desired-state file
//	send-requests FILE             send every request of a plan unchanged
//	json FILE [POINTER VALUE]      expect JSON in FILE, with this value
//	setjson VAR FILE POINTER       set $VAR to the value
//	valid plan|receipt FILE        validate FILE against this schema
//	ci CODE SYSTEM FILE [JOB]      run the shell of a pipeline, with files in $CI
//	given EXPRESSION VALUE         set the value of an expression or a path in it
func (h *harness) commands() map[string]func(*testscript.TestScript, bool, []string) {
	return map[string]func(*testscript.TestScript, bool, []string){
		"exits":         exitsCommand,
		"fails":         failsCommand,
		"input":         inputCommand,
		"last":          lastCommand,
		"tenant":        tenantCommand,
		"bubble":        bubbleCommand,
		"tenant-stop":   tenantStopCommand,
		"clock":         clockCommand,
		"instant":       instantCommand,
		"expand":        expandCommand,
		"substitute":    substituteCommand,
		"call":          callCommand,
		"live":          liveCommand,
		"declare":       declareCommand,
		"send-requests": sendRequestsCommand,
		"json":          jsonCommand,
		"setjson":       setJSONCommand,
		"valid":         validCommand,
		"ci":            ciCommand,
		"given":         givenCommand,
	}
}

// scriptKey is the key of the script among the values of a testscript.
type scriptKey struct{}

// script is the state of one script.
type script struct {
	*harness
	t *testing.T
	// web sends requests like curl: without retries or keep-alive.
	web    *http.Client
	clock  skewedClock
	tenant *runningTenant
	input  string            // the standard input of the next command
	given  map[string]string // values of a pipeline's expressions
}

func scriptOf(ts *testscript.TestScript) *script { return ts.Value(scriptKey{}).(*script) }

// setup prepares one script, and stops its tenant afterwards.
func (h *harness) setup(e *testscript.Env) error {
	s := &script{harness: h, t: e.T().(scriptT).T, given: map[string]string{}}
	e.Values[scriptKey{}] = s
	e.Vars = append(e.Vars,
		"EXAMPLES="+filepath.Join(h.repository, "examples"),
		"CLUSTERCTL_STATE_DIR="+filepath.Join(e.WorkDir, ".state"), // never that of a user
		"GORACE=atexit_sleep_ms=0",
		"NOW="+s.clock.text(0),
		"CI="+filepath.Join(e.WorkDir, ".ci"),
		"ARTIFACTS="+filepath.Join(e.WorkDir, ".artifacts"),
		"FORGE="+filepath.Join(e.WorkDir, "forge.json"),
	)
	t := e.T()
	e.Defer(func() {
		if err := s.stopTenant(); err != nil {
			t.Fatal(err)
		}
	})
	return nil
}

// usage fails a script that uses a command wrongly.
func usage(ts *testscript.TestScript, neg, ok bool, synopsis string) {
	if neg || !ok {
		ts.Fatalf("usage: %s", synopsis)
	}
}

func exitsCommand(ts *testscript.TestScript, neg bool, args []string) {
	usage(ts, neg, len(args) > 1, "exits CODE COMMAND…")
	expectExit(ts, args[0], args[1:])
}

// expectExit runs a command line and checks its exit code.
func expectExit(ts *testscript.TestScript, codes string, line []string) ran {
	r := runLine(ts, line)
	if !slices.Contains(strings.Split(codes, "|"), strconv.Itoa(r.code)) {
		ts.Fatalf("exit code %d, want %s", r.code, codes)
	}
	if slices.Contains(line[:min(2, len(line))], "clusterctl") {
		expectReason(ts, r)
	}
	return r
}

// runLine runs a command line, the program in this process.
func runLine(ts *testscript.TestScript, line []string) ran {
	if line[0] == "clusterctl" {
		return scriptOf(ts).run(ts, line)
	}
	if line[0] == "exec" {
		line = line[1:]
	}
	code := exitCodeOf(ts, ts.Exec(line[0], line[1:]...))
	return ran{code, ts.ReadFile("stdout"), ts.ReadFile("stderr")}
}

// run runs the program in this process, which under the race detector is ten times faster than a
// new process. No other command runs at the same time, since a process has one working directory.
func (s *script) run(ts *testscript.TestScript, line []string) ran {
	s.working.Lock()
	defer s.working.Unlock()
	back, err := os.Getwd()
	ts.Check(err)
	ts.Check(os.Chdir(ts.MkAbs(".")))
	var stdout, stderr bytes.Buffer
	code := s.runHere(line, command.Env{Stdin: strings.NewReader(s.input), Stdout: &stdout, Stderr: &stderr, Getenv: ts.Getenv})
	s.input = ""
	ts.Check(os.Chdir(back))
	_, err = io.WriteString(ts.Stdout(), stdout.String())
	ts.Check(err)
	_, err = io.WriteString(ts.Stderr(), stderr.String())
	ts.Check(err)
	return ran{code, stdout.String(), stderr.String()}
}

// runHere runs the program in the working directory, with the time and the network
// of its tenant.
func (s *script) runHere(line []string, e command.Env) (code int) {
	if s.tenant != nil && s.tenant.inBubble != nil {
		return s.runInBubble(line, e)
	}
	transport := http.DefaultTransport.(*http.Transport).Clone()
	defer transport.CloseIdleConnections()
	e.Transport, e.Now = transport, time.Now
	return command.Run(line, e)
}

func inputCommand(ts *testscript.TestScript, neg bool, args []string) {
	usage(ts, neg, len(args) == 1, "input FILE")
	scriptOf(ts).input = ts.ReadFile(args[0])
}

// expectReason checks for every run of every script that exit codes 0 and 2 come without an error
// on standard error, and all others with one.
func expectReason(ts *testscript.TestScript, r ran) {
	isFailure := r.code != exitDone && r.code != exitPending
	if hasReason := errorLine.MatchString(r.stderr); hasReason != isFailure {
		ts.Fatalf("exit code %d, and an error on standard error: %t", r.code, hasReason)
	}
}

// errorLine matches an error on standard error, in both forms of --log-format. The prompt of an
// apply or undo has no line feed after it: on a terminal the user's answer adds it.
var errorLine = regexp.MustCompile(`(?m)^((Apply|Roll back) \d+ changes? (to|on) .*: )?error: |"level":"error"`)

func exitCodeOf(ts *testscript.TestScript, err error) int {
	if exit, ok := errors.AsType[*exec.ExitError](err); ok {
		return exit.ExitCode()
	}
	ts.Check(err)
	return 0
}

func failsCommand(ts *testscript.TestScript, neg bool, args []string) {
	usage(ts, neg, len(args) > 1, "fails CODE COMMAND…")
	r := expectExit(ts, args[0], args[1:])
	if r.stdout != "" {
		ts.Fatalf("standard output is not empty")
	}
	line, rest, ended := strings.Cut(r.stderr, "\n")
	if !strings.HasPrefix(line, "error: ") || !ended || rest != "" {
		ts.Fatalf("standard error is not one line that begins with %q", "error: ")
	}
}

func lastCommand(ts *testscript.TestScript, neg bool, args []string) {
	usage(ts, neg, len(args) == 1, "last LINE")
	out := strings.TrimSuffix(ts.ReadFile("stdout"), "\n")
	if line := out[strings.LastIndex(out, "\n")+1:]; line != args[0] {
		ts.Fatalf("the last line is %q, want %q", line, args[0])
	}
}
