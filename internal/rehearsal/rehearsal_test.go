package rehearsal

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"clusterctl/internal/api"
	"clusterctl/internal/applier"
	"clusterctl/internal/cluster"
	"clusterctl/internal/jsonpatch"
	"clusterctl/internal/planner"
	"clusterctl/internal/progress"
	"clusterctl/internal/receipt"
	"clusterctl/internal/remote"
	"clusterctl/internal/sandbox"
	"clusterctl/internal/undo"
)

// world is a tenant, and the files for it.
type world struct {
	tenant *sandbox.Tenant
	client *remote.Client
	clock  *clock
	files  []cluster.Cluster
	trust  bool
}

func start() time.Time { return time.Date(2026, 11, 23, 18, 0, 0, 0, time.UTC) }

// newWorld returns a tenant with seeded clusters, an hour after they were created: their log
// configurations are half gone.
func newWorld(t testing.TB, o sandbox.Options) *world {
	t.Helper()
	w := &world{clock: &clock{now: start()}}
	o.Memory, o.Org, o.Pod, o.RateLimit, o.Now, o.Random = true, "globex", "pod7", -1, w.clock.Now, newRandom("tenant")
	o.TokenLifetime = 12 * time.Hour
	var err error
	if w.tenant, err = sandbox.Open(o); err != nil {
		t.Fatal(err)
	}
	w.clock.advance(time.Hour)
	root, err := api.ParseRoot(address, "")
	if err != nil {
		t.Fatal(err)
	}
	w.client, err = remote.New(remote.Config{
		Root: root, Credentials: remote.Credentials{ClientID: "a", ClientSecret: "b"}, Base: transport{tenant: w.tenant},
		Timeout: timeout, Retries: retries, Clock: w.clock.pauses(), Parallelism: 1,
	})
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func (w *world) create(t testing.TB, body string) string {
	t.Helper()
	created, err := w.client.Create(t.Context(), json.RawMessage(body))
	if err != nil {
		t.Fatal(err)
	}
	return created.Now.ID
}

func (w *world) input(now time.Time) planner.Input {
	return planner.Input{Desired: w.files, TrustListing: w.trust, Tool: "test", Now: now, Rate: api.Rate{Requests: 100, Span: 10 * time.Second}}
}

// plan reads a tenant and plans.
func (w *world) plan(ctx context.Context, c *remote.Client, now time.Time) (planner.Plan, cluster.Snapshot, error) {
	in := w.input(now)
	var err error
	in.Snapshot, err = c.Snapshot(ctx, cluster.Tenant{BaseURL: "https://globex.example/v3", Org: "globex", Pod: "pod7"}, in.Need())
	if err != nil {
		return planner.Plan{}, in.Snapshot, err
	}
	p, err := planner.New(in)
	return p, in.Snapshot, err
}

// rehearsalInput plans on the tenant.
func (w *world) rehearsalInput(t testing.TB) Input {
	t.Helper()
	p, snapshot, err := w.plan(t.Context(), w.client, w.clock.Now())
	if err != nil {
		t.Fatal(err)
	}
	return Input{
		Plan: p, Snapshot: snapshot, Parallelism: 2, Budget: time.Hour, Now: w.clock.Now, Progress: progress.New(progress.Options{Quiet: true}),
		Replan: func(ctx context.Context, c *remote.Client, now time.Time) (planner.Plan, error) {
			p, _, err := w.plan(ctx, c, now)
			return p, err
		},
	}
}

func configured(name string, settings cluster.Settings) cluster.Cluster {
	return cluster.Cluster{Name: name, Configuration: settings}
}

// oddWorld has clusters with clients, system clusters, two of one name, log windows that are half
// gone, null and absent fields, unknown fields, and rows that are no clusters.
func oddWorld(t testing.TB) *world {
	t.Helper()
	w := newWorld(t, sandbox.Options{Seed: 14, Serve: func(doc json.RawMessage) json.RawMessage {
		switch name := nameIn(doc); name {
		case "va-odd-clients":
			return patched(doc, `[{"op":"remove","path":"/clientIds"},{"op":"add","path":"/serviceCount","value":null}]`)
		case "va-number":
			return patched(doc, `[{"op":"add","path":"/configuration/debug","value":false},{"op":"add","path":"/unknown<field>","value":{"a":[1,{"b":null}]}}]`)
		case "va-null":
			return patched(doc, `[{"op":"add","path":"/configuration","value":null},{"op":"add","path":"/type","value":7}]`)
		case "va-odd-log":
			return patched(doc, `[{"op":"add","path":"/logConfiguration","value":{"rootLevel":"INFO","logLevels":{}}}]`)
		case "va-row":
			return json.RawMessage(`"not a cluster"`)
		case "va-no-id":
			return patched(doc, `[{"op":"remove","path":"/id"}]`)
		case "va-no-name":
			return patched(doc, `[{"op":"add","path":"/name","value":null}]`)
		}
		return doc
	}})
	for _, name := range []string{"va-twice", "va-twice", "va-odd-clients", "va-number", "va-null", "va-odd-log"} {
		w.create(t, fmt.Sprintf(`{"name":%q,"configuration":{"gmtOffset":"1"}}`, name))
	}
	for _, name := range []string{"va-row", "va-no-id", "va-no-name"} { // its answer shows no such cluster
		if _, err := w.client.Create(t.Context(), json.RawMessage(fmt.Sprintf(`{"name":%q}`, name))); err == nil && name == "va-row" {
			t.Fatal("a row is a cluster")
		}
	}
	debug := &cluster.LogConfig{RootLevel: "DEBUG", DurationMinutes: 60}
	w.files = []cluster.Cluster{
		configured("va-new", cluster.Settings{"gmtOffset": new("3")}),
		{Name: "va-new-log", LogConfig: debug, Description: new("new")},
		configured("va-austin", cluster.Settings{"gmtOffset": new("9"), "debug": new("true"), "fresh": new("<a&b>")}),
		configured("va-twice", cluster.Settings{"gmtOffset": new("9")}),
		configured("va-number", cluster.Settings{"debug": new("false"), "gmtOffset": new("9")}),
		configured("va-null", cluster.Settings{"gmtOffset": new("9")}),
		{Name: "va-odd-clients", State: cluster.Absent},
		{Name: "va-odd-log", LogConfig: debug},
		{Name: "va-boston", LogConfig: &cluster.LogConfig{RootLevel: "INFO", LogLevels: map[string]cluster.Level{"sailpoint.connector.ADLDAPConnector": "DEBUG"}, DurationMinutes: 120}},
		{Name: "va-dublin", LogConfig: debug, UpdatePreferences: cluster.Settings{"notificationEmail": new("a@example.com")}},
		{Name: "va-chicago-new", RenamedFrom: "va-denver"},
		{Name: "va-frankfurt", State: cluster.Absent},
		{Name: "va-geneva", State: cluster.Absent, RemoveClients: true},
		{Name: "va-lisbon", State: cluster.Absent},
	}
	return w
}

func patched(doc json.RawMessage, patch string) json.RawMessage {
	p, err := jsonpatch.Parse([]byte(patch))
	if err != nil {
		panic(err)
	}
	doc, err = p.Apply(doc)
	if err != nil {
		panic(err)
	}
	return doc
}

// The copy of a tenant with all that is odd gives the same plan as the tenant.
func TestCopyIsPlannedAsTheTenant(t *testing.T) {
	t.Parallel()
	w := oddWorld(t)
	in := w.rehearsalInput(t)
	expectSamePlan(t, in)
	if len(in.Plan.Changes) < 8 || in.Plan.Summary.Blocked < 3 {
		t.Errorf("the plan shows too little: %+v", in.Plan.Summary)
	}
	copies, err := Copy(in.Snapshot)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range copies {
		expectNoSecret(t, c.Document)
	}
}

func indented(t testing.TB, v any) string {
	t.Helper()
	data, err := json.MarshalIndent(v, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// expectNoSecret knows the seeded secrets by their values, not by the list of names.
func expectNoSecret(t testing.TB, doc json.RawMessage) {
	t.Helper()
	for _, secret := range []string{"BEGIN", "redis", "keystore", "V3"} {
		if bytes.Contains(doc, []byte(secret)) {
			t.Errorf("the copy has %s: %s", secret, doc)
		}
	}
}

// A plan for a tenant with all that is odd passes, with faults, and reports what cannot be undone.
func TestRehearsalPasses(t *testing.T) {
	t.Parallel()
	w := oddWorld(t)
	in := w.rehearsalInput(t)
	in.Faults = true
	before := w.tenant.Requests()
	got, err := Run(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}
	if len(got.Problems) > 0 || !got.Undone || len(got.Irreversible) != in.Plan.Summary.Delete || in.Plan.Summary.Delete == 0 {
		t.Errorf("the rehearsal fails: %s", indented(t, got))
	}
	if got.Faults.Survived != got.Requests*(len(sandbox.FaultKinds())+2) || got.Faults.NotReached > 0 {
		t.Errorf("%+v of %d requests", *got.Faults, got.Requests)
	}
	if w.tenant.Requests() != before {
		t.Error("the rehearsal asked the tenant")
	}
}

// tampering changes requests on their way to the tenant.
type tampering func(*http.Request, http.RoundTripper) (*http.Response, error)

func (f tampering) over(next http.RoundTripper) http.RoundTripper { return tampered{f, next} }

type tampered struct {
	tampering
	next http.RoundTripper
}

func (t tampered) RoundTrip(req *http.Request) (*http.Response, error) {
	return t.tampering(req, t.next)
}

// small is a tenant with one cluster to update, one to create, and no oddities.
func small(t testing.TB) *world {
	t.Helper()
	w := newWorld(t, sandbox.Options{Seed: 3})
	w.files = []cluster.Cluster{
		configured("va-austin", cluster.Settings{"gmtOffset": new("9"), "debug": new("true")}),
		configured("va-new", cluster.Settings{"gmtOffset": new("3")}),
	}
	return w
}

// repeating repeats a create without an answer, and afterwards overlooks the first cluster.
type repeating struct {
	next   http.RoundTripper
	isLost bool
}

func (r *repeating) RoundTrip(req *http.Request) (*http.Response, error) {
	isAPI := !strings.HasPrefix(req.URL.Path, "/oauth")
	if req.Method == http.MethodPost && isAPI {
		body, err := io.ReadAll(req.Body)
		if err != nil {
			return nil, err
		}
		req.Body = io.NopCloser(bytes.NewReader(body))
		resp, err := r.next.RoundTrip(req)
		if r.isLost = err != nil; r.isLost {
			req.Body = io.NopCloser(bytes.NewReader(body))
			return r.next.RoundTrip(req)
		}
		return resp, err
	}
	resp, err := r.next.RoundTrip(req)
	if err != nil || !r.isLost || req.Method != http.MethodGet || !strings.HasSuffix(req.URL.Path, "/managed-clusters") {
		return resp, err
	}
	var listed, kept []json.RawMessage
	if err := json.NewDecoder(resp.Body).Decode(&listed); err != nil {
		return nil, err
	}
	seen := map[string]bool{}
	for _, doc := range slices.Backward(listed) {
		if name := nameIn(doc); !seen[name] {
			seen[name], kept = true, append(kept, doc)
		}
	}
	body, err := json.Marshal(kept)
	resp.Header.Set("X-Total-Count", fmt.Sprint(len(kept)))
	resp.Header.Del("Content-Length")
	resp.Body, resp.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
	return resp, err
}

func TestBrokenProgramsAreCaught(t *testing.T) {
	t.Parallel()
	replacesAll := tampering(func(req *http.Request, next http.RoundTripper) (*http.Response, error) {
		if req.Method == http.MethodPatch {
			req.Body = io.NopCloser(strings.NewReader(`[{"op":"replace","path":"/configuration","value":{"gmtOffset":"9","debug":"true"}}]`))
		}
		return next.RoundTrip(req)
	})
	forgets := func(in planner.Input, effects []receipt.Effect) (planner.Plan, error) {
		for i, e := range effects {
			if e.Name == "va-austin" {
				effects[i].Diff = slices.DeleteFunc(slices.Clone(e.Diff), func(e jsonpatch.Edit) bool { return e.Path == "/configuration/debug" })
			}
		}
		return undo.Plan(in, effects)
	}
	deletesOther := tampering(func(req *http.Request, next http.RoundTripper) (*http.Response, error) {
		if req.Method == http.MethodPost && !strings.HasPrefix(req.URL.Path, "/oauth") {
			other := req.Clone(req.Context())
			other.Method, other.Body, other.ContentLength = http.MethodDelete, http.NoBody, 0
			other.URL.Path += "/" + small(t).idOf(t, "va-boston")
			if _, err := next.RoundTrip(other); err != nil {
				return nil, err
			}
		}
		return next.RoundTrip(req)
	})
	for name, test := range map[string]struct {
		tamper func(http.RoundTripper) http.RoundTripper
		undo   func(planner.Input, []receipt.Effect) (planner.Plan, error)
		want   planner.RehearsalProblem
	}{
		"a patch that replaces the configuration": {replacesAll.over, undo.Plan, planner.RehearsalProblem{
			Step: planner.StepApply, Name: "va-austin", Field: "/configuration/cookbook", Message: `changed from "va" to absent, although no change of the plan declares it`,
		}},
		"a create that is repeated after a lost answer": {func(next http.RoundTripper) http.RoundTripper { return &repeating{next: next} }, undo.Plan, planner.RehearsalProblem{
			Step: planner.StepFaults, Name: "va-new", Field: "/name", Message: "2 clusters of this name were created instead of 1",
		}},
		"an undo that forgets a field": {nil, forgets, planner.RehearsalProblem{
			Step: planner.StepUndo, Name: "va-austin", Field: "/configuration/debug", Message: `was "false", but is "true" after undo`,
		}},
		"a create that deletes another cluster": {deletesOther.over, undo.Plan, planner.RehearsalProblem{
			Step: planner.StepApply, Name: "va-boston", Message: "deleted, although no change of the plan deletes it",
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			in := small(t).rehearsalInput(t)
			in.Faults = true
			got, err := run(t.Context(), in, test.undo, test.tamper)
			if err != nil {
				t.Fatal(err)
			}
			isWanted := func(p planner.RehearsalProblem) bool {
				return p.Step == test.want.Step && p.Name == test.want.Name && p.Field == test.want.Field && strings.HasSuffix(p.Message, test.want.Message)
			}
			if !slices.ContainsFunc(got.Problems, isWanted) {
				t.Errorf("not caught: %s", indented(t, got))
			}
			if test.want.Step == planner.StepFaults && got.Faults.Failed == 0 {
				t.Errorf("no run with a fault fails: %+v", *got.Faults)
			}
		})
	}
}

// What the budget does not reach is counted, and never as survived.
func TestBudget(t *testing.T) {
	t.Parallel()
	in := small(t).rehearsalInput(t)
	in.Faults, in.Budget, in.Parallelism = true, 10*time.Second, 1
	var calls atomic.Int64
	in.Now = func() time.Time { return start().Add(time.Duration(calls.Add(1)) * time.Second) }
	got, err := Run(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}
	if total := got.Requests * (len(sandbox.FaultKinds()) + 2); got.Faults.Survived != 9 || got.Faults.NotReached != total-9 || got.Failed() {
		t.Errorf("%+v of %d", *got.Faults, total)
	}
}

// A second plan with changes left, or newly blocked items, is a problem; what was held before is not.
func TestLeft(t *testing.T) {
	t.Parallel()
	first := planner.Plan{Findings: []planner.Finding{{Kind: planner.Blocked, Name: "va-a"}, {Kind: planner.Denied, ID: "3"}}}
	second := planner.Plan{
		Changes: []planner.Change{
			{Action: planner.Update, Name: "va-a"}, {Action: planner.Update, Name: "va-c", ID: "3"}, {Action: planner.Delete, Name: "va-d", ID: "4"},
			{Action: planner.Update, Name: "va-e", Diff: []jsonpatch.Edit{{Path: "/x", Before: json.RawMessage(`1`)}}},
		},
		Findings: []planner.Finding{{Kind: planner.Blocked, Name: "va-a"}, {Kind: planner.Blocked, Name: "va-f", Message: "why"}, {Kind: planner.Unmanaged, Name: "va-g"}},
	}
	want := []planner.RehearsalProblem{
		{Step: planner.StepReplan, Name: "va-d", ID: "4", Message: "a second plan still has to delete it"},
		{Step: planner.StepReplan, Name: "va-e", Field: "/x", Message: "a second plan still has to update it: 1 → absent"},
		{Step: planner.StepReplan, Name: "va-f", Message: "a second plan blocks it: why"},
	}
	if diff := cmp.Diff(want, left(planner.StepReplan, first, second)); diff != "" {
		t.Error(diff)
	}
	result := applier.Result{Outcomes: []applier.ChangeResult{{Action: planner.Create, Name: "a", Outcome: applier.Failed, Error: "why"}, {Outcome: applier.Applied}}}
	if got := failures(planner.StepApply, result); len(got) != 1 || got[0].Message != "create failed: why" {
		t.Errorf("%+v", got)
	}
}

func TestSecretsAreLeftOut(t *testing.T) {
	t.Parallel()
	got, err := withoutSecrets(json.RawMessage(`{"id":"1","clientSecret":"s","public_key":"k","alertKey":"A","attributes":{"keystore":"k","queue":{"name":"q","apiToken":"t"}},
		"list":[{"privateKey":"k","ok":1},"x",[{"password":"p"}]],"configuration":{"proxyPassword":"declared"},"empty":[]}`))
	if err != nil {
		t.Fatal(err)
	}
	const want = `{"alertKey":"A","attributes":{"queue":{"name":"q"}},"configuration":{"proxyPassword":"declared"},"empty":[],"id":"1","list":[{"ok":1},"x",[{}]]}`
	if string(got) != want {
		t.Errorf("%s", got)
	}
}

// A kill ends a run at exactly that request, with or without its effect on the tenant.
func TestKillsEndTheRun(t *testing.T) {
	t.Parallel()
	in := small(t).rehearsalInput(t)
	copies, err := Copy(in.Snapshot)
	if err != nil {
		t.Fatal(err)
	}
	r := &rehearsal{in: in, copies: copies}
	for n := 1; n <= 4; n++ {
		for _, after := range []bool{false, true} {
			twin, err := r.newTwin(trouble{})
			if err != nil {
				t.Fatal(err)
			}
			o := ordeal{trouble: trouble{kill: kill{request: 1 + n, after: after}}}
			if err := twin.inTrouble(t.Context(), o); err != nil {
				t.Fatal(err)
			}
			sent := n // the listing, and the requests before this one
			if after {
				sent++
			}
			if got := twin.tenant.Requests(); got != sent {
				t.Errorf("killed at request %d (after: %t): the tenant got %d requests, want %d", n, after, got, sent)
			}
		}
	}
}
