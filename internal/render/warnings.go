package render

import (
	"fmt"
	"io"

	"clusterctl/internal/planner"
)

// warnings writes the warnings of a plan.
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

// warningItems are the warnings of a plan, as findings of a page.
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
