package receipt_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"clusterctl/internal/cluster"
	"clusterctl/internal/jsonpatch"
	"clusterctl/internal/planner"
	"clusterctl/internal/receipt"
)

func allRequests() []receipt.Request {
	at := func(seconds int) time.Time { return noon().Add(time.Duration(seconds) * time.Second) }
	diff := []jsonpatch.Edit{{Path: "/a", Before: json.RawMessage("1"), After: json.RawMessage(`"<2>"`)}}
	fields := &receipt.State{Fields: map[string]json.RawMessage{"/a": json.RawMessage("1")}}
	log := &receipt.State{Log: &cluster.LiveLogConfig{RootLevel: "WARN", LogLevels: map[string]cluster.Level{"x": "OFF"}, Expiration: at(60)}}
	return []receipt.Request{
		{
			Time: at(1), Change: receipt.RequestedChange{Action: planner.Create, Name: "va", Diff: diff}, Method: "POST", Path: "/managed-clusters", Body: json.RawMessage(`{"a":1}`),
			Outcome: &receipt.Outcome{Time: at(2), ID: "1", Status: 201, RequestID: "r", Whole: true, After: fields},
		},
		{
			Time: at(3), Change: receipt.RequestedChange{Action: planner.Create, Name: "vb"}, Method: "POST", Path: "/managed-clusters", Body: json.RawMessage(`{}`),
			Outcome: &receipt.Outcome{Time: at(4), ID: "2", Adopted: true, After: fields, Error: "connection reset"},
		},
		{
			Time: at(5), Change: receipt.RequestedChange{Action: planner.SetLog, Name: "va", ID: "1", Diff: diff}, Method: "PUT", Path: "/managed-clusters/1/log-config", Body: json.RawMessage(`{}`),
			Outcome: &receipt.Outcome{Time: at(6), ID: "1", Status: 200, Before: &receipt.State{}, After: log},
		},
		{
			Time: at(7), Change: receipt.RequestedChange{Action: planner.Delete, Name: "va", ID: "1"}, Method: "DELETE", Path: "/managed-clusters/1",
			Outcome: &receipt.Outcome{Time: at(8), ID: "1", Unsettled: true, Before: fields, After: fields},
		},
		{Time: at(9), Change: receipt.RequestedChange{Action: planner.Delete, Name: "vc", ID: "3"}, Method: "DELETE", Path: "/managed-clusters/3?removeClients=true"},
	}
}

// A journal is read back as written, run by run and line by line.
func TestJournalIsReadBack(t *testing.T) {
	t.Parallel()
	var file faulty
	j := receipt.NewJournal(&file)
	want := receipt.Receipt{Name: "r.jsonl"}
	line := 0
	source := func() cluster.Source { line++; return cluster.Source{File: "r.jsonl", Line: line, Column: 1} }
	for n := range 2 {
		run := receipt.Run{Start: noon(), Tool: fmt.Sprint("t", n), Tenant: cluster.Tenant{BaseURL: "https://a/v3", Org: "acme"}, Digest: fmt.Sprint("d", n)}
		j.Start(run)
		run.Source = source()
		for _, r := range allRequests() {
			seq, err := j.Intent(r)
			if err != nil {
				t.Fatal(err)
			}
			r.Source = source()
			if o := r.Outcome; o != nil {
				if err := j.Outcome(seq, r, *o); err != nil {
					t.Fatal(err)
				}
				o.Source = source()
				if o.Unsettled {
					o.Before, o.After = nil, nil
				}
			}
			run.Requests = append(run.Requests, r)
		}
		summary := receipt.Summary{Applied: 1, Unchanged: 2, Failed: 3, Conflict: 4, NotApplied: 5, Skipped: 6, NotAttempted: 7, Unverified: 8, Unknown: 9}
		j.End(noon(), summary)
		_, run.End = source(), &summary
		want.Runs = append(want.Runs, run)
	}
	got := readReceipt(t, file.String())
	isInverse := cmp.FilterPath(func(p cmp.Path) bool { return p.Last().String() == ".Inverse" }, cmp.Ignore())
	if diff := cmp.Diff(want, got, isInverse); diff != "" {
		t.Errorf("read back (-written +read):\n%s\n%s", diff, file.String())
	}
	if j.Err() != nil || file.syncs != line || file.writes != line {
		t.Errorf("%d lines in %d writes and %d syncs, error %v", line, file.writes, file.syncs, j.Err())
	}
}

// A nil journal does nothing and never fails.
func TestNoJournal(t *testing.T) {
	t.Parallel()
	var j *receipt.Journal
	j.Start(receipt.Run{})
	j.End(noon(), receipt.Summary{})
	seq, err := j.Intent(receipt.Request{})
	if err := errors.Join(err, j.Err(), j.Outcome(seq, receipt.Request{}, receipt.Outcome{})); err != nil {
		t.Error(err)
	}
}

// A line is written as it was prepared, and one that cannot be prepared is not.
func TestLinesArePrepared(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "r.jsonl")
	file, _, err := receipt.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	errUnfit := errors.New("unfit")
	j, err := file.Journal(func(line []byte) ([]byte, error) {
		if strings.Contains(string(line), `"end"`) {
			return nil, errUnfit
		}
		return []byte(strings.ReplaceAll(string(line), "secret", "***")), nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if n, err := file.Write([]byte("secret")); n != len("secret") || err != nil { // and not the length of what is written
		t.Errorf("%d, %v", n, err)
	}
	j.Start(receipt.Run{Tool: "a secret", Start: noon()})
	if err := j.Err(); err != nil {
		t.Error(err)
	}
	j.End(noon(), receipt.Summary{})
	if err := j.Err(); !errors.Is(err, errUnfit) {
		t.Errorf("err = %v", err)
	}
	content, err := os.ReadFile(path)
	if err != nil || strings.Count(string(content), "\n") != 1 || !strings.Contains(string(content), `"a ***"`) {
		t.Errorf("%v: %s", err, content)
	}
	if err := file.Close(); err != nil {
		t.Error(err)
	}
	if n, err := file.Write([]byte("x\n")); n != 0 || err == nil || file.Sync() == nil || file.Close() == nil {
		t.Errorf("%d bytes are written to a closed file, error %v", n, err)
	}
}
