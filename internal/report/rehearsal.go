package report

import (
	"cmp"
	"fmt"
	"slices"

	"clusterctl/internal/escape"
	"clusterctl/internal/planner"
)

// The kinds of items of a rehearsal.
const (
	kindRehearsal       = "rehearsal"
	kindRehearsalFailed = "rehearsal-failed"
)

const asideRehearsal = "Rehearsal: what was shown on a copy of the tenant"

// rehearsalLimits says what a rehearsal cannot show.
const rehearsalLimits = "This shows what clusterctl does, not what the vendor's validation accepts."

func rehearsalGroup() Group {
	return Group{Kind: kindRehearsal, Title: "rehearsal", Plural: "rehearsals", Manner: Folded}
}

func rehearsalFailedGroup() Group {
	return Group{Kind: kindRehearsalFailed, Title: "cluster failed the rehearsal", Plural: "clusters failed the rehearsal"}
}

// addRehearsal adds the sections of the rehearsal, and says in the comment, and by the tone of the page, how the rehearsal ended.
func (d *Document) addRehearsal(p planner.Plan) {
	if p.Rehearsal == nil {
		return
	}
	d.Comment.Intro = d.Comment.Intro.Then("\n\n"+rehearsalLead(p.Rehearsal)+" %s: "+rehearsalResult(p)+".", tenantName(p.Tenant))
	d.Groups = append(append([]Group{rehearsalFailedGroup()}, d.Groups...), rehearsalGroup())
	d.Page.Asides = append([]string{asideRehearsal}, d.Page.Asides...)
	if p.Rehearsal.Failed() {
		d.Page.Tone = Bad
		d.Page.First = slices.Insert(d.Page.First, 0, kindRehearsalFailed)
	}
}

func rehearsalLead(r *planner.Rehearsal) string {
	if r.Failed() {
		return "**The rehearsal failed** on a copy of"
	}
	return "Rehearsed on a copy of"
}

// rehearsalResult is one sentence about what a rehearsal showed. It quotes nothing.
func rehearsalResult(p planner.Plan) string {
	r := p.Rehearsal
	faults, converged, undone := "", "converged", "undone"
	if r.Faults != nil {
		faults = fmt.Sprintf("%d of %d faults and kills survived", r.Faults.Survived, r.Faults.Survived+r.Faults.Failed+r.Faults.NotReached)
		if r.Faults.Failed > 0 {
			faults += fmt.Sprintf(", %d not survived", r.Faults.Failed)
		}
	}
	if !r.Undone {
		undone = ""
	}
	if r.Failed() {
		converged = Count(len(r.Problems), "problem") + " found"
	}
	text := Join(", ", "applied with "+Count(r.Requests, "request"), faults, converged, undone)
	if len(p.Changes) == 0 && !r.Failed() {
		text = "nothing to apply"
	}
	if n := len(r.Irreversible); n > 0 {
		text += fmt.Sprintf("; %s cannot be undone", Count(n, "delete"))
	}
	if r.Faults != nil && r.Faults.NotReached > 0 {
		text += fmt.Sprintf("; %d not reached within %d s", r.Faults.NotReached, r.Faults.BudgetSeconds)
	}
	return text
}

// rehearsalItems are the problems of a rehearsal by cluster, and what was shown.
func rehearsalItems(p planner.Plan) []Item {
	if p.Rehearsal == nil {
		return nil
	}
	items := failedClusters(p.Rehearsal.Problems)
	for i := range items {
		items[i].Apart = i == 0
	}
	whole := Item{
		Kind: kindRehearsal, What: kindRehearsal, Rule: kindRehearsal, Mark: NoMark, Apart: true, IsGeneral: true, Level: Notice, Aside: asideRehearsal,
		Message: "passed on a copy of the tenant: " + rehearsalResult(p), Detail: rehearsalLimits, Test: Test{Result: Passes},
	}
	if f := p.Rehearsal.Faults; f != nil && f.NotReached > 0 { // what was not reached has not passed
		whole.Message = "incomplete on a copy of the tenant: " + rehearsalResult(p)
		whole.Mark, whole.Level, whole.Test = MarkNote, Suspect, Test{Result: Skips, Reason: whole.Message}
	}
	if p.Rehearsal.Failed() {
		whole.Message = "failed on a copy of the tenant: " + rehearsalResult(p)
		whole.Mark, whole.Level, whole.Aside, whole.Test = MarkNote, Serious, "", Test{Result: Fails, Reason: whole.Message}
	}
	return append(items, whole)
}

// failedClusters has an item for each cluster with problems.
func failedClusters(problems []planner.RehearsalProblem) (items []Item) {
	for _, p := range problems {
		at := slices.IndexFunc(items, func(i Item) bool { return i.Name == p.Name && i.ID == p.ID })
		if at < 0 {
			items = append(items, Item{
				Kind: kindRehearsalFailed, What: "rehearsal", Name: orUnknown(p.Name), ID: p.ID, Source: p.Source, Origin: placeOf(p.Source),
				Mark: MarkNote, Level: Serious, Message: ProblemText(p), Test: Test{Result: Fails, Reason: ProblemText(p), Prints: true},
			})
			continue
		}
		items[at].Fields = append(items[at].Fields, Field{Path: cmp.Or(p.Field, string(p.Step)), Remark: escape.Text(problemWords(p))})
	}
	return items
}

// ProblemText describes a problem of a rehearsal: its step, its field, and what is wrong.
func ProblemText(p planner.RehearsalProblem) string {
	return Join(": ", string(p.Step), p.Field, problemWords(p))
}

func problemWords(p planner.RehearsalProblem) string {
	if p.More > 0 {
		return fmt.Sprintf("%s (also in %s)", p.Message, Count(p.More, "other run"))
	}
	return p.Message
}
