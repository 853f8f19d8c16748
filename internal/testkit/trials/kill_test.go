package trials

import (
	"bytes"
	"errors"
	"io/fs"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"clusterctl/internal/receipt"
	"clusterctl/internal/sandbox"
	"clusterctl/internal/testkit/sample"
	"clusterctl/internal/testkit/wire"
)

// killer serves a tenant to one process, and kills the process at one of its requests, before or
// after the tenant applies it.
type killer struct {
	tenant http.Handler
	at     int64 // the request, counted from 1; 0 kills none
	after  bool

	seen    atomic.Int64
	process *os.Process   // to be read once it has started
	started chan struct{} // closed then
}

func (k *killer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if strings.HasPrefix(r.URL.Path, "/oauth/") || k.seen.Add(1) != k.at {
		k.tenant.ServeHTTP(w, r)
		return
	}
	if k.after {
		k.tenant.ServeHTTP(httptest.NewRecorder(), r)
	}
	<-k.started
	_ = k.process.Kill() // fails where it is gone already
	panic(http.ErrAbortHandler)
}

// apply runs an apply in a new process, and reports whether it ended by itself. After it returns,
// the process sends nothing more.
func (k *killer) apply(t *testing.T, file, receipt string) (finished bool) {
	t.Helper()
	server := httptest.NewServer(k)
	defer server.Close()
	_, finished = k.exec(t, server.URL, t.TempDir(), "apply", "--auto-approve", "--file", file, "--receipt", receipt)
	return finished
}

// exec runs a command line in a new process, with a state directory, and reports whether it ended
// by itself.
func (k *killer) exec(t *testing.T, url, state string, args ...string) (stdout string, finished bool) {
	t.Helper()
	k.started = make(chan struct{})
	cmd := exec.Command("clusterctl", append(args, "--quiet", "--rate-limit", "100000/1s")...)
	cmd.Env = append(os.Environ(), "SAIL_BASE_URL="+url, "SAIL_CLIENT_ID=me", "SAIL_CLIENT_SECRET=any", "CLUSTERCTL_STATE_DIR="+state, "GORACE=atexit_sleep_ms=0")
	var out bytes.Buffer
	cmd.Stdout = &out
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	k.process = cmd.Process
	close(k.started)
	err := cmd.Wait()
	exit, ended := errors.AsType[*exec.ExitError](err)
	switch {
	case err == nil:
		return out.String(), true
	case !ended || exit.Exited():
		t.Fatalf("%v: %s", err, &stderr)
	}
	return out.String(), false
}

// killTrial is one tenant, and an apply to be killed.
type killTrial struct {
	*stage
	file, receipt string
	was           map[string]string
}

func newKillTrial(t *testing.T) *killTrial {
	t.Helper()
	s := openStage(t, sandbox.Options{Latency: time.Millisecond}) // so that several requests are under way
	populate(t, s.tenant)
	dir := t.TempDir()
	k := &killTrial{stage: s, file: filepath.Join(dir, "clusters.yaml"), receipt: filepath.Join(dir, "receipt.jsonl"), was: documents(t, s.tenant)}
	wire.WriteFile(t, k.file, []byte(trialFile))
	return k
}

// An apply is killed with kill -9 at any of its requests, fifty times. Running it again always
// gives the state of an undisturbed apply without namesakes, the receipt of both can be read, and
// an undo restores the original state.
func TestKilledAtFiftyMoments(t *testing.T) {
	t.Parallel()
	undisturbed := newKillTrial(t)
	counting := &killer{tenant: undisturbed.tenant}
	if !counting.apply(t, undisturbed.file, undisturbed.receipt) {
		t.Fatal("killed by nobody")
	}
	requests, want := counting.seen.Load(), picture(t, undisturbed.tenant)
	var killed, begun, unanswered int
	rounds := sample.Of(seeds(50), 5)
	for _, seed := range rounds {
		random := rand.New(rand.NewPCG(seed, 0))
		k := newKillTrial(t)
		killer := &killer{tenant: k.tenant, at: 1 + random.Int64N(requests), after: random.IntN(2) == 0}
		if !killer.apply(t, k.file, k.receipt) {
			killed++
		}
		if k.expectReadable(t) {
			begun++
		}
		k.run("apply", "--auto-approve", "--file", k.file, "--receipt", k.receipt).expect(t, exitDone)
		if diff := cmp.Diff(want, picture(t, k.tenant)); diff != "" {
			t.Errorf("seed %d: the end state is another (-undisturbed +got):\n%s", seed, diff)
		}
		k.expectReadable(t)
		unanswered += k.expectUndone(t)
		if t.Failed() {
			t.Fatalf("seed %d: killed at request %d of %d, done: %t", seed, killer.at, requests, killer.after)
		}
	}
	t.Logf("%d rounds of %d requests: killed %d; with a receipt %d; clusters made without an answer: %d",
		len(rounds), requests, killed, begun, unanswered)
}

// An apply that is killed at any of its writes keeps a receipt that nobody asked for, and undo
// --last restores the original state from it.
func TestKilledApplyIsRolledBack(t *testing.T) {
	t.Parallel()
	var rolledBack int
	for at := range sample.Of(seeds(20), 6) {
		k := newKillTrial(t)
		killer := &killer{tenant: k.tenant, at: int64(4 + at), after: true}
		server := httptest.NewServer(killer)
		state := t.TempDir()
		_, finished := killer.exec(t, server.URL, state, "apply", "--auto-approve", "--file", k.file)
		if finished {
			t.Error("killed by nobody")
		}
		var report string
		if hasWritten(t, state) {
			killer.at = 0
			report, _ = killer.exec(t, server.URL, state, "undo", "--last", "--auto-approve", "--skip-blocked")
			rolledBack++
		}
		k.expectAsBefore(t, report)
		server.Close()
	}
	if rolledBack == 0 {
		t.Error("no run was killed once it wrote")
	}
}

// hasWritten reports whether a receipt in a state directory has a write.
func hasWritten(t *testing.T, state string) bool {
	t.Helper()
	kept, err := filepath.Glob(filepath.Join(state, "receipts", "*", "*.jsonl"))
	if err != nil || len(kept) > 1 {
		t.Fatalf("%v: %v", kept, err)
	}
	if len(kept) == 0 {
		return false
	}
	data, err := os.ReadFile(kept[0])
	if err != nil {
		t.Fatal(err)
	}
	return bytes.Contains(data, []byte(`{"type":"intent"`))
}

// expectReadable reads the receipt, if it exists.
func (k *killTrial) expectReadable(t *testing.T) (exists bool) {
	t.Helper()
	file, err := os.Open(k.receipt)
	if errors.Is(err, fs.ErrNotExist) {
		return false
	}
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = file.Close() }() // only read
	if _, err := receipt.Read(k.receipt, file); err != nil {
		t.Error(err)
	}
	k.run("show", k.receipt).expect(t, exitDone, "Receipt "+k.receipt)
	return true
}

// expectUndone undoes both runs and compares the tenant with its original state. The deleted
// cluster cannot be restored. A cluster whose create was killed before the response remains: the
// undo reports it, since it may be someone else's. It returns the number of those.
func (k *killTrial) expectUndone(t *testing.T) (unanswered int) {
	t.Helper()
	undone := k.run("undo", k.receipt, "--auto-approve", "--skip-blocked")
	undone.expect(t, exitDone)
	return k.expectAsBefore(t, undone.stdout)
}

// expectAsBefore compares the tenant with its original state, after an undo with this report.
func (k *killTrial) expectAsBefore(t *testing.T, report string) (unanswered int) {
	t.Helper()
	left := documents(t, k.tenant)
	for id, doc := range k.was {
		if strings.Contains(doc, `"name":"gone"`) && left[id] == "" {
			left[id] = doc
		}
	}
	for id := range left {
		if k.was[id] == "" && isNamedUnanswered(report, id) {
			delete(left, id)
			unanswered++
		}
	}
	if diff := cmp.Diff(k.was, left); diff != "" {
		t.Errorf("not as before (-before +now):\n%s\n%s", diff, report)
	}
	return unanswered
}

func isNamedUnanswered(report, id string) bool {
	return slices.ContainsFunc(strings.Split(report, "\n"), func(line string) bool {
		return strings.Contains(line, "blocked new-") && strings.Contains(line, ": the create request got no response; live cluster "+id+" has this name")
	})
}
