package render

import (
	"fmt"
	"io"
	"time"

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

// DriftVerdict is the last line of a drift report. It tells what counts.
func DriftVerdict(d planner.Drift) string {
	if !d.Found() {
		return "No drift. " + matching(d.Matching)
	}
	s := d.Summary
	line := fmt.Sprintf("Drift: %d changed, %d missing", s.Changed, s.Missing)
	if d.Strict {
		line += fmt.Sprintf(", %d unmanaged, %d lapsed", s.Unmanaged, s.Lapsed)
	}
	if s.Blocked > 0 {
		line += fmt.Sprintf(", %d blocked", s.Blocked)
	}
	return line + "."
}

func (t Text) driftItem(w io.Writer, item planner.DriftItem) {
	fmt.Fprintf(w, "\n%s %s %s", t.mark(driftMark(item)), item.Kind, Printable(item.Name))
	if item.ID != "" {
		fmt.Fprintf(w, " (%s)", Printable(item.ID))
	}
	if item.Message != "" {
		fmt.Fprintf(w, ": %s", Printable(item.Message))
	}
	fields := fieldsToShow(item)
	if len(fields) == 0 {
		fmt.Fprint(w, because(item.Cause)) // else each field tells its own
	}
	if item.Source != nil {
		fmt.Fprintf(w, "  %s", Printable(item.Source.String()))
	}
	fmt.Fprintln(w)
	if item.Known != nil {
		fmt.Fprintf(w, "    known until %s: %s\n", item.Known.Until.Format(time.RFC3339), Printable(item.Known.Reason))
	}
	for _, d := range fields {
		fmt.Fprintf(w, "    %s: expected %s, found %s%s\n", Printable(d.Path), value(d.Expected), value(d.Found), because(d.Cause))
	}
}

// fieldsToShow are those of an item. Of a cluster that is missing there are
// none: that all of it is missing says enough.
func fieldsToShow(item planner.DriftItem) []planner.DriftDiff {
	if item.Kind == planner.DriftMissing {
		return nil
	}
	return item.Diff
}

// because is a cause as it follows what it is the cause of.
func because(c planner.Cause) string {
	switch c {
	case planner.LiveChanged:
		return " (live changed)"
	case planner.FileAhead:
		return " (the file is ahead)"
	case planner.BothChanged:
		return " (both changed since)"
	default:
		return ""
	}
}

// driftMark marks what asks for somebody to act. What is known does not.
func driftMark(item planner.DriftItem) string {
	if item.Known != nil {
		return " "
	}
	switch item.Kind {
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
