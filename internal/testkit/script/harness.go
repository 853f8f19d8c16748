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

// The exit codes that are no failures.
const (
	exitDone    = 0
	exitPending = 2
)

// ran is how a command line ended.
type ran struct {
	code           int
	stdout, stderr string
}

// harness is what all scripts share.
type harness struct {
	// repository is the root of this one.
	repository string
	// working is held by the command that has the working directory of this process.
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

// commands are those of the domain:
//
//	exits CODE[|CODE] COMMAND…     run it and expect that exit code; clusterctl runs in
//	                               this process, and exec clusterctl in one of its own
//	input FILE                     the standard input of the next clusterctl in this process
//	fails CODE COMMAND…            the same, with nothing on standard output and
//	                               one line "error: …" on standard error
//	last LINE                      standard output ends with that line
//	tenant [FLAG…]                 (re)start clusterctl sandbox, SAIL_… set for it
//	bubble [FLAG…]                 (re)start a tenant in virtual time, for commands in this
//	                               process
//	tenant-stop                    end it, by a signal
//	clock DURATION|TIME            turn the tenant's clock by or to that, $NOW is its time
//	instant VAR DURATION           $VAR is so long after $NOW
//	expand FILE…                   replace $VAR in files
//	substitute FILE OLD NEW        replace OLD, which must be there, wherever it is
//	call METHOD PATH [FLAG…] CODE  one request, its body on standard output and
//	                               status and headers on standard error
//	live NAME                      the one cluster of that name, $ID its id
//	declare FILE                   write the tenant as a desired-state file
//	send-requests FILE             send every request of a plan, as it stands there
//	json FILE [POINTER VALUE]      FILE is JSON, and has that value there
//	setjson VAR FILE POINTER       $VAR is the value there
//	valid plan|receipt FILE        FILE follows the schema of that
//	ci CODE SYSTEM FILE [JOB]      run the shell of a pipeline, with files in $CI
//	given EXPRESSION VALUE         what stands for an expression, or a place, in it
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

// scriptKey finds the script among the values of a testscript.
type scriptKey struct{}

// script is what one script has under way.
type script struct {
	*harness
	t *testing.T
	// web sends requests as curl would: nothing is retried or kept open.
	web    *http.Client
	clock  skewedClock
	tenant *runningTenant
	input  string            // the standard input of the next command
	given  map[string]string // what expressions of a pipeline stand for
}

func scriptOf(ts *testscript.TestScript) *script { return ts.Value(scriptKey{}).(*script) }

// setup prepares one script, and sees its tenant off after it.
func (h *harness) setup(e *testscript.Env) error {
	s := &script{harness: h, t: e.T().(scriptT).T, given: map[string]string{}}
	e.Values[scriptKey{}] = s
	e.Vars = append(e.Vars,
		"EXAMPLES="+filepath.Join(h.repository, "examples"),
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

// usage ends a script that uses a command wrongly.
func usage(ts *testscript.TestScript, neg, ok bool, synopsis string) {
	if neg || !ok {
		ts.Fatalf("usage: %s", synopsis)
	}
}

func exitsCommand(ts *testscript.TestScript, neg bool, args []string) {
	usage(ts, neg, len(args) > 1, "exits CODE COMMAND…")
	expectExit(ts, args[0], args[1:])
}

// expectExit runs a command line and holds its exit code against those wanted.
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

// run runs the program in this process, which under the race detector takes a
// tenth of the time that one of its own needs to start. No other one runs
// meanwhile, since a process has one working directory.
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

// expectReason holds for every run of every script that an exit code other than 0
// and 2 comes with an error on standard error, and these two without.
func expectReason(ts *testscript.TestScript, r ran) {
	isFailure := r.code != exitDone && r.code != exitPending
	if hasReason := errorLine.MatchString(r.stderr); hasReason != isFailure {
		ts.Fatalf("exit code %d, and an error on standard error: %t", r.code, hasReason)
	}
}

// errorLine is an error on standard error, in both forms of --log-format. The
// question of an apply has no line feed after it: on a terminal the answer brings it.
var errorLine = regexp.MustCompile(`(?m)^(Apply \d+ changes? to .*: )?error: |"level":"error"`)

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
