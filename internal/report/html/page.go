package html

import (
	"cmp"
	"slices"

	"clusterctl/internal/report"
)

// page is a document with its chart and sections.
type page struct {
	report.Document
	Chart    *chart // nil: none
	Sections []section
}

// Title returns the title of the window.
func (p page) Title() string { return p.Page.Subject.String() + " · clusterctl" }

// Headline returns the verdict of the page.
func (p page) Headline() string { return cmp.Or(p.Page.Verdict, p.Verdict) }

// Filters returns the kinds of the items, in the order of their first appearance.
func (p page) Filters() []report.Tally {
	var filters []report.Tally
	for _, s := range p.Sections {
		for _, i := range s.Items {
			at := slices.IndexFunc(filters, func(f report.Tally) bool { return f.Kind == class(i.Kind) })
			if at < 0 {
				at = len(filters)
				filters = append(filters, report.Tally{Kind: class(i.Kind)})
			}
			filters[at].N++
		}
	}
	return filters
}

// Mood returns the class and the sign of the verdict.
func (p page) Mood() struct{ Class, Sign string } {
	return [...]struct{ Class, Sign string }{
		report.Pending: {"pending", "~"}, report.Good: {"good", "✓"}, report.Bad: {"bad", "!"},
	}[p.Page.Tone]
}

// Columns returns the headings of the item tables.
func (p page) Columns() []string {
	switch {
	case p.Page.Columns != nil:
		return p.Page.Columns
	case p.Compares:
		return []string{"Field", "Expected", "Found"}
	case p.Kind == "apply":
		return []string{"Request", "Status", "Request id"}
	default:
		return []string{"Field", "Before", "After"}
	}
}

// IsDiff reports whether the columns are removed and added values.
func (p page) IsDiff() bool { return !p.Compares && p.Kind != "apply" }

// section is a list of items under a heading, which may be empty. A folded one needs no action.
type section struct {
	Page     page // for its columns
	Title    string
	Notes    []string
	IsFolded bool
	Items    []report.Item
}

// sectionsOf returns the sections of a document; those of one of several tenants have its name.
func (p page) sectionsOf(tenant string) []section {
	sections := p.sections()
	if tenant == "" {
		return sections
	}
	sections[0].Notes = append(sections[0].Notes, p.Headline())
	for i := range sections {
		sections[i].Title = report.Join(": ", tenant, sections[i].Title)
	}
	return sections
}

// sections returns a section of the items that need attention and folded ones of the rest;
// or one of each run, latest first.
func (p page) sections() []section {
	var sections []section
	for _, run := range slices.Backward(p.Runs) {
		notes := []string{run.Verdict, "Digest " + run.Digest}
		sections = append(sections, section{Page: p, Title: "Run of " + report.Moment(run.Start), Notes: notes, Items: run.Items})
	}
	if sections != nil {
		return sections
	}
	asides := map[string][]report.Item{}
	for _, i := range p.Items {
		asides[i.Aside] = append(asides[i.Aside], i)
	}
	first := func(i report.Item) int {
		if at := slices.Index(p.Page.First, i.Kind); at >= 0 {
			return at
		}
		return len(p.Page.First)
	}
	slices.SortStableFunc(asides[""], func(a, b report.Item) int { return first(a) - first(b) })
	sections = append(sections, section{Page: p, Items: asides[""]})
	for _, title := range p.Page.Asides {
		if of := asides[title]; len(of) > 0 {
			sections = append(sections, section{Page: p, Title: title, IsFolded: true, Items: of})
		}
	}
	return sections
}

// nameOf returns the name of an item, or the code of a warning.
func nameOf(i report.Item) string {
	if i.IsGeneral {
		return i.Rule
	}
	return i.Name
}

// actionOf returns the action of an item if its kind is something else.
func actionOf(i report.Item) string {
	if i.What == label(i.Kind) {
		return ""
	}
	return i.What
}

// notesOf returns the lines between the head of an item and its fields.
func notesOf(i report.Item) []string {
	known := ""
	if i.Accepted != nil {
		known = i.Accepted.Term() + i.Accepted.Reason
	}
	notes := []string{i.Detail, i.Note, known, report.Join(": ", i.Sent, i.Message), i.Cause}
	return slices.DeleteFunc(notes, func(note string) bool { return note == "" })
}
