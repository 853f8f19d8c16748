package receipt_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"clusterctl/internal/api"
	"clusterctl/internal/cluster"
	"clusterctl/internal/jsonpatch"
	"clusterctl/internal/planner"
	"clusterctl/internal/receipt"
)

const (
	start      = `{"type":"start","formatVersion":"1.0","tool":"t","tenant":{"baseURL":"https://a/v3","org":"acme"},"digest":"d","time":"2026-03-29T12:00:00Z"}`
	otherStart = `{"type":"start","formatVersion":"1.7","tool":"t","tenant":{"baseURL":"https://a/v3","org":"other"},"digest":"d","time":"2026-03-29T12:00:00Z"}`
	end        = `{"type":"end","time":"2026-03-29T12:00:00Z","summary":{"applied":1}}`
)

func noon() time.Time { return time.Date(2026, 3, 29, 12, 0, 0, 0, time.UTC) }

func readReceipt(t *testing.T, content string) receipt.Receipt {
	t.Helper()
	r, err := receipt.Read("r.jsonl", strings.NewReader(content))
	if err != nil {
		t.Fatalf("%v\n%s", err, content)
	}
	return r
}

func effectsOf(t *testing.T, content string) []receipt.Effect {
	t.Helper()
	effects, err := receipt.Effects(readReceipt(t, content).Runs)
	if err != nil {
		t.Fatalf("%v\n%s", err, content)
	}
	return effects
}

// intent is a line of a receipt.
func intent(seq int, action planner.Action, id, method, body, diff string) string {
	path := api.ClustersPath
	switch {
	case method == "PUT":
		path = api.LogConfigPath(id)
	case id != "":
		path = api.ClusterPath(id)
	}
	return intentTo(seq, action, id, method, path, body, diff)
}

// intentTo is an intent with a path.
func intentTo(seq int, action planner.Action, id, method, path, body, diff string) string {
	return fmt.Sprintf(`{"type":"intent","seq":%d,"change":{"action":%q,"name":"va","id":%q,"diff":[%s]},"method":%q,"path":%q,"body":%s}`,
		seq, action, id, diff, method, path, body)
}

// outcome is a line of a receipt.
func outcome(seq int, id, before, after string) string {
	return fmt.Sprintf(`{"type":"outcome","seq":%d,"change":{"name":"va","id":%q},"status":200,"before":%s,"after":%s,"inverse":[]}`, seq, id, before, after)
}

func unsettled(seq int) string {
	return fmt.Sprintf(`{"type":"outcome","seq":%d,"change":{"name":"va","id":"1"},"status":0,"unsettled":true,"inverse":[],"error":"timeout"}`, seq)
}

func fieldsJSON(pairs string) string { return `{"fields":{` + pairs + `}}` }

func receiptOf(lines ...string) string { return strings.Join(lines, "\n") + "\n" }

func TestReadReceipt(t *testing.T) {
	t.Parallel()
	patch := intent(1, planner.Update, "1", "PATCH", `[]`, `{"path":"/a"}`)
	tests := map[string]struct {
		in        string
		runs      int
		requests  int // of the last run
		truncated bool
		err       string
	}{
		"nothing":                       {in: ""},
		"a start":                       {in: receiptOf(start), runs: 1},
		"a whole run":                   {in: receiptOf(start, patch, outcome(1, "1", fieldsJSON(""), fieldsJSON(`"/a":1`)), end), runs: 1, requests: 1},
		"a later minor version":         {in: receiptOf(otherStart, `{"type":"news","x":1}`, strings.Replace(end, "{", `{"y":2,`, 1)), runs: 1},
		"a last line cut off":           {in: start + "\n" + patch[:30], runs: 1, truncated: true},
		"cut off at its newline":        {in: start + "\n" + patch, runs: 1, requests: 1, truncated: true},
		"cut off, then ended":           {in: receiptOf(start, patch[:30]), runs: 1, truncated: true},
		"cut off, then continued":       {in: receiptOf(start, patch[:30], start, patch), runs: 2, requests: 1},
		"cut off twice, then continued": {in: receiptOf(start, patch[:30], start[:40], start, end), runs: 2},

		"a newline":                  {in: "\n", truncated: true},
		"a torn start":               {in: start[:30], truncated: true},
		"NULs":                       {in: strings.Repeat("\x00", 4096), truncated: true},
		"NULs behind whole lines":    {in: receiptOf(start, patch) + strings.Repeat("\x00", 4096), runs: 1, requests: 1, truncated: true},
		"NULs within a line":         {in: start + "\n" + patch[:30] + "\x00\x00", runs: 1, truncated: true},
		"NULs behind a line":         {in: start + "\n" + patch + "\x00\x00", runs: 1, requests: 1, truncated: true},
		"NULs, then continued":       {in: receiptOf(start, patch[:30]+"\x00\x00", start, patch), runs: 2, requests: 1},
		"NULs alone, then continued": {in: receiptOf(start, "\x00\x00", start, patch, end), runs: 2, requests: 1},

		"NULs in front of a line":   {in: receiptOf("\x00\x00" + start), err: "r.jsonl:1: not a line of a receipt"},
		"NULs in the middle":        {in: receiptOf(start, "\x00\x00", patch), err: "r.jsonl:2: incomplete line in the middle of a run"},
		"cut off in the middle":     {in: receiptOf(start, patch[:30], patch), err: "r.jsonl:2: incomplete line in the middle of a run"},
		"text":                      {in: "version: 1\n", err: "r.jsonl:1: not a line of a receipt"},
		"text without a newline":    {in: "hello", err: "r.jsonl:1: not a line of a receipt"},
		"another document":          {in: "{\"formatVersion\":\"1.0\"}\n", err: "r.jsonl:1: not a line of a receipt"},
		"no object":                 {in: "[]\n", err: "r.jsonl:1: not a line of a receipt"},
		"no start":                  {in: receiptOf(patch), err: `r.jsonl:1: "intent" line before the start of a run`},
		"another major version":     {in: receiptOf(strings.Replace(start, "1.0", "2.0", 1)), err: `r.jsonl:1: receipt format version "2.0" is not supported: this clusterctl reads 1.0`},
		"another major beneath":     {in: receiptOf(start, end, strings.Replace(start, "1.0", "12", 1)), err: `r.jsonl:3: receipt format version "12"`},
		"a version that is none":    {in: receiptOf(`{"type":"start","formatVersion":1}`), err: "r.jsonl:1: formatVersion: expected a string, found 1"},
		"a start that is none":      {in: receiptOf(strings.Replace(start, `"d"`, "1", 1)), err: "r.jsonl:1: digest: expected a string, found 1"},
		"another tenant":            {in: receiptOf(start, otherStart), err: `r.jsonl:2: run on tenant "other" in a receipt of tenant "acme" (use one receipt per tenant)`},
		"an intent that is none":    {in: receiptOf(start, `{"type":"intent","seq":"1"}`), err: `r.jsonl:2: seq: expected a whole number, found the string "1"`},
		"a diff of the whole":       {in: receiptOf(start, intent(1, planner.Update, "1", "PATCH", `[]`, `{"path":""}`)), err: `r.jsonl:2: diff: "" is not a JSON pointer to a field`},
		"seq repeated":              {in: receiptOf(start, patch, patch), err: "r.jsonl:3: seq is 1, but the next request of the run is 2"},
		"behind the end":            {in: receiptOf(start, end, patch), err: "r.jsonl:3: line after the end of its run"},
		"an outcome behind the end": {in: receiptOf(start, patch, end, unsettled(1)), err: "r.jsonl:4: line after the end of its run"},
		"two ends":                  {in: receiptOf(start, end, end), err: "r.jsonl:3: line after the end of its run"},
		"an end that is none":       {in: receiptOf(start, `{"type":"end","summary":[]}`), err: "r.jsonl:2: summary: expected an object, found an array"},
		"an outcome of nothing":     {in: receiptOf(start, unsettled(1)), err: "r.jsonl:2: outcome of request 1, which the run did not send"},
		"two outcomes":              {in: receiptOf(start, patch, unsettled(1), unsettled(1)), err: "r.jsonl:4: second outcome of request 1"},
		"an outcome that is none":   {in: receiptOf(start, patch, `{"type":"outcome","seq":{}}`), err: "r.jsonl:3: seq: expected a whole number, found an object"},
		"no before":                 {in: receiptOf(start, patch, `{"type":"outcome","seq":1,"change":{"id":"1"}}`), err: "r.jsonl:3: before: "},
		"no state":                  {in: receiptOf(start, patch, outcome(1, "1", `{}`, `{}`)), err: "r.jsonl:3: before: expected either fields or logConfig"},
		"two states":                {in: receiptOf(start, patch, outcome(1, "1", fieldsJSON(""), `{"fields":{},"logConfig":null}`)), err: "r.jsonl:3: after: expected either fields or logConfig"},
		"a bad pointer":             {in: receiptOf(start, patch, outcome(1, "1", fieldsJSON(`"a":1`), fieldsJSON(""))), err: `r.jsonl:3: before: "a" is not a JSON pointer to a field`},
		"a bad log":                 {in: receiptOf(start, patch, outcome(1, "1", `{"logConfig":1}`, fieldsJSON(""))), err: "r.jsonl:3: before: logConfig: expected an object, found 1"},
		"a PATCH of no cluster":     {in: receiptOf(start, patch, outcome(1, "1", "null", "null")), err: "r.jsonl:3: before and after do not match a PATCH"},
		"a PUT of fields":           {in: receiptOf(start, intent(1, planner.SetLog, "1", "PUT", `{}`, ""), outcome(1, "1", fieldsJSON(""), fieldsJSON(""))), err: "do not match a PUT"},
		"a POST without an id":      {in: receiptOf(start, intent(1, planner.Create, "", "POST", `{}`, ""), outcome(1, "", "null", fieldsJSON(""))), err: "do not match a POST"},
		"a DELETE of nothing":       {in: receiptOf(start, intent(1, planner.Delete, "1", "DELETE", `{}`, ""), outcome(1, "1", "null", "null")), err: "do not match a DELETE"},
		"a POST to one cluster":     {in: receiptOf(start, intentTo(1, planner.Create, "", "POST", "/managed-clusters/2", `{}`, "")), err: `r.jsonl:2: POST "/managed-clusters/2" is not a request for its cluster, whose id is ""`},
		"a POST of one with an id":  {in: receiptOf(start, intentTo(1, planner.Create, "1", "POST", "/managed-clusters", `{}`, "")), err: "is not a request for its cluster"},
		"a PATCH elsewhere":         {in: receiptOf(start, intentTo(1, planner.Update, "1", "PATCH", "/managed-clusters/2", `[]`, "")), err: `r.jsonl:2: PATCH "/managed-clusters/2" is not a request for its cluster, whose id is "1"`},
		"a PATCH without an id":     {in: receiptOf(start, intentTo(1, planner.Update, "", "PATCH", "/managed-clusters/", `[]`, "")), err: "is not a request for its cluster"},
		"a PUT elsewhere":           {in: receiptOf(start, intentTo(1, planner.SetLog, "1", "PUT", "/managed-clusters/1", `{}`, "")), err: "is not a request for its cluster"},
		"a DELETE elsewhere":        {in: receiptOf(start, intentTo(1, planner.Delete, "1", "DELETE", "/managed-clusters/1?x=1", `null`, "")), err: "is not a request for its cluster"},
		"a DELETE with its clients": {in: receiptOf(start, intentTo(1, planner.Delete, "1", "DELETE", "/managed-clusters/1?removeClients=true", `null`, "")), runs: 1, requests: 1},
		"another method":            {in: receiptOf(start, intent(1, planner.Update, "1", "GET", `[]`, "")), err: "r.jsonl:2: GET "},
		"the outcome of another":    {in: receiptOf(start, patch, outcome(1, "2", fieldsJSON(""), fieldsJSON(""))), err: `r.jsonl:3: outcome is for cluster "2", but its request was for "1"`},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			past, err := receipt.Read("r.jsonl", strings.NewReader(tt.in))
			if tt.err != "" {
				if err == nil || !strings.Contains(err.Error(), tt.err) {
					t.Errorf("error %v, want %q", err, tt.err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if len(past.Runs) != tt.runs || past.Truncated != tt.truncated {
				t.Errorf("%d runs, truncated %t", len(past.Runs), past.Truncated)
			}
			if tt.runs > 0 && len(past.Runs[tt.runs-1].Requests) != tt.requests {
				t.Errorf("requests %+v, want %d", past.Runs[tt.runs-1].Requests, tt.requests)
			}
		})
	}
}

func TestIsReceipt(t *testing.T) {
	t.Parallel()
	for content, want := range map[string]bool{receiptOf(start, end): true, start[:30]: true, `{"type":`: false, `{"type":"x"}` + "\n{": true, `{"formatVersion":"1.0"}`: false, `{"type":1}`: false, `[{"type":"start"}]`: false, "{": false, "": false} {
		if receipt.Is([]byte(content)) != want {
			t.Errorf("%q: %t", content, !want)
		}
	}
}

func TestReadReceiptPassesErrorsOn(t *testing.T) {
	t.Parallel()
	errRead := errors.New("no space left on device")
	_, err := receipt.Read("r.jsonl", iotest.ErrReader(errRead))
	if err == nil || err.Error() != "r.jsonl:1: no space left on device" {
		t.Errorf("err = %v", err)
	}
}

func TestSameTenant(t *testing.T) {
	t.Parallel()
	a := cluster.Tenant{BaseURL: "https://a/v3", Org: "acme"}
	tests := []struct {
		b    cluster.Tenant
		want bool
	}{
		{cluster.Tenant{BaseURL: "https://a/v2025", Org: "acme"}, true},
		{cluster.Tenant{BaseURL: "https://a/v3", Org: "other"}, false},
		{cluster.Tenant{BaseURL: "https://a/v3"}, false},
	}
	for _, tt := range tests {
		if a.Is(tt.b) != tt.want {
			t.Errorf("the same as %+v: %t", tt.b, !tt.want)
		}
	}
	a.Org = ""
	if !a.Is(a) || a.Is(cluster.Tenant{BaseURL: "https://b/v3"}) {
		t.Error("tenants without a name are distinguished by address")
	}
}

func TestRunsToUndo(t *testing.T) {
	t.Parallel()
	patch := intent(1, planner.Update, "1", "PATCH", `[]`, "")
	refused := patch + "\n" + outcome(1, "1", fieldsJSON(`"/name":"a"`), fieldsJSON(`"/name":"a"`))
	tests := map[string]struct {
		lines []string
		want  []int // the lines that the runs begin at
	}{
		"none":                       {},
		"nothing sent":               {[]string{start, end}, nil},
		"one":                        {[]string{start, patch, end}, []int{1}},
		"the last":                   {[]string{start, patch, end, start, patch, end}, []int{4}},
		"the last that sent":         {[]string{start, patch, end, start, end}, []int{1}},
		"with the one cut off":       {[]string{start, patch, end, start, patch, start, start, patch, end, start, end}, []int{4, 6, 7}},
		"the last that wrote":        {[]string{start, patch, end, start, refused, end}, []int{1}},
		"cut off itself":             {[]string{start, patch, end, start, patch}, []int{4}},
		"cut off from the beginning": {[]string{start, patch, start, patch}, []int{1, 3}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var got []int
			for _, run := range receipt.RunsToUndo(readReceipt(t, strings.Join(tt.lines, "\n"))) {
				got = append(got, run.Source.Line)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("runs (-want +got):\n%s", diff)
			}
		})
	}
}

// The last apply is never an undo, nor a run that wrote nothing.
func TestLastApply(t *testing.T) {
	t.Parallel()
	wrote := receipt.Run{Requests: []receipt.Request{{Method: "PATCH"}}, End: &receipt.Summary{}}
	killed, idle, undone := wrote, receipt.Run{End: &receipt.Summary{}}, wrote
	killed.End, undone.Undo = nil, true
	tests := map[string]struct {
		runs        []receipt.Run
		first, last int // of the result; last is -1 for none
		complete    bool
	}{
		"none":                       {nil, 0, -1, false},
		"only undos":                 {[]receipt.Run{undone, undone}, 0, -1, false},
		"nothing written":            {[]receipt.Run{idle}, 0, -1, false},
		"one":                        {[]receipt.Run{wrote}, 0, 0, false},
		"the last":                   {[]receipt.Run{wrote, wrote}, 1, 1, true},
		"an undo came after it":      {[]receipt.Run{wrote, wrote, undone, undone}, 1, 1, true},
		"an idle run came after it":  {[]receipt.Run{wrote, wrote, idle}, 1, 1, true},
		"with the killed before it":  {[]receipt.Run{wrote, killed, killed, wrote}, 1, 3, true},
		"perhaps with earlier ones":  {[]receipt.Run{killed, wrote}, 0, 1, false},
		"a killed one, then an undo": {[]receipt.Run{killed, undone, wrote}, 2, 2, true},
		"after a killed undo":        {[]receipt.Run{wrote, {Undo: true}, wrote}, 2, 2, true},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, complete := receipt.LastApply(tt.runs)
			if diff := cmp.Diff(tt.runs[tt.first:tt.last+1], got, cmpopts.EquateEmpty()); diff != "" || complete != tt.complete {
				t.Errorf("complete: %t, runs (-want +got):\n%s", complete, diff)
			}
		})
	}
}

func TestEffects(t *testing.T) {
	t.Parallel()
	const (
		none   = `{"logConfig":null}`
		warn   = `{"logConfig":{"rootLevel":"WARN","logLevels":{"x":"OFF"},"expiration":"2026-03-29T13:00:00Z"}}`
		info   = `{"logConfig":{"rootLevel":"INFO","logLevels":{},"expiration":"2026-03-29T14:00:00Z"}}`
		put    = `{"rootLevel":"INFO","logLevels":{},"expiration":"2026-03-29T14:00:00Z"}`
		putLog = `{"path":"/logConfig/rootLevel","before":"WARN","after":"INFO"},{"path":"/logConfig/logLevels/x","before":"OFF"},{"path":"/logConfig/expiration","before":"2026-03-29T13:00:00Z","after":"2026-03-29T14:00:00Z"}`
		made   = `{"path":"/name","after":"va"},{"path":"/updatePreferences/updateState","after":"AUTO"},{"path":"/logConfig/rootLevel","after":"INFO"}`
		ab     = `{"path":"/a","before":"1","after":"2"}`
		other  = `{"path":"/other","before":"1","after":"2"}`
	)
	warned := &cluster.LiveLogConfig{RootLevel: "WARN", LogLevels: map[string]cluster.Level{"x": "OFF"}, Expiration: noon().Add(time.Hour)}
	informed := &cluster.LiveLogConfig{RootLevel: "INFO", LogLevels: map[string]cluster.Level{}, Expiration: noon().Add(2 * time.Hour)}
	const informedLonger = `{"logConfig":{"rootLevel":"INFO","logLevels":{},"expiration":"2026-03-29T15:00:00Z"}}`
	longer := &cluster.LiveLogConfig{RootLevel: "INFO", LogLevels: map[string]cluster.Level{}, Expiration: noon().Add(3 * time.Hour)}
	raw := func(s string) json.RawMessage {
		if s == "" {
			return nil
		}
		return json.RawMessage(s)
	}
	diff := func(values ...string) []jsonpatch.Edit {
		diffs := []jsonpatch.Edit{}
		for v := range slices.Chunk(values, 3) {
			diffs = append(diffs, jsonpatch.Edit{Path: v[0], Before: raw(v[1]), After: raw(v[2])})
		}
		return diffs
	}
	patch := func(seq int, body string) string { return intent(seq, planner.Update, "1", "PATCH", `[]`, body) }
	post := func(seq int) string { return intent(seq, planner.Create, "", "POST", `{}`, made) }
	remove := func(seq int) string { return intent(seq, planner.Delete, "1", "DELETE", `null`, "") }
	setLog := func(seq int) string { return intent(seq, planner.SetLog, "1", "PUT", put, putLog) }
	there := fieldsJSON("")
	tests := map[string]struct {
		lines []string
		want  []receipt.Effect
	}{
		"refused": {lines: []string{start, patch(1, ab), outcome(1, "1", fieldsJSON(`"/a":"1"`), fieldsJSON(`"/a":"1"`))}},
		"the earliest before, the latest after": {
			lines: []string{start, patch(1, other), outcome(1, "1", fieldsJSON(`"/a":"1"`), fieldsJSON(`"/a":"2"`)), end,
				start, patch(1, other), outcome(1, "1", fieldsJSON(`"/a":"2"`), fieldsJSON(`"/a":"3","/b":null`))},
			want: []receipt.Effect{{ID: "1", Diff: diff("/a", `"1"`, `"3"`, "/b", "", "null")}},
		},
		"another value was found than was set": {
			lines: []string{start, patch(1, ab), outcome(1, "1", fieldsJSON(`"/a":"1"`), fieldsJSON(`"/a":"theirs"`))},
			want:  []receipt.Effect{{ID: "1", Diff: diff("/a", `"1"`, `"2"`)}},
		},
		"there and back": {lines: []string{start,
			patch(1, other), outcome(1, "1", fieldsJSON(`"/a":"1"`), fieldsJSON(`"/a":"2"`)),
			patch(2, other), outcome(2, "1", fieldsJSON(`"/a":"2"`), fieldsJSON(`"/a":"1"`)),
			setLog(3), outcome(3, "1", warn, info), setLog(4), outcome(4, "1", info, warn)}},
		"beneath a whole object": {
			lines: []string{start, patch(1, ab), outcome(1, "1", there, fieldsJSON(`"/c":{"x":"1"}`)),
				patch(2, ab), outcome(2, "1", fieldsJSON(`"/c/x":"1"`), fieldsJSON(`"/c/y":"2"`))},
			want: []receipt.Effect{{ID: "1", Diff: diff("/c", "", `{"y":"2"}`)}},
		},
		"a whole object above": {
			lines: []string{start, patch(1, ab), outcome(1, "1", fieldsJSON(`"/c/x":"1","/cd":1`), fieldsJSON(`"/c/x":"2","/cd":2`)),
				patch(2, ab), outcome(2, "1", fieldsJSON(`"/c":{"x":"2"}`), fieldsJSON(`"/c":{"z":"3"}`))},
			want: []receipt.Effect{{ID: "1", Diff: diff("/c", `{"x":"1"}`, `{"z":"3"}`, "/cd", "1", "2")}},
		},
		"a whole object far above": {
			lines: []string{start, patch(1, ab), outcome(1, "1", fieldsJSON(`"/c/x/u":"1","/c/x/v":"1","/c/y":"1"`), fieldsJSON(`"/c/x/u":"2","/c/x/v":"2","/c/y":"2"`)),
				patch(2, ab), outcome(2, "1", fieldsJSON(`"/c":{"x":{"u":"2","v":"2"},"y":"2"}`), fieldsJSON(`"/c":{"z":"3"}`))},
			want: []receipt.Effect{{ID: "1", Diff: diff("/c", `{"x":{"u":"1","v":"1"},"y":"1"}`, `{"z":"3"}`)}},
		},
		"someone else in between": {
			lines: []string{start, patch(1, other), outcome(1, "1", fieldsJSON(`"/a":"1","/b":"1"`), fieldsJSON(`"/a":"2","/b":"2"`)),
				start, patch(1, other), outcome(1, "1", fieldsJSON(`"/a":"theirs","/b":"2"`), fieldsJSON(`"/a":"3","/b":"3"`))},
			want: []receipt.Effect{{ID: "1", Diff: diff("/a", `"theirs"`, `"3"`, "/b", `"1"`, `"3"`)}},
		},
		"someone else in between, beneath a whole object": {
			lines: []string{start, patch(1, ab), outcome(1, "1", there, fieldsJSON(`"/c":{"x":"1","y":"1"}`)),
				start, patch(1, ab), outcome(1, "1", fieldsJSON(`"/c/x":"theirs"`), fieldsJSON(`"/c/x":"2"`))},
			want: []receipt.Effect{{ID: "1", Diff: diff("/c", `{"x":"theirs"}`, `{"x":"2","y":"1"}`)}},
		},
		"someone else in between, and a whole object above": {
			lines: []string{start, patch(1, ab), outcome(1, "1", fieldsJSON(`"/c/x":"1","/c/y":"1"`), fieldsJSON(`"/c/x":"2","/c/y":"2"`)),
				start, patch(1, ab), outcome(1, "1", fieldsJSON(`"/c":{"x":"theirs","y":"2"}`), fieldsJSON(`"/c":{}`))},
			want: []receipt.Effect{{ID: "1", Diff: diff("/c", `{"x":"theirs","y":"1"}`, `{}`)}},
		},
		"someone else in between, and then a doubt": {
			lines: []string{start, patch(1, ab), outcome(1, "1", fieldsJSON(`"/a":"1"`), fieldsJSON(`"/a":"2"`)),
				start, patch(1, `{"path":"/a","before":"theirs","after":"3"}`)},
			want: []receipt.Effect{{ID: "1", Unknown: true, Diff: diff("/a", `"theirs"`, `"3"`)}},
		},
		"a doubt, not done": {
			lines: []string{start, patch(1, other), outcome(1, "1", fieldsJSON(`"/a":"0"`), fieldsJSON(`"/a":"1"`)),
				start, patch(1, ab), start, patch(1, other), outcome(1, "1", fieldsJSON(`"/a":"1"`), fieldsJSON(`"/a":"2"`))},
			want: []receipt.Effect{{ID: "1", Diff: diff("/a", `"0"`, `"2"`)}},
		},
		"nothing put into nothing": {
			lines: []string{start, patch(1, ab), outcome(1, "1", fieldsJSON(`"/c":{"x":"1"}`), there),
				start, patch(1, ab), outcome(1, "1", fieldsJSON(`"/c/y":"theirs"`), there)},
			want: []receipt.Effect{{ID: "1", Diff: diff("/c", `{"x":"1","y":"theirs"}`, "")}},
		},
		"nothing put into null": {
			lines: []string{start, patch(1, ab), outcome(1, "1", fieldsJSON(`"/c":{"x":"1"}`), fieldsJSON(`"/c":null`)),
				start, patch(1, ab), outcome(1, "1", fieldsJSON(`"/c/y":"theirs"`), there)},
			want: []receipt.Effect{{ID: "1", Diff: diff("/c", `{"x":"1","y":"theirs"}`, "null")}},
		},
		"null is as good as nothing": {
			lines: []string{start, patch(1, other), outcome(1, "1", fieldsJSON(`"/a":"1"`), there),
				start, patch(1, other), outcome(1, "1", fieldsJSON(`"/a":null`), fieldsJSON(`"/a":"2"`))},
			want: []receipt.Effect{{ID: "1", Diff: diff("/a", `"1"`, `"2"`)}},
		},
		"someone else's log in between": {
			lines: []string{start, setLog(1), outcome(1, "1", none, info), start, setLog(1), outcome(1, "1", warn, info)},
			want:  []receipt.Effect{{ID: "1", Diff: diff(), Log: &receipt.LogEffect{Before: warned, After: informed}}},
		},
		"someone else's log and none before": {
			lines: []string{start, setLog(1), outcome(1, "1", info, none), start, setLog(1), outcome(1, "1", warn, info)},
			want:  []receipt.Effect{{ID: "1", Diff: diff(), Log: &receipt.LogEffect{Before: warned, After: informed}}},
		},
		"log that ended by itself in between": {
			lines: []string{start, setLog(1), outcome(1, "1", info, warn), start,
				strings.Replace(setLog(1), `"seq":1`, `"seq":1,"time":"2026-03-29T13:30:00Z"`, 1), outcome(1, "1", none, informedLonger)},
			want: []receipt.Effect{{ID: "1", Diff: diff(), Log: &receipt.LogEffect{Before: informed, After: longer}}},
		},
		"log in doubt, not done": {
			lines: []string{start, setLog(1), start, setLog(1), outcome(1, "1", warn, info)},
			want:  []receipt.Effect{{ID: "1", Diff: diff(), Log: &receipt.LogEffect{Before: warned, After: informed}}},
		},
		"log in doubt, done": {
			lines: []string{start, setLog(1), start, setLog(1), outcome(1, "1", info, informedLonger)},
			want:  []receipt.Effect{{ID: "1", Diff: diff(), Log: &receipt.LogEffect{Before: warned, After: longer}}},
		},
		"made whole, and someone else in between": {
			lines: []string{start, post(1), strings.Replace(outcome(1, "1", "null", fieldsJSON(`"/a":"1"`)), `"status"`, `"whole":true,"status"`, 1),
				start, patch(1, ab), outcome(1, "1", fieldsJSON(`"/a":"theirs"`), fieldsJSON(`"/a":"2"`))},
			want: []receipt.Effect{{ID: "1", Created: true, Whole: true, Diff: diff("/a", `"theirs"`, `"2"`)}},
		},
		"adopted": {
			lines: []string{start, post(1), strings.Replace(outcome(1, "1", "null", fieldsJSON(`"/name":"va"`)), `"status"`, `"adopted":true,"status"`, 1)},
			want:  []receipt.Effect{{ID: "1", Created: true, Adopted: true, Diff: diff("/name", "", `"va"`)}},
		},
		"adopted and deleted": {
			lines: []string{start, post(1), strings.Replace(outcome(1, "1", "null", there), `"status"`, `"adopted":true,"status"`, 1), remove(2), outcome(2, "1", there, "null")},
			want:  []receipt.Effect{{ID: "1", Deleted: true, Diff: diff()}},
		},
		"begun without an answer, and gone on with": {
			lines: []string{start, post(1), start, intent(1, planner.Create, "1", "PATCH", `[{"op":"add","path":"/p/s","value":"AUTO"}]`, made), outcome(1, "1", there, fieldsJSON(`"/p/s":"AUTO"`))},
			want:  []receipt.Effect{{ID: "1", Created: true, Adopted: true, Diff: diff("/name", "", `"va"`, "/p/s", "", `"AUTO"`), Unknown: true}},
		},
		"without an outcome": {
			lines: []string{start, patch(1, ab)},
			want:  []receipt.Effect{{ID: "1", Unknown: true, Diff: diff("/a", `"1"`, `"2"`)}},
		},
		"unsettled beneath a whole object": {
			lines: []string{start, patch(1, ab), outcome(1, "1", there, fieldsJSON(`"/c":{"x":"1"}`)), patch(2, `{"path":"/c/x","before":"1","after":"2"}`), unsettled(2)},
			want:  []receipt.Effect{{ID: "1", Unknown: true, Diff: diff("/c", "", `{"x":"2"}`)}},
		},
		"settled by the next run": {
			lines: []string{start, patch(1, ab), start, patch(1, ab), outcome(1, "1", fieldsJSON(`"/a":"1"`), fieldsJSON(`"/a":"2"`))},
			want:  []receipt.Effect{{ID: "1", Diff: diff("/a", `"1"`, `"2"`)}},
		},
		"log": {
			lines: []string{start, setLog(1), outcome(1, "1", none, warn), setLog(2), outcome(2, "1", warn, info)},
			want:  []receipt.Effect{{ID: "1", Diff: diff(), Log: &receipt.LogEffect{After: informed}}},
		},
		"made, and changed by someone else before it was completed": {
			lines: []string{start, post(1), outcome(1, "1", "null", fieldsJSON(`"/name":"va"`)),
				intent(2, planner.Create, "1", "PATCH", `[{"op":"test","path":"/d","value":null},{"op":"add","path":"/p","value":{"s":"AUTO"}}]`, made),
				outcome(2, "1", fieldsJSON(`"/d":null,"/p/s":null`), fieldsJSON(`"/d":"theirs","/p/s":"AUTO"`))},
			want: []receipt.Effect{{ID: "1", Created: true, Diff: diff("/name", "", `"va"`, "/p/s", "", `"AUTO"`)}},
		},
		"log in vain": {lines: []string{start, setLog(1), outcome(1, "1", warn, warn)}},
		"log without an outcome": {
			lines: []string{start, setLog(1)},
			want:  []receipt.Effect{{ID: "1", Unknown: true, Diff: diff(), Log: &receipt.LogEffect{Before: warned, After: informed}}},
		},
		"made": {
			lines: []string{start, post(1), outcome(1, "1", "null", fieldsJSON(`"/name":"va"`)),
				intent(2, planner.Create, "1", "PATCH", `[{"op":"add","path":"/p/s","value":"AUTO"}]`, made), outcome(2, "1", fieldsJSON(`"/p/s":null,"/gone":1`), fieldsJSON(`"/p/s":"AUTO"`)),
				intent(3, planner.Create, "1", "PUT", put, made), outcome(3, "1", none, info)},
			want: []receipt.Effect{{ID: "1", Created: true, Diff: diff("/name", "", `"va"`, "/p/s", "", `"AUTO"`), Log: &receipt.LogEffect{After: informed}}},
		},
		"not made": {lines: []string{start, post(1), outcome(1, "", "null", "null")}},
		"made, perhaps": {
			lines: []string{start, post(1)},
			want:  []receipt.Effect{{Created: true, Unknown: true, Diff: diff("/name", "", `"va"`)}},
		},
		"made, and its fields could not be read": {
			lines: []string{start, post(1), unsettled(1)},
			want:  []receipt.Effect{{ID: "1", Created: true, Unknown: true, Diff: diff("/name", "", `"va"`)}},
		},
		"made by the next run": {
			lines: []string{start, post(1), start, post(1), outcome(1, "1", "null", there)},
			want:  []receipt.Effect{{ID: "1", Created: true, Diff: diff()}},
		},
		"made, cut off while completed": {
			lines: []string{start, post(1), outcome(1, "1", "null", there), intent(2, planner.Create, "1", "PATCH", `[{"op":"add","path":"/p/s","value":"AUTO"}]`, made)},
			want:  []receipt.Effect{{ID: "1", Created: true, Unknown: true, Diff: diff("/updatePreferences/updateState", "", `"AUTO"`)}},
		},
		"made, cut off while its log was set": {
			lines: []string{start, post(1), outcome(1, "1", "null", there), intent(2, planner.Create, "1", "PUT", put, made)},
			want:  []receipt.Effect{{ID: "1", Created: true, Unknown: true, Diff: diff(), Log: &receipt.LogEffect{After: informed}}},
		},
		"made and deleted": {lines: []string{start, post(1), outcome(1, "1", "null", there), remove(2), outcome(2, "1", there, "null")}},
		"made and perhaps deleted": {
			lines: []string{start, post(1), outcome(1, "1", "null", there), remove(2)},
			want:  []receipt.Effect{{ID: "1", Created: true, Deleted: true, Unknown: true, Diff: diff()}},
		},
		"deleted": {
			lines: []string{start, patch(1, ab), remove(2), outcome(2, "1", there, "null")},
			want:  []receipt.Effect{{ID: "1", Deleted: true, Diff: diff()}},
		},
		"not deleted": {lines: []string{start, remove(1), outcome(1, "1", there, there)}},
		"deleted, perhaps": {
			lines: []string{start, remove(1), unsettled(1)},
			want:  []receipt.Effect{{ID: "1", Deleted: true, Unknown: true, Diff: diff()}},
		},
		"deleted, perhaps, but there is news of it": {
			lines: []string{start, remove(1), start, setLog(1), outcome(1, "1", warn, info)},
			want:  []receipt.Effect{{ID: "1", Diff: diff(), Log: &receipt.LogEffect{Before: warned, After: informed}}},
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			want := []receipt.Effect{}
			for _, d := range tt.want {
				d.Name, d.Source = "va", cluster.Source{File: "r.jsonl", Line: len(tt.lines), Column: 1}
				want = append(want, d)
			}
			if diff := cmp.Diff(want, effectsOf(t, receiptOf(tt.lines...))); diff != "" {
				t.Errorf("effects (-want +got):\n%s", diff)
			}
		})
	}
}

func TestEffectsOfWhatMakesNoSense(t *testing.T) {
	t.Parallel()
	there := fieldsJSON("")
	tests := map[string]struct{ in, want string }{
		"no log body":               {receiptOf(start, intent(1, planner.SetLog, "1", "PUT", `[]`, "")), "r.jsonl:2: invalid log configuration"},
		"a log diff":                {receiptOf(start, intent(1, planner.SetLog, "1", "PUT", `{}`, `{"path":"/logConfig/rootLevel","before":1}`)), "r.jsonl:2: invalid diff"},
		"beneath a string":          {receiptOf(start, intent(1, planner.Update, "1", "PATCH", `[]`, ""), outcome(1, "1", there, fieldsJSON(`"/a":"x"`)), intent(2, planner.Update, "1", "PATCH", `[]`, `{"path":"/a/b","after":1}`)), `r.jsonl:4: "b" was written below a value that is not an object`},
		"far beneath a string":      {receiptOf(start, intent(1, planner.Update, "1", "PATCH", `[]`, ""), outcome(1, "1", there, fieldsJSON(`"/a":{"b":"x"}`)), intent(2, planner.Update, "1", "PATCH", `[]`, `{"path":"/a/b/c","after":1}`)), `r.jsonl:4: "c" was written below a value that is not an object`},
		"beneath what was a string": {receiptOf(start, intent(1, planner.Update, "1", "PATCH", `[]`, ""), outcome(1, "1", fieldsJSON(`"/a":"x"`), fieldsJSON(`"/a":{"b":1}`)), intent(2, planner.Update, "1", "PATCH", `[]`, `{"path":"/a/b","before":2,"after":1}`)), `r.jsonl:4: "b" was written below a value that is not an object`},
		"above what is not":         {receiptOf(start, intent(1, planner.Update, "1", "PATCH", `[]`, ""), outcome(1, "1", fieldsJSON(`"/a/b":1`), there), intent(2, planner.Update, "1", "PATCH", `[]`, ""), outcome(2, "1", fieldsJSON(`"/a":"x"`), there)), `r.jsonl:5: "b" was written below a value that is not an object`},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			effects, err := receipt.Effects(readReceipt(t, tt.in).Runs)
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("effects %+v, error %v, want %q", effects, err, tt.want)
			}
		})
	}
}

func TestEffectsOfAnotherMethod(t *testing.T) {
	t.Parallel()
	run := receipt.Run{Requests: []receipt.Request{{
		Source: cluster.Source{File: "r.jsonl", Line: 2}, Change: receipt.RequestedChange{ID: "1"}, Method: "GET",
	}}}
	if _, err := receipt.Effects([]receipt.Run{run}); err == nil || err.Error() != "r.jsonl:2: unsupported method GET" {
		t.Errorf("err = %v", err)
	}
}

// The effects of any sequence of writes are the differences between the first and the last state,
// at the written places.
func TestEffectsAreTheDifference(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		first := json.RawMessage(rapid.SampledFrom([]string{`{}`, `{"c":{}}`, `{"c":{"x":"0","own":"1"},"d":"0"}`}).Draw(t, "document"))
		doc, lines := first, []string{start}
		roots := map[string]bool{}
		for seq := range rapid.IntRange(1, 6).Draw(t, "writes") {
			next, err := jsonpatch.Overlay(doc, []jsonpatch.Field{drawField(t)})
			if err != nil {
				t.Fatal(err)
			}
			patch, err := jsonpatch.Diff(doc, next)
			if err != nil {
				t.Fatal(err)
			}
			before, after := map[string]json.RawMessage{}, map[string]json.RawMessage{}
			for _, op := range patch.WithoutTests() {
				roots[op.Path] = true
				note(t, before, doc, op.Path)
				note(t, after, next, op.Path)
			}
			doc = next
			lines = append(lines, intent(seq+1, planner.Update, "1", "PATCH", `[]`, ""), outcome(seq+1, "1", encode(t, before), encode(t, after)))
		}
		past, err := receipt.Read("r.jsonl", strings.NewReader(receiptOf(lines...)))
		if err != nil {
			t.Fatal(err)
		}
		effects, err := receipt.Effects(past.Runs)
		if err != nil {
			t.Fatal(err)
		}
		got := []jsonpatch.Edit{}
		if len(effects) > 0 {
			got = effects[0].Diff
		}
		if diff := cmp.Diff(differences(t, first, doc, roots), got); diff != "" {
			t.Fatalf("from %s to %s (-want +got):\n%s\n%s", first, doc, diff, receiptOf(lines...))
		}
	})
}

func drawField(t *rapid.T) jsonpatch.Field {
	f := jsonpatch.Field{Path: rapid.SampledFrom([]string{"/c/x", "/c/y", "/d", "/e~1f"}).Draw(t, "path")}
	if value := rapid.SampledFrom([]string{"", `"0"`, `"1"`, "null"}).Draw(t, "value"); value != "" {
		f.Value = json.RawMessage(value)
	}
	return f
}

func note(t *rapid.T, into map[string]json.RawMessage, doc json.RawMessage, path string) {
	value, there, err := jsonpatch.Lookup(doc, path)
	if err != nil {
		t.Fatal(err)
	}
	if there {
		into[path] = value
	}
}

func encode(t *rapid.T, fields map[string]json.RawMessage) string {
	data, err := json.Marshal(map[string]any{"fields": fields})
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// differences are those between two documents at the outermost of some paths.
func differences(t *rapid.T, before, after json.RawMessage, paths map[string]bool) []jsonpatch.Edit {
	was, is := map[string]json.RawMessage{}, map[string]json.RawMessage{}
	diffs := []jsonpatch.Edit{}
	for _, path := range slices.Sorted(maps.Keys(paths)) {
		if parent := path[:strings.LastIndex(path, "/")]; paths[parent] {
			continue
		}
		note(t, was, before, path)
		note(t, is, after, path)
		if string(was[path]) != string(is[path]) {
			diffs = append(diffs, jsonpatch.Edit{Path: path, Before: was[path], After: is[path]})
		}
	}
	return diffs
}

func FuzzReadReceipt(f *testing.F) {
	f.Add([]byte(receiptOf(start, intent(1, planner.Create, "", "POST", `{}`, `{"path":"/name","after":"va"}`), outcome(1, "1", "null", fieldsJSON(`"/name":"va"`)), end)))
	f.Add([]byte(receiptOf(start, intent(1, planner.SetLog, "1", "PUT", `{"rootLevel":"INFO"}`, `{"path":"/logConfig/logLevels"}`))))
	f.Add([]byte(receiptOf(start, intent(1, planner.Update, "1", "PATCH", `[]`, `{"path":"/c","after":{}},{"path":"/c/x","after":1}`), unsettled(1)) + `{"type":"st`))
	f.Add([]byte(receiptOf(start, intent(1, planner.Delete, "1", "DELETE", `null`, ""), outcome(1, "1", fieldsJSON(""), "null"))))
	f.Fuzz(func(t *testing.T, data []byte) {
		past, err := receipt.Read("r", strings.NewReader(string(data)))
		if err != nil {
			if len(past.Runs) > 0 || !strings.HasPrefix(err.Error(), "r:") {
				t.Errorf("receipt %+v with error %v", past, err)
			}
			return
		}
		effects, err := receipt.Effects(receipt.RunsToUndo(past))
		if err != nil && len(effects) > 0 {
			t.Errorf("effects %+v with error %v", effects, err)
		}
	})
}
