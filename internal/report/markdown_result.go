package report

import (
	"fmt"
	"io"
	"strings"
	"time"

	"clusterctl/internal/applier"
)

// Result writes what became of a plan: what is not in force for all to see, and
// the rest folded.
func (m Markdown) Result(w io.Writer, r applier.Result) error {
	p := comment{
		head: markdownHeading("apply", tenantKey(r.Tenant), r.Proof, ResultVerdict(r)) + m.tenant(r.Tenant) + ".\n",
		foot: fmt.Sprintf("\nBegun at %s, took %s. Digest of the plan %s\n",
			stamp(r.StartedAt), r.FinishedAt.Sub(r.StartedAt).Round(time.Second), m.code(r.Digest)),
		whole: "the JSON report",
	}
	p.sections = append(p.sections, m.warnings(r.Warnings))
	for _, word := range outcomeWords(r.Outcomes) {
		p.sections = append(p.sections, m.outcomes(r, word))
	}
	return p.write(w)
}

func (m Markdown) outcomes(r applier.Result, word applier.Outcome) passage {
	var outcomes []applier.ChangeResult
	for _, o := range r.Outcomes {
		if o.Outcome == word {
			outcomes = append(outcomes, o)
		}
	}
	how := visible
	if word.IsInForce() {
		how = folded
	}
	return passage{
		title: fmt.Sprintf("%d %s", len(outcomes), strings.ReplaceAll(string(word), "-", " ")), manner: how, count: len(outcomes),
		item: func(i int) string { return m.outcome(outcomes[i]) },
	}
}

func (m Markdown) outcome(o applier.ChangeResult) string {
	text := fmt.Sprintf("- %s %s", m.prose(string(o.Action)), m.cluster(o.Name, o.ID, o.Source))
	if o.Error != "" {
		text += ": " + m.prose(o.Error)
	}
	return text + "\n"
}
