package report

import (
	"fmt"
	"io"

	"clusterctl/internal/cluster"
	"clusterctl/internal/planner"
)

// Plan writes a plan. Its last line is stable: scripts match it.
func (t Text) Plan(w io.Writer, p planner.Plan) error {
	out := &document{to: w}
	unverified(out, &p.Proof)
	t.plan(out, p)
	return out.flush()
}

func (t Text) plan(out io.Writer, p planner.Plan) {
	heading(out, p.Tenant, p.Proof)
	for _, c := range p.Changes {
		t.change(out, c)
	}
	t.findings(out, p.Findings)
	t.warnings(out, p.Warnings)
	if t.Adopt {
		adoption(out, p.Strays)
	}
	if p.Budget.Requests > 0 {
		fmt.Fprintf(out, "\nApplying it takes up to %s more, about %d s.\n", Count(p.Budget.Requests, "request"), p.Budget.Seconds)
	}
	fmt.Fprintf(out, "\n%s\n", PlanVerdict(p))
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
	fmt.Fprintf(w, "Tenant %s at %s: %s listed.\n", Printable(orUnknown(tenant.Org)), Printable(tenant.BaseURL), Count(proof.Listed, "cluster"))
}

func (t Text) change(w io.Writer, c planner.Change) {
	fmt.Fprintln(w)
	t.entry(w, entry{mark: actionMark(c.Action), subject: subject(string(c.Action), c.Name, c.ID), origin: origin(c.Source)})
	if c.Action == planner.Delete {
		fmt.Fprintf(w, "    %s\n", attached(c))
	}
	diff := shownDiff(c)
	fields := make([]field, 0, len(diff))
	for _, d := range diff {
		fields = append(fields, changedField(d))
	}
	t.fields(w, fields)
}

// subject is what a line is about: what is done to or found of a cluster, which
// has no id before it is made.
func subject(what, name, id string) string {
	s := what + " " + Printable(name)
	if id != "" {
		s += " (" + Printable(id) + ")"
	}
	return s
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

func changedField(d planner.FieldDiff) field {
	f := field{path: Printable(d.Path)}
	switch {
	case d.Before == nil && d.After == nil: // of a cluster still to be created
		f.mark, f.lead = markRemove, "not to be there"
	case d.Before == nil:
		f.mark, f.first = markAdd, value(d.After)
	case d.After == nil:
		f.mark, f.first = markRemove, value(d.Before)
	default:
		f.mark, f.first, f.between, f.second = markChange, value(d.Before), " → ", value(d.After)
	}
	return f
}

// shownFindings is how many findings of a kind that needs nobody to act are
// listed; a small file for a large tenant would drown in them.
const shownFindings = 10

// findings tells what is no change, each kind as a paragraph.
func (t Text) findings(w io.Writer, findings []planner.Finding) {
	for len(findings) > 0 {
		kind, end := findings[0].Kind, 0
		for end < len(findings) && findings[end].Kind == kind {
			end++
		}
		fmt.Fprintln(w)
		t.findingsOfKind(w, kind, findings[:end])
		findings = findings[end:]
	}
}

func (t Text) findingsOfKind(w io.Writer, kind planner.FindingKind, findings []planner.Finding) {
	shown := findings
	if kind == planner.Ignored || kind == planner.Unmanaged {
		shown = findings[:min(len(findings), shownFindings)]
	}
	for _, f := range shown {
		t.finding(w, f)
	}
	if more := len(findings) - len(shown); more > 0 {
		fmt.Fprintf(w, "  … and %d more %s (all of them with --output json)\n", more, kind)
	}
}

func (t Text) finding(w io.Writer, f planner.Finding) {
	e := entry{mark: " ", subject: subject(string(f.Kind), f.Name, f.ID), message: Printable(f.Message)}
	if f.Kind == planner.Blocked {
		e.mark = markNote
	}
	if f.Source != nil {
		e.origin = Printable(f.Source.String())
	}
	t.entry(w, e)
}
