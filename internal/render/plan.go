package render

import (
	"fmt"
	"io"

	"clusterctl/internal/cluster"
	"clusterctl/internal/planner"
)

// Plan writes a plan. Its last line is stable: scripts match it.
func (t Text) Plan(w io.Writer, p planner.Plan) error {
	out := &document{to: w}
	heading(out, p.Tenant, p.Proof)
	for _, c := range p.Changes {
		t.change(out, c)
	}
	t.findings(out, p.Findings)
	if t.Adopt {
		adoption(out, p.Strays)
	}
	if p.Budget.Requests > 0 {
		fmt.Fprintf(out, "\nApplying it takes up to %s more, about %d s.\n", Count(p.Budget.Requests, "request"), p.Budget.Seconds)
	}
	fmt.Fprintf(out, "\n%s\n", PlanVerdict(p))
	return out.flush()
}

// PlanVerdict is the last line of a plan.
func PlanVerdict(p planner.Plan) string {
	if p.IsEmpty() && p.Summary.Irreversible == 0 {
		return "No changes. " + matching(p.Summary.Unchanged)
	}
	s := p.Summary
	line := fmt.Sprintf("Plan: %d to create, %d to update, %d to set logs, %d to delete", s.Create, s.Update, s.SetLog, s.Delete)
	if s.Blocked > 0 {
		line += fmt.Sprintf(", %d blocked", s.Blocked)
	}
	if s.Irreversible > 0 {
		line += fmt.Sprintf(", %d irreversible", s.Irreversible)
	}
	return line + "."
}

// heading tells which tenant was read, and that all of it was.
func heading(w io.Writer, tenant cluster.Tenant, proof cluster.Proof) {
	fmt.Fprintf(w, "Tenant %s at %s: %s listed.\n", Printable(tenant.Org), Printable(tenant.BaseURL), Count(proof.Listed, "cluster"))
}

func (t Text) change(w io.Writer, c planner.Change) {
	fmt.Fprintf(w, "\n%s %s %s", t.mark(actionMark(c.Action)), c.Action, Printable(c.Name))
	if c.ID != "" {
		fmt.Fprintf(w, " (%s)", Printable(c.ID))
	}
	fmt.Fprintf(w, "  %s\n", origin(c.Source))
	if c.Action == planner.Delete {
		fmt.Fprintf(w, "    %s\n", attached(c))
	}
	for _, d := range c.Diff {
		t.fieldDiff(w, d)
	}
}

// origin is where a change is declared; what prune asks for is in no file.
func origin(source *cluster.Source) string {
	if source == nil {
		return "in no file"
	}
	return Printable(source.String())
}

func actionMark(a planner.Action) string {
	switch a {
	case planner.Create:
		return markAdd
	case planner.Delete:
		return markRemove
	default:
		return markChange
	}
}

func (t Text) fieldDiff(w io.Writer, d planner.FieldDiff) {
	path := Printable(d.Path)
	switch {
	case d.Before == nil && d.After == nil: // of a cluster still to be created
		fmt.Fprintf(w, "    %s %s: not to be there\n", t.mark(markRemove), path)
	case d.Before == nil:
		fmt.Fprintf(w, "    %s %s: %s\n", t.mark(markAdd), path, value(d.After))
	case d.After == nil:
		fmt.Fprintf(w, "    %s %s: %s\n", t.mark(markRemove), path, value(d.Before))
	default:
		fmt.Fprintf(w, "    %s %s: %s → %s\n", t.mark(markChange), path, value(d.Before), value(d.After))
	}
}

// shownFindings is how many findings of a kind that needs nobody to act are
// listed; a small file for a large tenant would drown in them.
const shownFindings = 10

func (t Text) findings(w io.Writer, findings []planner.Finding) {
	if len(findings) > 0 {
		fmt.Fprintln(w)
	}
	left := map[planner.FindingKind]int{planner.Ignored: shownFindings, planner.Unmanaged: shownFindings}
	for _, f := range findings {
		if _, limited := left[f.Kind]; limited {
			if left[f.Kind]--; left[f.Kind] < 0 {
				continue
			}
		}
		t.finding(w, f)
	}
	for _, kind := range []planner.FindingKind{planner.Ignored, planner.Unmanaged} {
		if more := -left[kind]; more > 0 {
			fmt.Fprintf(w, "  … and %d more %s (all of them with --output json)\n", more, kind)
		}
	}
}

func (t Text) finding(w io.Writer, f planner.Finding) {
	mark := " "
	if f.Kind == planner.Blocked {
		mark = t.mark(markNote)
	}
	fmt.Fprintf(w, "%s %s %s", mark, f.Kind, Printable(f.Name))
	if f.ID != "" {
		fmt.Fprintf(w, " (%s)", Printable(f.ID))
	}
	fmt.Fprintf(w, ": %s", Printable(f.Message))
	if f.Source != nil {
		fmt.Fprintf(w, "  %s", Printable(f.Source.String()))
	}
	fmt.Fprintln(w)
}
