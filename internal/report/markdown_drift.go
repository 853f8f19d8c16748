package report

import (
	"fmt"
	"io"
	"strings"

	"clusterctl/internal/planner"
)

// Drift writes where a tenant left its files: what counts for all to see, and
// the rest folded.
func (m Markdown) Drift(w io.Writer, d planner.Drift) error {
	return comment{
		head: markdownHeading("drift", tenantKey(d.Tenant), &d.Proof, DriftVerdict(d)) +
			fmt.Sprintf("%s: %s listed, %d as declared.\n", m.tenant(d.Tenant), Count(d.Proof.Listed, "cluster"), d.Matching),
		sections: []passage{
			m.drifted(d, planner.DriftBlocked, visible),
			m.drifted(d, planner.DriftMissing, visible),
			m.drifted(d, planner.DriftChanged, unfolded),
			m.drifted(d, planner.DriftUnmanaged, foldedUnlessCounted(d, planner.DriftUnmanaged)),
			m.drifted(d, planner.DriftLapsed, foldedUnlessCounted(d, planner.DriftLapsed)),
			m.known(d),
		},
		foot:  legend(d),
		whole: "the JSON report",
	}.write(w)
}

func foldedUnlessCounted(d planner.Drift, kind planner.DriftKind) manner {
	if d.Counts(planner.DriftItem{Kind: kind}) {
		return unfolded
	}
	return folded
}

// legend tells how to read a diff, where there is one.
func legend(d planner.Drift) string {
	for _, item := range d.Items {
		if len(fieldsToShow(item)) > 0 {
			return "\nIn the diffs `-` is what the files say, and `+` what the tenant has.\n"
		}
	}
	return ""
}

func (m Markdown) drifted(d planner.Drift, kind planner.DriftKind, how manner) passage {
	return m.driftSection(d, string(kind), how, func(item planner.DriftItem) bool { return item.Kind == kind && item.Known == nil })
}

func (m Markdown) known(d planner.Drift) passage {
	return m.driftSection(d, "known", folded, func(item planner.DriftItem) bool { return item.Known != nil })
}

func (m Markdown) driftSection(d planner.Drift, words string, how manner, belongs func(planner.DriftItem) bool) passage {
	var items []planner.DriftItem
	for _, item := range d.Items {
		if belongs(item) {
			items = append(items, item)
		}
	}
	return passage{
		title: fmt.Sprintf("%d %s", len(items), words), manner: how, count: len(items),
		item: func(i int) string { return m.driftItem(items[i]) },
	}
}

func (m Markdown) driftItem(item planner.DriftItem) string {
	var b strings.Builder
	fmt.Fprintf(&b, "- %s", m.cluster(item.Name, item.ID, item.Source))
	if item.Message != "" {
		fmt.Fprintf(&b, ": %s", m.prose(item.Message))
	}
	fields := fieldsToShow(item)
	if len(fields) == 0 {
		b.WriteString(because(item.Cause))
	}
	if item.Known != nil {
		fmt.Fprintf(&b, ", %s, known until %s: %s", item.Kind, stamp(item.Known.Until), m.prose(item.Known.Reason))
	}
	b.WriteString("\n")
	if len(fields) > 0 {
		b.WriteString(indented("\n" + diffBlock(m.driftFields(fields))))
	}
	return b.String()
}

// driftFields are a diff's lines: what is expected is gone, and what was found
// has come.
func (m Markdown) driftFields(diff []planner.DriftDiff) []string {
	t := wording{m.Masker}
	var lines []string
	for i, d := range diff {
		if i == shownFields {
			return append(lines, "  "+moreFields(len(diff)))
		}
		path := t.name(d.Path)
		lines = append(lines,
			fmt.Sprintf("- %s: %s", path, t.value(d.Expected)),
			fmt.Sprintf("+ %s: %s%s", path, t.value(d.Found), because(d.Cause)))
	}
	return lines
}

// indented makes lines part of the list item in front of them.
func indented(s string) string {
	var b strings.Builder
	for line := range strings.Lines(s) {
		if line != "\n" {
			b.WriteString("  ")
		}
		b.WriteString(line)
	}
	return b.String()
}
