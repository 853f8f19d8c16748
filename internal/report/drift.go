package report

import (
	"fmt"
	"io"
	"time"

	"clusterctl/internal/cluster"
	"clusterctl/internal/drift"
)

// Drift writes where a tenant left its files. Its last line is stable: scripts
// match it.
func (t Text) Drift(w io.Writer, d drift.Report) error {
	out := &document{to: w}
	unverified(out, &d.Proof)
	heading(out, d.Tenant, d.Proof)
	for i, item := range d.Items {
		if i == 0 || item.Kind != d.Items[i-1].Kind || hasDetails(item) || hasDetails(d.Items[i-1]) {
			fmt.Fprintln(out)
		}
		t.driftItem(out, item)
	}
	fmt.Fprintf(out, "\n%s\n", DriftVerdict(d))
	return out.flush()
}

// DriftVerdict is the last line of a drift report. It tells what counts.
func DriftVerdict(d drift.Report) string {
	if !d.Found() {
		return "No drift. " + matching(d.Matching)
	}
	s := d.Counted()
	line := fmt.Sprintf("Drift: %d changed, %d missing", s.Changed, s.Missing)
	switch {
	case d.Strict:
		line += fmt.Sprintf(", %d unmanaged, %d lapsed", s.Unmanaged, s.Lapsed)
	case s.Unmanaged > 0: // prune would delete them
		line += fmt.Sprintf(", %d unmanaged", s.Unmanaged)
	}
	if s.Blocked > 0 {
		line += fmt.Sprintf(", %d blocked", s.Blocked)
	}
	return line + "."
}

func (t Text) driftItem(w io.Writer, item drift.Item) {
	e := entry{mark: driftMark(item), subject: subject(string(item.Kind), item.Name, item.ID), message: Printable(item.Message)}
	diffs := fieldsToShow(item)
	if len(diffs) == 0 { // else each field tells its own
		e = e.because(item.Cause)
	}
	if item.Source != nil {
		e.origin = Printable(item.Source.String())
	}
	t.entry(w, e)
	if item.Known != nil {
		known := fmt.Sprintf("known until %s: %s", item.Known.Until.Format(time.RFC3339), Printable(item.Known.Reason))
		fmt.Fprintf(w, "%s%s\n", indent, t.wrapped(known, len(indent)))
	}
	fields := make([]field, 0, len(diffs))
	for _, d := range diffs {
		fields = append(fields, field{
			path: Printable(d.Path),
			lead: "expected ", first: value(d.Expected), between: ", found ", second: value(d.Found), trail: because(d.Cause),
		})
	}
	t.fields(w, fields)
}

// hasDetails reports whether an item takes more than a line.
func hasDetails(item drift.Item) bool { return len(fieldsToShow(item)) > 0 || item.Known != nil }

// fieldsToShow are those of an item. Of a cluster that is missing there are
// none: that all of it is missing says enough.
func fieldsToShow(item drift.Item) []drift.Field {
	if item.Kind == cluster.DriftMissing {
		return nil
	}
	return item.Diff
}

// because adds a cause to the end of an entry.
func (e entry) because(c drift.Cause) entry {
	if e.message == "" {
		e.subject += because(c)
	} else {
		e.message += because(c)
	}
	return e
}

// because is a cause as it follows what it is the cause of.
func because(c drift.Cause) string {
	switch c {
	case drift.LiveChanged:
		return " (live changed)"
	case drift.FileAhead:
		return " (the file is ahead)"
	case drift.BothChanged:
		return " (both changed since)"
	default:
		return ""
	}
}

// driftMark marks what asks for somebody to act. What is known does not.
func driftMark(item drift.Item) string {
	if item.Known != nil {
		return " "
	}
	switch item.Kind {
	case cluster.DriftMissing:
		return markRemove
	case cluster.DriftBlocked:
		return markNote
	case cluster.DriftChanged:
		return markChange
	default:
		return " "
	}
}
