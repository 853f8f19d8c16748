package applier

import (
	"testing"

	"clusterctl/internal/receipt"
)

// TestSummaryCount counts every outcome, and checks that only those in effect are complete.
func TestSummaryCount(t *testing.T) {
	t.Parallel()
	for word, want := range map[Outcome]struct {
		summary  receipt.Summary
		complete bool
	}{
		Applied:      {receipt.Summary{Applied: 1}, true},
		Unchanged:    {receipt.Summary{Unchanged: 1}, true},
		Failed:       {receipt.Summary{Failed: 1}, false},
		Conflict:     {receipt.Summary{Conflict: 1}, false},
		NotApplied:   {receipt.Summary{NotApplied: 1}, false},
		Skipped:      {receipt.Summary{Skipped: 1}, true}, // what it waited for has failed
		NotAttempted: {receipt.Summary{NotAttempted: 1}, false},
		Unverified:   {receipt.Summary{Unverified: 1}, false},
		Unknown:      {receipt.Summary{Unknown: 1}, false},
		"a new word": {receipt.Summary{Unknown: 1}, false},
	} {
		t.Run(string(word), func(t *testing.T) {
			t.Parallel()
			var s receipt.Summary
			count(&s, word)
			if s != want.summary {
				t.Errorf("summary %+v, want %+v", s, want.summary)
			}
			if complete := (Result{Summary: s}).IsComplete(); complete != want.complete {
				t.Errorf("complete: %t, want %t", complete, want.complete)
			}
		})
	}
}

// TestIsCompleteCountsAll checks every pair of incomplete outcomes, which must not cancel each
// other out.
func TestIsCompleteCountsAll(t *testing.T) {
	t.Parallel()
	incomplete := []Outcome{Failed, Conflict, NotApplied, NotAttempted, Unverified, Unknown}
	for _, one := range incomplete {
		for _, other := range incomplete {
			s := receipt.Summary{Applied: 2, Unchanged: 1, Skipped: 1}
			count(&s, one)
			count(&s, other)
			if (Result{Summary: s}).IsComplete() {
				t.Errorf("complete with one %s and one %s: %+v", one, other, s)
			}
		}
	}
}
