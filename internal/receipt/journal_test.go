package receipt_test

import (
	"errors"
	"strings"
	"testing"

	"clusterctl/internal/planner"
	"clusterctl/internal/receipt"
)

// faulty is a file whose n-th write fails after some bytes, or whose n-th sync fails.
type faulty struct {
	strings.Builder
	writes, syncs int
	failWrite     int // counted from 1, as failSync
	kept          int
	failSync      int
}

func (f *faulty) Write(p []byte) (int, error) {
	if f.writes++; f.writes == f.failWrite {
		n, _ := f.Builder.Write(p[:f.kept])
		return n, errors.New("broken")
	}
	return f.Builder.Write(p)
}

func (f *faulty) Sync() error {
	if f.syncs++; f.syncs == f.failSync {
		return errors.New("broken")
	}
	return nil
}

// No line follows a line that may be partly in the file. After a failed line that left nothing,
// no intent follows, but outcomes can still be recorded.
func TestJournalAfterAFailure(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		file  faulty
		lines int    // whole ones, of a start, two intents and their outcomes, and an end
		rest  string // behind them
	}{
		"none":                  {faulty{}, 6, ""},
		"the second intent":     {faulty{failWrite: 3}, 3, ""},
		"a byte of it":          {faulty{failWrite: 3, kept: 1}, 2, "{"},
		"its sync":              {faulty{failSync: 3}, 3, ""},
		"the first outcome":     {faulty{failWrite: 4}, 4, ""},
		"a byte of that":        {faulty{failWrite: 4, kept: 1}, 3, "{"},
		"the sync of the start": {faulty{failSync: 1}, 1, ""},
		"a byte of the start":   {faulty{failWrite: 1, kept: 1}, 0, "{"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			j := receipt.NewJournal(&tt.file)
			j.Start(receipt.Run{Start: noon()})
			request := receipt.Request{Time: noon(), Change: receipt.RequestedChange{Action: planner.Delete, Name: "va", ID: "1"}, Method: "DELETE"}
			seqs := map[int]bool{}
			for range 2 {
				seq, err := j.Intent(request)
				if err == nil {
					seqs[seq] = true
				} else if j.Err() == nil {
					t.Errorf("%v is forgotten", err)
				}
			}
			for seq := range seqs {
				if err := j.Outcome(seq, request, receipt.Outcome{Time: noon(), Unsettled: true}); err != nil && j.Err() == nil {
					t.Errorf("%v is forgotten", err)
				}
			}
			j.End(noon(), receipt.Summary{})
			lines, rest := strings.Count(tt.file.String(), "\n"), tt.file.String()[strings.LastIndex(tt.file.String(), "\n")+1:]
			if lines != tt.lines || rest != tt.rest || (j.Err() == nil) != (name == "none") {
				t.Errorf("%d lines and %q, error %v:\n%s", lines, rest, j.Err(), tt.file.String())
			}
		})
	}
}
