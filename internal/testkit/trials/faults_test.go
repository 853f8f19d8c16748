package trials

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"clusterctl/internal/api"
	"clusterctl/internal/applier"
	"clusterctl/internal/command"
	"clusterctl/internal/planner"
	"clusterctl/internal/sandbox"
	"clusterctl/internal/testkit/sample"
	"clusterctl/internal/testkit/wire"
)

// faultKind is a kind of fault of one request. It gets the request and its handler, and may or
// may not call the handler.
type faultKind struct {
	name string
	do   func(req *http.Request, answer func() *http.Response) (*http.Response, error)
}

var errReset = errors.New("read: connection reset by peer")

func faultKinds() []faultKind {
	status := func(code int, header, body string) func(*http.Request, func() *http.Response) (*http.Response, error) {
		return func(*http.Request, func() *http.Response) (*http.Response, error) {
			return wire.Answer(code, header, body), nil
		}
	}
	return []faultKind{
		{"not sent", func(*http.Request, func() *http.Response) (*http.Response, error) {
			return nil, errors.New("dial tcp: connection refused")
		}},
		{"dropped before", func(req *http.Request, _ func() *http.Response) (*http.Response, error) {
			wire.NoteSent(req)
			return nil, errReset
		}},
		{"dropped after", func(_ *http.Request, answer func() *http.Response) (*http.Response, error) {
			answer()
			return nil, errReset
		}},
		{"500 before", status(500, "", `{"messages":[{"text":"An internal fault occurred."}]}`)},
		{"500 after", func(_ *http.Request, answer func() *http.Response) (*http.Response, error) {
			answer()
			return wire.Answer(500, "", `{"messages":[{"text":"An internal fault occurred."}]}`), nil
		}},
		{"502 with HTML", status(502, "", "<html><title>502 Bad Gateway</title></html>")},
		{"503 with Retry-After", status(503, "3", "")},
		{"429 with Retry-After", status(429, "3", `{"message":" Rate Limit Exceeded "}`)},
		{"truncated", func(_ *http.Request, answer func() *http.Response) (*http.Response, error) {
			resp := answer()
			body, _ := io.ReadAll(resp.Body) // in memory
			resp.Body = io.NopCloser(io.MultiReader(bytes.NewReader(body[:len(body)/2]), cutOff{}))
			return resp, nil
		}},
		{"garbage", func(_ *http.Request, answer func() *http.Response) (*http.Response, error) {
			answer()
			return wire.Answer(200, "", "\x00\x01\x02 no JSON"), nil
		}},
		{"slow beyond the timeout", func(req *http.Request, answer func() *http.Response) (*http.Response, error) {
			answer()
			return nil, wire.GiveUp(req)
		}},
	}
}

// cutOff is the end of a body whose connection was lost.
type cutOff struct{}

func (cutOff) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }

// faulty is a transport to a tenant with faults at chosen requests. Requests for a token and for
// the tenant's name do not count.
type faulty struct {
	tenant http.Handler
	faults map[int]faultKind
	pace   time.Duration // in front of each request and behind it

	mu   sync.Mutex
	seen int
}

func (f *faulty) RoundTrip(req *http.Request) (*http.Response, error) {
	answer := func() *http.Response {
		wire.NoteSent(req)
		w := httptest.NewRecorder()
		f.tenant.ServeHTTP(w, req)
		return w.Result()
	}
	if strings.HasPrefix(req.URL.Path, "/oauth/") {
		return answer(), nil
	}
	f.mu.Lock()
	f.seen++
	fault, ok := f.faults[f.seen]
	f.mu.Unlock()
	time.Sleep(f.pace)
	defer time.Sleep(f.pace)
	if ok {
		return fault.do(req, answer)
	}
	return answer(), nil
}

// scenario is the file: three creates with update preferences and log configurations, three
// updates, two log configurations and a delete.
const scenario = `version: 1
clusters:
  - {name: new-1, description: one, configuration: {gmtOffset: "1"}, updatePreferences: {updateState: AUTO}, logConfig: {rootLevel: INFO, durationMinutes: 600}}
  - {name: new-2, configuration: {gmtOffset: "2"}, updatePreferences: {updateState: DISABLED}, logConfig: {rootLevel: WARN, durationMinutes: 600}}
  - {name: new-3, type: iai, updatePreferences: {notificationEmail: a@b.example}, logConfig: {rootLevel: ERROR, durationMinutes: 600}}
  - {name: old-1, description: after}
  - {name: old-2, configuration: {gmtOffset: "-6", debug: null, added: "yes"}}
  - {name: old-3, updatePreferences: {updateState: AUTO}}
  - {name: log-1, logConfig: {rootLevel: WARN, logLevels: {a.B: OFF}, durationMinutes: 600}}
  - {name: log-2, logConfig: {rootLevel: INFO, durationMinutes: 600}}
  - {name: gone, state: absent}
`

const scenarioChanges = 9

// before is the initial state of the tenant.
func before() []string {
	return []string{
		`{"name":"old-1","description":"before"}`,
		`{"name":"old-2","configuration":{"gmtOffset":"-5","debug":"true","theirs":"x"}}`,
		`{"name":"old-3"}`, `{"name":"log-1"}`, `{"name":"log-2"}`, `{"name":"gone"}`, `{"name":"bystander"}`,
	}
}

// rig runs the scenario on new tenants with the same initial state.
type rig struct {
	state []byte // the tenant's state file
	file  string
	flags []string // of the first apply
	pace  time.Duration
}

func newRig(t *testing.T) *rig {
	t.Helper()
	r := &rig{file: filepath.Join(t.TempDir(), "clusters.yaml")}
	wire.WriteFile(t, r.file, []byte(scenario))
	dir := t.TempDir()
	r.in(t, dir, func(tenant *sandbox.Tenant) {
		for _, body := range before() {
			wire.Ask(t, tenant, http.MethodPost, "/v3/managed-clusters", body)
		}
	})
	state, err := os.ReadFile(filepath.Join(dir, "tenant.db"))
	if err != nil {
		t.Fatal(err)
	}
	r.state = state
	return r
}

// in opens a tenant in a bubble of virtual time.
func (r *rig) in(t *testing.T, dir string, do func(*sandbox.Tenant)) {
	t.Helper()
	r.inOptions(t, sandbox.Options{Dir: dir}, do)
}

func (r *rig) inOptions(t *testing.T, options sandbox.Options, do func(*sandbox.Tenant)) {
	t.Helper()
	options.RateLimit = -1
	synctest.Test(t, func(t *testing.T) {
		if r.state != nil {
			wire.WriteFile(t, filepath.Join(options.Dir, "tenant.db"), r.state)
		}
		tenant, err := sandbox.Open(options)
		if err != nil {
			t.Fatal(err)
		}
		defer func() {
			if err := tenant.Close(); err != nil {
				t.Error(err)
			}
		}()
		do(tenant)
	})
}

// applied is the output and the exit code of an apply.
type applied struct {
	code   int
	stderr string
	result applier.Result
	sent   int
}

func (r *rig) apply(t *testing.T, tenant http.Handler, faults map[int]faultKind, flags ...string) applied {
	t.Helper()
	var stdout, stderr bytes.Buffer
	transport := &faulty{tenant: tenant, faults: faults, pace: r.pace}
	args := []string{"clusterctl", "apply", "--auto-approve", "--quiet", "--output", "json", "--parallelism", "1", "-f", r.file}
	code := command.Run(append(args, flags...), command.Env{
		Stdin: strings.NewReader(""), Stdout: &stdout, Stderr: &stderr, Now: time.Now, Transport: transport,
		Getenv: func(name string) string {
			return map[string]string{"SAIL_BASE_URL": "http://127.0.0.1", "SAIL_CLIENT_ID": "me", "SAIL_CLIENT_SECRET": "any"}[name]
		},
	})
	a := applied{code: code, stderr: stderr.String(), sent: transport.seen}
	if stdout.Len() > 0 {
		if err := json.Unmarshal(stdout.Bytes(), &a.result); err != nil {
			t.Fatalf("%v: %s", err, stdout.String())
		}
	}
	return a
}

// picture is the state of a tenant without what differs between runs: each cluster by name, and
// the number of clusters with this name.
func picture(t *testing.T, tenant http.Handler) map[string]string {
	t.Helper()
	var docs []map[string]json.RawMessage
	if err := json.Unmarshal(wire.Ask(t, tenant, http.MethodGet, "/v3/managed-clusters", ""), &docs); err != nil {
		t.Fatal(err)
	}
	pictures := map[string]string{}
	for _, doc := range docs {
		var (
			id, name string
			config   map[string]*string
		)
		for key, into := range map[string]any{"id": &id, "name": &name, "configuration": &config} {
			if err := json.Unmarshal(doc[key], into); err != nil {
				t.Fatal(err)
			}
		}
		delete(config, "clusterExternalId") // the server's own, another for each cluster
		configuration, err := json.Marshal(config)
		if err != nil {
			t.Fatal(err)
		}
		pictures[name] += fmt.Sprintf("%s %s %s %s %s;", doc["type"], doc["description"], configuration, doc["updatePreferences"], logPicture(t, tenant, id))
	}
	return pictures
}

func logPicture(t *testing.T, tenant http.Handler, id string) string {
	t.Helper()
	body := wire.Ask(t, tenant, http.MethodGet, "/v3/managed-clusters/"+id+"/log-config", "")
	if len(body) == 0 {
		return "none"
	}
	var log api.LogConfig
	if err := json.Unmarshal(body, &log); err != nil {
		t.Fatal(err)
	}
	return fmt.Sprint(log.RootLevel, log.LogLevels, *log.DurationMinutes)
}

// clean is an apply without faults: its number of requests, and the tenant before and after.
func (r *rig) clean(t *testing.T, changes int) (requests int, was, is map[string]string) {
	t.Helper()
	r.in(t, t.TempDir(), func(tenant *sandbox.Tenant) {
		was = picture(t, tenant)
		a := r.apply(t, tenant, nil)
		is = picture(t, tenant)
		requests = a.sent
		if a.code != exitDone || a.result.Summary.Applied != changes {
			t.Fatalf("a clean apply ends with %d: %+v %s", a.code, a.result, a.stderr)
		}
	})
	return requests, was, is
}

// oneFault is a fault at a request, counted from 1.
type oneFault struct {
	request int
	kind    faultKind
}

// everyFault returns each kind of fault at each of the requests.
func everyFault(requests int, kinds []faultKind) (faults []oneFault) {
	for _, kind := range kinds {
		for n := range requests {
			faults = append(faults, oneFault{n + 1, kind})
		}
	}
	return faults
}

func (f oneFault) values() []string { return []string{strconv.Itoa(f.request), f.kind.name} }

// Every request of an apply fails once in every way, each time on a new tenant. The first run's
// report is true, a second run without faults gives the expected state, and there are no
// namesakes.
func TestEveryRequestEveryFault(t *testing.T) {
	t.Parallel()
	everyRequestEveryFault(t, newRig(t))
}

// The same without retries: more runs end early, and their reports must be true.
func TestEveryRequestEveryFaultWithoutRetries(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.flags = []string{"--retries", "0"}
	everyRequestEveryFault(t, r)
}

func everyRequestEveryFault(t *testing.T, r *rig) {
	t.Helper()
	requests, was, is := r.clean(t, scenarioChanges)
	faults := sample.Covering(everyFault(requests, append(faultKinds(), wrongAnswers()...)), 50, oneFault.values)
	t.Logf("%d faults, %d requests", len(faults), requests)
	for shard := range slices.Chunk(faults, 25) {
		t.Run(shard[0].kind.name, func(t *testing.T) {
			t.Parallel()
			codes := map[int]int{}
			for _, f := range shard {
				codes[r.survive(t, map[int]faultKind{f.request: f.kind}, was, is)]++
			}
			t.Logf("%d faults: complete %d, incomplete %d, not begun %d", len(shard), codes[exitDone], codes[exitIncomplete], codes[exitError]+codes[exitRefused])
		})
	}
}

// Pairs of faults, drawn by a seed.
func TestPairsOfFaults(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	requests, was, is := r.clean(t, scenarioChanges)
	kinds := faultKinds()
	for _, seed := range sample.Of(seeds(100), 6) {
		random := rand.New(rand.NewPCG(seed, 0))
		faults := map[int]faultKind{}
		for range 2 {
			faults[1+random.IntN(requests+5)] = kinds[random.IntN(len(kinds))]
		}
		r.survive(t, faults, was, is)
	}
}

// seeds returns n seeds.
func seeds(n uint64) []uint64 {
	return slices.Collect(func(yield func(uint64) bool) {
		for seed := range n {
			if !yield(seed) {
				return
			}
		}
	})
}

// survive applies with faults and checks the report, then applies without faults and checks the
// tenant. It returns the first exit code.
func (r *rig) survive(t *testing.T, faults map[int]faultKind, was, is map[string]string) (code int) {
	t.Helper()
	name := ""
	for n, f := range faults {
		name += " " + f.name + "@" + strconv.Itoa(n)
	}
	r.in(t, t.TempDir(), func(tenant *sandbox.Tenant) {
		first := r.apply(t, tenant, faults, r.flags...)
		between := picture(t, tenant)
		code = first.code
		checkTruth(t, name, first, was, between, is)
		if second := r.apply(t, tenant, nil); second.code != exitDone {
			t.Errorf("%s: the second apply ends with %d: %+v %s", name, second.code, second.result.Outcomes, second.stderr)
		}
		if diff := cmp.Diff(is, picture(t, tenant)); diff != "" {
			t.Errorf("%s: the end state is another (-clean +got):\n%s", name, diff)
		}
	})
	return code
}

// checkTruth compares a report with the tenant.
func checkTruth(t *testing.T, name string, a applied, was, between, is map[string]string) {
	t.Helper()
	switch a.code {
	case exitDone:
		if diff := cmp.Diff(is, between); diff != "" || !a.result.IsComplete() {
			t.Errorf("%s: complete, it says (-clean +got):\n%s", name, diff)
		}
	case exitIncomplete:
		if a.result.IsComplete() {
			t.Errorf("%s: exit code 3 of a complete result", name)
		}
	case exitError, exitRefused: // 4: something of a cluster could not be read, so it is blocked
		if diff := cmp.Diff(was, between); diff != "" || a.stderr == "" {
			t.Errorf("%s: not begun, it says (-before +got):\n%s", name, diff)
		}
	default:
		t.Errorf("%s: exit code %d", name, a.code)
	}
	for _, o := range a.result.Outcomes {
		done := o.Outcome == applier.Applied || o.Outcome == applier.Unchanged
		if done && between[o.Name] != is[o.Name] {
			t.Errorf("%s: %s %s is %s, it says, but is\n%s, not\n%s", name, o.Action, o.Name, o.Outcome, between[o.Name], is[o.Name])
		}
		if !done && o.Error == "" {
			t.Errorf("%s: %s %s is %s without a word", name, o.Action, o.Name, o.Outcome)
		}
		if o.Action == planner.Create && strings.Count(between[o.Name], ";") > 1 {
			t.Errorf("%s: %s was made twice", name, o.Name)
		}
	}
}
