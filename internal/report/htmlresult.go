package report

import (
	"fmt"
	"io"
	"time"

	"clusterctl/internal/applier"
	"clusterctl/internal/cluster"
	"clusterctl/internal/receipt"
)

// Result writes what became of a plan, what went wrong first.
func (h HTML) Result(w io.Writer, r applier.Result) error {
	s := r.Summary
	return page{
		Subject: pageSubject("Apply", r.Tenant),
		Warning: shown(Unverified(r.Proof)),
		Verdict: shown(ResultVerdict(r)),
		Tone:    toneOf(r.IsComplete(), !r.IsComplete()),
		Counts:  append(outcomeCounts(s), matchingCount(r.Matching)...),
		Facts: append(tenantFacts(r.Tenant, nil),
			fact{Term: "Ran", Text: moment(r.StartedAt) + shown(fmt.Sprintf(", %s long", r.FinishedAt.Sub(r.StartedAt).Round(time.Second)))},
			digestFact(r.Digest)),
		Sections: []section{{Columns: requestColumns(), Items: append(warningItems(r.Warnings), outcomeItems(r.Outcomes)...)}},
		Tool:     show(r.Tool),
	}.write(w)
}

// matchingCount is how many clusters needed nothing, where that is known.
func matchingCount(n *int) []count {
	if n == nil {
		return nil
	}
	return present(count{kind{"unchanged"}, "needed nothing", *n})
}

func outcomeCounts(s receipt.Summary) []count {
	return present(
		count{kind{"applied"}, "applied", s.Applied}, count{kind{"unchanged"}, "already so", s.Unchanged},
		count{kind{wordFailed}, "failed", s.Failed}, count{kind{"conflict"}, "in conflict", s.Conflict},
		count{kind{"not-applied"}, "not applied", s.NotApplied}, count{kind{"unverified"}, "unverified", s.Unverified},
		count{kind{"unknown"}, "unknown", s.Unknown}, count{kind{"skipped"}, "skipped", s.Skipped},
		count{kind{"not-attempted"}, "not attempted", s.NotAttempted},
	)
}

func requestColumns() columns {
	return columns{First: "Request", Second: "Status", Third: "Request id"}
}

func outcomeItems(outcomes []applier.ChangeResult) []item {
	items := make([]item, 0, len(outcomes))
	for _, o := range outcomes {
		i := item{kind: kind{string(o.Outcome)}, Action: show(string(o.Action)), Name: show(o.Name), ID: show(o.ID)}
		if o.Error != "" {
			i.Notes = []shown{show(o.Error)}
		}
		for _, x := range o.Requests {
			i.Fields = append(i.Fields, exchangeLine(x))
		}
		items = append(items, i)
	}
	var words []string
	for _, word := range outcomeWords(outcomes) {
		if !word.IsInForce() {
			words = append(words, string(word))
		}
	}
	putInFront(items, words)
	return items
}

func exchangeLine(x cluster.Exchange) line {
	l := line{Path: show(x.Method + " " + x.Path), Before: shown(fmt.Sprint(x.Status)), After: show(x.RequestID)}
	if x.Status == 0 {
		l.Before = "no answer"
	}
	return l
}
