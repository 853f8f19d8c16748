package report

import (
	"fmt"
	"io"
	"strings"

	"clusterctl/internal/cluster"
	"clusterctl/internal/drift"
)

// Drift writes where a tenant left its files: what counts for all to see, and
// the rest folded.
func (m Markdown) Drift(w io.Writer, d drift.Report) error {
	return comment{
		head: markdownHeading("drift", tenantKey(d.Tenant), &d.Proof, DriftVerdict(d)) +
			fmt.Sprintf("%s: %s listed, %d as declared.\n", m.tenant(d.Tenant), Count(d.Proof.Listed, "cluster"), d.Matching),
		sections: []passage{
			m.drifted(d, cluster.DriftBlocked, visible),
			m.drifted(d, cluster.DriftMissing, visible),
			m.drifted(d, cluster.DriftChanged, unfolded),
			m.drifted(d, cluster.DriftUnmanaged, foldedUnlessCounted(d, cluster.DriftUnmanaged)),
			m.drifted(d, cluster.DriftLapsed, foldedUnlessCounted(d, cluster.DriftLapsed)),
			m.known(d),
		},
		foot:  legend(d),
		whole: "the JSON report",
	}.write(w)
}

func foldedUnlessCounted(d drift.Report, kind cluster.DriftKind) manner {
	if d.Counts(drift.Item{Kind: kind}) {
		return unfolded
	}
	return folded
}

// legend tells how to read a diff, where there is one.
func legend(d drift.Report) string {
	for _, item := range d.Items {
		if len(fieldsToShow(item)) > 0 {
			return "\nIn the diffs `-` is what the files say, and `+` what the tenant has.\n"
		}
	}
	return ""
}

func (m Markdown) drifted(d drift.Report, kind cluster.DriftKind, how manner) passage {
	return m.driftSection(d, string(kind), how, func(item drift.Item) bool { return item.Kind == kind && item.Known == nil })
}

func (m Markdown) known(d drift.Report) passage {
	return m.driftSection(d, "known", folded, func(item drift.Item) bool { return item.Known != nil })
}

func (m Markdown) driftSection(d drift.Report, words string, how manner, belongs func(drift.Item) bool) passage {
	var items []drift.Item
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

func (m Markdown) driftItem(item drift.Item) string {
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
func (m Markdown) driftFields(diff []drift.Field) []string {
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
