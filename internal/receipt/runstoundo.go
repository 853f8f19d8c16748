package receipt

import "slices"

// RunsToUndo returns the runs that an undo rolls back: the last one that wrote anything, and the
// interrupted runs directly before it, which it continued.
func RunsToUndo(r Receipt) []Run {
	runs, _ := lastRuns(r.Runs, Run.Wrote)
	return runs
}

// LastApply returns the runs that the last apply consists of, as RunsToUndo does, but ignores
// undos. It is complete if no earlier run can belong to it.
func LastApply(runs []Run) (last []Run, complete bool) {
	return lastRuns(runs, func(r Run) bool { return !r.Undo && r.Wrote() })
}

func lastRuns(runs []Run, matches func(Run) bool) (found []Run, complete bool) {
	last := len(runs) - 1
	for last >= 0 && !matches(runs[last]) {
		last--
	}
	if last < 0 {
		return nil, false
	}
	first := last
	for first > 0 && runs[first-1].End == nil && runs[first-1].Undo == runs[last].Undo {
		first--
	}
	return runs[first : last+1], first > 0
}

// Wrote reports whether the run changed the tenant, or may have changed it.
func (r Run) Wrote() bool {
	effects, err := Effects([]Run{r})
	isOpen := func(q Request) bool { return !q.isSettled() }
	return err != nil || len(effects) > 0 || slices.ContainsFunc(r.Requests, isOpen)
}
