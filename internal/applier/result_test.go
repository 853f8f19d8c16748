package applier

import "testing"

// TestSummaryCount counts every word, and calls complete only what is known to
// be in force.
func TestSummaryCount(t *testing.T) {
	t.Parallel()
	for word, want := range map[Word]struct {
		summary  Summary
		complete bool
	}{
		Applied:      {Summary{Applied: 1}, true},
		Unchanged:    {Summary{Unchanged: 1}, true},
		Failed:       {Summary{Failed: 1}, false},
		Conflict:     {Summary{Conflict: 1}, false},
		NotApplied:   {Summary{NotApplied: 1}, false},
		Skipped:      {Summary{Skipped: 1}, true}, // what it waited for has failed
		NotAttempted: {Summary{NotAttempted: 1}, false},
		Unverified:   {Summary{Unverified: 1}, false},
		Unknown:      {Summary{Unknown: 1}, false},
		"a new word": {Summary{Unknown: 1}, false},
	} {
		t.Run(string(word), func(t *testing.T) {
			t.Parallel()
			var s Summary
			s.count(word)
			if s != want.summary {
				t.Errorf("summary %+v, want %+v", s, want.summary)
			}
			if complete := (Result{Summary: s}).IsComplete(); complete != want.complete {
				t.Errorf("complete: %t, want %t", complete, want.complete)
			}
		})
	}
}
