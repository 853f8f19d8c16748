package report

import (
	"fmt"
	"io"
	"slices"

	"clusterctl/internal/cluster"
	"clusterctl/internal/planner"
)

// Plan writes a plan.
func (h HTML) Plan(w io.Writer, p planner.Plan) error {
	s := p.Summary
	return page{
		Subject: pageSubject("Plan", p.Tenant),
		Warning: shown(Unverified(&p.Proof)),
		Verdict: shown(PlanVerdict(p)),
		Tone:    toneOf(p.IsEmpty(), s.Delete+s.Blocked > 0),
		Counts: present(
			count{kind{"create"}, "to create", s.Create}, count{kind{"update"}, "to update", s.Update},
			count{kind{"set-log"}, "to set logs", s.SetLog}, count{kind{"delete"}, "to delete", s.Delete},
			count{kind{"blocked"}, "blocked", s.Blocked}, count{kind{"irreversible"}, "irreversible", s.Irreversible},
			count{kind{"unchanged"}, "unchanged", s.Unchanged},
		),
		Facts:    planFacts(p),
		Sections: append([]section{{Columns: fieldColumns(), Items: planItems(p)}}, findingSections(p.Findings)...),
		Tool:     show(p.Tool),
	}.write(w)
}

// pageSubject is what a page is, of which tenant.
func pageSubject(what string, t cluster.Tenant) shown {
	return shown(what) + " for " + show(orUnknown(t.Org))
}

// present leaves out what is counted only where there is any.
func present(counts ...count) []count {
	return slices.DeleteFunc(counts, func(c count) bool {
		switch c.word {
		case "create", "update", "set-log", "delete", "changed", "missing", "applied", wordFailed:
			return false
		default:
			return c.N == 0
		}
	})
}

func planFacts(p planner.Plan) []fact {
	facts := append(tenantFacts(p.Tenant, &p.Proof), fact{Term: "Made", Text: moment(p.CreatedAt)})
	if p.ExpiresAt != nil {
		facts = append(facts, fact{Term: "Good until", Text: moment(*p.ExpiresAt)})
	}
	if b := p.Budget; b.Requests > 0 {
		facts = append(facts, fact{Term: "Applying it takes", Text: shown(fmt.Sprintf("up to %s, about %d s", Count(b.Requests, "request"), b.Seconds))})
	}
	return append(facts, digestFact(p.Digest))
}

// tenantFacts tell which tenant it is and, where it was listed, that all of it
// was.
func tenantFacts(t cluster.Tenant, proof *cluster.Proof) []fact {
	facts := []fact{{Term: "Tenant", Text: show(t.BaseURL)}}
	if proof != nil {
		facts = append(facts, fact{Term: "Listed", Text: shown(Count(proof.Listed, "cluster"))})
	}
	return facts
}

func digestFact(digest string) fact { return fact{Term: "Digest", Text: show(digest), Code: true} }

// planItems are the changes and what is refused: deletes first, then what is
// blocked, then the rest in the order of applying.
func planItems(p planner.Plan) []item {
	var items []item
	for _, c := range p.Changes {
		items = append(items, changeItem(c))
	}
	for _, f := range p.Findings {
		if !isFolded(f.Kind) {
			items = append(items, findingItem(f))
		}
	}
	items = append(items, warningItems(p.Warnings)...)
	inFront := []string{string(planner.Delete), string(planner.Blocked), string(planner.Irreversible)}
	putInFront(items, inFront)
	return items
}

// putInFront moves the items of these kinds to the front, in the order of the
// kinds. All else stays as it is.
func putInFront(items []item, words []string) {
	rank := func(i item) int {
		if at := slices.Index(words, i.word); at >= 0 {
			return at
		}
		return len(words)
	}
	slices.SortStableFunc(items, func(a, b item) int { return rank(a) - rank(b) })
}

func changeItem(c planner.Change) item {
	i := item{
		kind: kind{string(c.Action)}, Name: show(c.Name), ID: show(c.ID),
		Source: shown(origin(c.Source)), Fields: changeLines(shownDiff(c)),
	}
	if c.Action == planner.Delete {
		i.Notes = append(i.Notes, shown(attached(c)))
	}
	if c.Lapsed {
		i.Notes = append(i.Notes, "its log configuration has ended, or was never set")
	}
	return i
}

func changeLines(diff []planner.FieldDiff) []line {
	lines := make([]line, 0, len(diff))
	for _, d := range diff {
		l := line{Path: show(d.Path), Before: shownValue(d.Before), After: shownValue(d.After)}
		if d.Before == nil && d.After == nil { // of a cluster still to be created
			l.Remark = "not to be there"
		}
		lines = append(lines, l)
	}
	return lines
}

// isFolded reports whether a finding asks nobody to act.
func isFolded(k planner.FindingKind) bool {
	return k == planner.Unmanaged || k == planner.Ignored || k == planner.Satisfied
}

// findingSections hold what is folded, a section for each kind.
func findingSections(findings []planner.Finding) []section {
	var sections []section
	for _, of := range []struct {
		kind  planner.FindingKind
		title shown
	}{
		{planner.Unmanaged, "Unmanaged: live, and in no file"},
		{planner.Ignored, "Ignored: left alone by a rule"},
		{planner.Satisfied, "Satisfied: log windows that have ended"},
	} {
		s := section{Title: of.title, Folded: true, Columns: fieldColumns()}
		for _, f := range findings {
			if f.Kind == of.kind {
				s.Items = append(s.Items, findingItem(f))
			}
		}
		if len(s.Items) > 0 {
			sections = append(sections, s)
		}
	}
	return sections
}

func findingItem(f planner.Finding) item {
	i := item{kind: kind{string(f.Kind)}, Name: show(f.Name), ID: show(f.ID), Notes: []shown{show(f.Message)}}
	if f.Source != nil {
		i.Source = show(f.Source.String())
	}
	return i
}
