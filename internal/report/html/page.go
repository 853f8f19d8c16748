package html

import (
	"cmp"
	"fmt"
	"slices"

	"clusterctl/internal/escape"
	"clusterctl/internal/report"
)

// shown is text that is fit to be seen: what is foreign becomes so by show, and
// nothing else fits into a page.
type shown string

func show(s string) shown { return shown(escape.Text(s)) }

func showPhrase(p report.Phrase) shown { return shown(p.With(escape.Text)) }

// page is what a page says, whatever it is a page of.
type page struct {
	Subject shown // what it is, of which tenant
	Warning shown // what is to be known before anything else; may be empty
	Verdict shown
	Tone    tone
	Tallies []tally
	Facts   []fact
	Chart   *chart // nil: none
	// Sections have what is worth reading first in front.
	Sections []section
	Tool     shown
}

func pageOf(d report.Document) page {
	p := page{
		Subject:  showPhrase(d.Page.Subject),
		Warning:  shown(d.Unverified),
		Verdict:  shown(cmp.Or(d.Page.Verdict, d.Verdict)),
		Tone:     toneOf(d.Page.Tone),
		Chart:    chartOf(d.Page.Timeline),
		Sections: sectionsOf(d),
		Tool:     show(d.Tool),
	}
	for _, t := range d.Page.Tallies {
		p.Tallies = append(p.Tallies, tally{kind{t.Kind}, shown(t.Label), t.N})
	}
	for _, f := range d.Page.Facts {
		p.Facts = append(p.Facts, fact{f.Term, show(f.Text), f.IsCode})
	}
	return p
}

// Title is that of the browser's window.
func (p page) Title() shown { return p.Subject + " · clusterctl" }

// Filters are the kinds of what the page lists, in the order of their first
// appearance.
func (p page) Filters() []tally {
	var filters []tally
	for _, s := range p.Sections {
		for _, i := range s.Items {
			at := slices.IndexFunc(filters, func(f tally) bool { return f.Class() == i.Class() })
			if at < 0 {
				at = len(filters)
				filters = append(filters, tally{kind: i.kind, Label: shown(i.Class())})
			}
			filters[at].N++
		}
	}
	return filters
}

// tone is the mood of a verdict.
type tone struct{ Class, Sign string }

func toneOf(t report.Tone) tone {
	switch t {
	case report.Bad:
		return tone{"bad", "!"}
	case report.Good:
		return tone{"good", "✓"}
	default:
		return tone{"pending", "~"}
	}
}

// tally is how many there are of a kind.
type tally struct {
	kind
	Label shown
	N     int
}

// fact is one of the things that a verdict rests on.
type fact struct {
	Term string
	Text shown
	Code bool
}

// section is a list of items under a heading.
type section struct {
	Title shown // may be empty
	Notes []shown
	// Folded is a section that needs nobody to act.
	Folded  bool
	Columns columns
	Items   []item
}

// columns are the headings of a section's table. Those of a diff set the second
// against the third, as what is taken away and what is put there.
type columns struct {
	First, Second, Third string
	IsDiff               bool
}

// Heads are the headings in their order.
func (c columns) Heads() []string { return []string{c.First, c.Second, c.Third} }

func columnsOf(d report.Document) columns {
	switch {
	case d.Compares:
		return columns{First: "Field", Second: "Expected", Third: "Found"}
	case d.Kind == "apply":
		return columns{First: "Request", Second: "Status", Third: "Request id"}
	default:
		return columns{First: "Field", Second: "Before", Third: "After", IsDiff: true}
	}
}

// sectionsOf are one of what needs attention and, folded, those of what does not;
// or one of each run, the last one first.
func sectionsOf(d report.Document) []section {
	var sections []section
	for _, run := range slices.Backward(d.Runs) {
		sections = append(sections, section{
			Title: shown("Run of " + report.Moment(run.Start)), Notes: []shown{shown(run.Verdict), "Digest " + show(run.Digest)},
			Columns: columnsOf(d), Items: itemsOf(d, run.Items),
		})
	}
	if sections != nil {
		return sections
	}
	asides := map[string][]report.Item{}
	for _, i := range d.Items {
		asides[i.Aside] = append(asides[i.Aside], i)
	}
	first := func(i report.Item) int {
		if at := slices.Index(d.Page.First, i.Kind); at >= 0 {
			return at
		}
		return len(d.Page.First)
	}
	slices.SortStableFunc(asides[""], func(a, b report.Item) int { return first(a) - first(b) })
	sections = append(sections, section{Columns: columnsOf(d), Items: itemsOf(d, asides[""])})
	for _, title := range d.Page.Asides {
		if of := asides[title]; len(of) > 0 {
			sections = append(sections, section{Title: shown(title), Folded: true, Columns: columnsOf(d), Items: itemsOf(d, of)})
		}
	}
	return sections
}

// item is one change, difference or outcome: its head, and the fields beneath.
type item struct {
	kind
	// Action is that of a change whose kind is something else.
	Action           shown
	Name, ID, Source shown
	Notes            []shown
	Fields           []line
}

// line is one row of an item. What is not there is empty.
type line struct {
	Path, Before, After shown
	Remark              shown
}

func itemsOf(d report.Document, of []report.Item) []item {
	items := make([]item, 0, len(of))
	for _, i := range of {
		items = append(items, itemOf(d, i))
	}
	return items
}

func itemOf(d report.Document, i report.Item) item {
	it := item{kind: kind{i.Kind}, Name: show(i.Name), ID: show(i.ID), Source: show(i.Origin)}
	if i.What != i.Kind {
		it.Action = show(i.What)
	}
	if i.IsGeneral {
		it.Name = show(i.Rule)
	}
	note := func(s string) {
		if s != "" {
			it.Notes = append(it.Notes, show(s))
		}
	}
	note(i.Detail)
	note(i.Note)
	if i.Known != nil {
		note(fmt.Sprintf("until %s: %s", report.Moment(i.Known.Until), i.Known.Reason))
	}
	note(report.Join(": ", i.Sent, i.Message))
	note(i.Cause)
	for _, f := range i.Fields {
		l := line{show(f.Path), show(f.Before), show(f.After), shown(f.Remark)}
		if d.Compares {
			l.Before, l.After = cmp.Or(l.Before, report.None), cmp.Or(l.After, report.None)
		}
		it.Fields = append(it.Fields, l)
	}
	for _, r := range i.Requests {
		l := line{Path: show(r.Method + " " + r.Path), Before: shown(fmt.Sprint(r.Status)), After: show(r.RequestID)}
		if r.Status == 0 {
			l.Before = "no answer"
		}
		it.Fields = append(it.Fields, l)
	}
	return it
}
