package render

import (
	"fmt"
	"io"

	"clusterctl/internal/planner"
)

// Drift writes where a tenant left its files. Its last line is stable: scripts
// match it.
func (t Text) Drift(w io.Writer, d planner.Drift) error {
	out := &document{to: w}
	heading(out, d.Tenant, d.Proof)
	for _, item := range d.Items {
		t.driftItem(out, item)
	}
	fmt.Fprintf(out, "\n%s\n", DriftVerdict(d))
	return out.flush()
}

// DriftVerdict is the last line of a drift report.
func DriftVerdict(d planner.Drift) string {
	if !d.Found() {
		return "No drift. " + matching(d.Matching)
	}
	line := fmt.Sprintf("Drift: %d changed, %d missing", d.Summary.Changed, d.Summary.Missing)
	if d.Summary.Blocked > 0 {
		line += fmt.Sprintf(", %d blocked", d.Summary.Blocked)
	}
	return line + "."
}

func (t Text) driftItem(w io.Writer, item planner.DriftItem) {
	fmt.Fprintf(w, "\n%s %s %s", t.mark(driftMark(item.Kind)), item.Kind, Printable(item.Name))
	if item.ID != "" {
		fmt.Fprintf(w, " (%s)", Printable(item.ID))
	}
	if item.Message != "" {
		fmt.Fprintf(w, ": %s", Printable(item.Message))
	}
	if item.Source != nil {
		fmt.Fprintf(w, "  %s", Printable(item.Source.String()))
	}
	fmt.Fprintln(w)
	if item.Kind == planner.DriftMissing {
		return // that all of it is missing says enough
	}
	for _, d := range item.Diff {
		fmt.Fprintf(w, "    %s: expected %s, found %s\n", Printable(d.Path), value(d.Expected), value(d.Found))
	}
}

func driftMark(k planner.DriftKind) string {
	switch k {
	case planner.DriftMissing:
		return markRemove
	case planner.DriftBlocked:
		return markNote
	case planner.DriftChanged:
		return markChange
	default:
		return " "
	}
}
