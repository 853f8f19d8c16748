package report

import (
	"fmt"
	"io"
	"slices"

	"clusterctl/internal/cluster"
	"clusterctl/internal/receipt"
)

// shownRuns is how many runs of a receipt a comment tells: the last ones.
const shownRuns = 10

// Receipt writes what the last runs of a receipt did, request by request.
func (m Markdown) Receipt(w io.Writer, r receipt.Receipt) error {
	runs := r.Runs[max(0, len(r.Runs)-shownRuns):]
	p := comment{
		head:  markdownHeading("receipt", receiptKey(r), nil, "Receipt: "+Count(len(r.Runs), "run")+".") + m.receipt(r, len(runs)),
		whole: "the receipt",
	}
	for _, run := range slices.Backward(runs) {
		p.sections = append(p.sections, m.pastRun(run))
	}
	if r.Truncated {
		p.foot = "\nThe receipt ends within a line, which is left out.\n"
	}
	return p.write(w)
}

// receiptKey is the tenant of a receipt's runs, who all have the same.
func receiptKey(r receipt.Receipt) string {
	if len(r.Runs) == 0 {
		return ""
	}
	return tenantKey(r.Runs[0].Tenant)
}

func (m Markdown) receipt(r receipt.Receipt, shown int) string {
	var tenant cluster.Tenant
	if len(r.Runs) > 0 {
		tenant = r.Runs[0].Tenant
	}
	text := fmt.Sprintf("%s. File %s, the last run first.", m.tenant(tenant), m.code(r.Name))
	if more := len(r.Runs) - shown; more > 0 {
		text += fmt.Sprintf(" %s before these left out.", Count(more, "run"))
	}
	return text + "\n"
}

func (m Markdown) pastRun(run receipt.Run) passage {
	return passage{
		title:  fmt.Sprintf("%s: %s", stamp(run.Start), pastVerdict(run)),
		manner: unfolded,
		count:  max(1, len(run.Requests)),
		item: func(i int) string {
			if len(run.Requests) == 0 {
				return "Nothing was sent.\n"
			}
			return m.pastRequest(run.Requests[i])
		},
	}
}

func (m Markdown) pastRequest(r receipt.Request) string {
	id := r.Change.ID
	if r.Outcome != nil && r.Outcome.ID != "" {
		id = r.Outcome.ID
	}
	text := fmt.Sprintf("- %s %s: %s\n", m.prose(string(r.Change.Action)), m.cluster(r.Change.Name, id, nil),
		m.prose(pastAnswer(r.Outcome)))
	if lines := m.pastFields(r); len(lines) > 0 {
		text += indented("\n" + diffBlock(lines))
	}
	return text
}

// pastFields are the lines of a diff of what a request wrote over what.
func (m Markdown) pastFields(r receipt.Request) []string {
	if r.Outcome == nil || r.Outcome.Unsettled {
		return nil
	}
	t := wording{m.Masker}
	was, is := fieldsOf(r.Outcome.Before), fieldsOf(r.Outcome.After)
	paths := changedPaths(was, is)
	var lines []string
	for i, path := range paths {
		if i == shownFields {
			return append(lines, "  "+moreFields(len(paths)))
		}
		if before, ok := was[path]; ok {
			lines = append(lines, fmt.Sprintf("- %s: %s", t.name(path), t.line(before, mostOfValue)))
		}
		if after, ok := is[path]; ok {
			lines = append(lines, fmt.Sprintf("+ %s: %s", t.name(path), t.line(after, mostOfValue)))
		}
	}
	return lines
}
