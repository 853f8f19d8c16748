package report

import (
	"fmt"
	"io"
	"strings"

	"clusterctl/internal/applier"
	"clusterctl/internal/receipt"
)

// Result writes what became of a plan. Its last line is stable: scripts match
// it.
func (t Text) Result(w io.Writer, r applier.Result) error {
	out := &document{to: w}
	unverified(out, r.Proof)
	for _, o := range r.Outcomes {
		t.outcome(out, o)
	}
	t.warnings(out, r.Warnings)
	if len(r.Outcomes)+len(r.Warnings) > 0 {
		fmt.Fprintln(out)
	}
	fmt.Fprintln(out, ResultVerdict(r))
	return out.flush()
}

// ResultVerdict is the last line of an apply. It counts what this run did and
// looked at. What was already in place counts as applied next to what was applied;
// whatever else is not in force counts as failed, but for what was skipped or not
// attempted.
func ResultVerdict(r applier.Result) string {
	s := r.Summary
	switch {
	case r.IsComplete() && s.Applied == 0 && s.Unchanged > 0:
		return Count(s.Unchanged, "change") + " already in place."
	case r.IsComplete() && s.Applied+s.Skipped == 0 && r.Matching != nil:
		return "No changes. " + matching(*r.Matching)
	case r.IsComplete():
		return fmt.Sprintf("Apply complete: %d applied, %d failed.", s.Applied+s.Unchanged, s.NotInForce())
	default:
		return fmt.Sprintf("Apply incomplete: %d applied, %d failed, %d skipped.", s.Applied+s.Unchanged, s.NotInForce(), s.Skipped+s.NotAttempted)
	}
}

// Incomplete is the error of an apply that is incomplete.
func Incomplete(r applier.Result) error {
	return fmt.Errorf("the apply is incomplete: %s (make a new plan to see what is left)", missing(r.Summary))
}

// missing counts what is not in force, by outcome.
func missing(s receipt.Summary) string {
	var parts []string
	for _, c := range []struct {
		n    int
		word applier.Outcome
	}{
		{s.Failed, applier.Failed}, {s.Conflict, applier.Conflict}, {s.NotApplied, applier.NotApplied},
		{s.Unverified, applier.Unverified}, {s.Unknown, applier.Unknown}, {s.NotAttempted, applier.NotAttempted},
	} {
		if c.n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", c.n, strings.ReplaceAll(string(c.word), "-", " ")))
		}
	}
	return strings.Join(parts, ", ")
}

func (t Text) outcome(w io.Writer, o applier.ChangeResult) {
	e := entry{
		mark:    actionMark(o.Action),
		subject: subject(string(o.Action), o.Name, o.ID),
		message: string(o.Outcome),
	}
	if o.Error != "" {
		e.mark, e.message = markNote, e.message+": "+Printable(o.Error)
	}
	t.entry(w, e)
}
