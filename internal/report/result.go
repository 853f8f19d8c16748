package report

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"clusterctl/internal/applier"
	"clusterctl/internal/receipt"
)

// ResultOptions are what the report of a result follows from besides the result.
type ResultOptions struct {
	Sources  []*Source // where files ask for the changes, in their order
	Matching *int      // declared clusters that need nothing; nil: the counts of a saved plan are old
}

// OfResult is the report of what became of a plan.
func OfResult(r applier.Result, o ResultOptions) Document {
	d := Document{
		Kind: "apply", Nothing: "nothing to apply", Tool: r.Tool, Tenant: r.Tenant, Data: r, Verdict: ResultVerdict(r, o.Matching), Unverified: Unverified(r.Listing),
		Groups: []Group{warningGroup()},
		Comment: Comment{
			Intro: tenantPhrase(r.Tenant, "."), Whole: "the JSON report", Verbs: true,
			Outro: Quoting("Begun at "+Stamp(r.StartedAt)+", took "+took(r)+". Digest of the plan %s", r.Digest),
		},
		Page: Page{
			Subject: Quoting("Apply for %s", orUnknown(r.Tenant.Org)), Tone: toneOf(r.IsComplete(), !r.IsComplete()), Tallies: resultTallies(r.Summary, o.Matching),
			Facts: append(tenantFacts(r.Tenant, nil), Fact{Term: "Ran", Text: Moment(r.StartedAt) + ", " + took(r) + " long"}, digestFact(r.Digest)),
			First: []string{kindWarning},
		},
	}
	for _, word := range outcomeWords(r.Outcomes) {
		group := Group{Kind: string(word), Title: spaced(word), Manner: Folded}
		if !word.IsInForce() {
			group.Manner = Visible
			d.Page.First = append(d.Page.First, string(word))
		}
		d.Groups = append(d.Groups, group)
	}
	for i, of := range r.Outcomes {
		item := outcomeItem(of)
		if i < len(o.Sources) {
			item.Source = o.Sources[i]
		}
		d.Items = append(d.Items, item)
	}
	d.Items = append(d.Items, warningItems(r.Warnings)...)
	return d.printable()
}

func took(r applier.Result) string { return r.FinishedAt.Sub(r.StartedAt).Round(time.Second).String() }

func spaced(w applier.Outcome) string { return strings.ReplaceAll(string(w), "-", " ") }

// ResultVerdict is the last line of an apply. What was already in place counts as applied,
// and all else that is not in force as failed, unless it was skipped or not attempted.
func ResultVerdict(r applier.Result, matching *int) string {
	s := r.Summary
	switch {
	case r.IsComplete() && s.Applied == 0 && s.Unchanged > 0:
		return Count(s.Unchanged, "change") + " already in place."
	case r.IsComplete() && s.Applied+s.Skipped == 0 && matching != nil:
		return "No changes. " + allMatch(*matching)
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
	return enumerated(
		Tally{Label: "failed", N: s.Failed}, Tally{Label: "conflict", N: s.Conflict}, Tally{Label: "not applied", N: s.NotApplied},
		Tally{Label: "unverified", N: s.Unverified}, Tally{Label: "unknown", N: s.Unknown}, Tally{Label: "not attempted", N: s.NotAttempted})
}

func outcomeItem(o applier.ChangeResult) Item {
	i := Item{
		Kind: string(o.Outcome), What: string(o.Action), Name: o.Name, ID: o.ID,
		State: string(o.Outcome), Message: o.Error, Mark: markOf(o.Action),
		Test: Test{Result: Passes, Reason: Join(": ", string(o.Outcome), o.Error)},
	}
	if o.Error != "" {
		i.Mark = MarkNote
	}
	for _, x := range o.Requests {
		status := "no answer"
		if x.Status != 0 {
			status = fmt.Sprint(x.Status)
		}
		i.Requests = append(i.Requests, Field{Path: x.Method + " " + x.Path, Before: status, After: x.RequestID})
	}
	switch {
	case o.Outcome == applier.Skipped, o.Outcome == applier.NotAttempted:
		i.Level, i.Test.Result = Suspect, Skips
	case !o.Outcome.IsInForce(): // a word that is not known here is one of those
		i.Level, i.Test.Result = Serious, Fails
	}
	return i
}

// outcomeWords are the words of some outcomes, what went wrong first. Words that
// are not known here are among those.
func outcomeWords(outcomes []applier.ChangeResult) []applier.Outcome {
	order := []applier.Outcome{
		applier.Failed, applier.Unknown, applier.Conflict, applier.NotApplied, applier.Unverified, "",
		applier.Skipped, applier.NotAttempted, applier.Applied, applier.Unchanged,
	}
	rank := func(w applier.Outcome) int {
		if i := slices.Index(order, w); i >= 0 {
			return i
		}
		return slices.Index(order, "")
	}
	var words []applier.Outcome
	for _, o := range outcomes {
		words = append(words, o.Outcome)
	}
	slices.SortFunc(words, func(a, b applier.Outcome) int { return cmp.Or(cmp.Compare(rank(a), rank(b)), cmp.Compare(a, b)) })
	return slices.Compact(words)
}

func resultTallies(s receipt.Summary, matching *int) []Tally {
	tallies := []Tally{
		{"applied", "applied", s.Applied}, {"unchanged", "already so", s.Unchanged}, {kindFailed, "failed", s.Failed},
		{"conflict", "in conflict", s.Conflict}, {"not-applied", "not applied", s.NotApplied}, {"unverified", "unverified", s.Unverified},
		{"unknown", "unknown", s.Unknown}, {"skipped", "skipped", s.Skipped}, {"not-attempted", "not attempted", s.NotAttempted},
	}
	if matching != nil {
		tallies = append(tallies, Tally{"unchanged", "needed nothing", *matching})
	}
	return present(tallies...)
}
