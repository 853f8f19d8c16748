package planner_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"clusterctl/internal/cluster"
	"clusterctl/internal/planner"
)

// The rows are the cells of the table at builder.add.
func TestEveryCellOfTheTable(t *testing.T) {
	t.Parallel()
	const (
		va     = `{"id":"1","name":"va","type":"idn","description":null,"configuration":{"gmtOffset":"-6","own":null}}`
		busy   = `{"id":"1","name":"va","type":"idn","clientIds":["7","8"],"serviceCount":3}`
		system = `{"id":"9","name":"va","type":"spConnectCluster"}`
		queue  = `{"id":"9","name":"va","type":"sqsCluster"}`
	)
	declared := cluster.Cluster{Name: "va", State: cluster.Present, Configuration: cluster.Settings{"gmtOffset": new("-6")}}
	tombstone := cluster.Cluster{Name: "va", State: cluster.Absent}
	tests := map[string]struct {
		desired *cluster.Cluster
		live    string
		want    planner.Summary
		message string
	}{
		"not declared, ignored":       {nil, system, planner.Summary{Ignored: 1}, "keeps for itself"},
		"not declared, ignored queue": {nil, queue, planner.Summary{Ignored: 1}, "keeps for itself"},
		"not declared, live":          {nil, va, planner.Summary{Unmanaged: 1}, "in no file"},
		"present, not live":           {&declared, "", planner.Summary{Create: 1}, ""},
		"present, ignored":            {&declared, system, planner.Summary{Blocked: 1}, "keeps for itself"},
		"present, live and matching":  {&declared, va, planner.Summary{Unchanged: 1}, ""},
		"present, live and different": {with(declared, func(c *cluster.Cluster) { c.Description = new("new") }), va, planner.Summary{Update: 1}, ""},
		"present, another type":       {with(declared, func(c *cluster.Cluster) { c.Type = new("iai") }), va, planner.Summary{Blocked: 1}, "cannot change a type"},
		"present, the same type":      {with(declared, func(c *cluster.Cluster) { c.Type = new("idn") }), va, planner.Summary{Unchanged: 1}, ""},
		"present, log to set":         {with(declared, func(c *cluster.Cluster) { c.LogConfig = &cluster.LogConfig{RootLevel: "INFO"} }), va, planner.Summary{SetLog: 1}, ""},
		"present, both": {with(declared, func(c *cluster.Cluster) {
			c.Description = new("x")
			c.LogConfig = &cluster.LogConfig{RootLevel: "INFO"}
		}), va, planner.Summary{Update: 1, SetLog: 1}, ""},
		"present, log window passed":    {with(declared, func(c *cluster.Cluster) { c.LogConfig = &cluster.LogConfig{RootLevel: "INFO", Expiration: noon()} }), va, planner.Summary{Unchanged: 1, Satisfied: 1}, "2026-03-29T12:00:00Z"},
		"new, log window passed":        {with(declared, func(c *cluster.Cluster) { c.LogConfig = &cluster.LogConfig{RootLevel: "INFO", Expiration: noon()} }), "", planner.Summary{Create: 1, Satisfied: 1}, "can go"},
		"absent, not live":              {&tombstone, "", planner.Summary{Unchanged: 1}, ""},
		"absent, ignored":               {&tombstone, system, planner.Summary{Blocked: 1}, "keeps for itself"},
		"absent, live":                  {&tombstone, va, planner.Summary{Delete: 1}, ""},
		"absent, something attached":    {&tombstone, busy, planner.Summary{Blocked: 1}, "clients attached: 2, services: 3"},
		"absent, clients to be removed": {with(tombstone, func(c *cluster.Cluster) { c.RemoveClients = true }), busy, planner.Summary{Delete: 1}, ""},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var desired []cluster.Cluster
			if tt.desired != nil {
				desired = append(desired, *tt.desired)
			}
			var live []cluster.Live
			if tt.live != "" {
				live = append(live, serve(t, tt.live))
			}
			p := plan(t, desired, live)
			if diff := cmp.Diff(tt.want, p.Summary); diff != "" {
				t.Errorf("summary (-want +got):\n%s", diff)
			}
			if tt.message != "" && (len(p.Findings) != 1 || !strings.Contains(p.Findings[0].Message, tt.message)) {
				t.Errorf("findings %+v, want one with %q", p.Findings, tt.message)
			}
			if p.Changes == nil || p.Findings == nil {
				t.Error("an array of the plan is nil")
			}
		})
	}
}

// The rows are the cells that a policy opens in the same table.
func TestPolicy(t *testing.T) {
	t.Parallel()
	const (
		old    = `{"id":"1","name":"va-old","type":"idn"}`
		other  = `{"id":"2","name":"va-other","type":"idn"}`
		busy   = `{"id":"3","name":"va-busy","type":"idn","clientIds":["7"]}`
		lab    = `{"id":"4","name":"lab-1","type":"idn"}`
		kept   = `{"id":"5","name":"va-kept","type":"idn"}`
		system = `{"id":"9","name":"sp","type":"spConnectCluster"}`
	)
	keep := cluster.Cluster{Name: "va-kept", State: cluster.Present}
	tombstone := cluster.Cluster{Name: "va-old", State: cluster.Absent}
	names := func(globs ...cluster.Glob) cluster.Selector { return cluster.Selector{Names: globs} }
	tests := map[string]struct {
		policy  cluster.Policy
		desired []cluster.Cluster
		live    []string
		want    planner.Summary
		message string
	}{
		"prune off":                  {cluster.Policy{}, []cluster.Cluster{keep}, []string{kept, old}, planner.Summary{Unchanged: 1, Unmanaged: 1}, "in no file"},
		"prune":                      {cluster.Policy{Prune: true}, []cluster.Cluster{keep}, []string{kept, old, other}, planner.Summary{Unchanged: 1, Delete: 2}, ""},
		"prune in scope":             {cluster.Policy{Prune: true, Scope: names("va-*")}, []cluster.Cluster{keep}, []string{kept, old, lab}, planner.Summary{Unchanged: 1, Delete: 1, Ignored: 1}, "out of policy.scope"},
		"prune but the ignored":      {cluster.Policy{Prune: true, Ignore: names("lab-*")}, []cluster.Cluster{keep}, []string{kept, old, lab, system}, planner.Summary{Unchanged: 1, Delete: 1, Ignored: 2}, ""},
		"prune but the protected":    {cluster.Policy{Prune: true, Protect: names("va-o*")}, []cluster.Cluster{keep}, []string{kept, old}, planner.Summary{Unchanged: 1, Blocked: 1}, "protected by policy.protect"},
		"prune but what is in use":   {cluster.Policy{Prune: true}, []cluster.Cluster{keep}, []string{kept, busy}, planner.Summary{Unchanged: 1, Blocked: 1}, "clients attached: 1, services: 0"},
		"prune, never the system's":  {cluster.Policy{Prune: true, Ignore: cluster.Selector{Types: []string{}}}, []cluster.Cluster{keep}, []string{kept, system}, planner.Summary{Unchanged: 1, Blocked: 1}, "keeps for itself"},
		"prune up to the cap":        {cluster.Policy{Prune: true, MaxDeletes: new(2)}, []cluster.Cluster{keep}, []string{kept, old, other}, planner.Summary{Unchanged: 1, Delete: 2}, ""},
		"prune over the cap":         {cluster.Policy{Prune: true, MaxDeletes: new(1)}, []cluster.Cluster{keep}, []string{kept, old, other}, planner.Summary{Unchanged: 1, Blocked: 2}, "2 deletes are more than the cap of 1 (policy.maxDeletes or --max-deletes)"},
		"a tombstone is not capped":  {cluster.Policy{Prune: true, MaxDeletes: new(0)}, []cluster.Cluster{keep, tombstone}, []string{kept, old}, planner.Summary{Unchanged: 1, Delete: 1}, ""},
		"prune, never the last":      {cluster.Policy{Prune: true}, nil, []string{old, other}, planner.Summary{Blocked: 2}, "never deletes the last cluster"},
		"prune, one is to be made":   {cluster.Policy{Prune: true}, []cluster.Cluster{{Name: "va-new"}}, []string{old}, planner.Summary{Create: 1, Delete: 1}, ""},
		"a protected tombstone":      {cluster.Policy{Protect: names("va-*")}, []cluster.Cluster{tombstone}, []string{old}, planner.Summary{Blocked: 1}, "protected"},
		"declared, but ignored":      {cluster.Policy{Ignore: names("va-kept")}, []cluster.Cluster{keep}, []string{kept}, planner.Summary{Blocked: 1}, "declared, but ignored by policy.ignore"},
		"declared, but out of scope": {cluster.Policy{Scope: names("lab-*")}, []cluster.Cluster{keep}, []string{kept}, planner.Summary{Blocked: 1}, "declared, but out of policy.scope"},
		"to be made out of scope":    {cluster.Policy{Scope: names("lab-*")}, []cluster.Cluster{keep}, nil, planner.Summary{Blocked: 1}, "declared, but out of policy.scope"},
		"an ignored type":            {cluster.Policy{Ignore: cluster.Selector{Types: []string{"idn"}}}, []cluster.Cluster{keep}, nil, planner.Summary{Blocked: 1}, "declared, but ignored"},
		"the system's own, managed":  {cluster.Policy{Ignore: cluster.Selector{Types: []string{}}}, []cluster.Cluster{{Name: "sp", Description: new("ours")}}, []string{system}, planner.Summary{Update: 1}, ""},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			in := input(tt.desired, nil)
			in.Policy = tt.policy
			for _, doc := range tt.live {
				in.Snapshot.Clusters = append(in.Snapshot.Clusters, serve(t, doc))
			}
			p, err := planner.New(in)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, p.Summary); diff != "" {
				t.Errorf("summary (-want +got):\n%s", diff)
			}
			if tt.message != "" && (len(p.Findings) == 0 || !strings.Contains(p.Findings[0].Message, tt.message)) {
				t.Errorf("findings %+v, want the first with %q", p.Findings, tt.message)
			}
		})
	}
}

// A delete that prune asks for stands in no file, and drift calls it unmanaged.
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
	if want := (planner.DriftSummary{Changed: 1, Unmanaged: 1}); planner.DriftOf(p, planner.DriftOptions{}).Summary != want {
		t.Errorf("drift %+v, want %+v", planner.DriftOf(p, planner.DriftOptions{}).Summary, want)
	}
}

// Which live cluster an entry is about.
func TestIdentity(t *testing.T) {
	t.Parallel()
	const (
		old = `{"id":"1","name":"va-old","type":"idn"}`
		now = `{"id":"2","name":"va-new","type":"idn"}`
	)
	rename := `PATCH /managed-clusters/1 [{"op":"test","path":"/name","value":"va-old"},{"op":"replace","path":"/name","value":"va-new"}]`
	tests := map[string]struct {
		desired []cluster.Cluster
		live    []string
		want    planner.Summary
		request string
		message string
		err     string
	}{
		"by id, renamed":                {desired: []cluster.Cluster{{ID: "1", Name: "va-new"}}, live: []string{old}, want: planner.Summary{Update: 1}, request: rename},
		"by id, of the same name":       {desired: []cluster.Cluster{{ID: "1", Name: "va-old"}}, live: []string{old}, want: planner.Summary{Unchanged: 1}},
		"by id, which tells twins":      {desired: []cluster.Cluster{{ID: "1", Name: "va-old"}}, live: []string{old, `{"id":"7","name":"va-old"}`}, want: planner.Summary{Unchanged: 1, Unmanaged: 1}},
		"by an id that nobody has":      {desired: []cluster.Cluster{{ID: "8", Name: "va-old"}}, live: []string{old}, want: planner.Summary{Blocked: 1, Unmanaged: 1}, message: "no live cluster has the id 8"},
		"absent, an id that is gone":    {desired: []cluster.Cluster{{ID: "8", Name: "va-x", State: cluster.Absent}}, live: []string{old}, want: planner.Summary{Unchanged: 1, Unmanaged: 1}},
		"absent, by id":                 {desired: []cluster.Cluster{{ID: "1", Name: "va-x", State: cluster.Absent}}, live: []string{old}, want: planner.Summary{Delete: 1}, request: "DELETE /managed-clusters/1 "},
		"by id, to a name that is used": {desired: []cluster.Cluster{{ID: "1", Name: "va-new"}}, live: []string{old, now}, want: planner.Summary{Blocked: 1, Unmanaged: 1}, message: "its new name is that of 2 already"},
		"renamed":                       {desired: []cluster.Cluster{{Name: "va-new", RenamedFrom: "va-old"}}, live: []string{old}, want: planner.Summary{Update: 1}, request: rename},
		"renamed before":                {desired: []cluster.Cluster{{Name: "va-new", RenamedFrom: "va-old"}}, live: []string{now}, want: planner.Summary{Unchanged: 1}},
		"renamed, neither is there":     {desired: []cluster.Cluster{{Name: "va-new", RenamedFrom: "va-old"}}, want: planner.Summary{Create: 1}},
		"renamed, both are there":       {desired: []cluster.Cluster{{Name: "va-new", RenamedFrom: "va-old"}}, live: []string{old, now}, want: planner.Summary{Unchanged: 1, Unmanaged: 1}},
		"renamed from twins":            {desired: []cluster.Cluster{{Name: "va-new", RenamedFrom: "va-old"}}, live: []string{old, `{"id":"7","name":"va-old"}`}, err: `2 live clusters are named "va-old": 1, 7`},
		"two entries for one":           {desired: []cluster.Cluster{{Name: "va-old"}, {ID: "1", Name: "va-new"}}, live: []string{old}, err: "are about the same live cluster, 1"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var live []cluster.Live
			for _, doc := range tt.live {
				live = append(live, serve(t, doc))
			}
			p, err := planner.New(input(tt.desired, live))
			if tt.err != "" || err != nil {
				if err == nil || tt.err == "" || !strings.Contains(err.Error(), tt.err) {
					t.Errorf("err = %v, want %q", err, tt.err)
				}
				return
			}
			if diff := cmp.Diff(tt.want, p.Summary); diff != "" {
				t.Errorf("summary (-want +got):\n%s", diff)
			}
			if tt.request != "" {
				r := p.Changes[0].Requests[0]
				if got := r.Method + " " + r.Path + " " + string(r.Body); got != tt.request {
					t.Errorf("got  %s\nwant %s", got, tt.request)
				}
			}
			if tt.message != "" && !strings.Contains(p.Findings[0].Message, tt.message) {
				t.Errorf("findings %+v, want %q", p.Findings, tt.message)
			}
		})
	}
}

func with(c cluster.Cluster, change func(*cluster.Cluster)) *cluster.Cluster {
	change(&c)
	return &c
}

// The requests of each action, to the letter: this is what a tenant is sent.
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
			want:    []string{`PATCH /managed-clusters/1 [{"op":"test","path":"/configuration","value":null},{"op":"replace","path":"/configuration","value":{"k":"v"}}]`},
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
			want:    []string{`PATCH /managed-clusters/1 [{"op":"test","path":"/configuration/k","value":null},{"op":"replace","path":"/configuration/k","value":""}]`},
		},
		"keys are escaped": {
			desired: cluster.Cluster{Name: "va", Configuration: cluster.Settings{"a/b~c": new("2")}},
			live:    `{"id":"1","name":"va","configuration":{"a/b~c":"1"}}`,
			want:    []string{`PATCH /managed-clusters/1 [{"op":"test","path":"/configuration/a~1b~0c","value":"1"},{"op":"replace","path":"/configuration/a~1b~0c","value":"2"}]`},
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

func TestNamesThatSeveralClustersHaveAreErrors(t *testing.T) {
	t.Parallel()
	live := []cluster.Live{
		serve(t, `{"id":"2","name":"b"}`), serve(t, `{"id":"1","name":"b"}`),
		serve(t, `{"id":"3","name":"a"}`), serve(t, `{"id":"4","name":"a"}`),
		serve(t, `{"id":"5","name":"c"}`), serve(t, `{"id":"6","name":"c"}`), // in no file: no concern of the plan
	}
	desired := []cluster.Cluster{
		{Name: "b", Source: cluster.Source{File: "f", Line: 2, Column: 5}},
		{Name: "a", Source: cluster.Source{File: "f", Line: 1, Column: 5}},
	}
	_, err := planner.New(input(desired, live))
	const want = `f:1:5: 2 live clusters are named "a": 3, 4 (say which one with id, or rename or delete the others)` + "\n" +
		`f:2:5: 2 live clusters are named "b": 1, 2 (say which one with id, or rename or delete the others)`
	if err == nil || err.Error() != want {
		t.Errorf("got  %v\nwant %s", err, want)
	}
}

func TestAServedDocumentThatCannotBeLaidOver(t *testing.T) {
	t.Parallel()
	desired := []cluster.Cluster{{Name: "va", Source: cluster.Source{File: "f", Line: 3, Column: 5}, Configuration: cluster.Settings{"k": new("v")}}}
	_, err := planner.New(input(desired, []cluster.Live{serve(t, `{"id":"1","name":"va","configuration":"text"}`)}))
	if err == nil || !strings.Contains(err.Error(), `f:3:5: cluster "va": `) {
		t.Errorf("err = %v, want one with the position and the name", err)
	}
}

// The digest names what is done to which tenant, and nothing else.
func TestDigest(t *testing.T) {
	t.Parallel()
	desired := []cluster.Cluster{{Name: "va", Description: new("x")}}
	base := plan(t, desired, nil).Digest
	if !strings.HasPrefix(base, "sha256:") || len(base) != len("sha256:")+64 {
		t.Fatalf("digest %q", base)
	}

	later := input(desired, nil)
	later.Now = later.Now.AddDate(0, 1, 0)
	later.Tool = "another"
	later.Desired = []cluster.Cluster{*with(desired[0], func(c *cluster.Cluster) { c.Source.Line = 99 })}
	if same, err := planner.New(later); err != nil || same.Digest != base {
		t.Errorf("time, tool or place made a difference: %s, %v", same.Digest, err)
	}

	elsewhere := input(desired, nil)
	elsewhere.Snapshot.Tenant.Org = "other"
	if other, err := planner.New(elsewhere); err != nil || other.Digest == base {
		t.Errorf("another tenant made no difference: %v", err)
	}
	if plan(t, []cluster.Cluster{{Name: "va", Description: new("y")}}, nil).Digest == base {
		t.Error("another description made no difference")
	}
}

func TestBudget(t *testing.T) {
	t.Parallel()
	many := make([]cluster.Cluster, 34)
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
		"as many as allowed": {desired: many[:33], want: planner.Budget{Requests: 99, Seconds: 1}},
		"one more":           {desired: many[:34], want: planner.Budget{Requests: 102, Seconds: 11}},
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

func TestNeedsLogConfig(t *testing.T) {
	t.Parallel()
	needs := planner.NeedsLogConfig([]cluster.Cluster{
		{Name: "managed", LogConfig: &cluster.LogConfig{RootLevel: "INFO"}},
		{Name: "not"},
	})
	for name, want := range map[string]bool{"managed": true, "not": false, "unknown": false} {
		if got := needs(cluster.Live{Name: name}); got != want {
			t.Errorf("%s: %t, want %t", name, got, want)
		}
	}
}

// The plan document tells a value that is not there from one that is null.
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
