package render

import (
	"fmt"
	"io"

	"clusterctl/internal/applier"
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
	case r.IsComplete() && s.Applied+s.Skipped == 0 && s.Unchanged > 0:
		return Count(s.Unchanged, "change") + " already in place."
	case r.IsComplete() && s.Applied+s.Skipped == 0 && r.Matching != nil:
		return "No changes. " + matching(*r.Matching)
	case r.IsComplete():
		return fmt.Sprintf("Apply complete: %d applied, %d failed.", s.Applied+s.Unchanged, s.NotInForce())
	default:
		return fmt.Sprintf("Apply incomplete: %d applied, %d failed, %d skipped.", s.Applied+s.Unchanged, s.NotInForce(), s.Skipped+s.NotAttempted)
	}
}

func (t Text) outcome(w io.Writer, o applier.Outcome) {
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
