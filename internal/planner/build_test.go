package planner_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"clusterctl/internal/cluster"
	"clusterctl/internal/drift"
	"clusterctl/internal/planner"
)

// A delete that prune asks for has no place in a file, and is unmanaged in drift.
func TestPruned(t *testing.T) {
	t.Parallel()
	in := input([]cluster.Cluster{{Name: "va-kept"}, {Name: "va-tomb", State: cluster.Absent}}, []cluster.Live{
		serve(t, `{"id":"1","name":"va-kept"}`), serve(t, `{"id":"2","name":"va-old"}`), serve(t, `{"id":"3","name":"va-tomb"}`),
	})
	in.Policy.Prune = true
	p, err := planner.New(in)
	if err != nil || len(p.Changes) != 2 {
		t.Fatalf("%+v, %v", p.Changes, err)
	}
	if !p.Changes[0].IsPruned() || p.Changes[1].IsPruned() {
		t.Errorf("pruned %t and %t", p.Changes[0].IsPruned(), p.Changes[1].IsPruned())
	}
	if want := (drift.Summary{Changed: 1, Unmanaged: 1}); drift.Of(p, drift.Options{}).Summary != want {
		t.Errorf("drift %+v, want %+v", drift.Of(p, drift.Options{}).Summary, want)
	}
}

// The exact requests of each action, as a tenant receives them.
func TestRequests(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		desired cluster.Cluster
		live    string
		want    []string
	}{
		"create with nothing but a name": {
			desired: cluster.Cluster{Name: "va"},
			want:    []string{`POST /managed-clusters {"name":"va"}`},
		},
		"create in three steps": {
			desired: cluster.Cluster{
				Name: "va", Type: new("idn"), Description: new("<Austin>"),
				Configuration:     cluster.Settings{"gmtOffset": new("-6"), "debug": nil},
				UpdatePreferences: cluster.Settings{"updateState": new("AUTO"), "processGroups": nil},
				LogConfig:         &cluster.LogConfig{RootLevel: "WARN", LogLevels: map[string]cluster.Level{"b": "OFF", "a": "INFO"}},
			},
			want: []string{
				`POST /managed-clusters {"name":"va","type":"idn","configuration":{"gmtOffset":"-6"},"description":"<Austin>"}`,
				`PATCH /managed-clusters/{id} [{"op":"add","path":"/configuration/debug","value":null},{"op":"add","path":"/updatePreferences/processGroups","value":null},{"op":"add","path":"/updatePreferences/updateState","value":"AUTO"}]`,
				`PUT /managed-clusters/{id}/log-config {"rootLevel":"WARN","logLevels":{"a":"INFO","b":"OFF"},"durationMinutes":240}`,
			},
		},
		"update guards what it overwrites": {
			desired: cluster.Cluster{Name: "va", Description: new("new"), Configuration: cluster.Settings{"gmtOffset": new("-6"), "debug": nil, "add": new("1")}},
			live:    `{"id":"a/b","name":"va","description":"old","configuration":{"gmtOffset":"-5","debug":"true","own":"x"}}`,
			want: []string{`PATCH /managed-clusters/a%2Fb [` +
				`{"op":"test","path":"/configuration","value":{"gmtOffset":"-5","debug":"true","own":"x"}},` +
				`{"op":"add","path":"/configuration/add","value":"1"},` +
				`{"op":"test","path":"/configuration/debug","value":"true"},{"op":"remove","path":"/configuration/debug"},` +
				`{"op":"test","path":"/configuration/gmtOffset","value":"-5"},{"op":"replace","path":"/configuration/gmtOffset","value":"-6"},` +
				`{"op":"test","path":"/description","value":"old"},{"op":"replace","path":"/description","value":"new"}]`},
		},
		"a configuration that is missing": {
			desired: cluster.Cluster{Name: "va", Configuration: cluster.Settings{"k": new("v"), "gone": nil}},
			live:    `{"id":"1","name":"va"}`,
			want:    []string{`PATCH /managed-clusters/1 [{"op":"add","path":"/configuration","value":{"k":"v"}}]`},
		},
		"a configuration that is null": {
			desired: cluster.Cluster{Name: "va", Configuration: cluster.Settings{"k": new("v")}},
			live:    `{"id":"1","name":"va","configuration":null}`,
			want:    []string{`PATCH /managed-clusters/1 [{"op":"add","path":"/configuration","value":{"k":"v"}}]`},
		},
		"a description to be emptied": {
			desired: cluster.Cluster{Name: "va", Description: new("")},
			live:    `{"id":"1","name":"va","description":"old"}`,
			want:    []string{`PATCH /managed-clusters/1 [{"op":"test","path":"/description","value":"old"},{"op":"replace","path":"/description","value":""}]`},
		},
		"a description that is null is empty":    {desired: cluster.Cluster{Name: "va", Description: new("")}, live: `{"id":"1","name":"va","description":null}`},
		"a description that is missing is empty": {desired: cluster.Cluster{Name: "va", Description: new("")}, live: `{"id":"1","name":"va"}`},
		"a key that is null is gone":             {desired: cluster.Cluster{Name: "va", Configuration: cluster.Settings{"k": nil}}, live: `{"id":"1","name":"va","configuration":{"k":null}}`},
		"an empty text is no null": {
			desired: cluster.Cluster{Name: "va", Configuration: cluster.Settings{"k": new("")}},
			live:    `{"id":"1","name":"va","configuration":{"k":null}}`,
			want:    []string{`PATCH /managed-clusters/1 [{"op":"test","path":"/configuration","value":{"k":null}},{"op":"add","path":"/configuration/k","value":""}]`},
		},
		"keys are escaped": {
			desired: cluster.Cluster{Name: "va", Configuration: cluster.Settings{"a/b~c": new("2")}},
			live:    `{"id":"1","name":"va","configuration":{"a/b~c":"1"}}`,
			want:    []string{`PATCH /managed-clusters/1 [{"op":"test","path":"/configuration/a~1b~0c","value":"1"},{"op":"replace","path":"/configuration/a~1b~0c","value":"2"}]`},
		},
		"a rename is by id": {
			desired: cluster.Cluster{Name: "va", RenamedFrom: "va-old"},
			live:    `{"id":"3","name":"va-old"}`,
			want:    []string{`PATCH /managed-clusters/3 [{"op":"test","path":"/name","value":"va-old"},{"op":"replace","path":"/name","value":"va"}]`},
		},
		"delete":              {desired: cluster.Cluster{Name: "va", State: cluster.Absent}, live: `{"id":"1","name":"va"}`, want: []string{`DELETE /managed-clusters/1 `}},
		"delete with clients": {desired: cluster.Cluster{Name: "va", State: cluster.Absent, RemoveClients: true}, live: `{"id":"1","name":"va","clientIds":["1"]}`, want: []string{`DELETE /managed-clusters/1?removeClients=true `}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var live []cluster.Live
			if tt.live != "" {
				live = append(live, serve(t, tt.live))
			}
			var got []string
			for _, c := range plan(t, []cluster.Cluster{tt.desired}, live).Changes {
				for _, r := range c.Requests {
					got = append(got, r.Method+" "+r.Path+" "+string(r.Body))
				}
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("requests (-want +got):\n%s", diff)
			}
		})
	}
}

// Two entries about one live cluster are both blocked and name each other's place,
// whatever their order.
func TestTwoEntriesAboutOneCluster(t *testing.T) {
	t.Parallel()
	desired := []cluster.Cluster{
		{Name: "va", Source: cluster.Source{File: "b.yaml", Line: 1, Column: 5}},
		{Name: "other", ID: "1", Source: cluster.Source{File: "a.yaml", Line: 9, Column: 5}},
	}
	for range 2 {
		p := plan(t, desired, []cluster.Live{serve(t, one)})
		want := []planner.Finding{
			{Kind: planner.Blocked, Name: "other", ID: "1", Source: &cluster.Source{File: "a.yaml", Line: 9, Column: 5}, Message: "live cluster 1 is also declared at b.yaml:1:5; remove one of the entries"},
			{Kind: planner.Blocked, Name: "va", ID: "1", Source: &cluster.Source{File: "b.yaml", Line: 1, Column: 5}, Message: "live cluster 1 is also declared at a.yaml:9:5; remove one of the entries"},
		}
		if diff := cmp.Diff(want, p.Findings); diff != "" || len(p.Changes) > 0 {
			t.Errorf("%d changes, findings (-want +got):\n%s", len(p.Changes), diff)
		}
		slices.Reverse(desired)
	}
}

func TestAServedDocumentThatCannotBeLaidOver(t *testing.T) {
	t.Parallel()
	desired := []cluster.Cluster{
		{Name: "va", Configuration: cluster.Settings{"k": new("v")}, LogConfig: &cluster.LogConfig{RootLevel: "INFO"}},
		{Name: "whole", Description: new("x")},
	}
	for _, doc := range []string{`{"id":"1","name":"va","configuration":"text"}`, `{"id":"1","name":`, `[]`, ``} {
		odd := cluster.Live{ID: "1", Name: "va", Document: json.RawMessage(doc), Log: cluster.LogState{Known: true}}
		p := plan(t, desired, []cluster.Live{odd, serve(t, `{"id":"2","name":"whole"}`)})
		if len(p.Changes) != 1 || p.Changes[0].Name != "whole" || p.Summary.Blocked != 1 {
			t.Errorf("%s: want va blocked and whole updated: %+v, %+v", doc, p.Changes, p.Findings)
		}
	}
}

// The digest depends only on what is done to which tenant.
func TestDigest(t *testing.T) {
	t.Parallel()
	base := func() planner.Input {
		return input(
			[]cluster.Cluster{
				{Name: "new"},
				{Name: "va", Description: new("x"), LogConfig: &cluster.LogConfig{RootLevel: "INFO"}},
				{Name: "gone", State: cluster.Absent},
				{Name: "emptied", State: cluster.Absent, RemoveClients: true},
			},
			[]cluster.Live{
				serve(t, `{"id":"1","name":"va"}`),
				serve(t, `{"id":"2","name":"gone"}`),
				{ID: "4", Name: "emptied", Type: "idn", Clients: cluster.Exactly(1), Services: cluster.Exactly(1), Document: json.RawMessage(`{}`)},
			})
	}
	digest := func(in planner.Input) string {
		p, err := planner.New(in)
		if err != nil {
			t.Fatal(err)
		}
		return p.Digest
	}
	want := digest(base())
	if !strings.HasPrefix(want, "sha256:") || len(want) != len("sha256:")+64 {
		t.Fatalf("digest %q", want)
	}
	tests := map[string]struct {
		change func(*planner.Input)
		same   bool
	}{
		"the time":              {func(in *planner.Input) { in.Now = in.Now.AddDate(0, 1, 0) }, true},
		"the tool":              {func(in *planner.Input) { in.Tool = "another" }, true},
		"the place in the file": {func(in *planner.Input) { in.Desired[1].Source.Line = 99 }, true},
		"the rate":              {func(in *planner.Input) { in.Rate.Requests = 1 }, true},
		"a finding":             {func(in *planner.Input) { in.Snapshot.Clusters = append(in.Snapshot.Clusters, serve(t, old)) }, true},
		"the org":               {func(in *planner.Input) { in.Snapshot.Tenant.Org = "other" }, false},
		"the address":           {func(in *planner.Input) { in.Snapshot.Tenant.BaseURL += "1" }, false},
		"a value":               {func(in *planner.Input) { in.Desired[1].Description = new("y") }, false},
		"a value found": {func(in *planner.Input) {
			in.Snapshot.Clusters[0] = serve(t, `{"id":"1","name":"va","description":"z"}`)
		}, false},
		"a name":          {func(in *planner.Input) { in.Desired[0].Name = "newer" }, false},
		"an id":           {func(in *planner.Input) { in.Snapshot.Clusters[1].ID = "5" }, false},
		"one change less": {func(in *planner.Input) { in.Desired = in.Desired[1:] }, false},
		// Each field is a part of the digest on its own.
		"a request": {func(in *planner.Input) { in.Desired[2].RemoveClients = true }, false},
		"a diff":    {func(in *planner.Input) { in.Snapshot.Clusters[0].Log.Config = ours(time.Hour) }, false},
		"clients":   {func(in *planner.Input) { in.Snapshot.Clusters[2].Clients = cluster.Exactly(50) }, false},
		"services":  {func(in *planner.Input) { in.Snapshot.Clusters[2].Services = cluster.Exactly(50) }, false},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			in := base()
			tt.change(&in)
			if got := digest(in); (got == want) != tt.same {
				t.Errorf("the digest is the same: %t, want %t", got == want, tt.same)
			}
		})
	}
}

func TestBudget(t *testing.T) {
	t.Parallel()
	many := make([]cluster.Cluster, 97)
	for i := range many {
		many[i] = cluster.Cluster{Name: strings.Repeat("x", i+1)}
	}
	tests := map[string]struct {
		desired []cluster.Cluster
		live    []cluster.Live
		want    planner.Budget
	}{
		"nothing to do":      {want: planner.Budget{}},
		"a create":           {desired: many[:1], want: planner.Budget{Requests: 3, Seconds: 1}}, // look-up, POST, look-up
		"as many as allowed": {desired: many[:96], want: planner.Budget{Requests: 96 + 4, Seconds: 1}},
		"one more":           {desired: many[:97], want: planner.Budget{Requests: 97 + 4, Seconds: 11}},
		"a guarded update": {
			desired: []cluster.Cluster{{Name: "va", Description: new("b")}},
			live:    []cluster.Live{serve(t, `{"id":"1","name":"va","description":"a"}`)},
			want:    planner.Budget{Requests: 1, Seconds: 1},
		},
		"an update that adds": { // look, PATCH
			desired: []cluster.Cluster{{Name: "va", Description: new("b")}},
			live:    []cluster.Live{serve(t, `{"id":"1","name":"va"}`)},
			want:    planner.Budget{Requests: 2, Seconds: 1},
		},
		"a log configuration": { // look, PUT
			desired: []cluster.Cluster{{Name: "va", LogConfig: &cluster.LogConfig{RootLevel: "INFO"}}},
			live:    []cluster.Live{serve(t, `{"id":"1","name":"va"}`)},
			want:    planner.Budget{Requests: 2, Seconds: 1},
		},
		"a delete": { // look, DELETE, look
			desired: []cluster.Cluster{{Name: "va", State: cluster.Absent}},
			live:    []cluster.Live{serve(t, `{"id":"1","name":"va"}`)},
			want:    planner.Budget{Requests: 3, Seconds: 1},
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := plan(t, tt.desired, tt.live).Budget; got != tt.want {
				t.Errorf("got %+v, want %+v", got, tt.want)
			}
		})
	}
}

// Names are looked up by a filter each or by a listing, whichever takes fewer requests.
func TestBudgetOfLookUps(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		live, creates int
		filters       bool
		lookUps       int
	}{
		"an empty tenant":                     {0, 1, true, 1 + 1},
		"one page stays one":                  {249, 1, true, 1 + 1},
		"a second page comes":                 {250, 1, true, 1 + 2},
		"fewer names than pages":              {600, 2, true, 2 + 2},
		"as many names as pages":              {600, 3, true, 3 + 3},
		"fewer, without filters":              {600, 2, false, 3 + 3},
		"one batch":                           {200, 50, true, 1 + 1},
		"two batches, and a page between":     {200, 51, true, 1 + 1 + 1 + 2},
		"filters once the tenant has grown":   {10000, 51, true, 40 + 41 + 1 + 1},
		"filters, but the first batch is not": {10000, 90, true, 40 + 41 + 40 + 40},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			in := input(nil, nil)
			for i := range tt.creates {
				in.Desired = append(in.Desired, cluster.Cluster{Name: fmt.Sprintf("new-%d", i)})
			}
			for i := range tt.live {
				in.Snapshot.Clusters = append(in.Snapshot.Clusters, cluster.Live{ID: fmt.Sprint(i), Name: fmt.Sprintf("va-%d", i), Document: []byte("{}")})
			}
			in.Snapshot.FiltersByName = tt.filters
			p, err := planner.New(in)
			if got := p.Budget.Requests - tt.creates; err != nil || got != tt.lookUps {
				t.Errorf("got %d look-ups (%v), want %d", got, err, tt.lookUps)
			}
		})
	}
}

func TestNeedsLogConfig(t *testing.T) {
	t.Parallel()
	needs := planner.Input{Desired: []cluster.Cluster{
		{Name: "managed", LogConfig: &cluster.LogConfig{RootLevel: "INFO"}},
		{Name: "bound", ID: "7", LogConfig: &cluster.LogConfig{RootLevel: "INFO"}},
		{Name: "renamed", RenamedFrom: "was", LogConfig: &cluster.LogConfig{RootLevel: "INFO"}},
		{Name: "not"},
	}}.Need().Log
	tests := map[string]struct {
		live cluster.Live
		want bool
	}{
		"of that name":         {cluster.Live{ID: "1", Name: "managed"}, true},
		"of that id":           {cluster.Live{ID: "7", Name: "any"}, true},
		"of the name it had":   {cluster.Live{ID: "1", Name: "was"}, true},
		"without a log config": {cluster.Live{ID: "1", Name: "not"}, false},
		"in no file":           {cluster.Live{ID: "1", Name: "unknown"}, false},
		"without a name or id": {cluster.Live{}, false},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := needs(tt.live); got != tt.want {
				t.Errorf("needed: %t, want %t", got, tt.want)
			}
		})
	}
}

// A listing is confirmed if an expected cluster is not in it.
func TestMissing(t *testing.T) {
	t.Parallel()
	listed := []cluster.Live{{ID: "1", Name: "va"}}
	tests := map[string]struct {
		desired []cluster.Cluster
		want    cluster.Missing
	}{
		"nothing declared":        {nil, cluster.Missing{}},
		"listed by name":          {declare(), cluster.Missing{}},
		"listed by id":            {[]cluster.Cluster{{Name: "other", ID: "1"}}, cluster.Missing{}},
		"listed by its old name":  {[]cluster.Cluster{{Name: "other", RenamedFrom: "va"}}, cluster.Missing{}},
		"not listed":              {[]cluster.Cluster{{Name: "other"}}, cluster.Missing{Names: []string{"other"}}},
		"its id not listed":       {declare(id("2")), cluster.Missing{Others: true}},
		"neither name listed":     {[]cluster.Cluster{{Name: "other", RenamedFrom: "another"}}, cluster.Missing{Others: true}},
		"absent and not listed":   {[]cluster.Cluster{{Name: "other", State: cluster.Absent}}, cluster.Missing{}},
		"one of two is not there": {append(declare(), cluster.Cluster{Name: "other"}), cluster.Missing{Names: []string{"other"}}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := (planner.Input{Desired: tt.desired}).Need().Missing(listed); !cmp.Equal(got, tt.want) {
				t.Errorf("missing: %+v, want %+v", got, tt.want)
			}
		})
	}
}

func TestIsEmpty(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		plan planner.Plan
		want bool
	}{
		"nothing to do": {plan(t, declare(), []cluster.Live{serve(t, one)}), true},
		"findings only": {plan(t, nil, []cluster.Live{serve(t, one), serve(t, ofSystem)}), true},
		"a change":      {plan(t, declare(), nil), false},
		"a refusal":     {plan(t, declare(ofType("iai")), []cluster.Live{serve(t, one)}), false},
	} {
		if got := tt.plan.IsEmpty(); got != tt.want {
			t.Errorf("%s: empty: %t, want %t", name, got, tt.want)
		}
	}
}

// The arrays of a document are never null.
func TestArraysAreNeverNull(t *testing.T) {
	t.Parallel()
	for name, p := range map[string]planner.Plan{
		"nothing at all": plan(t, nil, nil),
		"a delete":       plan(t, tombstone(), []cluster.Live{serve(t, one)}),
		"a create":       plan(t, []cluster.Cluster{{}}, nil),
	} {
		if doc := strings.ReplaceAll(document(t, p), `"before":null`, ""); strings.Contains(doc, ":null") {
			t.Errorf("%s: %s", name, doc)
		}
	}
}

// In the plan document, an absent value differs from null.
func TestDocumentTellsMissingFromNull(t *testing.T) {
	t.Parallel()
	p := plan(t, []cluster.Cluster{{Name: "va", Configuration: cluster.Settings{"null": new("1"), "missing": new("2")}}},
		[]cluster.Live{serve(t, `{"id":"1","name":"va","configuration":{"null":null}}`)})
	got, err := json.Marshal(p.Changes[0].Diff)
	if err != nil {
		t.Fatal(err)
	}
	const want = `[{"path":"/configuration/missing","after":"2"},{"path":"/configuration/null","before":null,"after":"1"}]`
	if string(got) != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}
