package planner_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"clusterctl/internal/cluster"
	"clusterctl/internal/jsonpatch"
	"clusterctl/internal/planner"
)

// saved is a plan that was written to a file and read again.
func saved(t rapid.TB, p planner.Plan) planner.Plan {
	t.Helper()
	data, err := json.MarshalIndent(p, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	again, err := planner.Read(data)
	if err != nil {
		t.Fatal(err)
	}
	return again
}

// Every plan can be saved, read and verified. Against the tenant that it was made for,
// every change can be applied; against the tenant that it was applied to, every change is
// done.
func TestSavedPlansAreTrustedFreshAndThenDone(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		desired := desiredClusters().Draw(t, "desired")
		before := liveClusters().Draw(t, "live")
		made := plan(t, desired, before)
		p := saved(t, made)
		if diff := cmp.Diff(document(t, made), document(t, p)); diff != "" {
			t.Fatalf("the plan that was read is another one:\n%s", diff)
		}
		if err := p.Verify(); err != nil {
			t.Fatalf("%v: %s", err, document(t, p))
		}
		for i, s := range recheck(t, p, before) {
			if s != (planner.Freshness{}) {
				t.Fatalf("%+v before anything happened: %+v", s, p.Changes[i])
			}
		}
		for i, s := range recheck(t, p, apply(t, p, before)) {
			if s != (planner.Freshness{Done: true}) {
				t.Fatalf("%+v after it was applied: %+v", s, p.Changes[i])
			}
		}
	})
}

func recheck(t rapid.TB, p planner.Plan, live []cluster.Live) []planner.Freshness {
	t.Helper()
	return p.Recheck(planner.RecheckInput{
		Snapshot: cluster.Snapshot{Clusters: live, Listing: cluster.Listing{Verified: true}}, Now: noon(),
	})
}

// resign gives a plan the digest of its content, as anyone who edits a plan can.
func resign(t rapid.TB, p planner.Plan) planner.Plan {
	t.Helper()
	p.Digest = ""
	var found bool
	if _, p.Digest, found = strings.Cut(p.Verify().Error(), "but its content has "); !found {
		t.Fatal("no digest in the error")
	}
	return p
}

// everyAction is a plan with a create, an update, a log configuration and a delete.
func everyAction(t *testing.T) planner.Plan {
	t.Helper()
	hour := noon().Add(time.Hour)
	return saved(t, plan(t, []cluster.Cluster{
		{Name: "made", State: cluster.Present, Description: new("x"), Configuration: cluster.Settings{"gmtOffset": new("-6"), "gone": nil},
			UpdatePreferences: cluster.Settings{"notificationEmail": new("a@b.c")},
			LogConfig:         &cluster.LogConfig{RootLevel: "DEBUG", LogLevels: map[string]cluster.Level{"x.Y": "TRACE"}, DurationMinutes: 60}},
		{Name: "changed", State: cluster.Present, Configuration: cluster.Settings{"gmtOffset": new("-6"), "gone": nil, "new": new("1")},
			LogConfig: &cluster.LogConfig{RootLevel: "WARN", Expiration: hour}},
		{Name: "doomed", State: cluster.Absent, RemoveClients: true},
	}, []cluster.Live{
		serve(t, `{"id":"1","name":"changed","type":"idn","configuration":{"gmtOffset":"-5","gone":"x"}}`),
		serve(t, `{"id":"2","name":"doomed","type":"idn","clientIds":["1","2"]}`),
	}))
}

func TestVerifyRefusesWhatWasChanged(t *testing.T) {
	t.Parallel()
	const create, update, setLog, remove = 0, 1, 2, 3
	body := func(i, request int, old, now string) func(*planner.Plan) {
		return func(p *planner.Plan) {
			r := &p.Changes[i].Requests[request]
			if !strings.Contains(string(r.Body), old) {
				t.Errorf("%s does not hold %s", r.Body, old)
			}
			r.Body = json.RawMessage(strings.Replace(string(r.Body), old, now, 1))
		}
	}
	tests := map[string]struct {
		change func(*planner.Plan)
		want   string
	}{
		"another value in a PATCH": {body(update, 0, `"value":"-6"`, `"value":"-7"`), "update changed: the requests do not match the diff"},
		"a test taken out":         {body(update, 0, `{"op":"test","path":"/configuration/gmtOffset","value":"-5"},`, ``), "update changed: the requests do not match the diff"},
		"a test of a parent taken out": {
			body(update, 0, `{"op":"test","path":"/configuration","value":{"gmtOffset":"-5","gone":"x"}},`, ``),
			"update changed: the patch adds /configuration/new without a test of /configuration",
		},
		"a parent that has the key":    {body(update, 0, `"gone":"x"}`, `"new":"2"}`), "without a test of /configuration"},
		"a parent that has it as null": {body(update, 0, `"gone":"x"}`, `"new":null}`), "without a test of /configuration"},
		"a parent that is no object":   {body(update, 0, `{"gmtOffset":"-5","gone":"x"}`, `[]`), "without a test of /configuration"},
		"a parent that is null":        {body(update, 0, `{"gmtOffset":"-5","gone":"x"}`, `null`), "without a test of /configuration"},
		"a parent tested twice":        {body(update, 0, `[`, `[{"op":"test","path":"/configuration","value":{}},`), "update changed: the requests do not match the diff"},
		"a test of another parent":     {body(update, 0, `[`, `[{"op":"test","path":"/updatePreferences","value":{}},`), "update changed: the requests do not match the diff"},
		"a PATCH that is none":         {func(p *planner.Plan) { p.Changes[update].Requests[0].Body = json.RawMessage(`{}`) }, "update changed: the requests do not match the diff"},
		"an operation put in":          {body(update, 0, `[`, `[{"op":"replace","path":"/name","value":"x"},`), "update changed: the requests do not match the diff"},
		"another value in a POST":      {body(create, 0, `"-6"`, `"-7"`), "create made: the requests do not match the diff"},
		"a key put into a POST":        {body(create, 0, `{"name"`, `{"id":"x","name"`), "create made: the requests do not match the diff"},
		"an absence put in":            {body(create, 1, `[`, `[{"op":"add","path":"/configuration/x","value":null},`), "create made: the requests do not match the diff"},
		"another level":                {body(setLog, 0, `"WARN"`, `"TRACE"`), "set-log changed: the diff does not show the log configuration"},
		"a level put in":               {body(setLog, 0, `"logLevels":{`, `"logLevels":{"a":"DEBUG"`), "set-log changed: the diff does not show"},
		"another duration":             {body(create, 2, `60`, `1440`), "create made: the diff does not show"},
		"a key put into a PUT":         {body(setLog, 0, `{"rootLevel"`, `{"x":1,"rootLevel"`), "set-log changed: the requests do not match the diff"},
		"a PUT that is no JSON object": {body(setLog, 0, `{`, `[{`), "digest"},
		"a PUT of another kind":        {func(p *planner.Plan) { p.Changes[setLog].Requests[0].Body = json.RawMessage(`[]`) }, "invalid log configuration"},
		"no PUT": {func(p *planner.Plan) {
			p.Changes[create].Requests = p.Changes[create].Requests[:2]
		}, "create made: the diff shows a log configuration that no request sets"},
		"a set-log that sets none": {func(p *planner.Plan) {
			p.Changes[setLog].Requests, p.Changes[setLog].Diff = nil, nil
		}, "set-log changed: no request sets a log configuration"},
		"another path":   {func(p *planner.Plan) { p.Changes[update].Requests[0].Path = "/managed-clusters/2" }, "update changed: the requests do not match the diff"},
		"another method": {func(p *planner.Plan) { p.Changes[remove].Requests[0].Method = "GET" }, "delete doomed: the requests do not match the diff"},
		"one more request": {func(p *planner.Plan) {
			p.Changes[update].Requests = append(p.Changes[update].Requests, p.Changes[remove].Requests...)
		}, "update changed: the requests do not match the diff"},
		"no requests": {func(p *planner.Plan) { p.Changes[remove].Requests = nil }, "delete doomed: the requests do not match the diff"},
		"an update of nothing": {func(p *planner.Plan) {
			p.Changes[update].Diff, p.Changes[update].Requests[0].Body = []jsonpatch.Edit{}, json.RawMessage(`[]`)
		}, "update changed: the diff changes nothing"},
		"a field that POST cannot take": {func(p *planner.Plan) { p.Changes[create].Diff[1].Path = "/id" }, "create made: /id cannot be set on a new cluster"},
		"another name":                  {func(p *planner.Plan) { p.Changes[create].Name = "a-made" }, "create a-made: the diff sets another name"},
		"something before a create":     {func(p *planner.Plan) { p.Changes[create].Diff[1].Before = json.RawMessage(`"x"`) }, "create made: the diff of a create has a before value"},
		"a path listed twice": {func(p *planner.Plan) {
			p.Changes[update].Diff = append(p.Changes[update].Diff, p.Changes[update].Diff[0])
		}, "update changed: the diff has /configuration/gmtOffset twice"},
		"a change to the same": {func(p *planner.Plan) { p.Changes[update].Diff[0].After = p.Changes[update].Diff[0].Before }, "update changed: the diff changes nothing"},
		"more shown than sent": {func(p *planner.Plan) {
			p.Changes[setLog].Diff = append(p.Changes[setLog].Diff, p.Changes[update].Diff[0])
		}, "set-log changed: the diff has fields outside the log configuration"},
		"clients that go unmentioned": {func(p *planner.Plan) { p.Changes[remove].RemoveClients = false }, "delete doomed: the requests do not match the diff"},
		"a path that is none":         {func(p *planner.Plan) { p.Changes[create].Diff[0].Path = "name" }, "create made: "},
		"a path up the tree":          {func(p *planner.Plan) { p.Changes[remove].ID = ".." }, `delete doomed: the id ".." is not valid`},
		"a create with an id":         {func(p *planner.Plan) { p.Changes[create].ID = "1" }, `create made: the id "1" is not valid`},
		"a delete without one":        {func(p *planner.Plan) { p.Changes[remove].ID = "" }, `delete doomed: the id "" is not valid`},
		"an unknown action":           {func(p *planner.Plan) { p.Changes[update].Action = "erase" }, "erase changed: unknown action"},
		"another order":               {func(p *planner.Plan) { slices.Reverse(p.Changes) }, "the changes are out of order"},
		"a change twice":              {func(p *planner.Plan) { p.Changes = append(p.Changes, p.Changes[remove]) }, "delete doomed: listed twice"},
		"another count":               {func(p *planner.Plan) { p.Summary.Delete = 0 }, "the summary does not match the changes and findings"},
		"a finding taken out":         {func(p *planner.Plan) { p.Summary.Blocked = 1 }, "the summary does not match the changes and findings"},
		"a later end":                 {func(p *planner.Plan) { later := noon().Add(90 * time.Minute); p.ExpiresAt = &later }, "expires after the log configuration"},
		"no end":                      {func(p *planner.Plan) { p.ExpiresAt = nil }, "expires after the log configuration"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := everyAction(t)
			if err := p.Verify(); err != nil {
				t.Fatal(err)
			}
			digest := p.Digest
			test.change(&p)
			err := p.Verify()
			if err == nil {
				t.Fatal("trusted with the digest of before")
			}
			if test.want == "digest" { // it is not JSON any more, which nothing can read
				return
			}
			if p = resigned(t, p, digest); p.Verify() == nil || !strings.Contains(p.Verify().Error(), test.want) {
				t.Errorf("%v, want %q", p.Verify(), test.want)
			}
		})
	}
}

// resigned is resign for a plan whose digest may still be right.
func resigned(t *testing.T, p planner.Plan, digest string) planner.Plan {
	t.Helper()
	p.Digest = digest
	if err := p.Verify(); err == nil || !strings.Contains(err.Error(), "its digest is") {
		return p
	}
	return resign(t, p)
}

// Everything that apply depends on is in the digest, so --expect-digest binds it.
func TestTheDigestCoversWhatApplyGoesBy(t *testing.T) {
	t.Parallel()
	in := input([]cluster.Cluster{{Name: "stays", State: cluster.Present, Type: new("iai")}}, []cluster.Live{
		serve(t, `{"id":"1","name":"va"}`), serve(t, `{"id":"2","name":"stays","type":"idn"}`),
	})
	in.Policy.Prune = true
	made, err := planner.New(in)
	if err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string]func(*planner.Plan){
		"a delete that prune asked for, said to be a file's": func(p *planner.Plan) { p.Changes[0].Source = &cluster.Source{File: "x"} },
		"a blocked item taken out":                           func(p *planner.Plan) { p.Findings, p.Summary.Blocked = p.Findings[:0], 0 },
		"another end":                                        func(p *planner.Plan) { end := noon(); p.ExpiresAt = &end },
		"another request":                                    func(p *planner.Plan) { p.Changes[0].Requests[0].Path += "?removeClients=true" },
		"clients that go with it":                            func(p *planner.Plan) { p.Changes[0].RemoveClients = true },
	} {
		p := saved(t, made)
		if err := p.Verify(); err != nil {
			t.Fatal(err)
		}
		change(&p)
		if err := p.Verify(); err == nil || !strings.Contains(err.Error(), "its digest is") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Numbers too large for a float are still compared exactly.
func TestTheDigestTellsNumbersApart(t *testing.T) {
	t.Parallel()
	p := everyAction(t)
	p.Changes[1].Diff[0].Before = json.RawMessage(`9007199254740992`)
	p = resign(t, p)
	p.Changes[1].Diff[0].Before = json.RawMessage(`9007199254740993`)
	if err := p.Verify(); err == nil || !strings.Contains(err.Error(), "its digest is") {
		t.Errorf("%v", err)
	}
}

func TestVerifyHoldsTheDigestAgainstTenantAndChanges(t *testing.T) {
	t.Parallel()
	p := everyAction(t)
	p.Tenant.Org = "other"
	if err := p.Verify(); err == nil || !strings.HasPrefix(err.Error(), "its digest is "+p.Digest) {
		t.Errorf("%v", err)
	}
	p = everyAction(t)
	p.CreatedAt = p.CreatedAt.Add(time.Hour)
	p.Changes[0].Source = nil
	if err := p.Verify(); err != nil {
		t.Errorf("times and positions are no part of a digest: %v", err)
	}
}

// The listing of a 1.0 document was always verified.
func TestReadOfTheFirstVersion(t *testing.T) {
	t.Parallel()
	made := everyAction(t)
	made.Listing.Verified, made.Warnings = false, nil
	for version, want := range map[string]bool{"1.0": true, "1.1": false} {
		made.FormatVersion = version
		p := saved(t, made)
		if p.Listing.Verified != want || p.Warnings == nil {
			t.Errorf("%s: verified %t, warnings %v", version, p.Listing.Verified, p.Warnings)
		}
	}
}

// A delete is applied only if its diff shows everything that is deleted: what was not
// reviewed cannot be compared. Plans of format 1.0 show none of it.
func TestDeletesShowWhatGoes(t *testing.T) {
	t.Parallel()
	for i := range plan(t, tombstone(), []cluster.Live{serve(t, one)}).Changes[0].Diff {
		p := plan(t, tombstone(), []cluster.Live{serve(t, one)})
		path := p.Changes[0].Diff[i].Path
		p.Changes[0].Diff = slices.Delete(p.Changes[0].Diff, i, i+1)
		if err := resign(t, p).Verify(); err == nil || !strings.Contains(err.Error(), "the diff of a delete does not show "+path) {
			t.Errorf("without %s: %v", path, err)
		}
	}
	p := plan(t, tombstone(), []cluster.Live{serve(t, one)})
	p.FormatVersion, p.Changes[0].Diff = "1.0", []jsonpatch.Edit{}
	if err := resign(t, p).Verify(); err == nil {
		t.Error("a delete that shows nothing is valid")
	}
}

func TestReadRefuses(t *testing.T) {
	t.Parallel()
	good, err := json.Marshal(everyAction(t))
	if err != nil {
		t.Fatal(err)
	}
	version := func(v string) string {
		return strings.Replace(string(good), `"formatVersion":"1.1"`, fmt.Sprintf(`"formatVersion":%q`, v), 1)
	}
	for _, same := range []string{string(good), version("1.7"), strings.Replace(string(good), `{`, `{"later":[1],`, 1)} {
		if _, err := planner.Read([]byte(same)); err != nil {
			t.Errorf("%v", err)
		}
	}
	for data, want := range map[string]string{
		"":                      "the file is empty",
		"\n":                    "the file is empty",
		"\x00\x00":              "the file is empty",
		`{"a":`:                 "the file is truncated: it ends inside a JSON document",
		"clusters: []":          "not a JSON document",
		"[]":                    "not a file that clusterctl wrote: expected an object, found an array",
		`"text"`:                `not a file that clusterctl wrote: expected an object, found the string "text"`,
		`{"formatVersion":1.1}`: "not a file that clusterctl wrote: formatVersion: expected a string, found 1.1",
		"\xef\xbb\xbf{}":        "not a JSON document: the encoding is UTF-8 with a byte-order mark",
		"\xff\xfe{\x00}\x00":    "not a JSON document: the encoding is UTF-16",
		"\xfe\xff\x00{\x00}":    "not a JSON document: the encoding is UTF-16",
		"{}":                    "formatVersion is missing",
		version("2.0"):          `format version "2.0" is not supported: this clusterctl reads 1.x`,
		version("11"):           `format version "11" is not supported`,
		strings.Replace(string(good), `{`, `{"changes":[],`, 1):                       `not a plan: one object has the keys "changes" and "changes"`,
		strings.TrimSuffix(string(good), `}`) + `,"Changes":[]}`:                      `not a plan: one object has the keys "changes" and "Changes"`,
		strings.Replace(string(good), `"value":"-6"`, `"value":"-7","value":"-6"`, 1): `has the keys "value" and "value"`,
		`{"formatVersion":"1.0","outcomes":[]}`:                                       "not a plan: changes, findings or digest is missing",
		`{"formatVersion":"1.0","changes":{},"digest":"x"}`:                           "not a plan: changes: expected an array, found an object",
	} {
		if _, err := planner.Read([]byte(data)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.60s: %v, want %q", data, err, want)
		}
	}
}

func TestExpiry(t *testing.T) {
	t.Parallel()
	p := everyAction(t)
	for _, test := range []struct {
		at   time.Time
		want bool
	}{{p.ExpiresAt.Add(-1), false}, {*p.ExpiresAt, true}, {p.ExpiresAt.Add(1), true}} {
		if got := p.IsExpired(test.at); got != test.want {
			t.Errorf("expired at %s: %t", test.at, got)
		}
	}
	p.ExpiresAt = nil
	if p.IsExpired(noon().AddDate(9, 0, 0)) {
		t.Error("a plan without an expiry has expired")
	}
}

// TestValuesOfATenantMayDifferInCase covers the three places that hold such values.
func TestValuesOfATenantMayDifferInCase(t *testing.T) {
	t.Parallel()
	for _, key := range []string{"before", "after", "body", "other"} {
		_, err := planner.Read([]byte(`{"formatVersion":"1.1","digest":"x","changes":[],"findings":[],"x":{"` + key + `":{"k":1,"K":2}}}`))
		if isRefused := err != nil; isRefused != (key == "other") {
			t.Errorf("%s: %v", key, err)
		}
	}
}
