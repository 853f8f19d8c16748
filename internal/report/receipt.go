package report

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"clusterctl/internal/applier"
	"clusterctl/internal/planner"
	"clusterctl/internal/receipt"
)

const (
	kindFailed  = "failed"
	kindInDoubt = "in-doubt" // a request with an unknown outcome
)

// mostRuns is how many runs of a receipt a comment shows: the latest ones.
const mostRuns = 10

// receiptDocument is the JSON report of a receipt.
type receiptDocument struct {
	FormatVersion string `json:"formatVersion"`
	Tool          string `json:"tool"`
	receipt.Receipt
}

// OfReceipt returns the report of the runs of a receipt, request by request.
func OfReceipt(tool string, r receipt.Receipt) Document {
	headline := Count(len(r.Runs), "run") + "."
	d := Document{
		Kind: "receipt", Data: receiptDocument{planner.FormatVersion, tool, r},
		Text:    Text{Lead: []Phrase{Quoting("Receipt %s: "+headline, r.Name)}},
		Comment: Comment{Headline: "Receipt: " + headline, Whole: "the receipt", Verbs: true, Runs: mostRuns},
		Page: Page{
			Subject: Quoting("Receipt %s", r.Name), Verdict: "No runs.", Tone: toneOf(true, r.Truncated),
			Facts: []Fact{{Term: "Runs", Text: fmt.Sprint(len(r.Runs))}},
		},
	}
	if r.Truncated {
		d.Text.Closing = "The last line of the receipt is incomplete and not shown."
		d.Comment.Outro = Quoting(d.Text.Closing)
		d.Page.Facts = append(d.Page.Facts, Fact{Term: "Note", Text: "The last line is incomplete and not shown."})
	}
	for _, run := range r.Runs {
		d.Runs = append(d.Runs, runOf(run))
	}
	if last := len(r.Runs) - 1; last >= 0 {
		d.Tenant = r.Runs[0].Tenant // of all runs
		d.endsWith(r, r.Runs[last])
	}
	left := ""
	if more := len(r.Runs) - mostRuns; more > 0 {
		left = " " + Count(more, "earlier run") + " not shown."
	}
	d.Comment.Intro = tenantPhrase(d.Tenant, ". Receipt %s, latest run first."+left, r.Name)
	return d.printable()
}

// endsWith sets the verdict of the page to that of the last run.
func (d *Document) endsWith(r receipt.Receipt, last receipt.Run) {
	isClean := last.End != nil && applier.Result{Summary: *last.End}.IsComplete()
	d.Tool = last.Tool
	d.Page.Subject = Quoting("Receipt %s for %s", r.Name, tenantName(last.Tenant))
	d.Page.Verdict, d.Page.Tone = pastVerdict(last), toneOf(isClean, r.Truncated || !isClean)
	d.Page.Facts = slices.Concat(tenantFacts(last.Tenant, nil), d.Page.Facts)
}

func runOf(run receipt.Run) Run {
	r := Run{
		Lead:  runPhrase(run),
		Title: Stamp(run.Start) + ": " + pastVerdict(run), Start: run.Start, Digest: run.Digest, Verdict: pastVerdict(run),
	}
	for _, request := range run.Requests {
		r.Items = append(r.Items, requestItem(request))
	}
	return r
}

func runPhrase(run receipt.Run) Phrase {
	at := tenantAddress(run.Tenant)
	const waived = ", rule %s waived (%s)"
	quoted := slices.Concat(at.quoted, []string{run.Digest})
	for _, w := range run.Waivers {
		quoted = append(quoted, w.Rule, w.Reason)
	}
	return Quoting("Run of "+Stamp(run.Start)+" on "+at.format+", digest %s"+strings.Repeat(waived, len(run.Waivers)), quoted...)
}

// pastVerdict says how a run ended, with the counts of an apply.
func pastVerdict(run receipt.Run) string {
	if run.End == nil {
		return "The run was interrupted; " + resuming(run) + "run the same apply again to complete it."
	}
	s, doubts := *run.End, ""
	if s.Unverified+s.Unknown > 0 { // the requests do not show them
		doubts = fmt.Sprintf(" (%s)", missing(s))
	}
	return fmt.Sprintf("%d applied, %d unchanged, %d failed, %d skipped%s.",
		s.Applied, s.Unchanged, s.NotInForce(), s.Skipped+s.NotAttempted, doubts)
}

// resuming says what to do before an interrupted run is repeated: a new cluster may not be listed
// yet, and an apply that does not find it creates it again.
func resuming(run receipt.Run) string {
	if slices.ContainsFunc(run.Requests, func(r receipt.Request) bool { return r.Change.Action == planner.Create }) {
		return "wait a minute, check with status which clusters it created, then "
	}
	return ""
}

// requestItem returns the item of one request. Its kind is its failure, or else its action.
func requestItem(r receipt.Request) Item {
	action := string(r.Change.Action)
	i := Item{
		Kind: kindInDoubt, What: Verb(r.Change.Action), Name: r.Change.Name, ID: r.Change.ID, Origin: r.Source.String(),
		Sent: r.Method + " " + r.Path, Message: answer(r.Outcome), Mark: markOf(r.Change.Action), Apart: true,
	}
	o := r.Outcome
	if o == nil {
		return i
	}
	i.ID = cmp.Or(o.ID, i.ID)
	if o.Unsettled {
		return i
	}
	i.Kind, i.Fields = action, writtenFields(o.Before, o.After)
	if o.Error != "" || o.Status == 0 || o.Status >= 400 {
		i.Kind = kindFailed
	}
	return i
}

func answer(o *receipt.Outcome) string {
	switch {
	case o == nil:
		return "interrupted, outcome unknown"
	case o.Unsettled:
		return "outcome unknown: " + o.Error
	case o.Status == 0:
		return "no response"
	}
	text := fmt.Sprint(o.Status)
	if o.RequestID != "" {
		text += Remark("request id " + o.RequestID)
	}
	return Join(": ", text, o.Error)
}

// writtenFields returns the fields that a request changed, in order.
func writtenFields(before, after *receipt.State) []Field {
	was, is := valuesOf(before), valuesOf(after)
	paths := slices.AppendSeq(slices.Collect(maps.Keys(was)), maps.Keys(is))
	slices.Sort(paths)
	var fields []Field
	for _, path := range slices.Compact(paths) {
		if was[path] != is[path] {
			fields = append(fields, Field{Path: path, Before: was[path], After: is[path]})
		}
	}
	return fields
}

// valuesOf returns the values of a state by path. A log configuration is one value.
func valuesOf(s *receipt.State) map[string]string {
	values := map[string]string{}
	switch {
	case s == nil:
	case s.Fields == nil:
		values["/logConfig"] = s.Log.String()
	default:
		for path, v := range s.Fields {
			values[path] = string(v)
		}
	}
	return values
}
