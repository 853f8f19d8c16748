package report

import (
	"encoding/json"
	"slices"
	"time"
)

// shown is text that is fit to be seen: what is foreign becomes so by show, and
// nothing else fits into a page.
type shown string

func show(s string) shown { return shown(Printable(s)) }

// page is what a page says, whatever it is a page of.
type page struct {
	Subject shown // what it is, of which tenant
	Warning shown // what is to be known before anything else; may be empty
	Verdict shown
	Tone    tone
	Counts  []count
	Facts   []fact
	Chart   *chart // nil: none
	// Sections have what is worth reading first in front.
	Sections []section
	Tool     shown
}

// Title is that of the browser's window.
func (p page) Title() shown { return p.Subject + " · clusterctl" }

// Filters are the kinds of what the page lists, in the order of their first
// appearance.
func (p page) Filters() []count {
	var filters []count
	for _, s := range p.Sections {
		for _, i := range s.Items {
			at := slices.IndexFunc(filters, func(f count) bool { return f.Class() == i.Class() })
			if at < 0 {
				at = len(filters)
				filters = append(filters, count{kind: i.kind, Label: shown(i.Class())})
			}
			filters[at].N++
		}
	}
	return filters
}

// tone is the mood of a verdict.
type tone struct{ Class, Sign string }

// toneOf is good where nothing is to be done, and bad where something should
// be looked at before anything else.
func toneOf(good, bad bool) tone {
	switch {
	case bad:
		return tone{"bad", "!"}
	case good:
		return tone{"good", "✓"}
	default:
		return tone{"pending", "~"}
	}
}

// count is how many there are of a kind.
type count struct {
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
	// Folded is a section that asks nobody to act.
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

func fieldColumns() columns {
	return columns{First: "Field", Second: "Before", Third: "After", IsDiff: true}
}

// item is one change, difference or outcome: its head, and the fields beneath.
type item struct {
	kind
	// Action is that of a change of which the kind tells something else.
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

// shownValue is a JSON value, and empty where there is none.
func shownValue(raw json.RawMessage) shown {
	if raw == nil {
		return ""
	}
	return show(string(raw))
}

// moment is an instant as a person reads it.
func moment(at time.Time) shown { return shown(at.UTC().Format("2006-01-02 15:04:05 UTC")) }
