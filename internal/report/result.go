package report

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"clusterctl/internal/applier"
	"clusterctl/internal/planner"
	"clusterctl/internal/receipt"
)

// ResultOptions are inputs of the result report besides the result.
type ResultOptions struct {
	Sources  []*Source // where the changes are declared, in their order
	Matching *int      // declared clusters that match; nil if the plan was saved earlier
}

// OfResult returns the report of an apply.
func OfResult(r applier.Result, o ResultOptions) Document {
	d := Document{
		Kind: "apply", Nothing: "nothing to apply", Tool: r.Tool, Tenant: r.Tenant, Data: r, Verdict: ResultVerdict(r, o.Matching), Unverified: Unverified(r.Listing),
		Groups: []Group{warningGroup()},
		Comment: Comment{
			Intro: tenantPhrase(r.Tenant, "."), Whole: "the JSON report", Verbs: true,
			Outro: Quoting("Started at "+Stamp(r.StartedAt)+", took "+took(r)+". Plan digest %s", r.Digest),
		},
		Page: Page{
			Subject: Quoting("Apply to %s", tenantName(r.Tenant)), Tone: toneOf(r.IsComplete(), !r.IsComplete()), Tallies: resultTallies(r.Summary, o.Matching),
			Facts: append(tenantFacts(r.Tenant, nil), Fact{Term: "Started", Text: Moment(r.StartedAt)}, Fact{Term: "Duration", Text: took(r)}, digestFact(r.Digest)),
			First: []string{kindWarning},
		},
	}
	d.Rendering = Rendering{Sources: o.Sources, Matching: o.Matching}
	for _, word := range outcomeWords(r.Outcomes) {
		group := Group{Kind: string(word), Title: spaced(word), Folds: 1}
		if !word.IsInForce() {
			group.Folds = 0
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
	d.foldLong()
	return d.printable()
}

func took(r applier.Result) string { return r.FinishedAt.Sub(r.StartedAt).Round(time.Second).String() }

func spaced(w applier.Outcome) string { return strings.ReplaceAll(string(w), "-", " ") }

// ResultVerdict returns the last line of an apply. Changes already in place count as applied.
// Changes not in force count as failed, or as skipped if they were not attempted.
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

// Incomplete returns the error of an incomplete apply.
func Incomplete(r applier.Result) error {
	remedy := "run plan to see the remaining changes"
	if slices.ContainsFunc(r.Outcomes, mayBeUnlisted) {
		remedy = "do not apply again until status shows which clusters were created"
	}
	return fmt.Errorf("apply incomplete: %s; %s", shortfall(r.Summary), remedy)
}

// mayBeUnlisted reports whether a change may have created a cluster that no listing shows yet.
// Until one does, a plan would create it again.
func mayBeUnlisted(o applier.ChangeResult) bool {
	return o.Action == planner.Create && (o.Outcome == applier.Unknown || o.Outcome == applier.Unverified)
}

// missing counts the changes that are not in force, by outcome.
func missing(s receipt.Summary) string {
	return enumerated(
		Tally{Label: "failed", N: s.Failed}, Tally{Label: "conflict", N: s.Conflict}, Tally{Label: "not applied", N: s.NotApplied},
		Tally{Label: "unverified", N: s.Unverified}, Tally{Label: "unknown", N: s.Unknown}, Tally{Label: "not attempted", N: s.NotAttempted})
}

// shortfall counts them as the last line does, and names the outcomes that it counts as failed.
func shortfall(s receipt.Summary) string {
	failed := Tally{Label: "failed", N: s.NotInForce()}
	if s.NotInForce() != s.Failed {
		failed.Label += " (" + missing(receipt.Summary{Conflict: s.Conflict, NotApplied: s.NotApplied, Unverified: s.Unverified, Unknown: s.Unknown}) + ")"
	}
	return enumerated(failed, Tally{Label: "not attempted", N: s.NotAttempted})
}

func outcomeItem(o applier.ChangeResult) Item {
	i := Item{
		Kind: string(o.Outcome), What: Verb(o.Action), Name: o.Name, ID: o.ID,
		State: spaced(o.Outcome), Message: o.Error, Mark: markOf(o.Action),
		Test: Test{Result: Passes, Reason: Join(": ", spaced(o.Outcome), o.Error)},
	}
	if o.Error != "" {
		i.Mark = MarkNote
		i.Alike, i.Trace = alike(o.Error, o.ID)
	}
	for _, x := range o.Requests {
		status := "no response"
		if x.Status != 0 {
			status = fmt.Sprint(x.Status)
		}
		i.Requests = append(i.Requests, Field{Path: x.Method + " " + x.Path, Before: status, After: x.RequestID})
	}
	switch {
	case o.Outcome == applier.Skipped, o.Outcome == applier.NotAttempted:
		i.Level, i.Test.Result = Suspect, Skips
	case !o.Outcome.IsInForce(): // an outcome of a later version fails, too
		i.Level, i.Test.Result = Serious, Fails
	}
	return i
}

// outcomeWords returns the outcomes that occur, failures first. Outcomes of later versions
// count as failures.
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
		{"applied", "applied", s.Applied}, {"unchanged", "already in place", s.Unchanged}, {kindFailed, "failed", s.Failed},
		{"conflict", "in conflict", s.Conflict}, {"not-applied", "not applied", s.NotApplied}, {"unverified", "unverified", s.Unverified},
		{"unknown", "unknown", s.Unknown}, {"skipped", "skipped", s.Skipped}, {"not-attempted", "not attempted", s.NotAttempted},
	}
	if matching != nil {
		tallies = append(tallies, Tally{"unchanged", "match", *matching})
	}
	return present(tallies...)
}
