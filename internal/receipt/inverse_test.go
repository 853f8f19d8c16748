package receipt_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"clusterctl/internal/cluster"
	"clusterctl/internal/planner"
	"clusterctl/internal/receipt"
)

// The outcome of a request has the requests that roll back what was found in effect.
func TestInverseInTheJournal(t *testing.T) {
	t.Parallel()
	fields := func(pairs string) *receipt.State {
		s := receipt.State{}
		if err := json.Unmarshal([]byte("{"+pairs+"}"), &s.Fields); err != nil {
			t.Fatal(err)
		}
		return &s
	}
	log := &receipt.State{Log: &cluster.LiveLogConfig{RootLevel: "WARN", Expiration: noon().Add(time.Hour)}}
	patch := json.RawMessage(`[{"op":"test","path":"/c","value":{}},{"op":"add","path":"/c/x","value":1},{"op":"replace","path":"/a","value":2}]`)
	for name, tt := range map[string]struct {
		request receipt.Request
		outcome receipt.Outcome
		want    string
	}{
		"created":           {receipt.Request{Method: "POST"}, receipt.Outcome{ID: "1", After: fields("")}, `[{"method":"DELETE","path":"/managed-clusters/1"}]`},
		"adopted":           {receipt.Request{Method: "POST"}, receipt.Outcome{ID: "1", After: fields(""), Adopted: true}, `[]`},
		"not created":       {receipt.Request{Method: "POST"}, receipt.Outcome{}, `[]`},
		"creation in doubt": {receipt.Request{Method: "POST"}, receipt.Outcome{ID: "1", Unsettled: true}, `[]`},
		"deleted":           {receipt.Request{Method: "DELETE"}, receipt.Outcome{Before: fields("")}, `[]`},
		"patched, in part":  {receipt.Request{Method: "PATCH", Path: "/p", Body: patch}, receipt.Outcome{Before: fields(`"/a":1`), After: fields(`"/a":1,"/c/x":1`)}, `[{"method":"PATCH","path":"/p","contentType":"application/json-patch+json","body":[{"op":"test","path":"/c/x","value":1},{"op":"remove","path":"/c/x"}]}]`},
		"patched":           {receipt.Request{Method: "PATCH", Path: "/p", Body: patch}, receipt.Outcome{Before: fields(`"/a":1`), After: fields(`"/a":2`)}, `[{"method":"PATCH","path":"/p","contentType":"application/json-patch+json","body":[{"op":"test","path":"/a","value":2},{"op":"replace","path":"/a","value":1}]}]`},
		"patched in vain":   {receipt.Request{Method: "PATCH", Path: "/p", Body: patch}, receipt.Outcome{Before: fields(`"/a":1`), After: fields(`"/a":1`)}, `[]`},
		"log set":           {receipt.Request{Method: "PUT", Path: "/l"}, receipt.Outcome{Before: &receipt.State{}, After: log}, `[{"method":"PUT","path":"/l","contentType":"application/json","body":{"rootLevel":"INFO","logLevels":{},"durationMinutes":5}}]`},
		"log ending anyway": {receipt.Request{Method: "PUT", Path: "/l"}, receipt.Outcome{Before: &receipt.State{}, After: &receipt.State{Log: &cluster.LiveLogConfig{RootLevel: "INFO", Expiration: noon().Add(time.Minute)}}}, `[]`},
		"log replaced":      {receipt.Request{Method: "PUT", Path: "/l"}, receipt.Outcome{Before: log, After: &receipt.State{Log: &cluster.LiveLogConfig{RootLevel: "INFO"}}}, `[{"method":"PUT","path":"/l","contentType":"application/json","body":{"rootLevel":"WARN","logLevels":{},"expiration":"2026-03-29T13:00:00Z"}}]`},
		"log set in vain":   {receipt.Request{Method: "PUT", Path: "/l"}, receipt.Outcome{Before: log, After: log}, `[]`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var file faulty
			tt.request.Change, tt.outcome.Time = receipt.RequestedChange{Action: planner.Update, Name: "va"}, noon()
			if err := receipt.NewJournal(&file).Outcome(1, tt.request, tt.outcome); err != nil {
				t.Fatal(err)
			}
			if want := `,"inverse":` + tt.want + "}\n"; !strings.HasSuffix(file.String(), want) {
				t.Errorf("%s want %s", file.String(), want)
			}
		})
	}
}
