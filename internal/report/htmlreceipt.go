package report

import (
	"fmt"
	"io"
	"slices"

	"clusterctl/internal/applier"
	"clusterctl/internal/receipt"
)

// Receipt writes what the runs of a receipt did, the last one first. How that
// ended is the verdict.
func (h HTML) Receipt(w io.Writer, r receipt.Receipt) error {
	p := page{
		Subject: "Receipt " + show(r.Name),
		Verdict: "No runs.",
		Facts:   []fact{{Term: "Runs", Text: shown(fmt.Sprint(len(r.Runs)))}},
		Tone:    toneOf(true, r.Truncated),
	}
	if r.Truncated {
		p.Facts = append(p.Facts, fact{Term: "Note", Text: "It ends within a line, which is left out."})
	}
	if last := len(r.Runs) - 1; last >= 0 {
		run := r.Runs[last]
		p.Subject += " for " + show(run.Tenant.Org)
		p.Verdict = shown(pastVerdict(run))
		p.Tone = toneOf(isClean(run), r.Truncated || !isClean(run))
		p.Facts = slices.Concat(tenantFacts(run.Tenant, nil), p.Facts)
		p.Tool = show(run.Tool)
	}
	for _, run := range slices.Backward(r.Runs) {
		p.Sections = append(p.Sections, runSection(run))
	}
	return p.write(w)
}

// isClean reports whether a run came to its end, with all of it in force.
func isClean(run receipt.Run) bool {
	return run.End != nil && applier.Result{Summary: *run.End}.IsComplete()
}

func runSection(run receipt.Run) section {
	s := section{
		Title:   "Run of " + moment(run.Start),
		Notes:   []shown{shown(pastVerdict(run)), "Digest " + show(run.Digest)},
		Columns: fieldColumns(),
	}
	for _, r := range run.Requests {
		s.Items = append(s.Items, pastItem(r))
	}
	return s
}

// pastItem is one request. What went wrong with it comes before what it was.
func pastItem(r receipt.Request) item {
	i := item{
		kind: kind{string(r.Change.Action)}, Name: show(r.Change.Name), ID: show(pastID(r)),
		Source: show(r.Source.String()), Notes: []shown{pastExchange(r)},
	}
	switch o := r.Outcome; {
	case o == nil || o.Unsettled:
		i.kind, i.Action = kind{wordInDoubt}, show(string(r.Change.Action))
	default:
		if o.Error != "" || o.Status == 0 || o.Status >= 400 {
			i.kind, i.Action = kind{wordFailed}, show(string(r.Change.Action))
		}
		i.Fields = stateLines(o.Before, o.After)
	}
	return i
}

func pastExchange(r receipt.Request) shown {
	return show(fmt.Sprintf("%s %s: ", r.Method, r.Path)) + shown(pastAnswer(r.Outcome))
}

// stateLines tell what a request wrote over what.
func stateLines(before, after *receipt.State) []line {
	was, is := fieldsOf(before), fieldsOf(after)
	var lines []line
	for _, path := range changedPaths(was, is) {
		lines = append(lines, line{Path: show(path), Before: show(was[path]), After: show(is[path])})
	}
	return lines
}
