package report

import (
	"fmt"
	"io"

	"clusterctl/internal/planner"
)

// warnings writes what a reader should know of a plan or a run as a whole.
func (t Text) warnings(w io.Writer, warnings []planner.Warning) {
	for _, warning := range warnings {
		e := entry{mark: markNote, subject: "warning", message: Printable(warning.Message)}
		if warning.Source != nil {
			e.origin = Printable(warning.Source.String())
		}
		fmt.Fprintln(w)
		t.entry(w, e)
	}
}

func (m Markdown) warnings(warnings []planner.Warning) passage {
	return passage{
		title: Count(len(warnings), "warning"), manner: visible, count: len(warnings),
		item: func(i int) string {
			w, where := warnings[i], ""
			if w.Source != nil {
				where = " at " + m.code(w.Source.String())
			}
			return fmt.Sprintf("- %s%s\n", m.prose(w.Message), where)
		},
	}
}

// warningItems are warnings as items of a page.
func warningItems(warnings []planner.Warning) []item {
	var items []item
	for _, w := range warnings {
		i := item{kind: kind{"warning"}, Name: show(w.Code), Notes: []shown{show(w.Message)}}
		if w.Source != nil {
			i.Source = show(w.Source.String())
		}
		items = append(items, i)
	}
	return items
}

// warnings are annotations.
func (g GitHub) warnings(warnings []planner.Warning) []annotation {
	t := wording{g.Masker}
	var found []annotation
	for _, w := range warnings {
		found = append(found, annotation{true, levelWarning, w.Source, "warning", t.message(w.Message)})
	}
	return found
}

// warn adds a test that is skipped for each warning: a test report has no other
// place for what concerns all of it.
func (r *junitReport) warn(warnings []planner.Warning) {
	for _, w := range warnings {
		r.add("warning: "+r.name(w.Code), w.Source, "").skip(r.message(w.Message))
	}
}
