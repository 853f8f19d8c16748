package report

import (
	"fmt"
	"io"
	"strings"

	"clusterctl/internal/planner"
)

// Plan writes a plan: what is deleted, blocked or cannot be undone for all to
// see, and the rest folded.
func (m Markdown) Plan(w io.Writer, p planner.Plan) error {
	return comment{
		head: markdownHeading(planKind(p), tenantKey(p.Tenant), &p.Proof, PlanVerdict(p)) +
			fmt.Sprintf("%s: %s listed, %s\n", m.tenant(p.Tenant), Count(p.Proof.Listed, "cluster"), besides(p.Summary)),
		sections: []passage{
			m.findings(p, planner.Blocked, visible), // why the check fails
			m.changes(p, planner.Delete, "to delete", visible),
			m.findings(p, planner.Irreversible, visible),
			m.warnings(p.Warnings),
			m.changes(p, planner.Create, "to create", folded),
			m.changes(p, planner.Update, "to update", folded),
			m.changes(p, planner.SetLog, "to set logs", folded),
			m.findings(p, planner.Unmanaged, folded),
			m.findings(p, planner.Ignored, folded),
			m.findings(p, planner.Satisfied, folded),
		},
		foot:  "\n" + m.terms(p),
		whole: "the JSON plan",
	}.write(w)
}

// planKind distinguishes a plan of files from that of an undo: the comment of one must not
// take the place of the other.
func planKind(p planner.Plan) string {
	if p.Undo {
		return "undo"
	}
	return "plan"
}

// besides counts what no verdict tells.
func besides(s planner.Summary) string {
	parts := []string{fmt.Sprintf("%d as declared", s.Unchanged)}
	for _, c := range []struct {
		n    int
		kind planner.FindingKind
	}{{s.Unmanaged, planner.Unmanaged}, {s.Ignored, planner.Ignored}, {s.Satisfied, planner.Satisfied}} {
		if c.n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", c.n, c.kind))
		}
	}
	return strings.Join(parts, ", ") + "."
}

// terms are what the plan costs and how it is recognised.
func (m Markdown) terms(p planner.Plan) string {
	var sentences []string
	if p.Budget.Requests > 0 {
		sentences = append(sentences, fmt.Sprintf("Applying it takes up to %s, about %d s.", Count(p.Budget.Requests, "request"), p.Budget.Seconds))
	}
	if p.ExpiresAt != nil {
		sentences = append(sentences, fmt.Sprintf("Good until %s.", stamp(*p.ExpiresAt)))
	}
	if p.Digest != "" {
		sentences = append(sentences, fmt.Sprintf("Digest %s", m.code(p.Digest)))
	}
	return strings.Join(sentences, " ") + "\n"
}

func (m Markdown) changes(p planner.Plan, action planner.Action, words string, how manner) passage {
	var changes []planner.Change
	for _, c := range p.Changes {
		if c.Action == action {
			changes = append(changes, c)
		}
	}
	item := m.change
	if how == visible {
		item = m.deletion
	}
	return passage{
		title: fmt.Sprintf("%d %s", len(changes), words), manner: how, count: len(changes),
		item: func(i int) string { return item(changes[i]) },
	}
}

// change is one change, field by field.
func (m Markdown) change(c planner.Change) string {
	return fmt.Sprintf("%s\n\n%s", m.cluster(c.Name, c.ID, c.Source), diffBlock(m.fields(c.Diff)))
}

func (m Markdown) deletion(c planner.Change) string {
	where := ""
	if c.Source == nil {
		where = ", in no file,"
	}
	line := fmt.Sprintf("- %s%s %s\n", m.cluster(c.Name, c.ID, c.Source), where, attached(c))
	if diff := shownDiff(c); len(diff) > 0 {
		line += "\n" + diffBlock(m.fields(diff))
	}
	return line
}

// fields are a diff's lines, of which each begins with its mark.
func (m Markdown) fields(diff []planner.FieldDiff) []string {
	t := wording{m.Masker}
	var lines []string
	for i, d := range diff {
		if i == shownFields {
			return append(lines, "  "+moreFields(len(diff)))
		}
		path := t.name(d.Path)
		if d.Before == nil && d.After == nil {
			lines = append(lines, fmt.Sprintf("- %s: not to be there", path))
		}
		if d.Before != nil {
			lines = append(lines, fmt.Sprintf("- %s: %s", path, t.value(d.Before)))
		}
		if d.After != nil {
			lines = append(lines, fmt.Sprintf("+ %s: %s", path, t.value(d.After)))
		}
	}
	return lines
}

func (m Markdown) findings(p planner.Plan, kind planner.FindingKind, how manner) passage {
	var findings []planner.Finding
	for _, f := range p.Findings {
		if f.Kind == kind {
			findings = append(findings, f)
		}
	}
	return passage{
		title: fmt.Sprintf("%d %s", len(findings), kind), manner: how, count: len(findings),
		item: func(i int) string {
			f := findings[i]
			return fmt.Sprintf("- %s: %s\n", m.cluster(f.Name, f.ID, f.Source), m.prose(f.Message))
		},
	}
}
