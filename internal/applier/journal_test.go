package applier_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"clusterctl/internal/api"
	"clusterctl/internal/applier"
	"clusterctl/internal/cluster"
	"clusterctl/internal/jsonpatch"
	"clusterctl/internal/planner"
	"clusterctl/internal/receipt"
	"clusterctl/internal/testkit/sample"
)

var errFull = errors.New("no space left on device")

// disk is a file in memory.
type disk struct {
	mu      sync.Mutex
	content []byte
	// room is how many bytes it takes before it is full.
	room int
	// refuse is asked before a line is written.
	refuse  func(line string) error
	syncErr error
	// unsynced is whether the last write was not synced, and torn whether
	// another write followed one that was not.
	unsynced, torn bool
}

func newDisk() *disk { return &disk{room: 1 << 30} }

func (d *disk) Write(p []byte) (int, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.refuse != nil {
		if err := d.refuse(string(p)); err != nil {
			return 0, err
		}
	}
	d.torn = d.torn || d.unsynced || !bytes.HasSuffix(p, []byte("\n")) || bytes.Count(p, []byte("\n")) != 1
	n := min(len(p), d.room)
	d.content, d.room = append(d.content, p[:n]...), d.room-n
	if n < len(p) {
		return n, errFull
	}
	d.unsynced = true
	return n, nil
}

func (d *disk) Sync() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.unsynced = false
	return d.syncErr
}

func (d *disk) text() string { return string(d.content) }

// runInto runs a plan with a journal on the disk.
func runInto(ctx context.Context, d *disk, w applier.Writer, p planner.Plan) applier.Result {
	opts := options()
	opts.Parallelism = 1
	opts.Journal = receipt.NewJournal(d)
	opts.Tenant = cluster.Tenant{BaseURL: "https://x/v3", Org: "acme"}
	return applier.Run(ctx, w, p, opts)
}

func readReceipt(t *testing.T, content string) receipt.Receipt {
	t.Helper()
	past, err := receipt.Read("r.jsonl", strings.NewReader(content))
	if err != nil {
		t.Fatalf("%v\n%s", err, content)
	}
	return past
}

func effectsOf(t *testing.T, content string) []receipt.Effect {
	t.Helper()
	effects, err := receipt.Effects(readReceipt(t, content).Runs)
	if err != nil {
		t.Fatalf("%v\n%s", err, content)
	}
	return effects
}

func compileReceiptSchema(t *testing.T) *jsonschema.Schema {
	t.Helper()
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(receipt.Schema()))
	if err != nil {
		t.Fatal(err)
	}
	const id = "urn:clusterctl:receipt:1"
	compiler := jsonschema.NewCompiler()
	if err := compiler.AddResource(id, document); err != nil {
		t.Fatal(err)
	}
	schema, err := compiler.Compile(id)
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

// checkReceipt checks the receipt of a complete run against its schema and the result of the run.
func checkReceipt(t *testing.T, d *disk, r applier.Result) {
	t.Helper()
	if d.torn {
		t.Error("a line was not written in one, or not synced before the next")
	}
	schema := compileReceiptSchema(t)
	for line := range strings.Lines(d.text()) {
		document, err := jsonschema.UnmarshalJSON(strings.NewReader(line))
		if err != nil {
			t.Fatal(err)
		}
		if err := schema.Validate(document); err != nil {
			t.Errorf("%s%v", line, err)
		}
	}
	past := readReceipt(t, d.text())
	if len(past.Runs) != 1 || past.Truncated || past.Runs[0].End == nil || *past.Runs[0].End != r.Summary {
		t.Fatalf("receipt %+v, want one run that ends with %+v", past, r.Summary)
	}
	var reported, noted []string
	for _, o := range r.Outcomes {
		if isWell := o.Outcome.IsInForce() || o.Outcome == applier.NotAttempted; isWell != (o.Error == "") {
			t.Errorf("%s with error %q", o.Outcome, o.Error)
		}
		for _, e := range o.Requests {
			reported = append(reported, fmt.Sprintf("%s %d %s", e.Method, e.Status, e.RequestID))
		}
	}
	for _, request := range past.Runs[0].Requests {
		noted = append(noted, fmt.Sprintf("%s %d %s", request.Method, request.Outcome.Status, request.Outcome.RequestID))
	}
	if diff := cmp.Diff(reported, noted); diff != "" {
		t.Errorf("requests (-reported +noted):\n%s", diff)
	}
}

// checkEffects compares the effects in a receipt with the actual changes of the tenant.
func checkEffects(t *testing.T, effects []receipt.Effect, before, after *tenant) {
	t.Helper()
	touched := map[string]bool{}
	for _, d := range effects {
		touched[d.ID], touched[d.Name] = true, true
		was, is := before.indexOf(d.ID), after.indexOf(d.ID)
		if d.Unknown {
			continue
		}
		if d.Created != (was < 0) || d.Deleted != (is < 0) {
			t.Errorf("effect %+v, but the cluster was there: %t, and is: %t", d, was >= 0, is >= 0)
			continue
		}
		for _, f := range d.Diff {
			if was >= 0 {
				checkValue(t, before.clusters[was], f.Path, f.Before)
			}
			if is >= 0 {
				checkValue(t, after.clusters[is], f.Path, f.After)
			}
		}
		if d.Log != nil {
			if diff := cmp.Diff([]*cluster.LiveLogConfig{before.logs[d.ID], after.logs[d.ID]}, []*cluster.LiveLogConfig{d.Log.Before, d.Log.After}); diff != "" {
				t.Errorf("log configurations of %s (-real +claimed):\n%s", d.Name, diff)
			}
		}
	}
	for _, c := range slices.Concat(before.clusters, after.clusters) {
		if !touched[c.ID] && !touched[c.Name] && !isSame(before, after, c.ID) {
			t.Errorf("%s (%s) was changed, but no effect says so", c.Name, c.ID)
		}
	}
}

func isSame(a, b *tenant, id string) bool {
	i, k := a.indexOf(id), b.indexOf(id)
	return i >= 0 && k >= 0 && cmp.Equal(a.clusters[i], b.clusters[k]) && cmp.Equal(a.logs[id], b.logs[id])
}

func checkValue(t *testing.T, live cluster.Live, path string, claimed json.RawMessage) {
	t.Helper()
	value, there, err := jsonpatch.Lookup(live.Document, path)
	if err != nil {
		t.Fatal(err)
	}
	if !there {
		value = nil
	}
	if (value == nil) != (claimed == nil) || value != nil && !jsonpatch.Equal(value, claimed) {
		t.Errorf("%s of %s is %s, but the receipt says %s", path, live.Name, value, claimed)
	}
}

// clone is the tenant as it is now.
func (t *tenant) clone() *tenant {
	c := newTenant()
	c.clusters = slices.Clone(t.clusters)
	maps.Copy(c.logs, t.logs)
	return c
}

// manyChanges is a tenant and a plan with a change of every kind.
func manyChanges(t *testing.T) (*tenant, planner.Plan) {
	t.Helper()
	tenant := newTenant(
		`{"id":"1","name":"a","description":"x"}`,
		`{"id":"2","name":"b","configuration":{"k":"v","gone":"<&>"}}`,
		`{"id":"3","name":"c"}`)
	tenant.logs["2"] = &cluster.LiveLogConfig{RootLevel: "WARN", LogLevels: map[string]cluster.Level{"x": "OFF"}, Expiration: noon().Add(time.Hour)}
	log := &cluster.LogConfig{RootLevel: "INFO", DurationMinutes: 60, LogLevels: map[string]cluster.Level{"y": "TRACE"}}
	return tenant, plan(t, tenant,
		cluster.Cluster{Name: "a", Description: new("y"), Configuration: cluster.Settings{"new": new("1")}, LogConfig: log},
		cluster.Cluster{Name: "b", Configuration: cluster.Settings{"k": new("w"), "gone": nil}, LogConfig: log},
		cluster.Cluster{Name: "c", State: cluster.Absent},
		cluster.Cluster{Name: "d", Description: new("new"), UpdatePreferences: cluster.Settings{"updateState": new("AUTO")}, LogConfig: log},
	)
}

func TestJournalLines(t *testing.T) {
	t.Parallel()
	d, tenant := newDisk(), newTenant(`{"id":"1","name":"va","publicKey":"k","description":"<old>","configuration":{"gmtOffset":"-5"}}`)
	tenant.logs["1"] = &cluster.LiveLogConfig{RootLevel: "WARN", Expiration: noon().Add(time.Hour)}
	p := plan(t, tenant,
		cluster.Cluster{Name: "va", Description: new("new"), Configuration: cluster.Settings{"debug": new("1")}, LogConfig: &cluster.LogConfig{RootLevel: "INFO", DurationMinutes: 60}},
		cluster.Cluster{Name: "vb"})
	p.Digest, p.Tenant = "sha256:0", cluster.Tenant{BaseURL: "https://planned/v2025", Org: "acme"}
	checkReceipt(t, d, runInto(t.Context(), d, tenant, p))
	const at = `"time":"2026-03-29T12:00:00Z"`
	want := strings.Join([]string{
		`{"type":"start","formatVersion":"1.0","tool":"clusterctl/test","tenant":{"baseURL":"https://x/v3","org":"acme"},"digest":"sha256:0",` + at + `}`,
		`{"type":"intent","seq":1,` + at + `,"change":{"action":"create","name":"vb","diff":[{"path":"/name","after":"vb"}]},"method":"POST","path":"/managed-clusters","body":{"name":"vb"}}`,
		`{"type":"outcome","seq":1,` + at + `,"change":{"action":"create","name":"vb","id":"new-2"},"status":200,"requestId":"req-0","whole":true,"before":null,"after":{"fields":{"/configuration/va_version":null,"/name":"vb","/updatePreferences/updateState":null}},"inverse":[{"method":"DELETE","path":"/managed-clusters/new-2"}]}`,
		`{"type":"intent","seq":2,` + at + `,"change":{"action":"update","name":"va","id":"1","diff":[{"path":"/configuration/debug","after":"1"},{"path":"/description","before":"<old>","after":"new"}]},"method":"PATCH","path":"/managed-clusters/1","body":[{"op":"test","path":"/configuration","value":{"gmtOffset":"-5"}},{"op":"add","path":"/configuration/debug","value":"1"},{"op":"test","path":"/description","value":"<old>"},{"op":"replace","path":"/description","value":"new"}]}`,
		`{"type":"outcome","seq":2,` + at + `,"change":{"action":"update","name":"va","id":"1"},"status":200,"requestId":"req-0","before":{"fields":{"/description":"<old>"}},"after":{"fields":{"/configuration/debug":"1","/description":"new"}},"inverse":[{"method":"PATCH","path":"/managed-clusters/1","contentType":"application/json-patch+json","body":[{"op":"test","path":"/description","value":"new"},{"op":"replace","path":"/description","value":"<old>"},{"op":"test","path":"/configuration/debug","value":"1"},{"op":"remove","path":"/configuration/debug"}]}]}`,
		`{"type":"intent","seq":3,` + at + `,"change":{"action":"set-log","name":"va","id":"1","diff":[{"path":"/logConfig/rootLevel","before":"WARN","after":"INFO"},{"path":"/logConfig/expiration","before":"2026-03-29T13:00:00Z"},{"path":"/logConfig/durationMinutes","after":60}]},"method":"PUT","path":"/managed-clusters/1/log-config","body":{"rootLevel":"INFO","logLevels":{},"durationMinutes":60}}`,
		`{"type":"outcome","seq":3,` + at + `,"change":{"action":"set-log","name":"va","id":"1"},"status":200,"requestId":"req-0","before":{"logConfig":{"rootLevel":"WARN","logLevels":{},"expiration":"2026-03-29T13:00:00Z"}},"after":{"logConfig":{"rootLevel":"INFO","logLevels":{},"expiration":"2026-03-29T13:00:00Z"}},"inverse":[{"method":"PUT","path":"/managed-clusters/1/log-config","contentType":"application/json","body":{"rootLevel":"WARN","logLevels":{},"expiration":"2026-03-29T13:00:00Z"}}]}`,
		`{"type":"end",` + at + `,"summary":{"applied":3,"unchanged":0,"failed":0,"conflict":0,"notApplied":0,"skipped":0,"notAttempted":0}}`,
		"",
	}, "\n")
	if diff := cmp.Diff(want, d.text()); diff != "" {
		t.Errorf("receipt (-want +got):\n%s", diff)
	}
}

// Sending the inverses in reverse order restores the tenant.
func TestInversesTakeBack(t *testing.T) {
	t.Parallel()
	d := newDisk()
	tenant, p := manyChanges(t)
	before := tenant.clone()
	runInto(t.Context(), d, tenant, p)
	requests := readReceipt(t, d.text()).Runs[0].Requests
	for _, r := range slices.Backward(requests) {
		for _, inverse := range r.Outcome.Inverse {
			send(t, tenant, inverse)
		}
	}
	for _, was := range before.clusters[:2] { // the third was deleted, which nothing takes back
		is := tenant.clusters[tenant.indexOf(was.ID)]
		if was.ID != "1" && !jsonpatch.Equal(was.Document, is.Document) {
			t.Errorf("%s is %s, was %s", was.Name, is.Document, was.Document)
		}
	}
	if tenant.indexOf("new-4") >= 0 {
		t.Error("the cluster that was made is still there")
	}
	if diff := cmp.Diff(before.logs["2"], tenant.logs["2"]); diff != "" {
		t.Errorf("the log configuration that was replaced (-before +after):\n%s", diff)
	}
	if log := tenant.logs["1"]; log.RootLevel != "INFO" || len(log.LogLevels) > 0 || !log.Expiration.Equal(noon().Add(5*time.Minute)) {
		t.Errorf("where there was none, there is %s", log)
	}
}

// send sends a request of a receipt by hand.
func send(t *testing.T, tenant *tenant, r planner.Request) {
	t.Helper()
	id := strings.TrimSuffix(strings.TrimPrefix(r.Path, api.ClustersPath+"/"), "/log-config")
	var err error
	switch r.Method {
	case "PATCH":
		var patch jsonpatch.Patch
		if patch, err = jsonpatch.Parse(r.Body); err == nil {
			_, err = tenant.Patch(t.Context(), id, patch)
		}
	case "PUT":
		_, err = tenant.SetLogConfig(t.Context(), id, r.Body)
	case "DELETE":
		_, err = tenant.Delete(t.Context(), id, false)
	}
	if err != nil {
		t.Errorf("%s %s %s: %v", r.Method, r.Path, r.Body, err)
	}
}

// Wherever the disk is full, the receipt can be read, and has exactly the effects that happened.
// Positions within a line are covered by TestCutOffAtEveryByte.
func TestDiskFullAnywhere(t *testing.T) {
	t.Parallel()
	whole := newDisk()
	tenant, p := manyChanges(t)
	runInto(t.Context(), whole, tenant, p)
	for _, room := range sample.Of(every(29, len(whole.content)), 60) {
		tenant, p := manyChanges(t)
		before, d := tenant.clone(), newDisk()
		d.room = room
		r := runInto(t.Context(), d, tenant, p)
		checkEffects(t, effectsOf(t, d.text()), before, tenant)
		if r.IsComplete() && !strings.Contains(d.text(), `{"type":"outcome","seq":8,`) {
			t.Fatalf("complete, though the receipt is not:\n%s", d.text())
		}
	}
}

// every is each n-th number below an end.
func every(n, end int) (numbers []int) {
	for i := 0; i < end; i += n {
		numbers = append(numbers, i)
	}
	return numbers
}

// aroundLines are places to cut off a text: some, and those around each end of a
// line, where a byte decides.
func aroundLines(text string) []int {
	places := sample.Of(every(1, len(text)), 400)
	for n := range len(text) {
		if n > 0 && text[n-1] == '\n' {
			places = append(places, n-1, n, n+1)
		}
	}
	return places
}

// A receipt that is cut off anywhere and then continued can be read, too.
func TestCutOffAtEveryByte(t *testing.T) {
	t.Parallel()
	d := newDisk()
	tenant, p := manyChanges(t)
	checkReceipt(t, d, runInto(t.Context(), d, tenant, p))
	start, _, _ := strings.Cut(d.text(), "\n")
	for _, n := range aroundLines(d.text()) {
		begin := d.text()[:n]
		past := readReceipt(t, begin)
		if isWhole := n == 0 || begin[n-1] == '\n'; past.Truncated == isWhole {
			t.Errorf("cut off after %d bytes: truncated %t", n, past.Truncated)
		}
		continued := readReceipt(t, begin+"\n"+start+"\n")
		if continued.Truncated || len(continued.Runs) < len(past.Runs)+1 {
			t.Errorf("cut off after %d bytes and continued: %+v", n, continued)
		}
	}
}

// A request that cannot be recorded is not sent, and neither is anything after it.
func TestWhatCannotBeNotedIsNotSent(t *testing.T) {
	t.Parallel()
	lines := map[string]struct {
		refused string
		want    receipt.Summary
		writes  int
		err     string // of the first change
		rest    string // of the receipt: its last line
	}{
		"the start":  {`"type":"start"`, receipt.Summary{NotAttempted: 3}, 0, "", ""},
		"an intent":  {`"type":"intent","seq":2`, receipt.Summary{Applied: 1, Failed: 1, NotAttempted: 1}, 1, "", `"seq":1`},
		"an outcome": {`"type":"outcome","seq":1`, receipt.Summary{Failed: 1, NotAttempted: 2}, 1, "receipt: no space left on device (POST /managed-clusters was sent, but its outcome is not in the receipt)", `"intent"`},
		"the end":    {`"type":"end"`, receipt.Summary{Applied: 3}, 3, "", `"seq":3`},
	}
	for name, tt := range lines {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d, tenant := newDisk(), newTenant()
			d.refuse = func(line string) error {
				if strings.Contains(line, tt.refused) {
					return errFull
				}
				return nil
			}
			opts := options()
			opts.Parallelism, opts.Journal = 1, receipt.NewJournal(d)
			r := applier.Run(t.Context(), tenant, plan(t, tenant, manyCreates(3)...), opts)
			if r.Summary != tt.want {
				t.Errorf("summary %+v, want %+v", r.Summary, tt.want)
			}
			if len(tenant.clusters) != tt.writes {
				t.Errorf("%d clusters were made, want %d", len(tenant.clusters), tt.writes)
			}
			if err := opts.Journal.Err(); !errors.Is(err, errFull) || err.Error() != "receipt: no space left on device" {
				t.Errorf("the journal's error is %v", err)
			}
			if got := r.Outcomes[0].Error; got != tt.err {
				t.Errorf("error %q, want %q", got, tt.err)
			}
			lines := strings.Split(strings.TrimSuffix(d.text(), "\n"), "\n")
			if last := lines[len(lines)-1]; !strings.Contains(last, tt.rest) {
				t.Errorf("the receipt ends with %s", last)
			}
		})
	}
}

// A change that was already in effect, or failed for another reason, also reports that its
// outcome is missing in the receipt.
func TestMissingOutcomeIsTold(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		live string
		word applier.Outcome
		want string
	}{
		"already in force": {`{"id":"1","name":"va","description":"new"}`, applier.Failed, "receipt: no space"},
		"a conflict":       {`{"id":"1","name":"va","description":"theirs"}`, applier.Conflict, `found "theirs"; receipt: no space`},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d, tenant := newDisk(), newTenant(old())
			d.refuse = func(line string) error {
				if strings.Contains(line, `"outcome"`) {
					return errFull
				}
				return nil
			}
			p := plan(t, tenant, renamed())
			tenant.clusters[0] = serve(tt.live)
			o := runInto(t.Context(), d, tenant, p).Outcomes[0]
			if o.Outcome != tt.word || !strings.Contains(o.Error, tt.want) {
				t.Errorf("outcome %s, error %q", o.Outcome, o.Error)
			}
		})
	}
}

// A line that may not have reached the disk counts as missing, and nothing may follow it.
func TestSyncFails(t *testing.T) {
	t.Parallel()
	d, tenant := newDisk(), newTenant()
	d.syncErr = errFull
	r := runInto(t.Context(), d, tenant, plan(t, tenant, manyCreates(2)...))
	if want := (receipt.Summary{NotAttempted: 2}); r.Summary != want || strings.Count(d.text(), "\n") != 1 {
		t.Errorf("summary %+v, receipt:\n%s", r.Summary, d.text())
	}
}

// A plan without changes leaves a start and an end.
func TestJournalOfNothing(t *testing.T) {
	t.Parallel()
	d, tenant := newDisk(), newTenant(old())
	r := runInto(t.Context(), d, tenant, plan(t, tenant, cluster.Cluster{Name: "va"}))
	checkReceipt(t, d, r)
	if n := strings.Count(d.text(), "\n"); n != 2 {
		t.Errorf("%d lines, want 2:\n%s", n, d.text())
	}
}

// Concurrent changes write complete lines, in a readable order.
func TestJournalInParallel(t *testing.T) {
	t.Parallel()
	d, tenant := newDisk(), newTenant()
	before := tenant.clone()
	opts := options()
	opts.Parallelism, opts.Journal = 8, receipt.NewJournal(d)
	r := applier.Run(t.Context(), tenant, plan(t, tenant, manyCreates(30)...), opts)
	if r.Summary.Applied != 30 || d.torn || opts.Journal.Err() != nil {
		t.Errorf("summary %+v, torn %t, %v", r.Summary, d.torn, opts.Journal.Err())
	}
	checkEffects(t, effectsOf(t, d.text()), before, tenant)
}

// If the applier withdraws the cluster that it created, the receipt has no effect.
func TestAWithdrawnNamesakeIsNoEffect(t *testing.T) {
	t.Parallel()
	d, tenant := newDisk(), newTenant()
	p := plan(t, tenant, cluster.Cluster{Name: "va"})
	tenant.arriving = append(tenant.arriving, serve(`{"id":"7","name":"va","createdAt":"2026-03-29T11:59:59Z"}`))
	r := runInto(t.Context(), d, tenant, p)
	checkReceipt(t, d, r)
	if effects := effectsOf(t, d.text()); r.Summary.Unchanged != 1 || len(effects) > 0 {
		t.Errorf("summary %+v, effects %+v", r.Summary, effects)
	}
}

// Someone else's cluster is not taken for the one whose POST got no response.
func TestDoubtedCreationHasNoID(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		d, tenant := newDisk(), newTenant()
		p := plan(t, tenant, cluster.Cluster{Name: "va", Description: new("mine")})
		tenant.arriving = append(tenant.arriving, serve(`{"id":"7","name":"va","description":"theirs"}`))
		tenant.before = func(call string) error {
			if strings.HasPrefix(call, "POST") {
				return &api.Unanswered{Method: "POST", Path: api.ClustersPath, Sent: true, Err: errFull}
			}
			return nil
		}
		runInto(t.Context(), d, tenant, p)
		want := []receipt.Effect{{
			Name: "va", Source: cluster.Source{File: "r.jsonl", Line: 3, Column: 1}, Created: true, Unknown: true,
			Diff: []jsonpatch.Edit{{Path: "/description", After: json.RawMessage(`"mine"`)}, {Path: "/name", After: json.RawMessage(`"va"`)}},
		}}
		if diff := cmp.Diff(want, effectsOf(t, d.text())); diff != "" {
			t.Errorf("effects (-want +got):\n%s", diff)
		}
	})
}

// If a response does not show all of a new cluster, the cluster is read, so that the receipt has
// all open fields.
func TestReceiptOfACreationIsWhole(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		terse bool
		deny  bool
		calls []string
		want  []string // the fields that are noted
		whole bool
	}{
		"shown":                     {calls: []string{"FIND va", "POST", "FIND va"}, want: []string{"/configuration/va_version", "/name", "/updatePreferences/updateState"}, whole: true},
		"not shown":                 {terse: true, calls: []string{"FIND va", "POST", "GET new-1", "FIND va"}, want: []string{"/configuration/va_version", "/name", "/updatePreferences/updateState"}, whole: true},
		"not shown, nor to be read": {terse: true, deny: true, calls: []string{"FIND va", "POST", "GET new-1", "FIND va"}, want: []string{"/name"}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d, tenant := newDisk(), newTenant()
			tenant.terse = tt.terse
			tenant.before = func(call string) error {
				if tt.deny && strings.HasPrefix(call, "GET") {
					return refusal("GET", "/managed-clusters/new-1", 500)
				}
				return nil
			}
			r := runInto(t.Context(), d, tenant, plan(t, tenant, cluster.Cluster{Name: "va"}))
			checkReceipt(t, d, r)
			checkCalls(t, tt.calls, tenant.calls)
			outcome := readReceipt(t, d.text()).Runs[0].Requests[0].Outcome
			if diff := cmp.Diff(tt.want, slices.Sorted(maps.Keys(outcome.After.Fields))); diff != "" || outcome.Whole != tt.whole {
				t.Errorf("whole %t, fields (-want +got):\n%s", outcome.Whole, diff)
			}
			if r.Summary.Applied != 1 {
				t.Errorf("summary %+v", r.Summary)
			}
		})
	}
}

// A cluster that was found by name after a POST without a response may be someone else's: the
// receipt says so, and has no request to delete it.
func TestAdoptedIsNoted(t *testing.T) {
	t.Parallel()
	for _, isRead := range []bool{true, false} {
		synctest.Test(t, func(t *testing.T) {
			d, tenant := newDisk(), newTenant()
			p := plan(t, tenant, cluster.Cluster{Name: "va", UpdatePreferences: cluster.Settings{"updateState": new("AUTO")}})
			tenant.after = func(call string) error {
				if strings.HasPrefix(call, "POST") {
					return &api.Unanswered{Method: "POST", Path: api.ClustersPath, Sent: true, Err: errFull}
				}
				return nil
			}
			runInto(t.Context(), d, tenant, p)
			post := readReceipt(t, d.text()).Runs[0].Requests[0].Outcome
			if !post.Adopted || len(post.Inverse) > 0 || post.ID != "new-1" {
				t.Errorf("outcome %+v", post)
			}
			lines := d.text()
			if !isRead { // as where its fields could not be read
				lines = `{"type":"start","formatVersion":"1.0","tool":"t","tenant":{"baseURL":"https://a/v3","org":"acme"},"digest":"d","time":"2026-03-29T12:00:00Z"}
{"type":"intent","seq":1,"time":"2026-03-29T12:00:00Z","change":{"action":"create","name":"va","diff":[{"path":"/name","after":"va"}]},"method":"POST","path":"/managed-clusters","body":{}}
{"type":"outcome","seq":1,"time":"2026-03-29T12:00:00Z","change":{"action":"create","name":"va","id":"1"},"status":0,"adopted":true,"unsettled":true,"inverse":[]}
`
			}
			if effects := effectsOf(t, lines); len(effects) != 1 || !effects[0].Adopted || !effects[0].Created || effects[0].ID == "" {
				t.Errorf("effects %+v", effects)
			}
		})
	}
}
