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
	for _, o := range r.Outcomes {
		t.outcome(out, o)
	}
	if len(r.Outcomes) > 0 {
		fmt.Fprintln(out)
	}
	fmt.Fprintln(out, ResultVerdict(r))
	return out.flush()
}

// ResultVerdict is the last line of an apply. Where nothing had to be applied
// there were no changes; otherwise what was already as wanted counts as applied.
// Whatever else is not in force, but for what was skipped or
// not attempted, counts as failed.
func ResultVerdict(r applier.Result) string {
	s := r.Summary
	done := s.Applied + s.Unchanged
	failed := s.Failed + s.Conflict + s.NotApplied
	switch {
	case r.IsComplete() && s.Applied == 0 && s.Skipped == 0:
		return "No changes. " + matching(r.Matching+clustersOf(r.Outcomes))
	case r.IsComplete():
		return fmt.Sprintf("Apply complete: %d applied, %d failed.", done, failed)
	default:
		return fmt.Sprintf("Apply incomplete: %d applied, %d failed, %d skipped.", done, failed, s.Skipped+s.NotAttempted)
	}
}

// clustersOf counts the clusters that outcomes are about: one may have several.
func clustersOf(outcomes []applier.Outcome) int {
	type key struct{ id, name string }
	clusters := map[key]bool{}
	for _, o := range outcomes {
		if o.ID != "" {
			clusters[key{id: o.ID}] = true
		} else {
			clusters[key{name: o.Name}] = true
		}
	}
	return len(clusters)
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
