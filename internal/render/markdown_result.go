package render

import (
	"fmt"
	"io"
	"strings"
	"time"

	"clusterctl/internal/applier"
)

// Result writes what became of a plan: what went wrong for all to see, and what
// went well folded.
func (m Markdown) Result(w io.Writer, r applier.Result) error {
	return comment{
		head: markdownHeading("apply", tenantKey(r.Tenant), ResultVerdict(r)) + m.tenant(r.Tenant) + ".\n",
		sections: []passage{
			m.outcomes(r, applier.Failed, visible),
			m.outcomes(r, applier.Conflict, visible),
			m.outcomes(r, applier.NotApplied, visible),
			m.outcomes(r, applier.Skipped, visible),
			m.outcomes(r, applier.NotAttempted, visible),
			m.outcomes(r, applier.Applied, folded),
			m.outcomes(r, applier.Unchanged, folded),
		},
		foot: fmt.Sprintf("\nBegun at %s, took %s. Digest of the plan %s\n",
			stamp(r.StartedAt), r.FinishedAt.Sub(r.StartedAt).Round(time.Second), m.code(r.Digest)),
		whole: "the JSON report",
	}.write(w)
}

func (m Markdown) outcomes(r applier.Result, word applier.Word, how manner) passage {
	var outcomes []applier.Outcome
	for _, o := range r.Outcomes {
		if o.Outcome == word {
			outcomes = append(outcomes, o)
		}
	}
	return passage{
		title: fmt.Sprintf("%d %s", len(outcomes), strings.ReplaceAll(string(word), "-", " ")), manner: how, count: len(outcomes),
		item: func(i int) string { return m.outcome(outcomes[i]) },
	}
}

func (m Markdown) outcome(o applier.Outcome) string {
	text := fmt.Sprintf("- %s %s", m.prose(string(o.Action)), m.cluster(o.Name, o.ID, o.Source))
	if o.Error != "" {
		text += ": " + m.prose(o.Error)
	}
	return text + "\n"
}
