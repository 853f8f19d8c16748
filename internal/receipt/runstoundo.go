package receipt

// RunsToUndo returns the runs that an undo rolls back: the last one that sent anything, and the
// interrupted runs directly before it, which it continued.
func RunsToUndo(r Receipt) []Run {
	last := len(r.Runs) - 1
	for last >= 0 && len(r.Runs[last].Requests) == 0 {
		last--
	}
	first := last
	for first > 0 && r.Runs[first-1].End == nil {
		first--
	}
	return r.Runs[max(first, 0) : last+1]
}
