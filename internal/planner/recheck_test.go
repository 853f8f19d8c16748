package planner_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"clusterctl/internal/cluster"
	"clusterctl/internal/jsonpatch"
	"clusterctl/internal/planner"
	"clusterctl/internal/receipt"
)

// Every row of the table at Recheck: what was live when the plan was made, what changed
// since, and the freshness of the only change.
func TestRecheck(t *testing.T) {
	t.Parallel()
	const (
		austin = `{"id":"1","name":"va","type":"idn","configuration":{"gmtOffset":"-5"}}`
		other  = `{"id":"9","name":"other","type":"idn"}`
	)
	hour := noon().Add(time.Hour)
	log := func(level cluster.Level, end time.Time) *cluster.LiveLogConfig {
		return &cluster.LiveLogConfig{RootLevel: level, LogLevels: map[string]cluster.Level{}, Expiration: end}
	}
	logged := func(doc string, config *cluster.LiveLogConfig) func(*testing.T) []cluster.Live {
		return func(t *testing.T) []cluster.Live {
			t.Helper()
			l := serve(t, doc)
			l.Log.Config = config
			return []cluster.Live{l}
		}
	}
	live := func(docs ...string) func(*testing.T) []cluster.Live {
		return func(t *testing.T) []cluster.Live {
			t.Helper()
			var clusters []cluster.Live
			for _, doc := range docs {
				clusters = append(clusters, serve(t, doc))
			}
			return clusters
		}
	}
	offset := cluster.Cluster{Name: "va", State: cluster.Present, Configuration: cluster.Settings{"gmtOffset": new("-6")}}
	renamed := cluster.Cluster{Name: "new", RenamedFrom: "va", State: cluster.Present}
	window := cluster.Cluster{Name: "va", State: cluster.Present, LogConfig: &cluster.LogConfig{RootLevel: "DEBUG", LogLevels: map[string]cluster.Level{}, Expiration: hour}}
	kept := cluster.Cluster{Name: "va", State: cluster.Present, LogConfig: &cluster.LogConfig{RootLevel: "DEBUG", LogLevels: map[string]cluster.Level{}, DurationMinutes: 120, RenewWithinMinutes: new(90)}}
	preferred := cluster.Cluster{Name: "va", State: cluster.Present, UpdatePreferences: cluster.Settings{"notificationEmail": new("a@b.c")}}
	both := cluster.Cluster{Name: "va", State: cluster.Present, Configuration: offset.Configuration, UpdatePreferences: preferred.UpdatePreferences}
	absent := cluster.Cluster{Name: "va", State: cluster.Absent, RemoveClients: true}
	tests := map[string]struct {
		desired cluster.Cluster
		before  func(*testing.T) []cluster.Live
		now     func(*testing.T) []cluster.Live
		want    string // the stale message, "done", or "" to apply it
	}{
		"create, no namesake":                              {offset, live(), live(other), ""},
		"create, made already":                             {offset, live(), live(`{"id":"5","name":"va","configuration":{"gmtOffset":"-6","own":"x"}}`), "done"},
		"create, another has come":                         {offset, live(), live(austin), "a cluster of this name now exists: 1"},
		"create, two have come":                            {offset, live(), live(austin, `{"id":"5","name":"va","configuration":{"gmtOffset":"-6"}}`), "a cluster of this name now exists: 1, 5"},
		"create, partial":                                  {window, live(), live(austin), ""},
		"create, partial, another log":                     {window, live(), logged(austin, log("TRACE", hour)), "a cluster of this name now exists: 1"},
		"create, partial, to be completed":                 {preferred, live(), live(`{"id":"5","name":"va","updatePreferences":{"notificationEmail":null}}`), ""},
		"create, partial, but taken":                       {preferred, live(), live(`{"id":"5","name":"va","updatePreferences":{"notificationEmail":"x@y.z"}}`), "a cluster of this name now exists: 5"},
		"create, made with its log":                        {window, live(), logged(austin, log("DEBUG", hour)), "done"},
		"create, partial, but without what POST takes":     {both, live(), live(`{"id":"5","name":"va"}`), "a cluster of this name now exists: 5"},
		"create, an absence is not met":                    {cluster.Cluster{Name: "va", State: cluster.Present, Configuration: cluster.Settings{"gmtOffset": nil}}, live(), live(austin), "a cluster of this name now exists: 1"},
		"update, as reviewed":                              {offset, live(austin), live(`{"id":"1","name":"va","description":"theirs","configuration":{"gmtOffset":"-5"}}`), ""},
		"update, made already":                             {offset, live(austin), live(`{"id":"1","name":"va","configuration":{"gmtOffset":"-6"}}`), "done"},
		"update, an object put in, and more by the server": {offset, live(`{"id":"1","name":"va"}`), live(`{"id":"1","name":"va","configuration":{"gmtOffset":"-6","own":"x"}}`), "done"},
		"update, an object added by someone else":          {offset, live(`{"id":"1","name":"va"}`), live(`{"id":"1","name":"va","configuration":{"gmtOffset":"3"}}`), `changed since the plan was made: /configuration: expected nothing, found {"gmtOffset":"3"}`},
		"update, changed":                                  {offset, live(austin), live(`{"id":"1","name":"va","configuration":{"gmtOffset":"3"}}`), `changed since the plan was made: /configuration/gmtOffset: expected "-5", found "3"`},
		"update, a field taken away":                       {offset, live(austin), live(`{"id":"1","name":"va"}`), `changed since the plan was made: /configuration/gmtOffset: expected "-5", found nothing`},
		"update, renamed":                                  {offset, live(austin), live(`{"id":"1","name":"theirs","configuration":{"gmtOffset":"-5"}}`), `renamed to "theirs" since the plan was made`},
		"update, gone":                                     {offset, live(austin), live(other), "no longer exists"},
		"rename, as reviewed":                              {renamed, live(austin), live(austin, other), ""},
		"rename, made already":                             {renamed, live(austin), live(`{"id":"1","name":"new"}`), "done"},
		"rename, renamed otherwise":                        {renamed, live(austin), live(`{"id":"1","name":"theirs"}`), `changed since the plan was made: /name: expected "va", found "theirs"`},
		"rename, the name is taken":                        {renamed, live(austin), live(austin, `{"id":"7","name":"new"}`), "a cluster of the new name now exists: 7"},
		"set-log, none before":                             {window, live(austin), live(austin), ""},
		"set-log, made already":                            {window, live(austin), logged(austin, log("DEBUG", hour)), "done"},
		"set-log, another one":                             {window, live(austin), logged(austin, log("TRACE", hour)), "changed since the plan was made: log configuration: expected none, found rootLevel TRACE with 0 logLevels until 2026-03-29T13:00:00Z"},
		"set-log, theirs as reviewed":                      {window, logged(austin, log("TRACE", hour)), logged(austin, log("TRACE", hour)), ""},
		"set-log, theirs has ended":                        {window, logged(austin, log("TRACE", hour)), live(austin), ""},
		"set-log, theirs was prolonged":                    {window, logged(austin, log("TRACE", hour)), logged(austin, log("TRACE", hour.Add(time.Hour))), "changed since the plan was made: log configuration: expected rootLevel TRACE"},
		"set-log, to be renewed":                           {kept, logged(austin, log("DEBUG", hour)), logged(austin, log("DEBUG", hour)), ""},
		"set-log, renewed already":                         {kept, logged(austin, log("DEBUG", hour)), logged(austin, log("DEBUG", hour.Add(time.Hour))), "done"},
		"set-log, renamed":                                 {window, live(austin), live(`{"id":"1","name":"theirs"}`), `renamed to "theirs" since the plan was made`},
		"set-log, gone":                                    {window, live(austin), live(), "no longer exists"},
		"delete, as reviewed":                              {absent, live(`{"id":"1","name":"va","clientIds":["c"]}`), live(`{"id":"1","name":"va","clientIds":["c"]}`), ""},
		"delete, gone":                                     {absent, live(austin), live(other), "done"},
		"delete, a client has come":                        {absent, live(`{"id":"1","name":"va","clientIds":["c"]}`), live(`{"id":"1","name":"va","clientIds":["c","d"]}`), "changed since the plan was made: attached: expected 1 client and 0 services, found 2 clients and 0 services"},
		"delete, a service has come":                       {absent, live(austin), live(`{"id":"1","name":"va","type":"idn","configuration":{"gmtOffset":"-5"},"serviceCount":1}`), "changed since the plan was made: attached: expected 0 clients and 0 services, found 0 clients and 1 service"},
		"delete, renamed":                                  {absent, live(austin), live(`{"id":"1","name":"theirs"}`), `renamed to "theirs" since the plan was made`},
		"delete, described since":                          {absent, live(austin), live(`{"id":"1","name":"va","type":"idn","description":"theirs","configuration":{"gmtOffset":"-5"}}`), `changed since the plan was made: /description: expected null, found "theirs"`},
		"delete, a key has come":                           {absent, live(austin), live(`{"id":"1","name":"va","type":"idn","configuration":{"gmtOffset":"-5","theirs":"1"}}`), `changed since the plan was made: /configuration: expected`},
		"delete, its type is not known now":                {absent, live(austin), live(`{"id":"1","name":"va","configuration":{"gmtOffset":"-5"}}`), `changed since the plan was made: /type: expected "idn", found nothing`},
		"delete of the last, as a file":                    {absent, live(austin, other), live(austin), ""},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := saved(t, plan(t, []cluster.Cluster{test.desired}, test.before(t)))
			if len(p.Changes) != 1 {
				t.Fatalf("%d changes, want the one of the case: %+v", len(p.Changes), p.Findings)
			}
			expectFreshness(t, recheck(t, p, test.now(t))[0], test.want)
		})
	}
}

func expectFreshness(t *testing.T, got planner.Freshness, want string) {
	t.Helper()
	found := got.Stale
	if got.Done {
		found += "done"
	}
	if found == want || want != "" && want != "done" && strings.HasPrefix(found, want) {
		return
	}
	t.Errorf("freshness %q, want %q", found, want)
}

// A cluster that the same plan renames may have either name when its log configuration is
// read.
func TestRecheckOfARenameAndItsLogConfiguration(t *testing.T) {
	t.Parallel()
	d := cluster.Cluster{Name: "new", RenamedFrom: "old", State: cluster.Present, LogConfig: &cluster.LogConfig{RootLevel: "DEBUG", DurationMinutes: 60}}
	p := saved(t, plan(t, []cluster.Cluster{d}, []cluster.Live{serve(t, `{"id":"1","name":"old"}`)}))
	if len(p.Changes) != 2 {
		t.Fatalf("%+v", p.Changes)
	}
	for doc, want := range map[string][2]string{
		`{"id":"1","name":"old"}`:    {"", ""},
		`{"id":"1","name":"new"}`:    {"done", ""},
		`{"id":"1","name":"theirs"}`: {`changed since the plan was made: /name`, `renamed to "theirs" since the plan was made`},
	} {
		for i, s := range recheck(t, p, []cluster.Live{serve(t, doc)}) {
			expectFreshness(t, s, want[i])
		}
	}
	if p.Need().Name != "" {
		t.Errorf("only %q is to be read, although it is live under another name", p.Need().Name)
	}
}

func TestRecheckNeverLeavesAPrunedTenantEmpty(t *testing.T) {
	t.Parallel()
	in := input([]cluster.Cluster{{Name: "stays", State: cluster.Present}}, []cluster.Live{
		serve(t, `{"id":"1","name":"va"}`), serve(t, `{"id":"2","name":"stays"}`),
	})
	in.Policy.Prune = true
	made, err := planner.New(in)
	if err != nil {
		t.Fatal(err)
	}
	p := saved(t, made)
	expectFreshness(t, recheck(t, p, []cluster.Live{serve(t, `{"id":"1","name":"va"}`), serve(t, `{"id":"7","name":"come"}`)})[0], "")
	for _, alone := range [][]cluster.Live{
		{serve(t, `{"id":"1","name":"va"}`)},
		{serve(t, `{"id":"1","name":"va"}`), serve(t, `{"id":"3","name":"own","type":"sqsCluster"}`)},
	} {
		expectFreshness(t, recheck(t, p, alone)[0], "cannot be pruned: at least one cluster must stay in the tenant")
	}
	if p.Need().Name != "" {
		t.Error("one cluster alone does not show whether it is the last")
	}
}

func TestWhatARecheckHasToRead(t *testing.T) {
	t.Parallel()
	p := everyAction(t)
	needsLog := p.Need().Log
	for doc, want := range map[string]bool{
		`{"id":"5","name":"made"}`:   true,
		`{"id":"1","name":"any"}`:    true,
		`{"id":"2","name":"doomed"}`: true,
		`{"id":"5","name":"other"}`:  false,
	} {
		if got := needsLog(serve(t, doc)); got != want {
			t.Errorf("needs the log configuration of %s: %t", doc, got)
		}
	}
	missing := p.Need().Missing
	all := []cluster.Live{serve(t, `{"id":"1","name":"changed"}`), serve(t, `{"id":"2","name":"doomed"}`), serve(t, `{"id":"5","name":"made"}`)}
	if !missing(all).None() {
		t.Error("all are there")
	}
	for i := range all {
		if missing([]cluster.Live{all[(i+1)%3], all[(i+2)%3]}).None() {
			t.Errorf("%s is missing", all[i].Name)
		}
	}
	if got := p.Need().Name; got != "" {
		t.Errorf("three clusters cannot be read as %q", got)
	}
	p.Changes = p.Changes[1:3]
	if got := p.Need().Name; got != "changed" {
		t.Errorf("only changed is needed, not %q", got)
	}
	p.Changes = []planner.Change{{Action: planner.Delete, Name: "doomed", ID: "2"}}
	if got := p.Need().Name; got != "" {
		t.Errorf("a cluster to be deleted may be live under another name than %q", got)
	}
}

// If all clusters were read, one that is not among them was deleted.
func TestRecheckOfAClusterThatIsGone(t *testing.T) {
	t.Parallel()
	p := everyAction(t)
	for i, s := range recheck(t, p, []cluster.Live{serve(t, `{"id":"9","name":"other"}`)}) {
		want := map[planner.Action]planner.Freshness{
			planner.Update: {Stale: "no longer exists"}, planner.SetLog: {Stale: "no longer exists"}, planner.Delete: {Done: true},
		}[p.Changes[i].Action]
		if s != want {
			t.Errorf("freshness of %s: %+v, want %+v", p.Changes[i].Action, s, want)
		}
	}
}

func TestRecheckOfABrokenPlan(t *testing.T) {
	t.Parallel()
	live := []cluster.Live{serve(t, `{"id":"1","name":"changed","configuration":{"gmtOffset":"-5","gone":"x"}}`)}
	for name, harm := range map[string]func(*planner.Plan){
		"a path that is none": func(p *planner.Plan) { p.Changes[0].Diff[0].Path = "x" },
		"a PUT that is none":  func(p *planner.Plan) { p.Changes[1].Requests[0].Body = []byte(`1`) },
		"a level that is none": func(p *planner.Plan) {
			p.Changes[1].Diff = []jsonpatch.Edit{{Path: "/logConfig/rootLevel", Before: []byte(`1`)}}
		},
		"a class that is none": func(p *planner.Plan) {
			p.Changes[1].Diff = []jsonpatch.Edit{{Path: "/logConfig/logLevels/x", Before: []byte(`1`)}}
		},
		"a name that is none": func(p *planner.Plan) {
			p.Changes[0].Diff = []jsonpatch.Edit{{Path: "/name", Before: []byte(`"changed"`), After: []byte(`1`)}}
		},
	} {
		p := everyAction(t)
		p.Changes = p.Changes[1:3]
		harm(&p)
		if !slices.ContainsFunc(recheck(t, p, live), func(s planner.Freshness) bool { return s.Stale != "" && !s.Done }) {
			t.Errorf("%s: not stale", name)
		}
	}
}

// The plan of an undo deletes what a run created. Someone may use it by the time the plan
// is applied.
func TestRecheckOfAnUndo(t *testing.T) {
	t.Parallel()
	effect := receipt.Effect{ID: "1", Name: "va", Created: true, Diff: []jsonpatch.Edit{
		{Path: "/name", After: []byte(`"va"`)},
		{Path: "/configuration/gmtOffset", After: []byte(`"5"`)},
		{Path: "/configuration/gone", After: nil},
	}}
	p := saved(t, undone(t, []receipt.Effect{effect}, []cluster.Live{serve(t, `{"id":"1","name":"va","configuration":{"gmtOffset":"5"}}`)}))
	if err := p.Verify(); err != nil {
		t.Fatal(err)
	}
	for doc, want := range map[string]string{
		`{"id":"1","name":"va","status":"NORMAL","configuration":{"gmtOffset":"5"}}`: "",
		`{"id":"1","name":"va","configuration":{"gmtOffset":"5","own":"x"}}`:         `changed since the plan was made: /configuration: expected {"gmtOffset":"5"}, found {"gmtOffset":"5","own":"x"}`,
		`{"id":"1","name":"va","configuration":{"gmtOffset":"9"}}`:                   `changed since the plan was made: /configuration: expected {"gmtOffset":"5"}, found {"gmtOffset":"9"}`,
		`{"id":"1","name":"theirs","configuration":{"gmtOffset":"5"}}`:               `renamed to "theirs" since the plan was made`,
	} {
		expectFreshness(t, recheck(t, p, []cluster.Live{serve(t, doc)})[0], want)
	}
	p.Changes[0].Diff[0].After = []byte(`"y"`)
	if err := resign(t, p).Verify(); err == nil || !strings.Contains(err.Error(), "the diff of a delete keeps a value") {
		t.Errorf("%v", err)
	}
}
