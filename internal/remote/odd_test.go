package remote_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"clusterctl/internal/api"
	"clusterctl/internal/cluster"
)

// wholeBody is a cluster with nothing odd about it.
const wholeBody = `{"id":"whole","name":"va-whole","type":"idn","clientType":"VA","ccgVersion":"v01","status":"NORMAL",` +
	`"operational":true,"clientIds":["1"],"serviceCount":6,"configuration":{"gmtOffset":"-6"},` +
	`"createdAt":"2026-01-02T03:04:05Z","logConfiguration":{"rootLevel":"INFO","logLevels":{"a":"OFF"},"expiration":"2026-01-02T03:04:05Z"}}`

// answering serves each body as a cluster, a listing of them, and the log
// configurations.
func answering(t testing.TB, logs string, bodies ...string) *fake {
	t.Helper()
	return newFake(t, func(w http.ResponseWriter, r *http.Request) {
		switch {
		case strings.HasSuffix(r.URL.Path, "/log-config"):
			fmt.Fprint(w, logs)
		case r.URL.Path == "/v3/managed-clusters":
			w.Header().Set(api.TotalCountHeader, fmt.Sprint(len(bodies)))
			fmt.Fprintf(w, "[%s]", strings.Join(bodies, ","))
		default:
			fmt.Fprint(w, bodies[0])
		}
	})
}

func list(t testing.TB, f *fake, need cluster.Need) (cluster.Snapshot, error) {
	t.Helper()
	return newClient(t, config(t, f.URL)).Snapshot(t.Context(), tenantOf(f.URL), need)
}

// A malformed field of a cluster is unknown, and nothing else changes.
func TestOddFields(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		member string // in place of the one of a cluster with nothing odd
		spoil  func(*cluster.Live)
	}{
		"services as text":        {`"serviceCount":"6"`, func(l *cluster.Live) { l.Services = cluster.Count{} }},
		"services as float":       {`"serviceCount":6.0`, func(*cluster.Live) {}},
		"services in another way": {`"serviceCount":0.6e1`, func(*cluster.Live) {}},
		"services in halves":      {`"serviceCount":6.5`, func(l *cluster.Live) { l.Services = cluster.Count{} }},
		"services negative":       {`"serviceCount":-1`, func(l *cluster.Live) { l.Services = cluster.Count{} }},
		"services absurd":         {`"serviceCount":1000000000000000000000000000000`, func(l *cluster.Live) { l.Services = cluster.Count{} }},
		"services null":           {`"serviceCount":null`, func(l *cluster.Live) { l.Services = cluster.Count{} }},
		"services in other case":  {`"ServiceCount":7,"SERVICECOUNT":0`, func(l *cluster.Live) { l.Services = cluster.Count{} }},
		"clients as numbers":      {`"clientIds":[1244]`, func(*cluster.Live) {}},
		"clients as objects":      {`"clientIds":[{"id":"1244"}]`, func(*cluster.Live) {}},
		"clients as nulls":        {`"clientIds":[null,null]`, func(l *cluster.Live) { l.Clients = cluster.Exactly(2) }},
		"clients as text":         {`"clientIds":"1244"`, func(l *cluster.Live) { l.Clients = cluster.Count{} }},
		"clients as an object":    {`"clientIds":{"0":"1244"}`, func(l *cluster.Live) { l.Clients = cluster.Count{} }},
		"clients null":            {`"clientIds":null`, func(l *cluster.Live) { l.Clients = cluster.Count{} }},
		"type as number":          {`"type":7`, func(l *cluster.Live) { l.Type = "" }},
		"type null":               {`"type":null`, func(l *cluster.Live) { l.Type = "" }},
		"operational as text":     {`"operational":"true"`, func(l *cluster.Live) { l.Operational = nil }},
		"status as object":        {`"status":{}`, func(l *cluster.Live) { l.Status = "" }},
		"version as list":         {`"ccgVersion":["v01"]`, func(l *cluster.Live) { l.CCGVersion = "" }},
		"configuration as list":   {`"configuration":[]`, func(*cluster.Live) {}},
		"name as number": {`"name":7`, func(l *cluster.Live) {
			l.Name, l.Problem = "7", "the tenant returned a name that is not a string"
		}},
		"name as object": {`"name":{}`, func(l *cluster.Live) {
			l.Name, l.Problem = "", "the tenant returned a name that is not a string"
		}},
		"name as list": {`"name":[]`, func(l *cluster.Live) {
			l.Name, l.Problem = "", "the tenant returned a name that is not a string"
		}},
		"name as boolean": {`"name":true`, func(l *cluster.Live) {
			l.Name, l.Problem = "true", "the tenant returned a name that is not a string"
		}},
		"a log without level":    {`"logConfiguration":{"expiration":"2026-01-02T03:04:05Z"}`, func(l *cluster.Live) { l.Log = cluster.LogState{} }},
		"a log that is null":     {`"logConfiguration":null`, func(l *cluster.Live) { l.Log = cluster.LogState{Known: true} }},
		"name null":              {`"name":null`, func(l *cluster.Live) { l.Name, l.Problem = "", "the tenant returned no name" }},
		"name empty":             {`"name":""`, func(l *cluster.Live) { l.Name, l.Problem = "", "the tenant returned no name" }},
		"name in other case":     {`"name":"va-whole","NAME":"other"`, func(*cluster.Live) {}},
		"id in other case":       {`"name":"va-whole","ID":"other","Id":7`, func(*cluster.Live) {}},
		"half a surrogate pair":  {`"status":"\ud83d"`, func(l *cluster.Live) { l.Status = "\uFFFD" }},
		"a log without zone":     {`"logConfiguration":{"rootLevel":"INFO","expiration":"2026-01-02T03:04:05"}`, func(l *cluster.Live) { l.Log = cluster.LogState{} }},
		"a log that is a number": {`"logConfiguration":7`, func(l *cluster.Live) { l.Log = cluster.LogState{} }},
		"a log of odd minutes": {`"logConfiguration":{"rootLevel":"INFO","logLevels":{"a":"OFF"},"durationMinutes":"240","clientId":{},"expiration":"2026-01-02T03:04:05Z","RootLevel":7}`,
			func(*cluster.Live) {}},
	}
	for _, created := range []string{`""`, `1767323045000`, `"2026-01-02T03:04:05.000+0000"`, `"2026-01-02T03:04:05"`, `null`, `{}`} {
		tt := tests["services negative"]
		tt.member, tt.spoil = `"createdAt":`+created, func(l *cluster.Live) { l.CreatedAt = time.Time{} }
		tests["createdAt "+created] = tt
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			odd := without(t, wholeBody, tt.member)
			s, err := list(t, answering(t, "null", odd, without(t, wholeBody, `"id":"sibling"`)), nothing())
			if err != nil || len(s.Clusters) != 2 || !s.Listing.Verified {
				t.Fatalf("%v: %d clusters, listing %+v", err, len(s.Clusters), s.Listing)
			}
			want := s.Clusters[1]
			want.ID = "whole"
			tt.spoil(&want)
			got := s.Clusters[0]
			got.Document, want.Document = nil, nil
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// without is a body in which the members of another object take the place of
// those of their keys.
func without(t testing.TB, body, members string) string {
	t.Helper()
	var object, other map[string]json.RawMessage
	if err := json.Unmarshal([]byte(body), &object); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal([]byte("{"+members+"}"), &other); err != nil {
		t.Fatal(err)
	}
	maps.Copy(object, other)
	if strings.Contains(members, "erviceCount") && other["serviceCount"] == nil {
		delete(object, "serviceCount")
	}
	text, err := json.Marshal(object)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// A row that is not a cluster is counted, and has a Problem.
func TestOddRows(t *testing.T) {
	t.Parallel()
	for name, rows := range map[string][]string{
		"no id":                {`{"name":"x"}`},
		"an id of no text":     {`{"id":7,"name":"x"}`},
		"an empty id":          {`{"id":"","name":"x"}`},
		"a dot":                {`{"id":".","name":"x"}`},
		"two dots":             {`{"id":"..","name":"x"}`},
		"half a pair":          {`{"id":"a\ud83d","name":"x"}`},
		"null":                 {`null`},
		"a list":               {`[]`},
		"a text":               {`"x"`},
		"a number":             {`1e999`},
		"twice the same":       {`null`, `null`},
		"several of a kind":    {`{}`, `{"name":"x"}`, `{"name":"y"}`},
		"an id in another way": {`{"ID":"x"}`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			rows = append(rows, wholeBody)
			s, err := list(t, answering(t, "null", rows...), cluster.Need{Log: func(cluster.Live) bool { return true }})
			if err != nil || len(s.Clusters) != len(rows) || !s.Listing.Verified {
				t.Fatalf("%v: %d clusters, listing %+v", err, len(s.Clusters), s.Listing)
			}
			if got := s.Clusters[0]; got.ID != "whole" || got.Problem != "" {
				t.Errorf("the whole one is %+v", got)
			}
			for _, odd := range s.Clusters[1:] {
				if odd.ID != "" || odd.Problem == "" || len(odd.Document) == 0 {
					t.Errorf("the odd one is %+v", odd)
				}
			}
		})
	}
}

// Rows with the same bytes on two pages may be one row or two. The listing is unverified; if it
// lacks more than those, it is an error.
func TestRowsThatCannotBeDistinguished(t *testing.T) {
	t.Parallel()
	for count, readable := range map[int]bool{4: true, 5: false} {
		f := newFake(t, func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set(api.TotalCountHeader, strconv.Itoa(count))
			switch r.URL.Query().Get("offset") {
			case "0":
				fmt.Fprintf(w, "[null,%s]", rows(1, 1)[1:len(rows(1, 1))-1])
			case "2":
				fmt.Fprintf(w, "[null,%s]", rows(2, 1)[1:len(rows(2, 1))-1])
			default:
				fmt.Fprint(w, "[]")
			}
		})
		s, err := list(t, f, nothing())
		if (err == nil) != readable || s.Listing.Verified || readable && len(s.Clusters) != 3 {
			t.Errorf("counted %d: %v, %d clusters, %+v", count, err, len(s.Clusters), s.Listing)
		}
	}
}

// Malformed bodies do not prevent a listing, and other clusters are read as usual.
func TestOddnessFailsNothing(t *testing.T) {
	t.Parallel()
	var body string
	f := newFake(t, func(w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, "/log-config") {
			fmt.Fprint(w, body)
			return
		}
		w.Header().Set(api.TotalCountHeader, "2")
		fmt.Fprintf(w, "[%s,%s]", body, wholeBody)
	})
	client := newClient(t, config(t, f.URL))
	all := cluster.Need{Log: func(cluster.Live) bool { return true }}
	whole, err := list(t, answering(t, "null", wholeBody), nothing())
	if err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(t *rapid.T) {
		var object any
		if err := json.Unmarshal([]byte(strings.Replace(wholeBody, `"whole"`, `"odd"`, 1)), &object); err != nil {
			t.Fatal(err)
		}
		text, err := json.Marshal(spoiled(t, object, 0))
		if err != nil {
			t.Fatal(err)
		}
		body = string(text)
		s, err := client.Snapshot(t.Context(), tenantOf(""), all)
		if err != nil || len(s.Clusters) != 2 || !s.Listing.Verified {
			t.Fatalf("%v: %d clusters of %s, listing %+v", err, len(s.Clusters), body, s.Listing)
		}
		for _, live := range s.Clusters {
			if live.ID == "whole" {
				if diff := cmp.Diff(whole.Clusters[0], live); diff != "" {
					t.Errorf("next to %s (-want +got):\n%s", body, diff)
				}
			}
		}
	})
}

// spoiled is a JSON value, odd at any depth: members are dropped, made null or
// something else, and others come.
func spoiled(t *rapid.T, value any, depth int) any {
	switch rapid.IntRange(0, 5+depth).Draw(t, "spoil") {
	case 0:
		return rapid.SampledFrom([]any{nil, true, -1, 6.5, 1e30, "", "x", "2026-01-02", []any{}, []any{nil}, map[string]any{}, map[string]any{"id": 1}}).Draw(t, "other")
	case 1:
		return []any{value}
	}
	switch value := value.(type) {
	case map[string]any:
		for _, key := range []string{"id", "name", "type", "clientIds", "serviceCount", "createdAt", "logConfiguration", "rootLevel", "expiration", "logLevels", "operational"} {
			if _, ok := value[key]; ok && rapid.Bool().Draw(t, "touched") {
				value[key] = spoiled(t, value[key], depth+1)
			}
			if rapid.IntRange(0, 9).Draw(t, "dropped") == 0 {
				delete(value, key)
			}
		}
		value[rapid.SampledFrom([]string{"NAME", "Id", "x", ""}).Draw(t, "new")] = 7
	case []any:
		for i := range value {
			value[i] = spoiled(t, value[i], depth+1)
		}
	}
	return value
}
