package simulation

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"os"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"clusterctl/internal/applier"
	"clusterctl/internal/command"
	"clusterctl/internal/testkit/wire"
)

// actor is a run in the simulation.
type actor struct {
	*world
	run
	index int
	phase int

	sent       int
	sentWrites int
	sentBefore map[string]int // requests of the same kind
	readings   map[string][]reading
	killed     bool
	interrupts chan os.Signal

	started, ended time.Duration
	before         map[string]picture // the tenant when it started
	code           int
	stdout, stderr stream
	planned        bool // of apply PLAN: there is a plan
	receipt        []byte
	result         applier.Result
	pending        string // what a plan at rest has to do, after exit code 0
}

// stream is the output of a run until it is killed.
type stream struct {
	mu       sync.Mutex
	text     bytes.Buffer
	isClosed bool
}

func (s *stream) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.isClosed {
		return len(p), nil
	}
	return s.text.Write(p)
}

func (s *stream) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.String()
}

func (s *stream) reset() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.text.Reset()
}

func (s *stream) close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.isClosed = true
}

var (
	errReset  = errors.New("read: connection reset by peer")
	errKilled = errors.New("killed")
)

// RoundTrip carries a request to the tenant, and its response back.
func (a *actor) RoundTrip(req *http.Request) (*http.Response, error) {
	if strings.HasPrefix(req.URL.Path, "/oauth/") {
		wire.NoteSent(req)
		return wire.Serve(a.tenant, req), nil
	}
	a.turn <- struct{}{}
	key := fmt.Sprint(a.phase, req.Method, a.normal(req), bodyOf(req))
	a.sentBefore[key]++
	times := a.sentBefore[key]
	<-a.turn
	if err := wait(req, time.Duration(a.chance(int64(a.Spread), a.index, "to", key, times))); err != nil {
		return nil, err
	}
	resp, err := a.arrive(req)
	if err != nil {
		return nil, err
	}
	return resp, wait(req, time.Duration(a.chance(int64(a.Spread), a.index, "back", key, times)))
}

func wait(req *http.Request, d time.Duration) error {
	select {
	case <-time.After(d):
		return nil
	case <-req.Context().Done():
		return req.Context().Err()
	}
}

// arrive handles a request at the tenant: a fault may hit it, the run may be killed at it, and a
// person may act around it.
func (a *actor) arrive(req *http.Request) (resp *http.Response, err error) {
	a.turn <- struct{}{}
	defer func() { <-a.turn }()
	if a.killed {
		return nil, errKilled
	}
	a.sent++
	if req.Method != http.MethodGet {
		a.sentWrites++
	}
	killsNow := a.KillAt > 0 && a.isAt(req, moment{a.index, a.KillAt, a.KillOf})
	if killsNow && !a.KillDone {
		a.kill()
		return nil, errKilled
	}
	a.people(req, true)
	resp, err = a.answered(req, a.faultAt(req))
	if killsNow {
		a.kill()
		return nil, errKilled
	}
	a.people(req, false)
	if errors.Is(err, errTooLate) {
		<-a.turn // others go on
		err = wire.GiveUp(req)
		a.turn <- struct{}{}
	}
	return resp, err
}

// kill ends the run like kill -9: it does nothing more.
func (a *actor) kill() {
	a.stdout.close()
	a.stderr.close()
	left := read(a.receiptPath())
	a.killed = true
	_ = os.WriteFile(a.receiptPath(), left, 0o600) // where what is left of the run does not write
	a.journal = append(a.journal, event{At: a.now(), Who: a.index, Phase: a.phase, What: "killed"})
	for range cap(a.interrupts) {
		a.interrupts <- os.Interrupt
	}
}

// isAt reports whether the latest request of the run is at a moment.
func (a *actor) isAt(req *http.Request, m moment) bool {
	if m.OfWrite {
		return m.Run == a.index && req.Method != http.MethodGet && m.Request == a.sentWrites
	}
	return m.Run == a.index && m.Request == a.sent
}

func (a *actor) faultAt(req *http.Request) string {
	for _, f := range a.Faults {
		if a.isAt(req, f.moment) {
			return f.Kind
		}
	}
	return ""
}

// people performs the acts of a person right before or after a request.
func (a *actor) people(req *http.Request, isBefore bool) {
	for _, act := range a.Acts {
		if act.IsBefore == isBefore && a.isAt(req, act.moment) {
			a.do(act, idIn(req.URL.Path))
		}
	}
}

var errTooLate = errors.New("too late")

// answered returns the tenant's response as changed by a fault. The run has the turn.
func (a *actor) answered(req *http.Request, kind string) (*http.Response, error) {
	const broken = `{"messages":[{"text":"An internal fault occurred."}]}`
	before := len(a.journal)
	notDone := func(resp *http.Response, err error) (*http.Response, error) {
		a.journal = append(a.journal, event{At: a.now(), Who: a.index, Phase: a.phase, What: req.Method + " " + a.normal(req), Body: bodyOf(req), Fault: kind})
		return resp, err
	}
	if kind == "not sent" {
		return notDone(nil, errors.New("dial tcp: connection refused"))
	}
	wire.NoteSent(req)
	switch kind {
	case "lost before":
		return notDone(nil, errReset)
	case "500 before":
		return notDone(wire.Answer(500, "", broken), nil)
	case "502":
		return notDone(wire.Answer(502, "", "<html><title>502 Bad Gateway</title></html>"), nil)
	case "503":
		return notDone(wire.Answer(503, "3", ""), nil)
	case "429":
		return notDone(wire.Answer(429, "3", `{"message":" Rate Limit Exceeded "}`), nil)
	case "403", "409", "422":
		status, _ := strconv.Atoi(kind) // it is a number
		return notDone(wire.Answer(status, "", `{"messages":[{"text":"Refused."}]}`), nil)
	case "401":
		return notDone(wire.Answer(401, "", `{"error":"JWT validation failed"}`), nil)
	}
	resp := a.work(a.index, a.phase, req)
	a.journal[before].Fault = kind
	if a.Moods.Terse && req.Method == http.MethodPatch {
		resp.Body = readCloser(withoutObjects(textOf(resp)))
	}
	switch kind {
	case "lost after":
		return nil, errReset
	case "too late":
		return nil, errTooLate
	case "500 after":
		return wire.Answer(500, "", broken), nil
	case "truncated":
		text := textOf(resp)
		resp.Body = io.NopCloser(io.MultiReader(bytes.NewReader(text[:len(text)/2]), cutOff{}))
		return resp, nil
	case "garbage":
		return wire.Answer(200, "", "\x00\x01\x02 no JSON"), nil
	case "wrong shape":
		return wire.Answer(200, "", map[bool]string{true: "{}", false: "[]"}[bytes.HasPrefix(textOf(resp), []byte("["))]), nil
	case "other id":
		if spoilt := a.withAnotherID(textOf(resp)); !bytes.Equal(spoilt, textOf(resp)) {
			resp.Body = readCloser(spoilt)
			return resp, nil
		}
	}
	a.note(req, resp)
	return resp, nil
}

// withoutObjects returns a cluster without its objects.
func withoutObjects(body []byte) []byte {
	var doc map[string]json.RawMessage
	if json.Unmarshal(body, &doc) != nil || doc["id"] == nil {
		return body
	}
	delete(doc, "configuration")
	delete(doc, "updatePreferences")
	terse, err := json.Marshal(doc)
	if err != nil {
		return body
	}
	return terse
}

// cutOff is the end of a body whose connection was lost.
type cutOff struct{}

func (cutOff) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }

// withAnotherID replaces the id of the cluster in a response by that of another one.
func (a *actor) withAnotherID(body []byte) []byte {
	var doc map[string]json.RawMessage
	if json.Unmarshal(body, &doc) != nil || doc["id"] == nil {
		return body
	}
	for _, id := range a.order {
		if text := fmt.Sprintf("%q", id); text != string(doc["id"]) {
			doc["id"] = json.RawMessage(text)
			break
		}
	}
	spoilt, err := json.Marshal(doc)
	if err != nil {
		return body
	}
	return spoilt
}

// note records what a response shows the run.
func (a *actor) note(req *http.Request, resp *http.Response) {
	if resp.StatusCode >= http.StatusBadRequest {
		return
	}
	body := textOf(resp)
	if id := idIn(req.URL.Path); req.Method == http.MethodGet && strings.HasSuffix(req.URL.Path, "/log-config") {
		a.readings[id] = append(a.readings[id], reading{At: a.now(), Phase: a.phase, Log: new(logPicture(body))})
		return
	}
	var docs []json.RawMessage
	if json.Unmarshal(body, &docs) != nil {
		docs = []json.RawMessage{body}
	}
	for _, doc := range docs {
		if p := pictureOf(doc); p != nil {
			id := createdID(&http.Response{Body: readCloser(doc)})
			a.readings[id] = append(a.readings[id], reading{At: a.now(), Phase: a.phase, ByID: req.Method == http.MethodGet && len(docs) == 1 && idIn(req.URL.Path) != "", Cached: p, Log: inlineLog(doc)})
		}
	}
}

// inlineLog returns the log configuration in a cluster's document, nil if it has none.
func inlineLog(doc []byte) *string {
	var c struct {
		Log *json.RawMessage `json:"logConfiguration"`
	}
	if json.Unmarshal(doc, &c) != nil || c.Log == nil {
		return nil
	}
	return new(logPicture(*c.Log))
}

// textOf reads a body and restores it.
func textOf(resp *http.Response) []byte {
	body, _ := io.ReadAll(resp.Body)
	resp.Body = readCloser(body)
	return body
}

// bodyOf reads the body of a request and restores it.
func bodyOf(req *http.Request) string {
	if req.Body == nil {
		return ""
	}
	body, _ := io.ReadAll(req.Body)
	req.Body = readCloser(body)
	return string(body)
}

func readCloser(b []byte) io.ReadCloser { return io.NopCloser(bytes.NewReader(b)) }

// receiptPath is the path of the run's receipt, as it was when the run was killed.
func (a *actor) receiptPath() string {
	return a.path(fmt.Sprintf("receipt-%d-%t.jsonl", a.index, a.killed))
}

func (a *actor) planPath() string { return a.path(fmt.Sprintf("plan-%d.json", a.index)) }

// perform plays all runs, and waits until everything has ended.
func (w *world) perform(t *testing.T) {
	t.Helper()
	var under sync.WaitGroup
	for i, x := range w.Runs {
		if !x.IsBeside {
			under.Wait()
		}
		time.Sleep(x.Start)
		a := w.actor(i, x)
		w.actors = append(w.actors, a)
		w.write(t, a.fileName(), w.file(x))
		under.Go(a.play)
	}
	under.Wait()
	time.Sleep(w.Moods.ListLag + time.Minute)
}

func (w *world) actor(index int, x run) *actor {
	return &actor{world: w, run: x, index: index, sentBefore: map[string]int{}, readings: map[string][]reading{}, interrupts: make(chan os.Signal, 3)}
}

func (a *actor) fileName() string { return fmt.Sprintf("clusters-%d.yaml", a.index) }

// play runs the commands of the run.
func (a *actor) play() {
	a.turn <- struct{}{}
	a.started, a.before = a.now(), maps.Clone(a.truth)
	<-a.turn
	file := []string{"--file", a.path(a.fileName())}
	switch a.Kind {
	case applies:
		a.command("apply", append(file, "--auto-approve", "--receipt", a.receiptPath()), "")
	case appliesTo:
		out := a.planPath()
		a.command("plan", append(file, "--out", out), "--on-error")
		if _, err := os.Stat(out); a.killed || err != nil {
			break
		}
		time.Sleep(a.Pause)
		a.phase, a.planned = 1, true
		a.command("apply", []string{out, "--auto-approve", "--receipt", a.receiptPath()}, "--prune")
	case undoes:
		a.command("undo", []string{a.actors[0].receiptPath(), "--auto-approve", "--receipt", a.receiptPath()}, "--prune")
	case drifts, plans:
		a.command(string(a.Kind), file, "")
	case exports:
		a.command("export", nil, "")
	}
	a.ended = a.now()
	a.receipt = read(a.receiptPath())
}

// command runs one command line, without the flags that the command does not have.
func (a *actor) command(name string, args []string, without string) {
	line := append([]string{"clusterctl", name}, args...)
	for _, flag := range a.Flags {
		if without == "" || !strings.HasPrefix(flag, without) {
			line = append(line, flag)
		}
	}
	if name != "export" {
		line = append(line, "--output", "json")
	}
	a.stdout.reset()
	a.code = command.Run(append(line, "--quiet"), command.Env{
		Stdin: strings.NewReader(""), Stdout: &a.stdout, Stderr: &a.stderr, Now: time.Now,
		Transport: a, Interrupts: a.interrupts, Jitter: a.jitter,
		Getenv: func(name string) string {
			if name == "SAIL_CLIENT_ID" {
				return fmt.Sprintf("run-%d", a.index)
			}
			return wire.Access(name)
		},
	})
	a.result = applier.Result{}
	if a.phase == 1 || a.Kind != appliesTo {
		_ = json.Unmarshal([]byte(a.stdout.String()), &a.result) // a run that was refused has none
	}
}

// jitter is the same in every replay, but differs between runs.
func (a *actor) jitter(d time.Duration) time.Duration { return d / time.Duration(a.index+2) }
